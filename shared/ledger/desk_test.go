package ledger

import (
	"strings"
	"testing"

	"parvis/shared/portal"
)

func TestWhatACashierMayEnter(t *testing.T) {
	const today portal.Date = "2026-11-16"
	good := Brought{Form: Cheque, Amount: 4200, Reference: "0012345 Banque du Val", Received: today}
	for _, c := range []struct {
		name   string
		change func(*Brought)
		want   portal.Code
	}{
		{"a cheque of today", func(*Brought) {}, ""},
		{"cash needs no number", func(b *Brought) { b.Form, b.Reference = Cash, "" }, ""},
		{"nor do vouchers", func(b *Brought) { b.Form, b.Reference = CESU, "" }, ""},
		{"a cheque does", func(b *Brought) { b.Reference = "" }, ReferenceBad},
		{"and a transfer", func(b *Brought) { b.Form, b.Reference = Transfer, "" }, ReferenceBad},
		{"nothing", func(b *Brought) { b.Amount = 0 }, AmountBad},
		{"less than nothing", func(b *Brought) { b.Amount = -100 }, AmountBad},
		{"the most", func(b *Brought) { b.Amount = MostEntered }, ""},
		{"a slip of the keys", func(b *Brought) { b.Amount = MostEntered + 1 }, AmountBad},
		{"gold", func(b *Brought) { b.Form = "gold" }, portal.Invalid},
		{"what comes on line", func(b *Brought) { b.Form = OnLine }, portal.Invalid},
		{"tomorrow", func(b *Brought) { b.Received = "2026-11-17" }, ReceivedBad},
		{"last year", func(b *Brought) { b.Received = "2025-11-16" }, ReceivedBad},
		{"a day that is none", func(b *Brought) { b.Received = "2026-11-31" }, ReceivedBad},
		{"a long number", func(b *Brought) { b.Reference = strings.Repeat("é", MostReference+1) }, ReferenceBad},
		{"one as long as may be", func(b *Brought) { b.Reference = strings.Repeat("é", MostReference) }, ""},
	} {
		b := good
		c.change(&b)
		wrong := b.Check(today)
		if got := codeOf(wrong); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
	if b := (Brought{Reference: "  12  34 "}).Trimmed(); b.Reference != "12 34" {
		t.Errorf("trimmed to %q", b.Reference)
	}
}

func codeOf(e *portal.Error) portal.Code {
	if e == nil {
		return ""
	}
	return e.Code
}

func TestWhatMayBeCorrected(t *testing.T) {
	for _, c := range []struct {
		amount portal.Money
		reason string
		want   portal.Code
	}{
		{320, "Repas compté deux fois.", ""}, {-320, "ok", ""}, {0, "Rien.", AmountBad}, {MostEntered + 1, "Trop.", AmountBad}, {-MostEntered - 1, "Trop.", AmountBad},
		{100, " x ", portal.Missing}, {100, strings.Repeat("é", MostReason), ""}, {100, strings.Repeat("é", MostReason+1), portal.TooLong},
	} {
		if got := codeOf(CheckCorrection(c.amount, c.reason)); got != c.want {
			t.Errorf("%s for %.10q: %q, not %q", c.amount.Decimal(), c.reason, got, c.want)
		}
	}
}

func TestWhatIsBroughtAndTakenBackSumsToZero(t *testing.T) {
	in := Bring("claire", "main", Brought{Form: Cash, Amount: 2000})
	if Check(in) != nil || in[0] != (Entry{"prepaid:main:claire", 2000}) || in[1] != (Entry{"till:main:cash", -2000}) {
		t.Errorf("brought: %v", in)
	}
	if c := Correct("claire", "main", -320); Check(c) != nil || c[0].Amount != -320 {
		t.Errorf("corrected: %v", c)
	}
}

func TestTheSumsOfADay(t *testing.T) {
	brought := func(f Form, m portal.Money, taken bool) Taking { return Taking{Brought{Form: f, Amount: m}, taken} }
	sums, all := SumsOf([]Taking{brought(Transfer, 100, true), brought(Cash, 2000, true), brought(Cash, 500, false), brought(OnLine, 4940, true), brought(Cash, 1000, true), brought("", -320, false)})
	if len(sums) != 3 || sums[0] != (FormSum{Cash, 2, 3000}) || sums[1] != (FormSum{Transfer, 1, 100}) || sums[2] != (FormSum{OnLine, 1, 4940}) || all != (FormSum{"", 4, 8040}) {
		t.Errorf("%+v, %+v", sums, all)
	}
	if sums, all := SumsOf(nil); len(sums) != 0 || all != (FormSum{}) {
		t.Errorf("of nothing: %+v, %+v", sums, all)
	}
}
