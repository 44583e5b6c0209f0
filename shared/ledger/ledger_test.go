package ledger

import (
	"testing"

	"parvis/shared/portal"
)

func end(n int) *int { return &n }

func bands() []Band {
	return []Band{{0, end(400), 120}, {401, end(900), 250}, {901, nil, 480}}
}

func TestPrices(t *testing.T) {
	tariffs := []Tariff{
		{ID: "old", Activity: "canteen", From: "2025-09-01", Bands: []Band{{0, nil, 100}}, Outside: 500},
		{ID: "new", Activity: "canteen", From: "2026-09-01", Bands: bands(), Outside: 560},
		{ID: "other", Activity: "morning", From: "2026-10-01", Bands: []Band{{0, nil, 80}}},
	}
	family := Payer{Resident: true, Quotients: []Quotient{{Value: 350, From: "2026-01-01", Source: FromFund}, {Value: 700, From: "2026-11-01", Source: FromFund}}}
	for _, c := range []struct {
		name string
		day  portal.Date
		p    Payer
		want portal.Money
		by   portal.ID
	}{
		{"by the tariff of the day booked", "2026-08-31", family, 100, "old"},
		{"by the quotient of that day", "2026-10-31", family, 120, "new"},
		{"a new quotient applies from its date on", "2026-11-01", family, 250, "new"},
		{"no quotient is the top band", "2026-11-01", Payer{Resident: true}, 480, "new"},
		{"a quotient that applies later is none yet", "2026-11-01", Payer{Resident: true, Quotients: []Quotient{{Value: 1, From: "2026-12-01"}}}, 480, "new"},
		{"the last value of a band is within", "2026-11-01", Payer{Resident: true, Quotients: []Quotient{{Value: 400, From: "2026-01-01"}}}, 120, "new"},
		{"from outside", "2026-11-01", Payer{Quotients: family.Quotients}, 560, "new"},
	} {
		got, err := PriceOf(TariffOn(tariffs, "canteen", c.day), c.day, c.p, "", nil)
		if err != nil || got.Amount != c.want || got.Tariff != c.by {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	if _, err := PriceOf(TariffOn(tariffs, "evening", "2026-11-01"), "2026-11-01", family, "", nil); err == nil || err.Code != NoTariff {
		t.Errorf("an activity without a tariff: %v", err)
	}
}

func TestEntriesSumToZero(t *testing.T) {
	debit := Debit("claire", "main", "canteen", 320)
	if err := Check(debit); err != nil {
		t.Fatal(err)
	}
	back := Reverse(debit)
	if err := Check(back); err != nil || back[0].Account != debit[0].Account || back[0].Amount != 320 {
		t.Fatalf("the credit is %v (%v)", back, err)
	}
	if Check([]Entry{{"a", 1}, {"b", -2}}) == nil || Check(nil) == nil {
		t.Fatal("a transaction that does not sum to zero passes")
	}
}

func TestTheQuotientOfADay(t *testing.T) {
	dated := []Quotient{
		{ID: "a", Value: 350, From: "2025-09-01", Until: "2026-08-31"},
		{ID: "b", Value: 700, From: "2026-10-01", Until: "2027-08-31"},
		{ID: "c", Value: 640, From: "2026-11-16", Until: "2026-12-31"},
		{ID: "d", Value: 650, From: "2026-11-16", Until: "2026-12-31"},
	}
	for day, want := range map[portal.Date]portal.ID{
		"2025-08-31": "", "2025-09-01": "a", "2026-08-31": "a",
		"2026-09-01": "", // the school year of its proof is over
		"2026-09-30": "", "2026-10-01": "b", "2026-11-15": "b",
		"2026-11-16": "d", // of two that begin together the later
		"2026-12-31": "d",
		"2027-01-01": "", // the newest has ended: what stood before does not come back
	} {
		got := portal.ID("")
		if q := QuotientOn(dated, day); q != nil {
			got = q.ID
		}
		if got != want {
			t.Errorf("on %s it is %q, not %q", day, got, want)
		}
	}
	if p, err := PriceOf(&Tariff{ID: "t", Activity: "c", Bands: bands()}, "2027-01-01", Payer{Resident: true, Quotients: dated}, "", nil); err != nil || p.Amount != 480 || p.Band != 3 || p.Quotient != nil {
		t.Errorf("without a quotient that serves: %+v, %v", p, err)
	}
	if p, err := PriceOf(&Tariff{ID: "t", Activity: "c", Bands: bands()}, "2026-10-01", Payer{Resident: true, Quotients: dated}, "", nil); err != nil || p.Amount != 250 || p.Band != 2 || p.Quotient == nil || p.Quotient.From != "2026-10-01" {
		t.Errorf("with one: %+v, %v", p, err)
	}
}

func TestHowLongAQuotientServes(t *testing.T) {
	for from, want := range map[portal.Date]portal.Date{
		"2026-09-01": "2027-08-31", "2027-01-15": "2027-08-31", "2027-06-30": "2027-08-31", "2027-07-01": "2028-08-31", "2027-08-31": "2028-08-31",
	} {
		if got := ServesUntil(from); got != want {
			t.Errorf("from %s until %s, not %s", from, got, want)
		}
	}
}
