package service

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// joinWaiting puts a child on the list of a day. Where a place has become free
// meanwhile it is offered at once.
func (s *Service) joinWaiting(tx *store.Tx, a Actor, args *wire.JoinWaiting) error {
	if !args.Wait.Valid() {
		return portal.E(portal.Invalid, "wait")
	}
	if _, taken, err := tx.Wait(args.Wait); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "wait"))
	}
	d, err := s.days(tx, a, portal.Period{From: args.Day, To: args.Day})
	if err != nil {
		return err
	}
	q, err := d.at(args.Child, args.Activity, args.Day)
	if err != nil {
		return err
	}
	if refused := q.CheckWait(); refused != nil {
		return q.told(refused)
	}
	if err := d.wait(q, args.Child, args.Wait); err != nil {
		return err
	}
	return d.save()
}

// leaveWaiting takes a child off a list, or gives up the place kept for it,
// which the next is offered at once.
func (s *Service) leaveWaiting(tx *store.Tx, a Actor, args *wire.LeaveWaiting) error {
	w, refused, err := mayLeave(tx, a, args.Wait)
	if err != nil || refused != nil {
		return orElse(err, refused)
	}
	d, err := s.days(tx, a, portal.Period{From: w.Day, To: w.Day})
	if err != nil {
		return err
	}
	if err := d.endWait(w, bookings.WaitLeft); err != nil {
		return err
	}
	return d.save()
}

// mayLeave is a waiting that the actor may give up, or why they may not: only
// who has put the child on the list takes it off. Another's is told as none.
func mayLeave(tx *store.Tx, a Actor, id portal.ID) (store.Wait, *portal.Error, error) {
	w, found, err := tx.Wait(id)
	switch {
	case err != nil:
		return w, nil, err
	case !found || w.Account != a.Account:
		return w, portal.E(portal.NotFound, "wait"), nil
	case !w.State.Live():
		return w, portal.E(bookings.NotWaiting, "day"), nil
	}
	return w, nil, nil
}

// endedWait is a waiting that ends by what a command does.
type endedWait struct {
	store.Wait
	how bookings.WaitState
}

// wait puts a child on the list of a day that was judged.
func (d *days) wait(q priced, child, id portal.ID) error {
	w := store.Wait{
		ID: id, Child: child, Activity: q.Activity.ID, Site: q.Enrolment.Site, Day: q.Day, Account: d.a.Account,
		Since: d.tx.Now().UnixMicro(), Ends: q.Activity.Book.Until(q.Day, q.Calendar).UnixMicro(), State: bookings.WaitQueued,
	}
	d.joined = append(d.joined, w)
	waits, err := d.waitsOf(child)
	if err != nil {
		return err
	}
	if elsewhere, had := waits[dayOf{w.Activity, w.Day}]; had {
		if err := d.endWait(elsewhere, bookings.WaitVanished); err != nil { // at a school it has left
			return err
		}
	}
	waits[dayOf{w.Activity, w.Day}] = w
	p, err := d.placesAt(w.Activity, w.Site)
	if err == nil {
		p.move(w.Day, 0, 0, 1)
	}
	return err
}

// endWait ends a waiting, and frees the place that was kept.
func (d *days) endWait(w store.Wait, how bookings.WaitState) error {
	d.ended = append(d.ended, endedWait{w, how})
	waits, err := d.waitsOf(w.Child)
	if err != nil {
		return err
	}
	delete(waits, dayOf{w.Activity, w.Day})
	p, err := d.placesAt(w.Activity, w.Site)
	if err != nil {
		return err
	}
	if w.State == bookings.WaitOffered {
		p.move(w.Day, 0, -1, 0)
	} else {
		p.move(w.Day, 0, 0, -1)
	}
	return nil
}

func (d *days) saveEnded() error {
	for _, w := range d.ended {
		if err := d.tx.EndWait(w.Wait, w.how); err != nil {
			return err
		}
		if err := noticesRead(d.tx, w.Account, notices.Place, w.ID); err != nil {
			return err
		}
	}
	return nil
}

// offer offers what a command has freed to those who wait for it.
func (d *days) offer() error {
	freed := map[store.Queue]bool{}
	for _, b := range d.gone {
		freed[store.Queue{Activity: b.Activity, Site: b.Site, Day: b.Day}] = true
	}
	for _, w := range d.ended {
		freed[store.Queue{Activity: w.Activity, Site: w.Site, Day: w.Day}] = true
	}
	for _, w := range d.joined {
		freed[store.Queue{Activity: w.Activity, Site: w.Site, Day: w.Day}] = true
	}
	for q := range freed {
		p, err := d.placesAt(q.Activity, q.Site)
		if err != nil {
			return err
		}
		if t := p.taken[q.Day]; t.Waiting == 0 || t.Live+t.Offered >= p.capacity {
			delete(freed, q)
		}
	}
	return d.s.offerPlaces(d.tx, inOrder(freed))
}

// inOrder is queues in an order that each run gives: by day.
func inOrder(queues map[store.Queue]bool) []store.Queue {
	return slices.SortedFunc(maps.Keys(queues), func(a, b store.Queue) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Activity, b.Activity), cmp.Compare(a.Site, b.Site))
	})
}

// waitsARound is how many of those who wait one transaction of a job tends, and
// how many of a day's list it passes over who cannot come any more.
const waitsARound = 200

// offerPlaces keeps the free places of days for those who are first in their
// lists, and tells them.
func (s *Service) offerPlaces(tx *store.Tx, queues []store.Queue) error {
	var offered []store.Wait
	for _, q := range queues {
		for range waitsARound {
			taken, capacity, err := tx.Places(q.Activity, q.Site, q.Day)
			if err != nil {
				return err
			}
			if taken.Waiting == 0 || taken.Live+taken.Offered >= capacity {
				break
			}
			w, behind, found, err := tx.NextWaiting(q.Activity, q.Site, q.Day)
			if err != nil || !found {
				return err
			}
			until, over, err := s.mayHave(tx, w, behind)
			if err == nil && over == bookings.WaitVanished {
				var heir portal.ID
				if heir, err = heirOf(tx, w.Child, w.Activity, w.Account, false); err == nil && heir != "" {
					w.Account = heir
					if err = tx.PassWait(w); err == nil {
						until, over, err = s.mayHave(tx, w, behind)
					}
				}
			}
			if err != nil {
				return err
			}
			if over != "" {
				if err := s.overFor(tx, w, over); err != nil {
					return err
				}
				continue
			}
			w.Until = until.UnixMicro()
			if err := tx.OfferWait(w, w.Until); err != nil {
				return err
			}
			offered = append(offered, w)
		}
	}
	return s.tellWaits(tx, offered, notices.PlaceOffered, mail.PlaceOffered)
}

// mayHave is until when a place is kept for a child that waits, or what has
// become of its waiting where it cannot have the day any more.
func (s *Service) mayHave(tx *store.Tx, w store.Wait, behind int) (until time.Time, over bookings.WaitState, err error) {
	a := Actor{Account: w.Account, Role: accounts.Role{Kind: accounts.Family}}
	d, err := s.days(tx, a, portal.Period{From: w.Day, To: w.Day})
	if err != nil {
		return until, "", err
	}
	q, err := d.at(w.Child, w.Activity, w.Day)
	refused, err := refusal(err)
	if err != nil {
		return until, "", err
	}
	q.Wait = nil // this one
	if o := bookings.OpeningOf(q.Openings, w.Activity, w.Day); o != nil {
		q.Drawing = o.ID // who waits was let in, if by a draw that goes on
	}
	if refused == nil {
		refused = q.CheckWait()
	}
	switch {
	case refused == nil && q.Enrolment.Site == w.Site:
		return q.OfferUntil(behind), "", nil
	case refused != nil && slices.Contains([]portal.Code{bookings.CutoffPassed, bookings.DayToday, bookings.DayPast}, refused.Code):
		return until, bookings.WaitTooLate, nil
	}
	return until, bookings.WaitVanished, nil
}

// heirOf is the parent for whom what an account wants for a child goes on that may
// book for it no more: the one who had let it before another, "" where there is
// nobody, or the account may book still and is not leaving.
func heirOf(tx *store.Tx, child, activity, account portal.ID, leaving bool) (heir portal.ID, err error) {
	ties, err := tiesOf(tx, child)
	for _, t := range ties {
		if err != nil || !t.RightsAt(activity).Book {
			continue
		}
		if t.Account == account && !leaving {
			return "", nil
		}
		if t.Parent() && t.Account != account {
			let := false
			if let, err = tx.Invited(t.Account, account, child); let || heir == "" {
				heir = t.Account
			}
		}
	}
	return heir, err
}

// overFor ends a waiting without a place, and tells who waited where they could
// still count on one.
func (s *Service) overFor(tx *store.Tx, w store.Wait, how bookings.WaitState) error {
	if err := tx.EndWait(w, how); err != nil {
		return err
	}
	if err := noticesRead(tx, w.Account, notices.Place, w.ID); err != nil {
		return err
	}
	switch how {
	case bookings.WaitTooLate:
		return s.tellWaits(tx, []store.Wait{w}, notices.PlaceNone, mail.PlaceNone)
	case bookings.WaitLapsed:
		return s.tellWaits(tx, []store.Wait{w}, notices.PlaceLapsed, "")
	}
	return nil
}

// tellWaits tells each account what has become of its waiting: a line for each
// day, and one mail for all of them.
func (s *Service) tellWaits(tx *store.Tx, all []store.Wait, what notices.What, kind mail.Kind) error {
	mailed := map[portal.ID]mail.Data{}
	people := map[portal.ID]store.Account{}
	var order []portal.ID
	for _, w := range all {
		account, found, err := tx.Account(w.Account)
		if err != nil {
			return err
		}
		if !found || account.Closed > 0 {
			continue
		}
		child, _, err := tx.Child(w.Child)
		if err != nil {
			return err
		}
		now, err := s.notifyOf(tx, account, notices.Place, w.ID, news{what, map[string]string{
			notices.ArgChild: child.FirstName, notices.ArgActivity: string(w.Activity), notices.ArgDay: string(w.Day), notices.ArgUntil: strconv.FormatInt(w.Until, 10),
		}})
		if err != nil {
			return err
		}
		if !now || kind == "" {
			continue
		}
		data, had := mailed[account.ID]
		if !had {
			order = append(order, account.ID)
			people[account.ID] = account
			data = mail.Data{Name: account.FirstName, Link: s.o.PublicURL(), When: micro(w.Until)}
		}
		if until := micro(w.Until); until.Before(data.When) {
			data.When = until
		}
		data.Count++
		mailed[account.ID] = data
	}
	for _, id := range order {
		if err := s.postNotice(tx, people[id], kind, mailed[id]); err != nil {
			return err
		}
	}
	return nil
}

// underWay is how long a place is kept after its time for those who took it in
// time, and whose command has been received and not been judged yet: as long as a draw
// waits for what was asked in time.
const underWay = drawAfter

// TendWaitingLists gives places that were not taken in time to those who are
// next, fills places that the town hall has made, and ends the waiting for days
// that nobody can book any more. A job calls it.
func (s *Service) TendWaitingLists(tx *store.Tx) (did int64, err error) {
	lapsed, err := tx.LapsedOffers(tx.Now().Add(-underWay).UnixMicro(), waitsARound)
	if err != nil {
		return 0, err
	}
	for _, w := range lapsed {
		if err := s.overFor(tx, w, bookings.WaitLapsed); err != nil {
			return 0, err
		}
	}
	late, err := tx.LateWaits(waitsARound)
	if err != nil {
		return 0, err
	}
	for _, w := range late {
		if err := tx.EndWait(w, bookings.WaitTooLate); err != nil {
			return 0, err
		}
	}
	if err := s.tellWaits(tx, late, notices.PlaceNone, mail.PlaceNone); err != nil {
		return 0, err
	}
	free, err := tx.QueuesWithPlaces(waitsARound)
	if err != nil {
		return 0, err
	}
	return int64(len(lapsed) + len(late) + len(free)), s.offerPlaces(tx, free)
}

// ForgetWaits forgets what children waited for on days that are past, some at a
// time; a job calls it.
func (s *Service) ForgetWaits(tx *store.Tx) (int64, error) {
	return tx.ForgetWaits(portal.DateOf(tx.Now()), waitsARound)
}

// dropWaits takes off all lists whom an account that closes has put there, but for
// the children of others, who wait on for those.
func (s *Service) dropWaits(tx *store.Tx, account portal.ID) error {
	all, err := tx.LiveWaitsOf(account)
	if err != nil {
		return err
	}
	freed := map[store.Queue]bool{}
	var kept []store.Wait
	for _, w := range all {
		heir, err := heirOf(tx, w.Child, w.Activity, w.Account, true)
		if err != nil {
			return err
		}
		if heir != "" {
			w.Account = heir
			if err := tx.PassWait(w); err != nil {
				return err
			}
			if w.State == bookings.WaitOffered {
				kept = append(kept, w)
			}
			continue
		}
		if err := tx.EndWait(w, bookings.WaitLeft); err != nil {
			return err
		}
		freed[store.Queue{Activity: w.Activity, Site: w.Site, Day: w.Day}] = true
	}
	if err := s.tellWaits(tx, kept, notices.PlaceOffered, mail.PlaceOffered); err != nil {
		return err
	}
	return s.offerPlaces(tx, inOrder(freed))
}

// projectWait tells those who see a child's bookings what it waits for.
func (s *Service) projectWait(tx *store.Tx, id portal.ID) (rows []store.FeedRow, err error) {
	w, found, err := tx.Wait(id)
	if err != nil || !found || !told(w.State) {
		return nil, err
	}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	body := wire.Wait{ID: w.ID, Child: w.Child, Activity: w.Activity, Site: w.Site, Day: w.Day, State: w.State, Since: w.Since, Until: w.Until}
	if body.ByName, err = nameOf(tx, w.Account); err != nil {
		return nil, err
	}
	if w.State == bookings.WaitQueued {
		if body.Place, err = tx.PlaceInLine(w); err != nil {
			return nil, err
		}
	}
	err = s.readersOfChild(tx, w.Child, f.activities[w.Activity].Desk, func(feed string, t accounts.Tie) {
		if !t.RightsAt(w.Activity).See {
			return
		}
		row := body
		row.Mine = t.Account == w.Account
		rows = append(rows, store.FeedRow{Feed: feed, Collection: wire.Waits, Entity: id, Body: row})
	})
	return rows, err
}

// told reports whether families still see a waiting in such a state.
func told(s bookings.WaitState) bool {
	return s.Live() || s == bookings.WaitLapsed || s == bookings.WaitTooLate
}

// foreignWait is foreignTo for a waiting.
func foreignWait(tx *store.Tx, f *townFacts, account portal.ID, desk string, id portal.ID, said wire.Wait) (string, error) {
	w, found, err := tx.Wait(id)
	if err != nil {
		return "", err
	}
	rights, err := linked(tx, w.Child, w.Activity, account, desk)
	if err == nil && (!found || !rights.See || !told(w.State) || desk != "" && desk != f.activities[w.Activity].Desk || said.Mine != (w.Account == account)) {
		return "what another's child waits for", nil
	}
	return "", err
}

// OwnWait is a day that somebody has put a child on the waiting list of.
type OwnWait struct {
	Child    string      `json:"child"`
	Activity string      `json:"activity"`
	Day      portal.Date `json:"day"`
	Since    time.Time   `json:"since"`
	State    string      `json:"state"`
}

func ownWaits(tx *store.Tx, f *townFacts, a Actor, lang string) (out []OwnWait, err error) {
	all, err := tx.WaitsOf(a.Account)
	for _, w := range all {
		name, failed := firstNameFor(tx, a, w.Child)
		err = errors.Join(err, failed)
		out = append(out, OwnWait{Child: name, Activity: f.activities[w.Activity].Name.In(lang), Day: w.Day, Since: micro(w.Since), State: string(w.State)})
	}
	return out, err
}
