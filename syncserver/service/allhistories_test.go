// Played without the race detector, which would take ten times as long over them:
// what they hold is the rules, and the same doors are tried under it elsewhere.

//go:build !race

package service_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// The people of these histories: Alix and Bruno live apart and have the first
// child together, Alix the second alone, Chloé the two others.
var (
	players = []string{"tout.alix", "tout.bruno", "tout.chloe"}
	kids    = []portal.ID{"0190a0f0-0000-7000-8000-0000000000e0", "0190a0f0-0000-7000-8000-0000000000e1", "0190a0f0-0000-7000-8000-0000000000e2", "0190a0f0-0000-7000-8000-0000000000e3"}
	parents = [][]int{{0, 1}, {0}, {2}, {2}}
)

const (
	payingAgency portal.ID = "0190a0f0-0000-7000-8000-0000000000d7"
	atMain                 = portal.Money(4_00)
	atLeisure              = portal.Money(2_00)
)

// numbers is what PayFiP calls each cash desk.
var numbers = map[string]string{service.CashDesk: "006382", leisure: "006383"}

// everything is a town in which all of it happens, as each history begins.
var everything = storetest.Prepare(func(dsn string) error {
	ctx := context.Background()
	h, err := host.Open(ctx, hosttest.Options(dsn, hosttest.NewClock()))
	if err != nil {
		return err
	}
	if err := h.Store.Write(ctx, func(tx *store.Tx) error { return peopled(tx, h.Service) }); err != nil {
		return err
	}
	return h.Close(ctx)
})

func peopled(tx *store.Tx, svc *service.Service) error {
	if err := tx.PutFact(wire.Calendars, "B", bookings.Calendar{Known: portal.Period{From: "2025-09-01", To: "2027-08-31"}}); err != nil {
		return err
	}
	for _, key := range []string{service.CashDesk, leisure} {
		if err := tx.PutFact(wire.CashDesks, portal.ID(key), map[string]any{"key": key, "name": "Régie " + key, "online": true, "most": 50_000, "payfip": numbers[key]}); err != nil {
			return err
		}
	}
	for id, o := range offered {
		a := bookings.Activity{ID: id, Kind: map[portal.ID]string{lunch: bookings.Canteen, dawn: bookings.Morning, study: bookings.Evening}[id], Name: bookings.Names{"fr": string(id)},
			Desk: "enfance", CashDesk: o.desk, Sites: []portal.ID{demo.JulesFerry}, Weekdays: []time.Weekday{1, 2, 3, 4, 5}, Floor: deepest, Provisional: id == dawn}
		a.Book = bookings.Cutoff{Days: 1, Hour: 10, Working: true}
		a.Cancel = a.Book
		if o.waits {
			a.Waiting = &bookings.Waiting{Hours: 24}
		}
		if o.needs != "" {
			a.Requires = []portal.ID{o.needs}
		}
		if err := tx.PutFact(wire.Activities, id, a); err != nil {
			return err
		}
		if err := tx.SetCapacity(id, demo.JulesFerry, o.places); err != nil {
			return err
		}
		if err := priced(tx, id, fare{"2026-09-01", 1_50, 3_70}); err != nil {
			return err
		}
	}
	// Nothing in this town goes deeper.
	there, err := tx.Facts(wire.Activities)
	if err != nil {
		return err
	}
	for _, one := range there {
		var a bookings.Activity
		if err := json.Unmarshal(one.Body, &a); err != nil {
			return err
		}
		a.Floor = deepest
		if err := tx.PutFact(wire.Activities, a.ID, a); err != nil {
			return err
		}
	}
	var people []portal.ID
	for _, login := range players {
		a, err := svc.SeedFamily(tx, accounts.Profile{FirstName: login[5:], LastName: "Toutou", BirthDate: "1988-04-12", Mail: login + "@exemple.fr",
			Address: accounts.Address{Line1: "1 rue Haute", Postcode: demo.Postcode, City: demo.Town, Country: "FR"}}, login, "x", ledger.Payer{Resident: true}, atMain)
		if err != nil {
			return err
		}
		people = append(people, a.ID)
		if err := tx.Post(portal.NewID(), store.LedgerOpening, a.ID, "", []ledger.Entry{{Account: ledger.Prepaid(a.ID, leisure), Amount: atLeisure}, {Account: ledger.Opening(leisure), Amount: -atLeisure}}); err != nil {
			return err
		}
		if err := tx.InsertDocument(store.Document{ID: proofOf(login), Account: a.ID, Kind: quotients.Proof, Name: "quotient.pdf", File: "00000000000000000000000000000000/" + login, Status: "submitted", Scan: "clean"}); err != nil {
			return err
		}
	}
	year := portal.SchoolYearOf(openDays[0])
	for i, kid := range kids {
		links := map[portal.ID]accounts.Custody{people[parents[i][0]]: accounts.FullCustody}
		if len(parents[i]) > 1 {
			links = map[portal.ID]accounts.Custody{people[parents[i][0]]: accounts.SharedCustody, people[parents[i][1]]: accounts.SharedCustody}
		}
		if _, err := svc.SeedChild(tx, store.Child{ID: kid, FirstName: fmt.Sprintf("Tout%d", i), LastName: "Toutou", BirthDate: "2018-03-12", Site: demo.JulesFerry, Class: "ce2", Diet: "standard", Record: `{}`}, links, nil); err != nil {
			return err
		}
		for _, activity := range []portal.ID{lunch, study} {
			if err := svc.SeedEnrolment(tx, bookings.Enrolment{ID: portal.NewID(), Child: kid, Activity: activity, Site: demo.JulesFerry, Year: year, Period: year.Period()}); err != nil {
				return err
			}
		}
	}
	if err := tx.SetWeeks(store.Weeks{Child: kids[0], Anchor: "2026-11-16", First: people[0], Second: people[1]}); err != nil {
		return err
	}
	if err := svc.SeedAgent(tx, service.NewAgent{Login: "agent.tout", FirstName: "Agathe", LastName: "Partout", Mail: "agathe@exemple.fr",
		Desks: []accounts.Desk{accounts.Childhood, accounts.Till(service.CashDesk), accounts.Till(leisure)}, Sites: []portal.ID{demo.JulesFerry}}, "x", "", "[]"); err != nil {
		return err
	}
	agent, _, err := tx.AccountByLogin("agent.tout")
	if err != nil {
		return err
	}
	return svc.Do(tx, agent, wire.OrganisationSave, &wire.SaveOrganisation{Organisation: payingAgency, Name: "Département", CashDesk: service.CashDesk})
}

// proofOf is the document by which somebody proves their quotient.
func proofOf(login string) portal.ID { return kids[0].Derived(login) }

// priced writes a fare as a tariff.
func priced(tx *store.Tx, activity portal.ID, f fare) error {
	most := 800
	id := portal.ID(string(activity) + "-" + string(f.from))
	return tx.PutFact(wire.Tariffs, id, ledger.Tariff{ID: id, Activity: activity, From: f.from, Bands: []ledger.Band{{To: &most, Price: f.low}, {From: 801, Price: f.high}}})
}

// somebody acts from a computer of their own.
type somebody struct {
	service.Actor
	login  string
	outbox portal.ID
	number int64
	cursor wire.Cursor
	rows   map[[3]string]string // as they have reached that computer
}

// started is a payment, as whoever pays it knows it.
type started struct {
	id        portal.ID
	payer     *somebody
	amount    portal.Money
	at        string // the cash desk
	operation string
	opened    time.Time
	result    payments.Answer // what PayFiP has for it
	wrong     bool            // PayFiP says another amount
	vouched   bool            // a cashier has found it paid
	credited  bool
}

// play is one history.
type play struct {
	*reckoning
	rt       *rapid.T
	h        *host.Host
	pay      *service.Service // as a process that takes payments
	payfip   *fakePayFiP
	clock    *hosttest.Clock
	people   []*somebody
	agent    *somebody
	entries  []entered
	groups   []grouped
	asked    map[portal.ID]asked
	told     []telling
	payment  []*started
	proposed map[string]portal.ID
	// everUntied is whether a parent's tie was ever ended.
	everUntied bool
	ways       map[string]int
	done       []string
	checked    int
}

// All that moves money and takes places, in any order, by everybody: what stands
// after each act is what a book kept by hand beside it says, and nothing
// contradicts the invariants.
func TestMoneyAndPlacesAmongRandomHistories(t *testing.T) {
	everything.EachDSN(t, func(t *testing.T, dsn string) {
		// Few and long ones: on PostgreSQL each takes ten times as long, and the rules
		// are the same.
		checks := "36"
		if strings.HasPrefix(dsn, "postgres") {
			checks = "4"
		}
		for name, value := range map[string]string{"rapid.checks": checks, "rapid.steps": "90"} {
			if is := flag.Lookup(name); is.Value.String() == is.DefValue {
				if err := flag.Set(name, value); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = flag.Set(name, is.DefValue) })
			}
		}
		shelf, err := files.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		ways := map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			var of string
			if strings.HasPrefix(dsn, "postgres") {
				of = everything.Postgres(t)
			} else {
				of = storetest.SQLite(t)
				everything.Fill(t, of)
			}
			p := opened(rt, of, shelf)
			p.ways = ways
			rt.Repeat(p.acts())
			p.ends()
		})
		t.Logf("what was done: %v", ways)
	})
}

// opened is a history that begins.
func opened(rt *rapid.T, dsn string, shelf files.Store) *play {
	ctx := context.Background()
	p := &play{rt: rt, clock: hosttest.NewClock(), payfip: newFakePayFiP(), asked: map[portal.ID]asked{}, proposed: map[string]portal.ID{}}
	o := hosttest.Options(dsn, p.clock)
	o.Files, o.Prepare = shelf, nil
	var err error
	if p.h, err = host.Open(ctx, o); err != nil {
		rt.Fatal(err)
	}
	rt.Cleanup(func() {
		if err := p.h.Close(ctx); err != nil {
			rt.Error(err)
		}
	})
	// Payments are asked about by another process, which does so when it is told.
	p.pay = service.New(service.Options{Clock: p.clock.Now, Hasher: hosttest.Plain{}, PayFiP: p.payfip, PublicURL: func() string { return "http://portail.exemple" }})
	if err := p.pay.Bind(ctx, p.h.Store); err != nil {
		rt.Fatal(err)
	}
	p.reckoning = newReckoning(p.clock.Now, kids)
	p.grace = rapid.IntRange(0, 1).Draw(rt, "grace")
	rule := bookings.UsualAbsences
	rule.Grace, rule.UnpaidDays = p.grace, 1
	if err := p.h.Service.Facts(ctx, func(tx *store.Tx) error { return tx.PutFact(wire.AbsenceRules, wire.AbsenceRuleKey, rule) }); err != nil {
		rt.Fatal(err)
	}
	for _, login := range append(slices.Clone(players), "agent.tout") {
		p.people = append(p.people, p.somebody(login))
	}
	p.agent, p.people = p.people[len(players)], p.people[:len(players)]
	for activity := range offered {
		p.fares[activity] = []fare{{"2026-09-01", 1_50, 3_70}}
	}
	for _, who := range p.people {
		p.purses[purse{who.Account, service.CashDesk}], p.purses[purse{who.Account, leisure}] = atMain, atLeisure
	}
	p.first, p.second, p.anchor, p.billed = p.people[0].Account, p.people[1].Account, "2026-11-16", payingAgency
	return p
}

func (p *play) somebody(login string) *somebody {
	s := &somebody{login: login, outbox: portal.NewID()}
	p.read(func(tx *store.Tx) error {
		a, found, err := tx.AccountByLogin(login)
		if err == nil && !found {
			err = fmt.Errorf("nobody is %s", login)
		}
		s.Actor = service.Actor{Account: a.ID, Name: a.FirstName, Role: accounts.Role{Kind: accounts.Kind(a.Kind), Desks: store.Strings[accounts.Desk](a.Desks), Sites: store.Strings[string](a.Sites)}}
		return err
	})
	return s
}

func (p *play) read(f func(tx *store.Tx) error) {
	p.rt.Helper()
	if err := p.h.Store.Read(context.Background(), f); err != nil {
		p.fails("%v", err)
	}
}

// fails ends a history, and says how it went.
func (p *play) fails(what string, args ...any) {
	p.rt.Helper()
	p.rt.Fatalf("%s\n%s", fmt.Sprintf(what, args...), strings.Join(p.done, "\n"))
}

func (p *play) note(what string, args ...any) {
	p.done = append(p.done, p.clock.Now().In(portal.Paris).Format("02 15:04:05 ")+fmt.Sprintf(what, args...))
}

// send has somebody send a command, now and then twice: the second time it is
// answered as the first.
func (p *play) send(who *somebody, kind string, args any) wire.Verdict {
	p.rt.Helper()
	body, err := wire.NewCommand(portal.NewID(), kind, args)
	if err != nil {
		p.fails("%v", err)
	}
	who.number++
	batch := wire.SendCommands{Outbox: who.outbox, Commands: []wire.Envelope{{Number: who.number, Body: body}}}
	out, err := p.h.Service.Commands(context.Background(), who.Actor, batch, p.clock.Now())
	if err != nil || len(out.Verdicts) != 1 {
		p.fails("%s of %s: %v", kind, who.login, err)
	}
	v := out.Verdicts[0]
	if rapid.IntRange(0, 4).Draw(p.rt, "doubled") == 0 {
		again, err := p.h.Service.Commands(context.Background(), who.Actor, batch, p.clock.Now())
		if err != nil || len(again.Verdicts) != 1 || !reflect.DeepEqual(again.Verdicts[0], v) {
			p.fails("%s of %s is %+v, and sent again %+v: %v", kind, who.login, v, again.Verdicts, err)
		}
	}
	code := "yes"
	if !v.Accepted {
		code = string(v.Error.Code)
	}
	p.note("%s: %s %.250s → %s", who.login, kind, body, code)
	p.ways[kind+" "+code]++
	return v
}

// expect fails unless something was accepted where nothing is against it, and
// refused for one of the reasons where there are some.
func (p *play) expect(v wire.Verdict, why map[portal.Code]bool) bool {
	p.rt.Helper()
	if v.Accepted != (len(why) == 0) || !v.Accepted && !why[v.Error.Code] {
		p.fails("it ends as %v %v, and against it is %v", v.Accepted, v.Error, slices.Collect(maps.Keys(why)))
	}
	return v.Accepted
}

// must is send for what nothing can be against.
func (p *play) must(who *somebody, kind string, args any) {
	p.rt.Helper()
	p.expect(p.send(who, kind, args), nil)
}

// check compares what stands with the book that was kept beside it.
func (p *play) check() {
	p.rt.Helper()
	if p.checked++; p.checked%25 == 0 {
		p.sound()
	}
	p.fill()
	p.paidFor()
	p.read(func(tx *store.Tx) error {
		for at, l := range p.lines {
			taken, places, err := tx.Places(at.activity, demo.JulesFerry, at.day)
			if want := (store.Taken{Live: len(l.live), Offered: len(l.kept), Waiting: len(l.queue)}); err != nil || taken != want || taken.Live+taken.Offered > places {
				p.fails("%v: %+v of %d, not %+v: %v", at, taken, places, want, err)
			}
		}
		for i, kid := range kids {
			all, err := tx.LiveBookingsOf(kid)
			if err != nil {
				return err
			}
			for _, b := range all {
				s := p.stays[b.ID]
				if s == nil || s.kid != i || s.activity != b.Activity || s.day != b.Day || s.payer != b.Payer || s.by != b.Actor || s.price != b.Price || s.under != b.Provisional {
					p.fails("%+v is booked, not %+v", b, s)
				}
				for _, q := range s.parts {
					if got := b.Part(q.payer); got != q.amount {
						p.fails("%s pays %s of %+v, not %s", q.payer, got.Decimal(), b, q.amount.Decimal())
					}
				}
			}
			waits, err := tx.LiveWaitsIn(kid, portal.Period{From: openDays[0], To: openDays[len(openDays)-1]})
			if err != nil {
				return err
			}
			for _, w := range waits {
				l := p.lines[seat{w.Activity, w.Day}]
				until, kept := l.kept[i]
				place, err := tx.PlaceInLine(w)
				if err != nil || kept != (w.State == bookings.WaitOffered) || kept && !until.Equal(time.UnixMicro(w.Until)) || !kept && slices.Index(l.queue, i)+1 != place {
					p.fails("%+v at place %d: kept until %v, of %v: %v", w, place, until, l.queue, err)
				}
			}
		}
		for of, want := range p.purses {
			if got, err := tx.Balance(ledger.Prepaid(of.payer, of.desk)); err != nil || got != want {
				p.fails("%s has %s at %s, not %s: %v", of.payer, got.Decimal(), of.desk, want.Decimal(), err)
			}
		}
		return nil
	})
}

// sound fails when anything contradicts the invariants.
func (p *play) sound() {
	p.rt.Helper()
	if found, err := p.h.Service.Contradictions(context.Background()); err != nil || len(found) > 0 {
		p.fails("%v %v", found, err)
	}
}
