package service

import (
	"encoding/json"
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

// drawAfter is how long a draw waits after asking has ended. What was received in
// time may still be on its way through the writer; after this long it has been
// done, or whoever sent it was not answered: no request takes so long.
const drawAfter = bookings.ReceivedWithin

// How many asks one round gives their number, and how many it places: an ask may
// book three months of days.
const (
	numbersARound = 200
	placesARound  = 10
)

// drawDue is an opening that is to be drawn now, or goes on being.
func (f *townFacts) drawDue(now time.Time) (bookings.Opening, bool) {
	for _, o := range f.openings {
		if o.Mode == bookings.Pooled && o.Drawn == 0 && !now.Before(o.Ends().Add(drawAfter)) {
			return o, true
		}
	}
	return bookings.Opening{}, false
}

// DrawsDue reports whether places are to be drawn.
func (s *Service) DrawsDue(tx *store.Tx) (bool, error) {
	f, err := s.facts(tx)
	if err != nil {
		return false, err
	}
	_, due := f.drawDue(tx.Now())
	return due, nil
}

// Draw goes on with a draw, a round at a time, and says how much it did; a job
// calls it. First each ask is given its points and its number, then each in its
// turn its places, and at the end the seed is told. Where it stands is in the
// asks themselves, and the turns follow from seed and points alone: a draw that
// is killed goes on as if it had not been.
func (s *Service) Draw(tx *store.Tx) (int64, error) {
	f, err := s.facts(tx)
	if err != nil {
		return 0, err
	}
	o, due := f.drawDue(tx.Now())
	if !due {
		return 0, nil
	}
	seed, err := tx.Seed(o.ID)
	if err != nil {
		return 0, err
	}
	begins, err := tx.AsksWithoutNumber(o.ID, numbersARound)
	if err != nil {
		return 0, err
	}
	for _, ask := range begins {
		if ask, err = passAsk(tx, o.Activity, ask, false); err != nil {
			return 0, err
		}
		met, err := s.met(tx, f, o, ask)
		if err != nil {
			return 0, err
		}
		ask.Met, ask.Points = list(met), bookings.PointsOf(o.Criteria, met)
		ask.Number = bookings.Number(seed, bookings.Ticket(o.ID, ask.Child))
		if err := tx.SaveAsk(ask); err != nil {
			return 0, err
		}
	}
	if len(begins) > 0 {
		return int64(len(begins)), nil
	}
	next, err := tx.NextAsks(o.ID, placesARound)
	if err != nil {
		return 0, err
	}
	_, _, done, err := tx.CountAsks(o.ID)
	if err != nil {
		return 0, err
	}
	for i, ask := range next {
		ask.Turn = done + i + 1
		if err := s.place(tx, o, ask); err != nil {
			return 0, err
		}
	}
	if len(next) > 0 {
		return int64(len(next)), nil
	}
	return 1, s.drawn(tx, o, seed)
}

// passAsk gives an ask of somebody who may book for its child no more to the parent
// who had let them: it is for that parent that they asked, and on that parent's
// account. Where an ask for the child is that parent's already, it stays as it is and
// fails.
func passAsk(tx *store.Tx, activity portal.ID, ask store.Ask, leaving bool) (store.Ask, error) {
	heir, err := heirOf(tx, ask.Child, activity, ask.Account, leaving)
	if err != nil || heir == "" {
		return ask, err
	}
	let, err := tx.Invited(heir, ask.Account, ask.Child)
	if err != nil || !let {
		return ask, err
	}
	id := bookings.AskID(ask.Opening, ask.Child, heir)
	if _, asks, err := tx.Ask(id); err != nil || asks {
		return ask, err
	}
	if err := tx.DropAsk(ask.ID); err != nil {
		return ask, err
	}
	ask.ID, ask.Account = id, heir
	return ask, tx.SaveAsk(ask)
}

// passAsks is passAsk for all that an account asks for that closes.
func (s *Service) passAsks(tx *store.Tx, account portal.ID) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	all, err := tx.AsksOf(account)
	for _, ask := range all {
		if o, known := f.opening(ask.Opening); err == nil && known && ask.Turn == 0 {
			_, err = passAsk(tx, o.Activity, ask, true)
		}
	}
	return err
}

// met is which of an opening's criteria an ask meets, as the town hall knows it
// when the draw begins.
func (s *Service) met(tx *store.Tx, f *townFacts, o bookings.Opening, ask store.Ask) (met []string, err error) {
	child, _, err := tx.Child(ask.Child)
	if err != nil {
		return nil, err
	}
	var lots []bookings.Lot
	if err := json.Unmarshal([]byte(ask.Lots), &lots); err != nil {
		return nil, err
	}
	actor, err := familyActor(tx, ask.Account)
	if err != nil {
		return nil, err
	}
	t, err := actor.tieTo(tx, ask.Child)
	if err != nil {
		return nil, err
	}
	payer := ask.Account
	if given := t.Payer(o.Activity); given != "" {
		payer = given
	}
	account, _, err := tx.Account(payer)
	if err != nil {
		return nil, err
	}
	for _, c := range o.Criteria {
		is := false
		switch c.Key {
		case bookings.ByPriority:
			_, is, err = tx.PriorityOf(ask.Child)
		case bookings.ByCarePlan:
			is = child.CarePlan
		case bookings.ByResident:
			is = payerResident(account)
		case bookings.BySibling:
			is, err = siblingComes(tx, payer, ask.Child, o)
		}
		if err != nil {
			return nil, err
		}
		if is {
			met = append(met, c.Key)
		}
	}
	return met, nil
}

func payerResident(a store.Account) bool { return payer(a).Resident }

// siblingComes reports whether another child of whoever pays is enrolled at an
// opening's activity.
func siblingComes(tx *store.Tx, payer, child portal.ID, o bookings.Opening) (bool, error) {
	all, err := tx.ChildrenPaidBy(payer)
	if err != nil {
		return false, err
	}
	for _, c := range all {
		if c.ID == child {
			continue
		}
		enrolled, err := tx.EnrolmentsOf(c.ID)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(enrolled, func(e bookings.Enrolment) bool {
			return e.Activity == o.Activity && e.Provisional == "" && e.Period.From <= o.Period.To && o.Period.From <= e.Period.To
		}) {
			return true, nil
		}
	}
	return false, nil
}

// familyActor is a family's account as who acts.
func familyActor(tx *store.Tx, account portal.ID) (Actor, error) {
	a, _, err := tx.Account(account)
	return Actor{Account: account, Name: a.FirstName + " " + a.LastName, Role: accounts.Role{Kind: accounts.Family}}, err
}

// place books what of an ask can be, in its turn, as of the end of asking: it was
// received by then. What became of each day is kept, and told.
func (s *Service) place(tx *store.Tx, o bookings.Opening, ask store.Ask) error {
	ask, err := passAsk(tx, o.Activity, ask, false) // what it was numbered by may have ended since
	if err != nil {
		return err
	}
	var lots []bookings.Lot
	if err := json.Unmarshal([]byte(ask.Lots), &lots); err != nil {
		return err
	}
	actor, err := familyActor(tx, ask.Account)
	if err != nil {
		return err
	}
	d, err := s.days(tx, actor, bookings.Within(lots))
	if err != nil {
		return err
	}
	d.drawing, d.now = o.ID, o.Ends().Add(-time.Microsecond)
	var r wire.GroupResult
	// Where the town keeps lists, who has no place waits in the order of the draw.
	if err := d.bookLots(&r, &wire.GroupBookings{Group: ask.ID, Book: lots, Wait: true}); err != nil {
		return err
	}
	if err := d.save(); err != nil {
		return err
	}
	var results []wire.AskResult
	for _, booked := range bookings.InOrder(r.Booked) {
		results = append(results, wire.AskResult{Day: booked.Day})
	}
	for _, waits := range bookings.InOrder(r.Waiting) {
		results = append(results, wire.AskResult{Day: waits.Day, Error: portal.E(bookings.NoPlace, "day"), Waits: true})
	}
	for _, f := range r.Refused {
		for _, day := range f.Days {
			results = append(results, wire.AskResult{Day: day, Error: f.Error})
		}
	}
	slices.SortFunc(results, func(a, b wire.AskResult) int { return compareIDs(portal.ID(a.Day), portal.ID(b.Day)) })
	raw, err := json.Marshal(results)
	if err != nil {
		return err
	}
	ask.Results = string(raw)
	if err := tx.SaveAsk(ask); err != nil {
		return err
	}
	return s.tellPlaces(tx, ask.Account, ask.ID, news{notices.PlacesDrawn, map[string]string{
		"placed": strconv.Itoa(bookings.Count(r.Booked)), "asked": strconv.Itoa(len(results)),
	}})
}

// tellPlaces tells a family of places it was given, or has lost.
func (s *Service) tellPlaces(tx *store.Tx, account, about portal.ID, what news) error {
	a, found, err := tx.Account(account)
	if err != nil || !found || a.Closed > 0 {
		return err
	}
	now, err := s.notifyOf(tx, a, notices.Places, about, what)
	if err != nil || !now {
		return err
	}
	return s.postNotice(tx, a, mail.PlacesNews, mail.Data{Name: a.FirstName, Link: s.o.PublicURL()})
}

// drawn ends a draw: what it gave is told to everybody, and its seed, and what is
// left can be booked.
func (s *Service) drawn(tx *store.Tx, o bookings.Opening, seed string) error {
	told, err := drawOf(tx, o, seed)
	if err != nil {
		return err
	}
	o.Seed, o.Drawn = seed, tx.Now().UnixMicro()
	told.At = o.Drawn
	if err := tx.PutFact(wire.Draws, o.ID, told); err != nil {
		return err
	}
	return tx.PutFact(wire.Openings, o.ID, o)
}

// drawOf is what a draw gave, by site and day: nothing of who.
func drawOf(tx *store.Tx, o bookings.Opening, seed string) (wire.Draw, error) {
	out := wire.Draw{Opening: o.ID, Seed: seed}
	asks, err := tx.AsksIn(o.ID)
	if err != nil {
		return out, err
	}
	out.Asks = len(asks)
	type place struct {
		site portal.ID
		day  portal.Date
	}
	days := map[place]*wire.DrawnDay{}
	var order []place
	sites := map[portal.ID][]bookings.Enrolment{}
	for _, ask := range asks {
		var results []wire.AskResult
		if err := json.Unmarshal([]byte(ask.Results), &results); err != nil {
			return out, err
		}
		enrolled, err := once(sites, ask.Child, func() ([]bookings.Enrolment, error) { return tx.EnrolmentsOf(ask.Child) })
		if err != nil {
			return out, err
		}
		for _, r := range results {
			i := slices.IndexFunc(enrolled, func(e bookings.Enrolment) bool { return e.Activity == o.Activity && e.Period.Has(r.Day) })
			if i < 0 {
				continue
			}
			at := place{enrolled[i].Site, r.Day}
			if days[at] == nil {
				days[at] = &wire.DrawnDay{Site: at.site, Day: at.day}
				order = append(order, at)
			}
			d := days[at]
			d.Asked++
			if r.Error == nil {
				d.Placed++
				d.Turn, d.Points, d.Number = ask.Turn, ask.Points, ask.Number // they come in turn
			}
		}
	}
	slices.SortFunc(order, func(a, b place) int {
		if c := compareIDs(portal.ID(a.day), portal.ID(b.day)); c != 0 {
			return c
		}
		return compareIDs(a.site, b.site)
	})
	for _, at := range order {
		taken, capacity, err := tx.Places(o.Activity, at.site, at.day)
		if err != nil {
			return out, err
		}
		d := *days[at]
		d.Places = d.Placed + max(0, capacity-taken.Live-taken.Offered)
		out.Days = append(out.Days, d)
	}
	return out, nil
}
