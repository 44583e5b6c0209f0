package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parvis/desktop/view"
	"parvis/shared/accounts"
	"parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/store"
)

// In some histories it changes who pays, and how much, while days are booked:
// parents agree on weeks and on who pays by them, an agent writes payers with
// their shares and ends and makes ties, quotients are told and decided, and the
// town has new tariffs from some day on.

// fund is an organisation that pays a part of some children's days.
const fund portal.ID = "03bb2cc3-d800-7000-8fff-00000000000f"

// parents is the two whose desktops are played.
var parents = []string{"claire.martel", "hugo.martel"}

// setApart has the parents live apart from the beginning, with one child's weeks
// agreed on, and perhaps that each pays for their own.
func (t *town) setApart(tx *store.Tx) error {
	one, _, err := tx.AccountByLogin(parents[0])
	if err != nil {
		return err
	}
	links, err := tx.LinksTo(one.ID)
	if err != nil {
		return err
	}
	slices.SortFunc(links, func(a, b store.Link) int { return strings.Compare(string(a.Child), string(b.Child)) })
	child := links[0].Child
	t.apart = child
	weeks := store.Weeks{Child: child, Anchor: "2026-11-16", First: one.ID, At: tx.Now().UnixMicro(), By: one.ID}
	for _, own := range links {
		both, err := tx.LinksOf(own.Child)
		if err != nil {
			return err
		}
		for _, l := range both {
			l.Custody = string(accounts.SharedCustody)
			if err := tx.SaveLink(l); err != nil {
				return err
			}
			if l.Account != one.ID {
				weeks.Second = l.Account
			}
		}
	}
	if err := tx.SetWeeks(weeks); err != nil {
		return err
	}
	if t.h.seed%2 == 0 {
		if err := tx.SetPaying(store.Paying{Child: child, Rule: string(family.EachOwnWeeks), At: tx.Now().UnixMicro(), By: one.ID}); err != nil {
			return err
		}
	}
	clerk, _, err := tx.AccountByLogin(cashier)
	if err != nil {
		return err
	}
	return t.service.Do(tx, clerk, wire.OrganisationSave, &wire.SaveOrganisation{Organisation: fund, CashDesk: "main", Name: "Comité des fêtes"})
}

// agrees does one thing that a parent does about weeks, about who pays, or about
// the quotient.
func (d *desktop) agrees() {
	for _, c := range d.view.Children() {
		switch {
		case d.r.IntN(4) == 0:
		case c.Asked != nil && !c.Asked.Own:
			d.submit(wire.WeeksAnswer, wire.AnswerWeeks{Child: c.ID, Proposal: c.Asked.ID, Accept: d.r.IntN(4) > 0})
			return
		case c.AskedPaying != nil && !c.AskedPaying.Own:
			d.submit(wire.PayingAnswer, wire.AnswerPaying{Child: c.ID, Proposal: c.AskedPaying.ID, Accept: d.r.IntN(4) > 0})
			return
		}
	}
	if d.r.IntN(3) == 0 {
		d.tellsQuotient()
		return
	}
	c, ok := pick(d.r, d.view.Children())
	if !ok {
		return
	}
	switch x := d.r.IntN(6); {
	case c.Asked != nil:
		d.submit(wire.WeeksAnswer, wire.AnswerWeeks{Child: c.ID, Proposal: c.Asked.ID, Accept: !c.Asked.Own && x > 0})
	case c.AskedPaying != nil:
		d.submit(wire.PayingAnswer, wire.AnswerPaying{Child: c.ID, Proposal: c.AskedPaying.ID, Accept: !c.AskedPaying.Own && x > 0})
	case c.Paying != nil && x < 2:
		d.submit(wire.PayingEnd, wire.EndPaying{Child: c.ID})
	case c.Weeks != nil && c.Paying == nil && x < 5:
		d.submit(wire.PayingPropose, wire.ProposePaying{Proposal: d.ids(), Child: c.ID, Paying: family.EachOwnWeeks})
	case c.Weeks != nil && x == 5:
		d.submit(wire.WeeksEnd, wire.EndWeeks{Child: c.ID})
	default:
		d.submit(wire.WeeksPropose, wire.ProposeWeeks{Proposal: d.ids(), Child: c.ID, Weeks: family.Weeks{Anchor: d.view.Today().Add(d.r.IntN(7))}, Mine: d.r.IntN(2) == 0})
	}
}

// tellsQuotient tells a quotient on a proof, or takes one back.
func (d *desktop) tellsQuotient() {
	for _, q := range d.view.Quotients() {
		if q.State.Open() && !q.ToSend && d.r.IntN(4) == 0 {
			d.submit(wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: q.ID})
			return
		}
	}
	all := d.view.Documents()
	if !slices.ContainsFunc(append(all.Valid, all.ToCheck...), func(i view.DocumentItem) bool { return i.Document.Kind == quotients.Proof }) {
		d.give(quotients.Proof, "")
		d.breathes()
		all = d.view.Documents()
	}
	for _, item := range append(all.Valid, all.ToCheck...) {
		if item.Document.Kind != quotients.Proof {
			continue
		}
		var needs []portal.ID
		if item.Document.ToSend {
			needs = append(needs, item.Document.Command)
		}
		today := d.view.Today()
		d.submit(wire.QuotientDeclare, wire.DeclareQuotient{
			Quotient: d.ids(), Value: d.r.IntN(1200), Month: today.FirstOfMonth(), From: today.Add(d.r.IntN(4)), Document: item.Document.ID,
		}, needs...)
		return
	}
}

// apportions does one thing that an agent does about who pays, and how much.
func (d *desktop) apportions() {
	one, other := d.h.accounts[parents[0]], d.h.accounts[parents[1]]
	if q, ok := pick(d.r, d.view.QuotientQueue()); ok && d.r.IntN(3) > 0 {
		_, open := d.view.File(q.Account, string(accounts.Childhood))
		switch {
		case !open:
			d.submit(wire.FileOpen, wire.OpenFile{Account: q.Account, Desk: string(accounts.Childhood)})
		case d.r.IntN(4) == 0:
			d.submit(wire.QuotientRefuse, wire.RefuseQuotient{Quotient: q.ID, Reason: "Illisible"})
		default:
			d.submit(wire.QuotientAccept, wire.AcceptQuotient{Quotient: q.ID, From: d.view.Today().Add(d.r.IntN(4))})
		}
		return
	}
	f, open := d.view.File(one, string(accounts.Childhood))
	if !open {
		d.submit(wire.FileOpen, wire.OpenFile{Account: one, Desk: string(accounts.Childhood)})
		return
	}
	c, ok := pick(d.r, f.Children)
	if !ok {
		return
	}
	today := d.view.Today()
	switch x := d.r.IntN(100); {
	case x < 55:
		shares := []ledger.Shares{
			nil,
			{{Percent: 50}, {Payer: other, Percent: 50}},
			{{Payer: one, Percent: 67}, {Payer: other, Percent: 33}},
			{{Percent: 70}, {Payer: fund, Percent: 30}},
			{{Payer: fund, Percent: 100}},
			{{Payer: other, Percent: 100}},
		}[d.r.IntN(6)]
		d.submit(wire.PayersSet, wire.SetPayers{Child: c.ID, From: today.Add(d.r.IntN(4)), Shares: shares, Reason: "Jugement"})
	case x < 75:
		first := []portal.ID{one, other, ""}[d.r.IntN(3)]
		d.submit(wire.WeeksSet, wire.SetWeeks{Child: c.ID, First: first, Weeks: family.Weeks{Anchor: today}})
	case x < 88:
		custody := []accounts.Custody{accounts.FullCustody, accounts.SharedCustody, accounts.SharedCustody}[d.r.IntN(3)]
		d.submit(wire.CustodySet, wire.SetCustody{Child: c.ID, Custody: string(custody), Evidence: "judgment", Day: today})
	case x < 94:
		d.h.town.cuts(other, c.ID)
		d.submit(wire.CustodyEnd, wire.EndCustody{Child: c.ID, Parent: other, Evidence: "judgment", Day: today})
	default:
		d.h.town.cuts(other, c.ID)
		d.submit(wire.CustodyLink, wire.LinkParent{Child: c.ID, Who: parents[1], Custody: string(accounts.SharedCustody), Evidence: "judgment", Day: today})
	}
}

// cuts notes that a tie is being cut or made.
func (t *town) cuts(account, child portal.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cut[[2]portal.ID{account, child}] = true
}

// tariffs gives the town new prices from some day on, once or twice.
func (h *history) tariffs(ctx context.Context) {
	r := generator(h.seed, 1011)
	for range 1 + r.IntN(2) {
		if pause(ctx, around(r, 30*time.Second)) != nil {
			return
		}
		activity := []portal.ID{demo.Canteen, demo.Evening}[r.IntN(2)]
		from := portal.DateOf(h.town.now()).Add(r.IntN(5))
		percent := portal.Money(60 + r.IntN(90))
		h.town.gate.RLock()
		if h.town.answer != nil {
			if err := h.town.store.Write(context.Background(), func(tx *store.Tx) error {
				return newTariff(tx, activity, from, percent)
			}); err != nil {
				h.fail("no new tariff: %v", err)
			}
			h.log("a tariff of %s from %s at %d %%", activity, from, percent)
		}
		h.town.gate.RUnlock()
	}
}

// newTariff makes a tariff from a day on: the one in force then, at so many per
// cent. Of one activity there are never two from the same day.
func newTariff(tx *store.Tx, activity portal.ID, from portal.Date, percent portal.Money) error {
	facts, err := tx.Facts(wire.Tariffs)
	if err != nil {
		return err
	}
	var all []ledger.Tariff
	for _, f := range facts {
		var t ledger.Tariff
		if err := json.Unmarshal([]byte(f.Body), &t); err != nil {
			return err
		}
		all = append(all, t)
	}
	t := *ledger.TariffOn(all, activity, from)
	t.ID, t.From, t.Bands = activity+"-"+portal.ID(from), from, slices.Clone(t.Bands)
	for i := range t.Bands {
		t.Bands[i].Price = max(1, t.Bands[i].Price*percent/100)
	}
	return tx.PutFact(wire.Tariffs, t.ID, t)
}

// prices is what fixes prices at one point of a line.
type prices struct {
	tariffs map[portal.ID]ledger.Tariff
	payers  map[portal.ID]ledger.Payer
}

func (p prices) copy() prices { return prices{maps.Clone(p.tariffs), maps.Clone(p.payers)} }

// follow takes in what a row says of them.
func (p prices) follow(c wire.Change) {
	switch {
	case c.Deleted:
	case c.Collection == wire.Tariffs && c.Feed == wire.TownFeed:
		var t ledger.Tariff
		if json.Unmarshal(c.Body, &t) == nil {
			p.tariffs[t.ID] = t
		}
	case c.Collection == wire.Accounts && wire.FeedKind(c.Feed) == "account":
		var a wire.Account
		if json.Unmarshal(c.Body, &a) == nil && a.Payer != nil {
			p.payers[c.Entity] = *a.Payer
		}
	}
}

// costs reports whether a day may cost so much, whichever child of its payer it
// is for.
func (p prices) costs(b store.Booking) bool {
	t := ledger.TariffOn(slices.Collect(maps.Values(p.tariffs)), b.Activity, b.Day)
	siblings := []ledger.Sibling{{Child: b.Child, Born: "2020-01-01", Enrolled: true, Booked: true}}
	for range 4 {
		if price, wrong := ledger.PriceOf(t, b.Day, p.payers[b.Payer], b.Child, siblings); wrong == nil && price.Amount == b.Price {
			return true
		}
		siblings = append(siblings, ledger.Sibling{Child: portal.ID(fmt.Sprint("elder", len(siblings))), Born: "2010-01-01", Enrolled: true, Booked: true})
	}
	return false
}

// priced checks that each day costs what the tariff and the quotient of the
// moment in which it was booked made it cost, whatever came after. One that was
// booked again after a closure or an absence costs what it did.
func (h *history) priced(tx *store.Tx) error {
	now, seen := prices{map[portal.ID]ledger.Tariff{}, map[portal.ID]ledger.Payer{}}, map[portal.ID]bool{}
	all, at := h.town.course()
	for i := 0; i < len(all); {
		before, n := now.copy(), i
		for ; n < len(all) && at[n] == at[i]; n++ {
			now.follow(all[n])
		}
		for _, c := range all[i:n] {
			if c.Collection != wire.Bookings || c.Deleted || seen[c.Entity] || wire.FeedKind(c.Feed) != "account" {
				continue
			}
			seen[c.Entity] = true
			b, found, err := tx.Booking(c.Entity)
			if err != nil || !found {
				return err
			}
			was, again, err := tx.RestoredFrom(b.ID)
			if err != nil {
				return err
			}
			if !again {
				var back store.AbsenceBack
				if back, again, err = tx.BackAs(b.ID); err != nil {
					return err
				}
				was.Booking = back.Booking
			}
			if again {
				if first, _, err := tx.Booking(was.Booking); err != nil || first.Price != b.Price || first.Payer != b.Payer || first.Child != b.Child || first.Day != b.Day || first.Shares != b.Shares {
					h.fail("booking %s is booked again as %+v (%v)", was.Booking, b, err)
				}
				continue
			}
			if b.Shares != "" {
				h.comes("day parted")
			} else if b.Payer != b.Actor && b.Actor != h.accounts[grandmother] {
				h.comes("day paid by the other parent")
			}
			if !before.costs(b) && !now.costs(b) {
				h.fail("booking %s of %s at %s costs %s, by no tariff and quotient of its hour", b.ID, b.Day, b.Activity, b.Price.Decimal())
			}
		}
		i = n
	}
	return nil
}
