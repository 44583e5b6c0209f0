package view

import (
	"testing"
	"time"

	"parvis/shared/payments"
	"parvis/shared/wire"
)

func TestPaymentsAreReadAndTheirPageEnds(t *testing.T) {
	d := open(t)
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{Collection: wire.Payments})
	until := d.now.Add(payments.PageOpens)
	first := wire.Payment{ID: "first", CashDesk: "regie", Amount: 2000, State: payments.Paid, Started: 1, Settled: 2, Reference: "A"}
	second := wire.Payment{ID: "second", CashDesk: "regie", Amount: 5000, State: payments.Pending, Started: 3, URL: "https://payfip.exemple.fr/?idop=x", Until: until.UnixMicro(), Reference: "B"}
	d.get(d.row(mine, wire.Payments, "first", first), d.row(mine, wire.Payments, "second", second))
	d.drain()
	got := d.Payments()
	if len(got) != 2 || got[0] != second || got[1] != first || told != 1 {
		t.Fatalf("they are %+v, told %d times", got, told)
	}
	if !d.PageOpens(second) || d.PageOpens(first) {
		t.Error("the page of what is pending opens, that of what is paid does not")
	}
	d.now = until.Add(-time.Microsecond)
	if !d.PageOpens(second) {
		t.Error("it opens until the very end")
	}
	if d.now = until; d.PageOpens(second) {
		t.Error("and not after it")
	}
	if p, known := d.Payment("second"); !known || p != second {
		t.Errorf("by its name it is %+v", p)
	}
}

func TestACashDeskIsOnLineWhereTheTownIs(t *testing.T) {
	d := open(t)
	d.get(d.row(town, wire.CashDesks, "regie", wire.CashDesk{Key: "regie", Name: "Restauration", Online: true, Least: 100, Most: 50_000}),
		d.row(town, wire.CashDesks, "crèche", wire.CashDesk{Key: "crèche", Name: "Crèche", Least: 100, Most: 50_000}))
	if got := d.CashDesks(); len(got) != 2 || got[0].Key != "crèche" || got[0].Online || got[1].Online {
		t.Fatalf("without PayFiP they are %+v", got)
	}
	d.get(d.row(town, wire.Towns, "town", wire.Town{ID: "town", Name: "Saint-Aubin", Pays: true}))
	if got := d.CashDesks(); got[0].Online || !got[1].Online {
		t.Fatalf("with it they are %+v", got)
	}
}
