package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// What can be wrong with announcing an opening.
const (
	// OpeningBegun means that its hour has come: families go by what was announced.
	OpeningBegun portal.Code = "opening_begun"
	// OpeningOverlaps means that another opening is about some of its days.
	OpeningOverlaps portal.Code = "opening_overlaps"
)

// announceOpening announces an opening for an agent of the activity's desk, or
// changes one whose hour has not come.
func (s *Service) announceOpening(tx *store.Tx, a Actor, args *wire.AnnounceOpening) error {
	o := args.Opening
	if o.Commitment != "" || o.Seed != "" || o.Drawn != 0 {
		return portal.E(portal.Invalid, "opening")
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	had, known := f.opening(o.ID)
	if !known && !o.ID.Valid() {
		return portal.E(portal.Invalid, "opening")
	}
	for _, activity := range []portal.ID{o.Activity, had.Activity} {
		if known || activity != "" {
			if act, there := f.activities[activity]; !there || a.mustReach(act.Desk) != nil {
				return portal.E(portal.NotFound, "activity")
			}
		}
	}
	if known && tx.Now().UnixMicro() >= had.Opens {
		return portal.E(OpeningBegun, "opening")
	}
	if wrong := o.Check(); wrong != nil {
		return wrong
	}
	if o.Opens <= tx.Now().UnixMicro() {
		return portal.E(portal.Invalid, "opens")
	}
	for _, other := range f.openings {
		if other.ID != o.ID && other.Activity == o.Activity && other.Period.From <= o.Period.To && o.Period.From <= other.Period.To {
			return portal.E(OpeningOverlaps, "period.from")
		}
	}
	if err := tx.Audit(a.Account, "opening.announced", string(o.ID)); err != nil {
		return err
	}
	return putOpening(tx, o)
}

// putOpening writes an opening, bound to a seed where its places are drawn.
func putOpening(tx *store.Tx, o bookings.Opening) error {
	if o.Mode == bookings.Pooled {
		if err := tx.SetSeed(o.ID, newSecret()); err != nil {
			return err
		}
		seed, err := tx.Seed(o.ID)
		if err != nil {
			return err
		}
		o.Commitment = bookings.Commitment(seed)
	}
	return tx.PutFact(wire.Openings, o.ID, o)
}

// setUpOpening writes an opening of the town's file. One that has begun is as it
// was announced, or the file is wrong.
func setUpOpening(tx *store.Tx, o bookings.Opening) error {
	var had bookings.Opening
	found, err := tx.Fact(wire.Openings, o.ID, &had)
	if err != nil {
		return err
	}
	if found && tx.Now().UnixMicro() >= had.Opens {
		had.Commitment, had.Seed, had.Drawn = "", "", 0
		if !reflect.DeepEqual(had, o) {
			return fmt.Errorf("the opening %q has begun and cannot be changed", o.ID)
		}
		return nil
	}
	return putOpening(tx, o)
}

// cancelOpening takes back an opening whose hour has not come.
func (s *Service) cancelOpening(tx *store.Tx, a Actor, args *wire.CancelOpening) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	o, known := f.opening(args.Opening)
	if !known || a.mustReach(f.activities[o.Activity].Desk) != nil {
		return portal.E(portal.NotFound, "opening")
	}
	if tx.Now().UnixMicro() >= o.Opens {
		return portal.E(OpeningBegun, "opening")
	}
	if err := tx.DropSeed(o.ID); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "opening.cancelled", string(o.ID)); err != nil {
		return err
	}
	return tx.DropFact(wire.Openings, o.ID)
}

// opening is one of the town's.
func (f *townFacts) opening(id portal.ID) (bookings.Opening, bool) {
	for _, o := range f.openings {
		if o.ID == id {
			return o, true
		}
	}
	return bookings.Opening{}, false
}

// setPriority lets a child come first in draws, or no longer.
func (s *Service) setPriority(tx *store.Tx, a Actor, args *wire.SetPriority) error {
	reason, wrong := requests.CheckNote("reason", args.Reason, args.On)
	if wrong != nil {
		return wrong
	}
	if err := a.before(tx, args.Child); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, map[bool]string{true: "priority.given", false: "priority.taken"}[args.On], string(args.Child)); err != nil {
		return err
	}
	if !args.On {
		return tx.DropPriority(args.Child)
	}
	return tx.SavePriority(store.Priority{Child: args.Child, Agent: a.Account, Reason: reason, At: tx.Now().UnixMicro()})
}

// askPlaces keeps what a family asks for in openings whose places are drawn: all
// the days, or none. What it asked for the same children there before is replaced.
func (s *Service) askPlaces(tx *store.Tx, a Actor, args *wire.AskPlaces) error {
	if wrong := bookings.CheckGroup(args.Book, nil, nil); wrong != nil {
		return wrong
	}
	d, err := s.days(tx, a, bookings.Within(args.Book))
	if err != nil {
		return err
	}
	if err := d.f.namedIn(args.Book); err != nil {
		return err
	}
	type key struct{ opening, child portal.ID }
	lots := map[key][]bookings.Lot{}
	var order []key
	for _, o := range bookings.InOrder(args.Book) {
		q, err := d.at(o.Child, o.Activity, o.Day)
		if err != nil {
			return err
		}
		if o.Other && q.Payer == a.Account {
			return portal.E(bookings.PayerChanged, "payer")
		}
		if refused := q.CheckAsk(); refused != nil {
			return q.told(refused)
		}
		k := key{bookings.OpeningOf(q.Openings, o.Activity, o.Day).ID, o.Child}
		if lots[k] == nil {
			order = append(order, k)
		}
		lots[k] = bookings.Add(lots[k], o.Child, o.Activity, o.Day, o.Other)
	}
	for _, k := range order {
		_, numbered, _, err := tx.CountAsks(k.opening)
		if err != nil || numbered > 0 {
			return orElse(err, portal.E(bookings.BeingDrawn, "day"))
		}
		raw, err := json.Marshal(lots[k])
		if err != nil {
			return err
		}
		ask := store.Ask{ID: bookings.AskID(k.opening, k.child, a.Account), Opening: k.opening, Account: a.Account, Child: k.child, Lots: string(raw), At: tx.Now().UnixMicro(), Met: "[]", Results: "[]"}
		if err := tx.SaveAsk(ask); err != nil {
			return err
		}
	}
	if args.Prepared != "" {
		return s.dropPrepared(tx, a, &wire.DropPrepared{Group: args.Prepared})
	}
	return nil
}

// namedIn is nil where lots name activities that are there and children who may
// be.
func (f *townFacts) namedIn(lots []bookings.Lot) error {
	for _, l := range lots {
		if _, known := f.activities[l.Activity]; !known {
			return portal.E(portal.NotFound, "activity")
		}
		if !l.Child.Valid() {
			return portal.E(portal.Invalid, "child")
		}
	}
	return nil
}

// withdrawAsk takes an ask back while asking lasts.
func (s *Service) withdrawAsk(tx *store.Tx, a Actor, args *wire.WithdrawAsk) error {
	ask, found, err := tx.Ask(args.Ask)
	if err != nil || !found || ask.Account != a.Account {
		return orElse(err, portal.E(portal.NotFound, "ask"))
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	if o, known := f.opening(ask.Opening); !known || !o.Asking(tx.Now()) || ask.Number != "" {
		return portal.E(bookings.BeingDrawn, "ask")
	}
	return tx.DropAsk(ask.ID)
}

// projectAsk shows an ask to the account that made it, and after its turn what
// became of it and why.
func (s *Service) projectAsk(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	a, found, err := tx.Ask(id)
	if err != nil || !found {
		return nil, err
	}
	body := wire.Ask{ID: a.ID, Opening: a.Opening, Child: a.Child, At: a.At}
	if err := json.Unmarshal([]byte(a.Lots), &body.Lots); err != nil {
		return nil, err
	}
	if a.Turn > 0 {
		body.Turn, body.Points, body.Ticket, body.Number = a.Turn, a.Points, bookings.Ticket(a.Opening, a.Child), a.Number
		if err := errors.Join(json.Unmarshal([]byte(a.Met), &body.Met), json.Unmarshal([]byte(a.Results), &body.Results)); err != nil {
			return nil, err
		}
	}
	return []store.FeedRow{{Feed: wire.AccountFeed(a.Account), Collection: wire.Asks, Entity: id, Body: body}}, nil
}

// prepareGroup keeps days that a family wants once they open. Only that they
// could be days is looked at: what else may be wrong with them changes until then,
// and the desktop says it.
func (s *Service) prepareGroup(tx *store.Tx, a Actor, args *wire.PrepareGroup) error {
	if !args.Group.Valid() {
		return portal.E(portal.Invalid, "group")
	}
	if wrong := bookings.CheckGroup(args.Book, nil, nil); wrong != nil {
		return wrong
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	if err := f.namedIn(args.Book); err != nil {
		return err
	}
	for _, l := range args.Book {
		if _, _, err := a.mayBook(tx, l.Child, l.Activity); err != nil {
			return err
		}
	}
	had, found, err := tx.Prepared(args.Group)
	switch {
	case err != nil:
		return err
	case found && had.Account != a.Account:
		return portal.E(portal.NotFound, "group")
	case found && had.Dropped != 0:
		return nil // sent or thrown away meanwhile, here or on another computer
	}
	if g, sent, err := tx.BookingGroup(args.Group); err != nil || sent {
		if err == nil && g.Account != a.Account {
			return portal.E(portal.NotFound, "group")
		}
		return err
	}
	if all, err := tx.PreparedOf(a.Account); err != nil || !found && len(all) >= wire.MostPrepared {
		return orElse(err, portal.E(portal.TooLong, "group", "max", fmt.Sprint(wire.MostPrepared)))
	}
	at := tx.Now().UnixMicro()
	body, err := json.Marshal(wire.PreparedGroup{ID: args.Group, Book: args.Book, All: args.All, Auto: args.Auto, At: at})
	if err != nil {
		return err
	}
	return tx.SavePrepared(store.PreparedGroup{ID: args.Group, Account: a.Account, At: at, Body: string(body)})
}

// dropPrepared throws a prepared group away; one that is gone, or never arrived,
// is.
func (s *Service) dropPrepared(tx *store.Tx, a Actor, args *wire.DropPrepared) error {
	if !args.Group.Valid() {
		return portal.E(portal.Invalid, "group")
	}
	had, found, err := tx.Prepared(args.Group)
	switch {
	case err != nil:
		return err
	case found && had.Account != a.Account:
		return portal.E(portal.NotFound, "group")
	case found && had.Dropped != 0:
		return nil
	}
	at := tx.Now().UnixMicro()
	return tx.SavePrepared(store.PreparedGroup{ID: args.Group, Account: a.Account, At: at, Dropped: at})
}

// preparedSent ends a prepared group whose days are now booked, as far as they
// were possible. Where its hour has not come by the clock here, nothing of it is
// done, and it waits on.
func (s *Service) preparedSent(tx *store.Tx, a Actor, r wire.GroupResult, had store.PreparedGroup) error {
	if had.Account != a.Account || had.Dropped != 0 {
		return nil // another's, or none
	}
	for _, f := range r.Refused {
		if f.Error.Code == bookings.OpensLater {
			return f.Error
		}
	}
	return s.dropPrepared(tx, a, &wire.DropPrepared{Group: r.ID})
}

func (s *Service) projectPrepared(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	g, found, err := tx.Prepared(id)
	if err != nil || !found || g.Dropped != 0 {
		return nil, err
	}
	return []store.FeedRow{{Feed: wire.AccountFeed(g.Account), Collection: wire.Prepared, Entity: id, Body: json.RawMessage(g.Body)}}, nil
}

// foreignOpening is foreignTo for what an account prepares and asks for.
func foreignOpening(tx *store.Tx, account portal.ID, desk, collection string, id portal.ID, body string) (string, error) {
	if collection == wire.Prepared {
		g, found, err := tx.Prepared(id)
		if err == nil && (!found || g.Account != account || g.Dropped != 0 || desk != "") {
			return "what another prepares", nil
		}
		return "", err
	}
	a, found, err := tx.Ask(id)
	if err == nil && (!found || a.Account != account || desk != "" || a.Turn == 0 && strings.Contains(body, `"number"`)) {
		return "what another asks for, or a number before its turn", nil
	}
	return "", err
}
