// Package export writes a statement as files that other programs open: a table
// for spreadsheets, as CSV and XLSX, and a PDF to keep or print. All hold the
// same lines and the same sums as the screen. It is given words and amounts, and
// knows no screen and no network.
package export

import (
	"time"

	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/shared/portal"
)

// Statement is the movements of one prepaid account in a period.
type Statement struct {
	Town    string // whose town hall
	Holder  string // whose account
	Account string // at which cash desk; may be empty
	Period  string // in words
	Made    time.Time
	Opening portal.Money
	In, Out portal.Money
	Closing portal.Money
	Lines   []Line // the oldest first
}

// Line is a movement.
type Line struct {
	At              time.Time // in the town's time
	What            string
	Child, Activity string
	Day             portal.Date // it was for; may be empty
	By, Reason      string
	Receipt         string // its number
	Amount, Balance portal.Money
}

func t(key string, pairs ...any) string { return i18n.Say("export."+key, pairs...) }

func money(m portal.Money) string { return i18n.Money(int64(m)) }

// columns is the heads of both tables, in their order.
func columns() []string {
	var out []string
	for _, c := range []string{"date", "what", "child", "activity", "day", "by", "reason", "amount", "balance", "receipt"} {
		out = append(out, t("column."+c))
	}
	return out
}

// PDF is the statement on paper, a month after the other.
func PDF(s Statement) ([]byte, error) {
	a := print.Account{
		Sheet: print.Sheet{Town: s.Town, Title: t("title"), Made: s.Made, Intro: i18n.Joined(s.Holder, s.Account, s.Period), Note: t("note")},
		Heads: [4]string{t("column.date"), t("column.what"), t("column.amount"), t("column.balance")},
		Totals: []print.Row{{Question: t("opening"), Answer: money(s.Opening)}, {Question: t("in"), Answer: money(s.In)},
			{Question: t("out"), Answer: money(-s.Out)}, {Question: t("closing"), Answer: money(s.Closing)}},
	}
	month := ""
	for _, l := range s.Lines {
		if now := i18n.Capital(i18n.MonthYear(l.At)); now != month {
			month = now
			a.Months = append(a.Months, print.Month{Title: month})
		}
		m := &a.Months[len(a.Months)-1]
		m.Lines = append(m.Lines, print.Movement{Date: i18n.ShortDate(l.At), What: l.What, About: about(l), Amount: signed(l.Amount), Balance: money(l.Balance)})
	}
	if len(s.Lines) == 0 {
		a.Empty = t("empty")
	}
	return print.MakeAccount(a)
}

// about is what else is to be said of a line.
func about(l Line) string {
	day, by := "", ""
	if l.Day != "" {
		day = t("for", "Day", i18n.LongDate(l.Day.At(12, 0)))
	}
	if l.By != "" {
		by = t("by", "Name", l.By)
	}
	receipt := ""
	if l.Receipt != "" {
		receipt = t("receipt", "Number", l.Receipt)
	}
	return i18n.Joined(day, by, l.Reason, receipt)
}

func signed(m portal.Money) string {
	if m > 0 {
		return "+" + money(m)
	}
	return money(m)
}
