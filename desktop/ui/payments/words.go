package payments

import (
	"strings"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	sayings "parvis/shared/words"
)

// words says what a movement was, for the screen and for what is written out.
type words struct {
	v *view.View
	// called is what children are called of whom no more is known here.
	called map[portal.ID]string
}

// child is what a child is called, "" where it is seen no more.
func (w words) child(id portal.ID) string {
	c, seen := w.v.Child(id)
	if !seen {
		c.FirstName = w.called[id]
	}
	return sayings.Called(c.FirstName)
}

func (w words) activity(id portal.ID) (name, icon string) {
	for _, a := range w.v.Activities() {
		if a.ID == id {
			return a.Name.In(i18n.Language()), screen.ActivityIcon(a.Kind)
		}
	}
	return t("activity"), "calendar"
}

// title is a movement in a few words: what it was, and for whom.
func (w words) title(m ledger.Movement) string {
	switch m.Kind {
	case ledger.KindDebit, ledger.KindCredit:
		name, _ := w.activity(m.Activity)
		if child := w.child(m.Child); child != "" {
			name = t("of", "Activity", name, "Child", child)
		}
		switch {
		case m.Absent == ledger.AbsentForgiven:
			return t("kind.forgiven", "What", name)
		case m.Absent == ledger.AbsentProved:
			return t("kind.proved", "What", name)
		case m.Closure != "" && m.Kind == ledger.KindCredit:
			return t("kind.closed", "What", name)
		case m.Closure != "":
			return t("kind.reopened", "What", name)
		case m.Kind == ledger.KindCredit:
			return t("kind.credit", "What", name)
		}
		return name
	case ledger.KindOpening, ledger.KindTopUp, ledger.KindDeskMoney, ledger.KindCorrection:
		return t("kind." + string(m.Kind))
	}
	return t("kind.other") // of a newer town hall
}

func (w words) icon(m ledger.Movement) string {
	switch m.Kind {
	case ledger.KindDebit:
		_, icon := w.activity(m.Activity)
		return icon
	case ledger.KindCredit:
		return "arrow-u-up-left"
	case ledger.KindTopUp:
		return "credit-card"
	case ledger.KindDeskMoney:
		return "coins"
	case ledger.KindCorrection:
		return "note-pencil"
	}
	return "wallet"
}

// about is the day it was for, who did it where another did, and the reason.
func (w words) about(m ledger.Movement) string {
	var parts []string
	if m.Day != "" {
		parts = append(parts, t("day", "Day", dayDate(m.Day)))
	}
	if m.By != "" {
		key := "by"
		if m.Kind == ledger.KindDebit {
			key = "bookedBy"
		}
		parts = append(parts, t(key, "Name", m.By))
	}
	if m.Form.Valid() {
		parts = append(parts, i18n.Joined(t("form."+string(m.Form)), m.Reference))
	}
	if why := why(m); why != "" {
		parts = append(parts, why)
	}
	if m.Receipt != "" {
		parts = append(parts, t("receipt.number", "Number", m.Receipt))
	}
	return i18n.Joined(parts...)
}

// why is the reason that is told with a movement. What is booked again after a
// closure was taken back is not told why the town had closed.
func why(m ledger.Movement) string {
	if m.Closure != "" && m.Kind == ledger.KindDebit {
		return ""
	}
	return m.Reason
}

// Row is a movement as a line of a list of other screens, with the balance after
// it; called is what the children are called whom those screens know nothing else of.
func Row(v *view.View, called map[portal.ID]string, l ledger.Line) *kit.Row {
	return words{v, called}.row(l.Movement, i18n.Capital(t("balanceThen", "Amount", money(l.Balance))))
}

// RowWith is Row that does something when it is pressed.
func RowWith(v *view.View, called map[portal.ID]string, l ledger.Line, do func(of *kit.Row)) *kit.Row {
	var row *kit.Row
	row = words{v, called}.rowOf(l.Movement, i18n.Capital(t("balanceThen", "Amount", money(l.Balance))), func() { do(row) })
	return row
}

// Typed reads an amount as people write it: 50, 50,5, 50.00, 50 €.
func Typed(s string) (portal.Money, bool) { return typed(s) }

// row is a movement as a line of a list; balance is said where it is given.
func (w words) row(m ledger.Movement, balance string) *kit.Row { return w.rowOf(m, balance, nil) }

func (w words) rowOf(m ledger.Movement, balance string, do func()) *kit.Row {
	bare := m
	bare.By = "" // the line below says it
	second := strings.Join(kept(i18n.Capital(w.about(bare)), i18n.Capital(w.when(m, i18n.Date(instant(m.At)))), balance), "\n")
	return kit.NewRow(w.title(m), second, do).Icon(w.icon(m)).Extra(amount(m.Amount))
}

// coming is row of what waits to be sent: by its colour and its sign no more than
// that yet.
func (w words) coming(m ledger.Movement) *kit.Row {
	return w.row(m, "").Extra(amount(m.Amount).Role(look.Pending)).Status(look.TonePending, "clock-countdown", t("waiting"))
}

// comingLong is what waits, and when it will change the balance.
func comingLong(m ledger.Movement) string {
	if m.Kind == ledger.KindCredit {
		return t("waitsLong.cancel")
	}
	return t("waitsLong.book")
}

// when is when it was done, and by whom where that was another.
func (w words) when(m ledger.Movement, at string) string {
	key := "on"
	if m.By != "" {
		key = "recordedOn"
	}
	switch m.Kind {
	case ledger.KindDebit:
		key = "bookedOn"
	case ledger.KindCredit:
		key = "cancelledOn"
		if m.Absent == ledger.AbsentForgiven || m.Absent == ledger.AbsentProved {
			key = "creditedOn" // the day was too late to be cancelled
		}
	}
	says := t(key, "Date", at)
	if m.By != "" {
		says += " " + t("by", "Name", m.By)
	}
	return says
}

func kept(parts ...string) (out []string) {
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// amount is money with its sign: what came says so by more than a colour.
func amount(m portal.Money) *kit.Text {
	s := kit.Strong(signed(m))
	if m > 0 {
		s.Role(look.Success)
	}
	return s
}

func signed(m portal.Money) string {
	if m > 0 {
		return "+" + money(m)
	}
	return money(m)
}

// whole is a line in full sentences, as it stands under the list.
func (w words) whole(l ledger.Line) string {
	m := l.Movement
	m.By = ""
	return i18n.Joined(w.title(m), w.about(m), w.when(l.Movement, i18n.DateTime(instant(l.At))), signed(l.Amount), t("balanceThen", "Amount", money(l.Balance)))
}
