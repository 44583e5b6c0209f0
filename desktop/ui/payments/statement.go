package payments

import (
	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// Statement is Relevé de compte: every movement of a period with the balance
// after it, the newest first; its route may name the cash desk and the period.
func Statement(c *screen.Context, r screen.Route) screen.Screen {
	return openStatement(c, c.Session, r).screen()
}

// statementKept is what the statement finds again when it is built anew.
type statementKept struct{ desk, period string }

type statement struct {
	c      *screen.Context
	s      Desk
	words  words
	desk   string
	period string
	shown  int // how many rows stand in the list for large text

	is    ledger.Statement
	wait  []view.Coming
	items []item

	table             *kit.Table
	list              *kit.Swap // the same for large text and narrow windows, or why there is nothing
	span, which, save *kit.MenuButton
	sums, foot        *kit.Text
	summed            fyne.CanvasObject // the room of the sums
	strip             *kit.Strip
	content           fyne.CanvasObject
	again             func() // lays it out anew
}

// item is a row of the list: a month with what came and went in it, a movement,
// or one that waits.
type item struct {
	month   string
	in, out portal.Money
	line    *ledger.Line
	coming  *view.Coming
}

// tableRoom is the width, at 100 %, from which the lines stand in columns.
const tableRoom float32 = 640

func openStatement(c *screen.Context, s Desk, r screen.Route) *statement {
	o := &statement{c: c, s: s, words: words{v: c.View}, desk: r.Arg("desk"), period: r.Arg("period"), strip: kit.NewStrip()}
	if before, again := c.Kept.(statementKept); again {
		o.desk, o.period = before.desk, before.period
	}
	if o.period == "" {
		o.period = schoolYear
	}
	o.table = kit.NewTable([]kit.TableColumn{{Title: t("column.date"), Width: 96}, {Title: t("column.what"), Width: 200, Grow: true},
		{Title: t("column.amount"), Width: 110, Trailing: true}, {Title: t("column.balance"), Width: 110, Trailing: true}}, o.cell)
	o.table.OnSelect = o.tell
	o.list = kit.NewSwap(nil)
	o.span = kit.NewMenuButton("calendar-blank", "", o.periods).Edged()
	o.which = kit.NewMenuButton("wallet", "", o.desks).Edged()
	o.save = kit.NewMenuButton("download-simple", t("save"), o.saves).Edged()
	o.sums, o.foot = kit.Muted(""), kit.Body("")
	o.summed = kit.Grow(o.sums, 280)
	o.build()
	o.refresh()
	c.On(o.refresh, moneyTopics()...)
	return o
}

func (o *statement) screen() screen.Screen {
	s := screen.Screen{Content: o.content, Title: t("statement"), Rail: screen.Payments}
	if !look.Large() {
		s.Focus = o.table
	}
	return s
}

// build puts the lines under the head in columns, with the one chosen told whole
// at the foot. In large text all is one page, for the head would leave the lines
// no room; where the window is narrow they stand in a list under it.
func (o *statement) build() {
	back := kit.Back(t("title"), func() { o.c.Up(screen.To(screen.Payments)) })
	line := []fyne.CanvasObject{o.span}
	if len(o.c.View.Balances()) > 1 {
		line = append(line, o.which)
	}
	if !o.s.Kiosk() {
		line = append(line, o.save)
	}
	head := kit.Column(look.S, kit.Column(look.XS, back, kit.Title(t("statement"))), kit.Line(look.S, append(line, o.summed)...), o.strip)
	if look.Large() {
		page := kit.NewPage(kit.Column(look.L, head, o.list))
		o.content, o.again = page, page.Refresh
		return
	}
	over := kit.PadXY(look.L, look.M, kit.Limit(look.PageWidth, head))
	foot := kit.PadXY(look.L, look.S, kit.Limit(look.PageWidth, o.foot))
	// In a column: the card that says why there is nothing is as high as its words.
	page := kit.NewBarePage(kit.PadXY(look.L, look.S, kit.Limit(look.PageWidth, kit.Column(0, o.list))))
	root := arrange.New(func(size fyne.Size) {
		h := kit.HeightFor(over, size.Width)
		arrange.Put(over, 0, 0, size.Width, h)
		columns := size.Width >= look.Px(tableRoom) && len(o.items) > 0
		set(o.table, columns)
		set(foot, columns)
		set(page, !columns)
		arrange.Put(page, 0, h, size.Width, size.Height-h)
		f, pad := kit.HeightFor(foot, size.Width), look.Px(look.L)
		arrange.Put(o.table, pad, h, min(size.Width-2*pad, look.Px(look.PageWidth)), size.Height-h-f)
		arrange.Put(foot, 0, size.Height-f, size.Width, f)
	}, func(width float32) float32 { return kit.HeightFor(over, width) + look.Px(2*look.RowHeight) }, over, o.table, page, foot)
	o.content, o.again = root, root.Refresh
	o.strip.OnMoved(root.Refresh)
}

func set(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

func (o *statement) days() portal.Period { return periodOf(o.period, o.c.View.Today()) }

func (o *statement) refresh() {
	v := o.c.View
	all := v.Balances()
	known := false
	for _, b := range all {
		known = known || b.CashDesk == o.desk
	}
	if !known && len(all) > 0 {
		o.desk = all[0].CashDesk
	}
	o.c.Kept = statementKept{o.desk, o.period}
	chosen := o.chosen()
	o.read()
	o.span.SetText(periodName(o.period, v.Today()))
	o.which.SetText(screen.CashDeskName(v, o.desk))
	o.sums.SetText(o.summary())
	set(o.summed, o.sums.Text() != "")
	o.table.SetLength(len(o.items))
	o.table.Select(o.find(chosen))
	o.tell(o.table.Selected())
	o.list.Set(o.asList())
	o.again()
}

// read makes the rows: what waits, then a month after the other, the newest
// first.
func (o *statement) read() {
	v := o.c.View
	o.is = ledger.StatementOf(v.Movements(o.desk), o.days())
	o.items, o.wait = nil, nil
	if p := o.days(); p.To == "" || v.Today() <= p.To {
		o.wait = v.Coming(o.desk)
	}
	if len(o.wait) > 0 {
		o.items = append(o.items, item{month: t("waiting")})
		for i := len(o.wait) - 1; i >= 0; i-- {
			o.items = append(o.items, item{coming: &o.wait[i]})
		}
	}
	month, months := -1, 0
	for i := len(o.is.Lines) - 1; i >= 0; i-- {
		l := &o.is.Lines[i]
		name := i18n.Capital(i18n.MonthYear(instant(l.At)))
		if month < 0 || o.items[month].month != name {
			month, months = len(o.items), months+1
			o.items = append(o.items, item{month: name})
		}
		if l.Amount > 0 {
			o.items[month].in += l.Amount
		} else {
			o.items[month].out += l.Amount
		}
		o.items = append(o.items, item{line: l})
	}
	if months == 1 { // the head says them
		o.items[month].in, o.items[month].out = 0, 0
	}
}

// chosen is the movement that is marked, by its id.
func (o *statement) chosen() portal.ID {
	if i := o.table.Selected(); i >= 0 && i < len(o.items) {
		return o.items[i].id()
	}
	return ""
}

func (i item) id() portal.ID {
	switch {
	case i.line != nil:
		return i.line.ID
	case i.coming != nil:
		return i.coming.ID
	}
	return ""
}

func (o *statement) find(id portal.ID) int {
	for i, it := range o.items {
		if id != "" && it.id() == id {
			return i
		}
	}
	return -1
}

// summary is the sums of the period in a line.
func (o *statement) summary() string {
	if len(o.is.Lines) == 0 {
		return ""
	}
	return i18n.Joined(t("sum.opening", "Amount", money(o.is.Opening)), inAndOut(o.is.In, o.is.Out), t("sum.closing", "Amount", money(o.is.Closing)))
}

// tell says the line that is chosen whole, or what choosing one does.
func (o *statement) tell(row int) {
	says := t("hint")
	if row >= 0 && row < len(o.items) {
		switch it := o.items[row]; {
		case it.line != nil:
			says = o.words.whole(*it.line)
		case it.coming != nil:
			says = i18n.Joined(o.words.title(it.coming.Movement), o.words.about(it.coming.Movement), signed(it.coming.Amount), comingLong(it.coming.Movement))
		default:
			says = i18n.Joined(it.month, inAndOut(it.in, it.out))
		}
	}
	if says == o.foot.Text() {
		return
	}
	o.foot.SetText(says)
	o.again()
}

// inAndOut is what came and what went, as far as anything did: the words say which.
func inAndOut(in, out portal.Money) string {
	var parts []string
	if in != 0 {
		parts = append(parts, t("sum.in", "Amount", money(in)))
	}
	if out != 0 {
		parts = append(parts, t("sum.out", "Amount", money(-out)))
	}
	return i18n.Joined(parts...)
}

// cell is what stands in a column of a row.
func (o *statement) cell(row, column int) kit.Cell {
	if row < 0 || row >= len(o.items) {
		return kit.Cell{}
	}
	switch it := o.items[row]; {
	case it.coming != nil:
		c := o.cells(it.coming.Movement, column, kit.Cell{Text: t("toSend"), Icon: "clock-countdown"}, "")
		if column == 0 || column == 2 {
			c.Role = look.Pending
		}
		return c
	case it.line != nil:
		return o.cells(it.line.Movement, column, kit.Cell{Text: i18n.ShortDate(instant(it.line.At))}, money(it.line.Balance))
	case column == 1:
		return kit.Cell{Text: it.month, Second: i18n.Capital(inAndOut(it.in, it.out)), Bold: true}
	}
	return kit.Cell{}
}

func (o *statement) cells(m ledger.Movement, column int, when kit.Cell, balance string) kit.Cell {
	switch column {
	case 0:
		return when
	case 1:
		return kit.Cell{Text: o.words.title(m), Second: o.words.about(m), Icon: o.words.icon(m)}
	case 2:
		c := kit.Cell{Text: signed(m.Amount), Bold: true}
		if m.Amount > 0 {
			c.Role = look.Success
		}
		return c
	}
	return kit.Cell{Text: balance}
}

// asList is the same rows under each other, for large text and narrow windows;
// or why there are none.
func (o *statement) asList() fyne.CanvasObject {
	_, known := o.c.View.Me()
	switch {
	case len(o.items) > 0:
	case !known:
		return kit.EmptyState(kit.NotReceived, "", t("notYet"), "", nil)
	case len(o.c.View.Movements(o.desk)) > 0:
		return kit.EmptyState(kit.NothingFound, "", t("noneThen"), t("showAll"), func() { o.choose(always) })
	default:
		return kit.EmptyState(kit.NothingYet, "wallet", t("noMovement"), "", nil)
	}
	return kit.LongRows(len(o.items), &o.shown, func(i int) fyne.CanvasObject {
		switch it := o.items[i]; {
		case it.coming != nil:
			return o.words.coming(it.coming.Movement)
		case it.line != nil:
			return o.words.row(it.line.Movement, i18n.Capital(t("balanceThen", "Amount", money(it.line.Balance))))
		default:
			head := []fyne.CanvasObject{kit.Section(it.month)}
			if sums := i18n.Capital(inAndOut(it.in, it.out)); sums != "" {
				head = append(head, kit.Muted(sums))
			}
			return kit.Pad(look.M, kit.Column(look.XS, head...))
		}
	}, o.refresh)
}

// desks is the menu of cash desks, where there are several.
func (o *statement) desks() (items []kit.MenuItem) {
	for _, b := range o.c.View.Balances() {
		items = append(items, kit.MenuItem{Label: screen.CashDeskName(o.c.View, b.CashDesk), Checked: b.CashDesk == o.desk, Do: func() {
			o.desk, o.shown = b.CashDesk, 0
			o.refresh()
		}})
	}
	return items
}
