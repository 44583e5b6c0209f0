package host

import (
	"context"
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

const (
	jobsEvery = time.Minute
	// renewEvery is how often rows of an older projection are looked for: at the
	// start, and again for what a server of before the upgrade, still running
	// beside this one, has written meanwhile.
	renewEvery = time.Hour
	// Entities and rows of one transaction.
	renewARound  = 200
	forgetARound = 1000
	dropARound   = 100 // files, each a journey to where they lie
	soughtFor    = 20 * time.Second
	// With each goes a look at all that its delegate booked, and many end with
	// the same school year.
	delegationsARound = 10

	// How long what is no longer needed is kept.
	keepRegistrations = 2 * 24 * time.Hour
	keepMailChanges   = 5 * 24 * time.Hour // a day to confirm, three to undo
	keepRecoveries    = 24 * time.Hour
	keepSessions      = 91 * 24 * time.Hour
	keepThrottles     = 24 * time.Hour
	keepMails         = 30 * 24 * time.Hour
	// A form begun and not touched for half a year is not sent any more.
	keepDrafts  = 183 * 24 * time.Hour
	keepNotices = 60 * 24 * time.Hour
	keepGroups  = 400 * 24 * time.Hour // of days booked together
	// Whom a parent once invited is told them for a while after it has ended.
	keepDelegations = 60 * 24 * time.Hour
	// How long an appointment that was held stands in the lists of its desk, and
	// in those of its family.
	listAppointments = 7 * 24 * time.Hour
	keepAppointments = 366 * 24 * time.Hour
	// That a child was ill is told to nobody once its school year is over.
	keepAbsences = 366 * 24 * time.Hour
	// An upload that nobody goes on with; one that a document has claimed is only
	// a note that it was.
	keepUploads = 7 * 24 * time.Hour
	// A desktop that was not on line for longer takes a snapshot instead of what
	// has changed: longer than a summer holiday.
	keepTombstones = 90 * 24 * time.Hour
	// A command that comes again later is told that it was decided, and no
	// longer how.
	keepVerdicts = 90 * 24 * time.Hour
)

// job is a piece of housekeeping; a round of it is one short write, or some with
// pauses between, whatever the town's size, and says how much it did. What it
// leaves the next round does. Every process of a town runs all of them: what
// one has done, another finds done.
type job struct {
	name  string
	round func(ctx context.Context) (did int64, err error)
}

func (h *Host) housekeeping() []job {
	each := func(name string, round func(*store.Tx) (int64, error)) job {
		return job{name, func(ctx context.Context) (did int64, err error) {
			err = h.Store.Write(ctx, func(tx *store.Tx) (err error) { did, err = round(tx); return err })
			return did, err
		}}
	}
	forget := func(name string, keep time.Duration, f func(tx *store.Tx, before int64, limit int) (int64, error)) job {
		return each(name, func(tx *store.Tx) (int64, error) { return f(tx, tx.Now().Add(-keep).UnixMicro(), forgetARound) })
	}
	sought := func(name string, due func(*store.Tx) (bool, error), round func(*store.Tx) (int64, error)) job {
		return job{name, func(ctx context.Context) (int64, error) { return h.sought(ctx, due, round) }}
	}
	return []job{
		{"close_files", func(ctx context.Context) (int64, error) { return 0, h.Store.Write(ctx, h.Service.CloseFiles) }},
		forget("forget_registrations", keepRegistrations, (*store.Tx).DropRegistrations),
		{"close_accounts", func(ctx context.Context) (int64, error) { return 0, h.Store.Write(ctx, h.Service.CloseAccounts) }},
		sought("forget_the_past", h.Service.PastDue, h.Service.ForgetThePast),
		sought("lapse_delegations", h.Service.LapsesDue, h.Service.LapseDelegations),
		forget("forget_delegations", keepDelegations, func(tx *store.Tx, before int64, _ int) (int64, error) {
			return tx.ForgetDelegations(before, delegationsARound)
		}),
		forget("forget_mail_changes", keepMailChanges, (*store.Tx).ForgetMailChanges),
		forget("forget_recoveries", keepRecoveries, (*store.Tx).DropRecoveries),
		forget("forget_sessions", keepSessions, (*store.Tx).DropSessions),
		forget("forget_throttles", keepThrottles, (*store.Tx).DropThrottles),
		forget("forget_notices", keepNotices, (*store.Tx).DropNotices),
		forget("forget_booking_groups", keepGroups, (*store.Tx).DropBookingGroups),
		each("day_digests", h.Service.Digests),
		sought("remind_expiring", h.Service.RemindersDue, h.Service.RemindExpiring),
		each("tend_quotients", h.Service.TendQuotients),
		each("tend_waiting_lists", h.Service.TendWaitingLists),
		each("forget_waits", h.Service.ForgetWaits),
		each("close_appointments", h.Service.CarryOutClosures),
		sought("close_days", h.Service.DayClosuresDue, h.Service.CarryOutDayClosures),
		each("remind_of_appointments", h.Service.RemindOfAppointments),
		each("unlist_absences", func(tx *store.Tx) (int64, error) { return tx.UnlistAbsences(portal.DateOf(tx.Now()), forgetARound) }),
		forget("forget_absences", keepAbsences, (*store.Tx).ForgetAbsences),
		forget("unlist_appointments", listAppointments, (*store.Tx).UnlistAppointments),
		forget("forget_appointments", keepAppointments, (*store.Tx).ForgetAppointments),
		sought("draw_places", h.Service.DrawsDue, h.Service.Draw),
		sought("settle_counts", h.Service.CountsDue, h.Service.SettleCounts),
		forget("forget_prepared", keepDrafts, (*store.Tx).ForgetPrepared),
		forget("forget_asks", keepGroups, (*store.Tx).ForgetAsks),
		each("forget_menus", h.Service.ForgetMenus),
		forget("forget_mails", keepMails, (*store.Tx).DropMails),
		forget("forget_drafts", keepDrafts, (*store.Tx).ForgetDrafts),
		forget("forget_uploads", keepUploads, (*store.Tx).DropUploads),
		{"drop_files", func(ctx context.Context) (int64, error) { return h.Service.DropFiles(ctx, dropARound) }},
		{"forget_tombstones", func(ctx context.Context) (int64, error) {
			return h.Store.Prune(ctx, keepTombstones, forgetARound)
		}},
		{"forget_verdicts", func(ctx context.Context) (int64, error) {
			return h.Store.PruneCommands(ctx, h.o.Clock().Add(-keepVerdicts), forgetARound)
		}},
	}
}

// sought does rounds of a job that must read much to find that there is nothing
// to do, or whose entities are heavy: it looks beside the writer, and what many
// await at once, at a midnight or at the end of a school year, it does in small
// writes between which the town's own have their turn, soughtFor at most.
func (h *Host) sought(ctx context.Context, due func(*store.Tx) (bool, error), round func(*store.Tx) (int64, error)) (did int64, err error) {
	for end := time.Now().Add(soughtFor); ; {
		found := false
		if err = h.Store.Read(ctx, func(tx *store.Tx) (err error) { found, err = due(tx); return err }); err != nil || !found {
			return did, err
		}
		started, n := time.Now(), int64(0)
		err = h.Store.Write(ctx, func(tx *store.Tx) (err error) { n, err = round(tx); return err })
		if err == nil {
			did += n
		}
		// A quarter of the writer's time at most.
		if err != nil || n == 0 || time.Now().After(end) || !pause(ctx, 3*time.Since(started)) {
			return did, err
		}
	}
}

// jobs does the regular housekeeping.
func (h *Host) jobs(ctx context.Context) error {
	ticker := time.NewTicker(jobsEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			h.Housekeep(ctx)
		}
	}
}

// Housekeep does one round of all the regular jobs. The server does so each
// minute by itself.
func (h *Host) Housekeep(ctx context.Context) {
	for _, j := range h.housekeeping() {
		did, err := j.round(ctx)
		if ctx.Err() != nil {
			return
		}
		h.metrics.job(j.name, did, err)
		if err != nil {
			h.o.Log.Warn("housekeeping failed and will be tried again", "job", j.name, "error", err)
		}
	}
}

// renew brings the feeds up to this program's projection.
func (h *Host) renew(ctx context.Context) error {
	for {
		h.Renew(ctx)
		if !pause(ctx, renewEvery) {
			return nil
		}
	}
}

// Renew projects anew all that an older version of the program has projected,
// in small writes between which the town's own have their turn. The server
// does so at its start and each hour by itself.
func (h *Host) Renew(ctx context.Context) {
	const name = "project_anew"
	did, began := int64(0), time.Now()
	for after := ""; ; {
		started := time.Now()
		found, next, err := h.Store.Outdated(ctx, after, renewARound)
		for kind, ids := range found {
			if err != nil {
				break
			}
			if did == 0 {
				h.o.Log.Info("rows of an older version of this program are brought up to date")
			}
			did += int64(len(ids))
			err = h.project(ctx, kind, ids)
		}
		if ctx.Err() != nil {
			return
		}
		h.metrics.job(name, 0, err)
		if err != nil {
			h.o.Log.Warn("rows of an older version could not be brought up to date; it is tried again within the hour", "error", err)
			return
		}
		if after = next; after == "" {
			break
		}
		// A quarter of the writer's time at most.
		if !pause(ctx, 3*time.Since(started)) {
			return
		}
	}
	h.metrics.job(name, did, nil)
	if did > 0 {
		h.o.Log.Info("all rows are of this version now", "entities", did, "ms", time.Since(began).Milliseconds())
	}
}

// project projects entities anew: together or, where that fails, each alone,
// so that one which cannot be projected keeps nobody else's rows old.
func (h *Host) project(ctx context.Context, kind string, ids []portal.ID) error {
	err := h.Store.Reproject(ctx, kind, ids)
	if err == nil || len(ids) == 1 || ctx.Err() != nil {
		return err
	}
	for _, id := range ids {
		if err := h.Store.Reproject(ctx, kind, []portal.ID{id}); err != nil {
			h.metrics.job("project_anew", 0, err)
			h.o.Log.Error("an entity could not be projected anew", "kind", kind, "id", id, "error", err)
		}
	}
	return nil
}

// pause waits, and reports whether it did to the end.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// rounds does rounds of asking an outside service as long as something is due,
// then waits to be woken or for a while, until ctx ends.
func rounds(ctx context.Context, wake <-chan struct{}, every time.Duration, due func(context.Context) (bool, error), round func(context.Context) (int64, error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		for {
			some, err := due(ctx)
			if err != nil || !some {
				break
			}
			if did, err := round(ctx); err != nil || did == 0 {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-ticker.C:
		}
	}
}
