package service

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// Projection is the version of what Project makes. Raise it by one with every
// change of Project that makes other rows of the same tables: rows of an older
// version are then found and made anew by a job, 200 at a time, and reach the
// desktops as any change does. What stood in no feed before is not found that
// way: make it a row of an entity that has one.
const Projection = 9

// Project says what of an entity stands in which feeds, as of tx: the one
// place that decides what a reader sees of a thing. The store compares it
// with what stands there and writes the difference.
func (s *Service) Project(tx *store.Tx, kind string, id portal.ID) ([]store.FeedRow, error) {
	switch kind {
	case "fact":
		return s.projectFact(tx, id)
	case "account":
		return s.projectAccount(tx, id)
	case "child":
		return s.projectChild(tx, id)
	case "enrolment":
		return s.projectEnrolment(tx, id)
	case "booking":
		return s.projectBooking(tx, id)
	case "wait":
		return s.projectWait(tx, id)
	case "request":
		return s.projectRequest(tx, id)
	case "message":
		return s.projectMessage(tx, id)
	case "text":
		return s.projectText(tx, id)
	case "notice":
		return s.projectNotice(tx, id)
	case "choices":
		return s.projectChoices(tx, id)
	case "document":
		return s.projectDocument(tx, id)
	case "payment":
		return s.projectPayment(tx, id)
	case "balance":
		return s.projectBalance(tx, id)
	case "transaction":
		return s.projectTransaction(tx, id)
	case "appointment":
		return s.projectAppointment(tx, id)
	case "appointment_day":
		return s.projectAppointmentDay(tx, id)
	case "draft":
		return s.projectDraft(tx, id)
	case "delegation":
		return s.projectDelegation(tx, id)
	case "calendar_address":
		return s.projectCalendarAddress(tx, id)
	case "prepared":
		return s.projectPrepared(tx, id)
	case "opening_ask":
		return s.projectAsk(tx, id)
	case "booking_group":
		return s.projectGroup(tx, id)
	case "absence":
		return s.projectAbsence(tx, id)
	case "closure_day":
		return s.projectClosureDay(tx, id)
	case "day":
		return s.projectDay(tx, id)
	}
	return nil, portal.E(portal.Internal, "kind", "kind", kind)
}

func (s *Service) projectFact(tx *store.Tx, key portal.ID) ([]store.FeedRow, error) {
	collection, id, _ := strings.Cut(string(key), "/")
	var body json.RawMessage
	found, err := tx.Fact(collection, portal.ID(id), &body)
	if err != nil || !found {
		return nil, err
	}
	if collection == wire.CashDesks {
		var desk cashDesk
		if err := json.Unmarshal(body, &desk); err != nil {
			return nil, err
		}
		return []store.FeedRow{{Feed: wire.TownFeed, Collection: collection, Entity: portal.ID(id), Body: desk.CashDesk}}, nil
	}
	rows := []store.FeedRow{{Feed: wire.TownFeed, Collection: collection, Entity: portal.ID(id), Body: body}}
	if collection != wire.Activities {
		return rows, nil
	}
	levels, err := unbookedLevels(tx, body)
	return append(rows, levels...), err
}

// unbookedLevels tells families, for each site of an activity that has few
// places or none, the word for the days that nobody has booked: one row, not
// one a day.
func unbookedLevels(tx *store.Tx, body json.RawMessage) (rows []store.FeedRow, err error) {
	var a activity
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, err
	}
	for i, site := range a.Sites {
		if slices.Contains(a.Sites[:i], site) {
			continue
		}
		_, capacity, err := tx.Places(a.ID, site, "")
		if err != nil {
			return nil, err
		}
		if level := bookings.UnbookedLevel(capacity); level != bookings.Free {
			rows = append(rows, store.FeedRow{
				Feed: wire.TownFeed, Collection: wire.Levels, Entity: wire.LevelKey(a.ID, site, ""),
				Body: wire.DayLevel{Activity: a.ID, Site: site, Level: level},
			})
		}
	}
	return rows, nil
}

func (s *Service) projectAccount(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	a, found, err := tx.Account(id)
	if err != nil || !found {
		return nil, err
	}
	if a.Closed > 0 {
		return projectClosed(tx, a)
	}
	if accounts.Kind(a.Kind) == accounts.Organisation {
		return s.projectOrganisation(tx, a)
	}
	fixes, err := payerOf(tx, a)
	if err != nil {
		return nil, err
	}
	own := accountView(a, fixes)
	waits, found, err := tx.MailChangeOf(id)
	if err != nil {
		return nil, err
	}
	if found {
		own.NewMail, own.NewUntil = waits.New, waits.LinkUntil
	}
	rows := []store.FeedRow{{Feed: wire.AccountFeed(id), Collection: wire.Accounts, Entity: id, Body: own}}
	desks, err := tx.DesksReading(id)
	if err != nil {
		return nil, err
	}
	dated, err := projectQuotients(tx, a, desks)
	if err != nil {
		return nil, err
	}
	rows = append(rows, dated...)
	for _, desk := range desks {
		// A desk knows whom it writes to, not what they earn or how they sign in.
		seen := own
		seen.Payer, seen.Login, seen.Birth, seen.NewMail, seen.NewUntil = nil, "", "", "", 0
		rows = append(rows, store.FeedRow{Feed: wire.FileFeed(desk, id), Collection: wire.Accounts, Entity: id, Body: seen})
	}
	return rows, nil
}

// projectClosed tells the cashiers who have the file of a closed account open whom
// it was, and where they write to: money may be left to give back.
func projectClosed(tx *store.Tx, a store.Account) (rows []store.FeedRow, err error) {
	desks, err := tx.DesksReading(a.ID)
	for _, desk := range desks {
		if _, till := accounts.Desk(desk).CashDesk(); till {
			was := accountView(a, ledger.Payer{})
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(desk, a.ID), Collection: wire.Accounts, Entity: a.ID, Body: wire.Account{
				ID: a.ID, Kind: a.Kind, FirstName: was.FirstName, LastName: was.LastName, Address: was.Address,
			}})
		}
	}
	return rows, err
}

// accountView is an account as its own person sees it.
func accountView(a store.Account, fixes ledger.Payer) wire.Account {
	var profile accounts.Profile
	_ = json.Unmarshal([]byte(a.Profile), &profile) // a text of ours
	v := wire.Account{
		ID: a.ID, Kind: a.Kind, Login: a.Login, FirstName: a.FirstName, LastName: a.LastName,
		Mail: profile.Mail, Mobile: profile.Mobile, Phone: profile.Phone,
		Desks: store.Strings[string](a.Desks), Sites: store.Strings[portal.ID](a.Sites),
	}
	if a.Kind == wire.Family {
		v.Address, _ = json.Marshal(profile.Address)
		v.Language, v.Birth = language(a.Language), profile.BirthDate
		v.Payer = &fixes
	}
	return v
}

// readersOfChild is the feeds that carry what concerns a child: those of the
// accounts tied to it, and the files of its parents that the childhood's desk
// has open. visit is called with the feed and the tie of the account it is
// about.
func (s *Service) readersOfChild(tx *store.Tx, child portal.ID, desk string, visit func(feed string, t accounts.Tie)) error {
	ties, err := tiesOf(tx, child)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if !t.Rights().See {
			continue
		}
		visit(wire.AccountFeed(t.Account), t)
		if !t.Parent() {
			continue // a delegate's file is about the delegate
		}
		desks, err := store.Once(tx, "desks:"+string(t.Account), func() ([]string, error) { return tx.DesksReading(t.Account) })
		if err != nil {
			return err
		}
		for _, d := range desks {
			if d == desk {
				visit(wire.FileFeed(d, t.Account), t)
			}
		}
	}
	return nil
}

func (s *Service) projectChild(tx *store.Tx, id portal.ID) (rows []store.FeedRow, err error) {
	c, found, err := tx.Child(id)
	if err != nil || !found {
		return nil, err
	}
	adults, err := relationsOf(tx, id)
	if err != nil {
		return nil, err
	}
	forgiven, err := tx.ForgivenDays(id)
	if err != nil {
		return nil, err
	}
	_, first, err := tx.PriorityOf(id)
	if err != nil {
		return nil, err
	}
	var failed error
	err = s.readersOfChild(tx, id, string(accounts.Childhood), func(feed string, t accounts.Tie) {
		body := wire.Child{ID: c.ID, FirstName: c.FirstName, LastName: c.LastName, BirthDate: c.BirthDate, Site: c.Site, Class: c.Class, Custody: string(t.Custody), Delegated: !t.Parent()}
		rights := t.Rights()
		if rights.Health {
			failed = errors.Join(failed, tellHealth(tx, c, &body))
		}
		if rights.Change {
			body.Priority = first
			adults.tell(&body, t.Account, wire.FeedKind(feed) == "file")
			body.Forgiven = forgiven
		}
		rows = append(rows, store.FeedRow{Feed: feed, Collection: wire.Children, Entity: id, Body: body})
	})
	if err := errors.Join(err, failed); err != nil {
		return nil, err
	}
	called, err := toTills(tx, c)
	return append(rows, called...), err
}

// toTills tells the cashiers who have the file of a child's parent open what the
// child is called, and nothing else: two who eat together are two lines of the
// statement.
func toTills(tx *store.Tx, c store.Child) (rows []store.FeedRow, err error) {
	ties, err := tiesOf(tx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range ties {
		if !t.Parent() {
			continue
		}
		desks, err := store.Once(tx, "desks:"+string(t.Account), func() ([]string, error) { return tx.DesksReading(t.Account) })
		if err != nil {
			return nil, err
		}
		for _, d := range desks {
			if _, till := accounts.Desk(d).CashDesk(); till {
				rows = append(rows, store.FeedRow{Feed: wire.FileFeed(d, t.Account), Collection: wire.Children, Entity: c.ID, Body: wire.Child{ID: c.ID, FirstName: c.FirstName}})
			}
		}
	}
	return rows, nil
}

func (s *Service) projectEnrolment(tx *store.Tx, id portal.ID) (rows []store.FeedRow, err error) {
	e, found, err := tx.Enrolment(id)
	if err != nil || !found {
		return nil, err
	}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	err = s.readersOfChild(tx, e.Child, f.activities[e.Activity].Desk, func(feed string, t accounts.Tie) {
		if !t.RightsAt(e.Activity).See {
			return
		}
		rows = append(rows, store.FeedRow{Feed: feed, Collection: wire.Enrolments, Entity: id, Body: e})
	})
	return rows, err
}

func (s *Service) projectBooking(tx *store.Tx, id portal.ID) (rows []store.FeedRow, err error) {
	b, found, err := tx.Booking(id)
	if err != nil || !found || b.State != store.BookingLive {
		return nil, err
	}
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	by, err := nameOf(tx, b.Actor)
	if err != nil {
		return nil, err
	}
	byParent, paidBy, err := betweenParents(tx, b)
	if err != nil {
		return nil, err
	}
	absent, err := toldBy(tx, id)
	if err != nil {
		return nil, err
	}
	invited, err := tx.Invited(b.Payer, b.Actor, b.Child)
	if err != nil {
		return nil, err
	}
	var why *ledger.Price
	if b.Why != "" {
		if err := json.Unmarshal([]byte(b.Why), &why); err != nil {
			return nil, err
		}
	}
	err = s.readersOfChild(tx, b.Child, f.activities[b.Activity].Desk, func(feed string, t accounts.Tie) {
		if !t.RightsAt(b.Activity).See {
			return
		}
		body := wire.Booking{ID: b.ID, Child: b.Child, Activity: b.Activity, Site: b.Site, Day: b.Day, ByName: by, At: b.Made, Provisional: b.Provisional != "", Absent: absent}
		if body.Price = b.Part(t.Account); t.Account == b.Payer {
			body.Payer, body.Why = b.Payer, why
			if b.Shares != "" {
				body.Whole = b.Price
			}
		}
		switch {
		case b.Actor == b.Payer || t.Account != b.Payer && t.Account != b.Actor:
		case t.Account == b.Actor:
			body.By, body.PaidBy = b.Actor, paidBy
		case byParent:
			body.ByParent = true // whose account that is, the other parent need not know
		case invited:
			body.By = b.Actor
		default:
			body.By = wire.SomebodyElse // nor when the tie of the one who booked has ended
		}
		rows = append(rows, store.FeedRow{Feed: feed, Collection: wire.Bookings, Entity: id, Body: body})
	})
	return rows, err
}

// betweenParents reports whether one parent has booked what the other pays, and
// by whom it is paid then.
func betweenParents(tx *store.Tx, b store.Booking) (byParent bool, paidBy string, err error) {
	if b.Actor == b.Payer {
		return false, "", nil
	}
	all, err := parents(tx, b.Child)
	if err != nil || !slices.ContainsFunc(all, func(l store.Link) bool { return l.Account == b.Actor }) {
		return false, "", err
	}
	paidBy, err = nameOf(tx, b.Payer)
	return true, paidBy, err
}

func (s *Service) projectRequest(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	r, found, err := tx.Request(id)
	if err != nil || !found {
		return nil, err
	}
	events, err := tx.RequestEvents(id)
	if err != nil {
		return nil, err
	}
	body := wire.Request{
		ID: r.ID, Reference: r.Reference, Account: r.Account, Procedure: r.Procedure, Version: r.Version, Desk: r.Desk, State: r.State,
		Child: r.Child, Person: r.Person, Submitted: r.Submitted, Answers: json.RawMessage(r.Answers), Agent: r.Agent, Reason: r.Reason,
		Decision: r.Decision, Decided: r.Decided,
	}
	if body.Corrections, err = corrections(tx, id); err != nil {
		return nil, err
	}
	if r.Agent != "" {
		if body.AgentName, err = nameOf(tx, r.Agent); err != nil {
			return nil, err
		}
	}
	for _, e := range events {
		by, err := nameOf(tx, e.Actor)
		if err != nil {
			return nil, err
		}
		body.Timeline = append(body.Timeline, wire.Event{At: e.At, Kind: e.Kind, By: by, Text: e.Note})
	}
	if body.Documents, err = s.asked(tx, r); err != nil {
		return nil, err
	}
	rows := []store.FeedRow{{Feed: wire.AccountFeed(r.Account), Collection: wire.Requests, Entity: id, Body: body}}
	_, unread, err := tx.Thread(id, false)
	if err != nil {
		return nil, err
	}
	if queued(r.State, unread) {
		standing, err := s.standing(tx, r, body.Documents)
		if err != nil {
			return nil, err
		}
		rows = append(rows, store.FeedRow{Feed: wire.DeskFeed(r.Desk), Collection: wire.Queue, Entity: id, Body: wire.QueueItem{
			ID: r.ID, Reference: r.Reference, Account: r.Account, Procedure: r.Procedure, Desk: r.Desk, State: r.State,
			Person: r.Person, Submitted: r.Submitted, Agent: r.Agent, AgentName: body.AgentName, Answered: answered(body), Unread: unread, Documents: standing,
		}})
	}
	desks, err := tx.DesksReading(r.Account)
	for _, desk := range desks {
		if desk == r.Desk {
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(desk, r.Account), Collection: wire.Requests, Entity: id, Body: body})
		}
	}
	return rows, err
}

// answered reports whether the family gave what was last asked, and nobody has
// decided since.
func answered(r wire.Request) bool {
	n := len(r.Corrections)
	return n > 0 && r.Corrections[n-1].Answered != 0
}

func nameOf(tx *store.Tx, account portal.ID) (string, error) {
	return store.Once(tx, "name:"+string(account), func() (string, error) {
		a, found, err := tx.Account(account)
		if err != nil || !found {
			return "", err
		}
		return strings.TrimSpace(a.FirstName + " " + a.LastName), nil
	})
}

// projectDay tells families the word for the places left of a day that was
// booked once, and the site's agents the count.
func (s *Service) projectDay(tx *store.Tx, key portal.ID) ([]store.FeedRow, error) {
	parts := strings.SplitN(string(key), "/", 3)
	if len(parts) != 3 {
		return nil, nil
	}
	act, site, day := portal.ID(parts[0]), portal.ID(parts[1]), portal.Date(parts[2])
	taken, capacity, settled, err := tx.Counted(act, site, day)
	if err != nil {
		return nil, err
	}
	absent, err := tx.AbsentOn(act, site, day)
	if err != nil {
		return nil, err
	}
	rows := []store.FeedRow{{
		Feed: wire.SiteFeed(site), Collection: wire.HeadCounts, Entity: key,
		Body: wire.HeadCount{Activity: act, Site: site, Day: day, Count: taken.Live, Capacity: capacity, Offered: taken.Offered, Waiting: taken.Waiting, Absent: absent, Final: settled},
	}}
	if level := levelOf(taken, capacity); level != bookings.Free {
		rows = append(rows, store.FeedRow{
			Feed: wire.TownFeed, Collection: wire.Levels, Entity: wire.LevelKey(act, site, day),
			Body: wire.DayLevel{Activity: act, Site: site, Day: day, Level: level},
		})
	}
	return rows, nil
}
