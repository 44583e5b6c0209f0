package quotient

import (
	"context"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
)

// monthsOffered is how far back the months go that one chooses from.
const monthsOffered = 13

// Send tells the town hall of a new quotient, with its proof.
func Send(c *screen.Context, _ screen.Route) screen.Screen { return openSend(c, c.Session).screen() }

type sending struct {
	c                  *screen.Context
	s                  Desk
	notice             *kit.Notice
	form               *kit.Form
	value, month, from *kit.Field
	paper              *kit.Field // which proof, where there are some already
	chosen             *kit.Text
	choose             *kit.Button
	costs              *kit.Swap
	file               *pick.File
	page               *kit.Page
	sent               portal.ID // the document, where it went before the rest could not
	sentBy             portal.ID
}

// another is the choice of a file that was not sent yet.
const another = "file"

func openSend(c *screen.Context, s Desk) *sending {
	f := &sending{c: c, s: s, notice: kit.NewNotice(look.ToneError, "", ""), chosen: kit.Muted(t("form.noFile")), costs: kit.NewSwap(nil)}
	f.notice.Hide()
	f.costs.Hide()
	today := c.View.Today()
	var months []kit.Option
	for i := range monthsOffered {
		m := portal.NewDate(today.Year(), today.Month()-time.Month(i), 1)
		months = append(months, kit.Option{Value: string(m), Label: i18n.Capital(i18n.MonthYear(m.At(12, 0)))})
	}
	f.value = kit.TextField(t("form.value")).Named("value").Hint(t("form.valueHint")).Needed(t("form.valueMissing")).Width(160).Rule(func(v string) string {
		n, ok := valueOf(v)
		if !ok || quotients.CheckValue(n) != nil {
			return t("form.valueWrong", "Max", number(quotients.Most))
		}
		return ""
	})
	f.month = kit.SelectField(t("form.month"), months...).Named("month").Hint(t("form.monthHint")).Needed(t("form.monthMissing"))
	f.from = kit.DateField(t("form.from")).Named("from").Hint(t("form.fromHint")).Needed(t("form.fromMissing")).DateExample("01 / 10 / 2026").Rule(func(v string) string {
		month := portal.Date(f.month.Value())
		if month == "" {
			month = today.FirstOfMonth()
		}
		if wrong := quotients.CheckFrom(portal.Date(v), month, today); wrong != nil {
			return t("form.fromWrong", "Min", date(max(month, today.Add(-365))), "Max", date(today.Add(365)))
		}
		return ""
	})
	f.from.SetValue(string(today))
	f.value.OnChanged(func(string) { f.weigh() })
	f.from.OnChanged(func(string) { f.weigh() })
	f.choose = kit.Secondary(t("form.choose"), f.pick).Icon("paperclip")
	f.form = kit.NewForm(t("form.do"), f.submit, kit.Plain(i18n.T("kit.cancel", nil), c.Back))
	f.form.Add(f.value, f.costs, f.month, f.from)
	if papers := f.papers(); len(papers) > 0 {
		papers = append(papers, kit.Option{Value: another, Label: t("form.another")})
		f.paper = kit.RadioField(t("form.paper"), papers...).Named("paper").Needed(t("form.proofMissing"))
		f.paper.SetValue(papers[0].Value)
		f.paper.OnChanged(func(string) { f.showFile() })
		f.form.Add(f.paper)
	}
	f.form.Add(kit.Column(look.XS, kit.Strong(t("form.proof")), kit.Caption(t("form.proofHint")), kit.Line(look.S+4, f.choose, kit.Grow(f.chosen, 200))),
		kit.Muted(t("form.then")))
	f.page = kit.NewFormPage(kit.Column(look.L, kit.Column(look.XS, kit.Title(t("form.title")), kit.Muted(t("form.lead"))), f.notice, f.form))
	f.showFile()
	c.OnLeave(c.Files.Drops(c.Scope, f.want(), f.take))
	return f
}

func (f *sending) screen() screen.Screen {
	return screen.Screen{Content: f.page, Title: t("form.title"), Again: f.weigh}
}

// papers is the proofs that were sent already and may serve again.
func (f *sending) papers() (out []kit.Option) {
	today := f.c.View.Today()
	groups := f.c.View.Documents()
	for _, items := range [][]view.DocumentItem{groups.Valid, groups.ToCheck} {
		for _, it := range items {
			d := it.Document
			if d == nil || d.Kind != quotients.Proof || d.On(today) != documents.Valid && d.On(today) != documents.Submitted {
				continue
			}
			out = append(out, kit.Option{Value: string(d.ID), Label: t("form.sentPaper", "Name", d.Name, "When", instant(d.Sent))})
		}
	}
	return out
}

func (f *sending) want() pick.Want { return pick.Want{Title: t("form.choose")} }

func (f *sending) pick() { f.c.Files.Choose(f.c.Scope, f.want(), f.take) }

// take keeps the file that was chosen or dropped; one that is not taken is told
// at once, and what was chosen before stays.
func (f *sending) take(c pick.Chosen) {
	if len(c.Files) == 0 && len(c.Refused) == 0 {
		return
	}
	if len(c.Files) == 0 {
		f.tell(look.ToneError, t("form.notTaken", "Name", c.Refused[0].Name), outcome.Sentence(c.Refused[0].Err))
		return
	}
	f.hush()
	file := c.Files[0]
	f.file, f.sent = &file, ""
	f.chosen.SetText(file.Name)
	if f.paper != nil {
		f.paper.SetValue(another)
	}
	f.showFile()
}

// showFile offers to choose a file where no other proof is chosen.
func (f *sending) showFile() {
	own := f.paper == nil || f.paper.Value() == another
	for _, o := range []fyne.CanvasObject{f.choose, f.chosen} {
		if own {
			o.Show()
		} else {
			o.Hide()
		}
	}
	f.page.Refresh()
}

// weigh says what a day would cost with the value that is typed.
func (f *sending) weigh() {
	var costs []view.Cost
	if n, ok := valueOf(f.value.Value()); ok && quotients.CheckValue(n) == nil {
		day := portal.Date(f.from.Value())
		if !day.Valid() {
			day = f.c.View.Today()
		}
		costs = f.c.View.Costs(day, &ledger.Quotient{Value: n, From: day})
	}
	if len(costs) == 0 {
		f.costs.Set(nil)
		f.costs.Hide()
	} else {
		f.costs.Set(kit.Caption(t("form.weigh", "Activity", costs[0].Activity.Name.In(i18n.Language()), "Price", i18n.Money(int64(costs[0].Price.Amount)))))
		f.costs.Show()
	}
	f.page.Refresh()
}

func (f *sending) submit() {
	f.hush()
	value, _ := valueOf(f.value.Value())
	args := wire.DeclareQuotient{Quotient: portal.NewID(), Value: value, Month: portal.Date(f.month.Value()), From: portal.Date(f.from.Value())}
	if f.paper != nil && f.paper.Value() != another {
		args.Document = portal.ID(f.paper.Value())
		var needs []portal.ID
		if d, there := f.c.View.Document(args.Document); there && d.ToSend {
			needs = append(needs, d.Command)
		}
		f.declare(args, needs...)
		return
	}
	if f.sent != "" {
		args.Document = f.sent
		f.declare(args, f.needs()...)
		return
	}
	if f.file == nil {
		f.tell(look.ToneError, t("form.proofMissing"), t("form.proofHint"))
		return
	}
	f.form.MainButton().Busy(t("form.busy"))
	file := *f.file
	type sent struct{ document, command portal.ID }
	screen.Run(f.c, "send", func(context.Context) (sent, error) {
		document, command, err := f.s.SendDocument(file.Data, quotients.Proof, "", file.Name)
		return sent{document, command}, err
	}, func(s sent, err error) {
		f.form.MainButton().Ready()
		if err != nil {
			f.tell(look.ToneError, t("form.notTaken", "Name", file.Name), outcome.Sentence(err))
			return
		}
		f.sent, f.sentBy = s.document, s.command
		args.Document = s.document
		f.declare(args, f.needs()...)
	})
}

// needs is the command by which the proof goes, while that waits.
func (f *sending) needs() []portal.ID {
	for _, p := range f.c.View.Waiting() {
		if p.ID == f.sentBy {
			return []portal.ID{p.ID}
		}
	}
	return nil
}

func (f *sending) declare(args wire.DeclareQuotient, needs ...portal.ID) {
	note := cache.Note{Key: "quotient.note.declare", Args: map[string]string{"value": strconv.Itoa(args.Value)}}
	if _, err := f.s.Submit(wire.QuotientDeclare, args, note, needs...); err != nil {
		f.tell(look.ToneError, "", outcome.Sentence(err))
		return
	}
	f.c.Replace(screen.To(screen.Quotient))
}

func (f *sending) tell(tone look.Tone, title, text string) {
	f.notice.Set(tone, title, text)
	f.notice.Show()
	f.page.Refresh()
	f.page.Reveal(f.notice)
}

func (f *sending) hush() {
	if f.notice.Visible() {
		f.notice.Hide()
		f.page.Refresh()
	}
}

// valueOf reads a value as people write one: "640", "1 024", "640,00 €" of the
// certificate without its cents.
func valueOf(s string) (int, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "€"))
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(s)
	whole, cents, comma := strings.Cut(strings.Replace(s, ".", ",", 1), ",")
	if comma && strings.Trim(cents, "0123456789") != "" || whole == "" || len(whole) > 7 || strings.Trim(whole, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(whole)
	return n, err == nil
}
