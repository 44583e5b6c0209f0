package view

import (
	"testing"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

func TestAQuotientOnItsWay(t *testing.T) {
	d := open(t)
	id := portal.NewID()
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{Collection: wire.Quotients})
	c := d.do(wire.QuotientDeclare, wire.DeclareQuotient{Quotient: id, Value: 540, Month: "2026-10-01", From: tuesday, Document: "paper"})
	d.drain()
	got := d.Quotients()
	if len(got) != 1 || !got[0].ToSend || got[0].Command != c || got[0].State != quotients.Declared || got[0].Value != 540 || got[0].Source != ledger.FromProof || told != 1 {
		t.Fatalf("it is shown as %+v, told %d times", got, told)
	}
	// Nobody has accepted it: the price stays.
	d.want(tuesday.Add(2), "bookable can-book 3.20 16.80")
	entry := quotients.Entry{ID: id, Account: me, State: quotients.Declared, Source: ledger.FromProof, Value: 540, Month: "2026-10-01", From: tuesday, Document: "paper", Made: monday.At(9, 0).UnixMicro()}
	d.decided(d.row(mine, wire.Quotients, id, entry))
	if got := d.Quotients(); len(got) != 1 || got[0].Pending || got[0].ToSend {
		t.Fatalf("arrived it is %+v", got)
	}
	d.do(wire.QuotientWithdraw, wire.WithdrawQuotient{Quotient: id})
	if got := d.Quotients(); len(got) != 0 {
		t.Fatalf("taken back it is still %+v", got)
	}
	// An agent was faster.
	entry.State = quotients.Accepted
	d.get(d.row(mine, wire.Quotients, id, entry))
	if got := d.Doubts(); len(got) != 1 || got[0].Reason.Code != quotients.Decided {
		t.Fatalf("doubts are %+v", got)
	}
}

func TestAQuotientInAnAgentsQueue(t *testing.T) {
	d := open(t)
	desk, file := wire.DeskFeed("enfance"), wire.FileFeed("enfance", "family")
	entry := func(id portal.ID) quotients.Entry {
		return quotients.Entry{ID: id, Account: "family", State: quotients.Declared, Source: ledger.FromFund, Value: 298, Month: "2026-10-01", From: monday}
	}
	waits := func(id portal.ID, since int64) wire.QueueQuotient {
		return wire.QueueQuotient{ID: id, Account: "family", Desk: "enfance", Person: "Sofia Benali", Source: "fund", Since: since}
	}
	d.get(d.row(desk, wire.QuotientQueue, "b", waits("b", 2)), d.row(desk, wire.QuotientQueue, "a", waits("a", 1)),
		d.row(file, wire.Quotients, "a", entry("a")), d.row(file, wire.Quotients, "b", entry("b")))
	if q := d.QuotientQueue(); len(q) != 2 || q[0].ID != "a" {
		t.Fatalf("the queue is %+v", q)
	}
	d.do(wire.QuotientAccept, wire.AcceptQuotient{Quotient: "a", From: tuesday})
	d.do(wire.QuotientRefuse, wire.RefuseQuotient{Quotient: "b", Reason: "Illisible."})
	if q := d.QuotientQueue(); len(q) != 0 {
		t.Errorf("what was decided here still waits: %+v", q)
	}
	states := map[portal.ID]quotients.State{}
	for _, q := range d.FileQuotients("family", "enfance") {
		states[q.ID] = q.State
		if !q.Pending || q.DecidedBy != me {
			t.Errorf("it is %+v", q)
		}
	}
	if states["a"] != quotients.Accepted || states["b"] != quotients.Refused {
		t.Errorf("they are %v", states)
	}
	if len(d.Quotients()) != 0 {
		t.Error("a family's are the agent's own")
	}
	decided := entry("a")
	decided.State, decided.DecidedBy, decided.DecidedByName = quotients.Refused, "marc", "Marc Petit"
	d.get(d.row(file, wire.Quotients, "a", decided))
	if got := d.Doubts(); len(got) != 1 || got[0].Reason.Args["by"] != "Marc Petit" {
		t.Errorf("doubts are %+v", got)
	}
}

func TestTheLastDayOfEachQuotient(t *testing.T) {
	d := open(t)
	put := func(id portal.ID, from, until portal.Date, decided int64, state quotients.State) wire.Change {
		return d.row(mine, wire.Quotients, id, quotients.Entry{ID: id, Account: me, State: state, From: from, Until: until, Decided: decided})
	}
	d.get(put("a", "2025-09-01", "2026-08-31", 1, quotients.Accepted), put("b", "2026-09-01", "2027-08-31", 2, quotients.Accepted),
		put("c", "2026-11-16", "2027-08-31", 3, quotients.Accepted), put("d", "2026-11-16", "2026-12-31", 4, quotients.Accepted), put("e", "2026-10-01", "", 5, quotients.Refused))
	want := map[portal.ID]portal.Date{"a": "2026-08-31", "b": "2026-11-15", "c": "2026-11-15", "d": "2026-12-31"}
	for _, q := range d.Quotients() {
		if day, told := want[q.ID]; told && q.Last != day {
			t.Errorf("%s fixes prices until %s, not %s", q.ID, q.Last, day)
		}
	}
}

func TestWhatADayCosts(t *testing.T) {
	d := open(t)
	low, high := 400, 900
	d.get(d.row(town, wire.Tariffs, "tariff", ledger.Tariff{ID: "tariff", Activity: canteen, From: "2026-09-01", Outside: 560,
		Bands: []ledger.Band{{From: 0, To: &low, Price: 120}, {From: 401, To: &high, Price: 250}, {From: 901, Price: 480}}}),
		d.row(mine, wire.Accounts, me, wire.Account{ID: me, Payer: &ledger.Payer{Resident: true, Quotients: []ledger.Quotient{{ID: "q", Value: 640, From: monday, Until: tuesday}}}}))
	for day, want := range map[portal.Date]portal.Money{monday.Add(-1): 480, monday: 250, tuesday: 250, tuesday.Add(1): 480} {
		if c := d.Costs(day, nil); len(c) != 1 || c[0].Price.Amount != want || c[0].Price.Bands != 3 {
			t.Errorf("on %s: %+v", day, c)
		}
	}
	if c := d.Costs(monday, &ledger.Quotient{Value: 100, From: monday}); c[0].Price.Amount != 120 || c[0].Price.Band != 1 {
		t.Errorf("with another quotient: %+v", c)
	}
	// A quotient is not what a booked day costs: that is fixed.
	d.get(d.row(mine, wire.Bookings, "b", booking("b", tuesday.Add(2))))
	if day := d.Day(lea, canteen, tuesday.Add(2)); day.Price.Amount != 320 || day.Price.Quotient != nil {
		t.Errorf("a booked day costs %+v", day.Price)
	}
}
