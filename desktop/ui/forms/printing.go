package forms

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/print"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/screen"
	"parvis/desktop/view"
	"parvis/shared/portal"
	"parvis/shared/requests"
)

// prints is the buttons that put a request, and the letter of its decision, on
// paper; none on a public computer, where the system's viewer would keep them.
func (r room) prints(q view.Request) (buttons []fyne.CanvasObject) {
	p, _, known := r.View.ProcedureOf(q)
	if !known || r.Prints == nil || r.Session != nil && r.Session.Kiosk() {
		return nil
	}
	buttons = append(buttons, kit.Plain(say("print.request"), func() { r.print(r.sheet(q, p, FormatterOf(r.View, q))) }).Icon("printer"))
	buttons = append(buttons, r.printReceipt(q)...)
	if title, body, written := r.letterText(q); written {
		buttons = append(buttons, kit.Plain(say("print.letter"), func() { r.print(r.letterSheet(q, title, body)) }).Icon("printer"))
	}
	return buttons
}

// PrintRequest is the button that puts a request on paper for who reads it in
// a family's file, with the words of f; nil where it cannot be.
func PrintRequest(c *screen.Context, q view.Request, f requests.Formatter) *kit.Button {
	r := enter(c)
	p, _, known := r.View.ProcedureOf(q)
	if !known || r.Prints == nil || r.Session != nil && r.Session.Kiosk() {
		return nil
	}
	return kit.Plain(say("print.request"), func() { r.print(r.sheet(q, p, f)) }).Icon("printer")
}

// print makes a PDF of a sheet beside the window and has the system open it.
func (r room) print(s print.Sheet) {
	r.Print(s.Title, func(context.Context) ([]byte, error) { return print.Make(s) })
}

// sheet is a request as it is read on the screen: what was asked, where it
// stands, what happened.
func (r room) sheet(q view.Request, p *requests.Procedure, f requests.Formatter) print.Sheet {
	town, _ := r.View.Town()
	_, _, state := StateLook(q.State)
	s := print.Sheet{
		Town: town.Name, Title: i18n.Joined(r.titleOf(q), q.Person), Number: q.Reference, Intro: state, Made: r.View.Now().In(portal.Paris), Note: say("print.note"),
	}
	if q.Reason != "" {
		s.Intro = i18n.Joined(state, q.Reason)
	}
	d := answered(q)
	ctx := r.context(d.Fresh)
	ctx.Sources, ctx.People = nil, nil // as it was answered
	for _, part := range requests.Recap(p, d.Answers, ctx, f) {
		section := print.Section{Title: part.Title}
		for _, l := range part.Lines {
			if l.Heading {
				// An entry of a group: a section of its own.
				if len(section.Rows) > 0 {
					s.Sections = append(s.Sections, section)
				}
				section = print.Section{Title: l.Question}
				continue
			}
			section.Rows = append(section.Rows, print.Row{Question: l.Question, Answer: l.Answer})
		}
		s.Sections = append(s.Sections, section)
	}
	told := print.Section{Title: say("request.timeline")}
	for _, e := range q.Timeline {
		told.Rows = append(told.Rows, print.Row{Question: dateTime(time.UnixMicro(e.At)), Answer: i18n.Joined(EventWord(e.Kind), e.By)})
	}
	s.Sections = append(s.Sections, told)
	return s
}

// printReceipt is the button that puts the receipt of a request on paper; none
// where it has not arrived, and on a public computer.
func (r room) printReceipt(q view.Request) []fyne.CanvasObject {
	if q.Reference == "" || r.Prints == nil || r.Session != nil && r.Session.Kiosk() {
		return nil
	}
	return []fyne.CanvasObject{kit.Plain(say("print.receipt"), func() { r.print(r.receiptSheet(q)) }).Icon("printer")}
}

// receiptSheet is the receipt of a request as a sheet of its own.
func (r room) receiptSheet(q view.Request) print.Sheet {
	town, _ := r.View.Town()
	s := print.Sheet{Town: town.Name, Title: say("receipt.title"), Number: q.Reference, Made: r.View.Now().In(portal.Paris), Note: say("print.receiptNote")}
	section := print.Section{}
	for _, p := range r.receiptLines(q) {
		section.Rows = append(section.Rows, print.Row{Question: p[0], Answer: p[1]})
	}
	s.Sections = []print.Section{section}
	return s
}

// letterSheet is the decision written out.
func (r room) letterSheet(q view.Request, title, body string) print.Sheet {
	town, _ := r.View.Town()
	return print.Sheet{
		Town: town.Name, Title: title, Number: q.Reference, Intro: body, Made: paris(time.UnixMicro(q.Decided)),
		Note: say("print.letterNote", "Date", i18n.Date(paris(time.UnixMicro(q.Decided)))),
	}
}
