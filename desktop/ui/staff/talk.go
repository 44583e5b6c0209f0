package staff

import (
	"parvis/desktop/i18n"
	"parvis/desktop/ui/arrange"
	"parvis/desktop/ui/exchanges"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/outcome"
	"parvis/desktop/ui/screen"
	"parvis/shared/messages"
	"parvis/shared/wire"
)

// The places of the documents and of the messages among the tabs of a request,
// and what an address calls them.
const (
	paperTab    = 1
	talkTab     = 2
	papersTab   = "documents"
	messagesTab = "messages"
)

// choose shows another tab of the request.
func (d *detail) choose(tab int) {
	d.tabs.Select(tab)
	d.redraw()
}

func (d *detail) talkLabel() string {
	label := i18n.T("staff.tab.messages", nil)
	if n := d.q.c.View.UnreadIn(d.id); n > 0 {
		label = i18n.T("exchanges.tab.counted", map[string]any{"Name": label, "Number": i18n.Number(int64(n))})
	}
	return label
}

// converse shows the thread about the request. What is being written in it
// stays while the request around it changes.
func (d *detail) converse() {
	if d.talk == nil {
		texts := kit.NewMenuButton("note", i18n.T("staff.texts.use", nil), d.texts).Edged()
		d.talk = exchanges.NewConversation(d.q.c, d.q.s, d.id, true, texts)
		d.talk.Lead(d.found)
		d.found = ""
		d.tabs.SetLabel(talkTab, d.talkLabel()) // opening it has read it
	}
	d.talk.Listen(true)
	d.reader = d.talk.Reader(d.key)
	// Whom one writes to is in sight while one writes.
	to := kit.Line(look.S, kit.Strong(d.item.Person), kit.Caption(i18n.T("staff.talkTo", map[string]any{"Procedure": d.q.procedure(d.item.Procedure), "Reference": d.item.Reference})))
	d.page.Set(arrange.Headed(kit.PadXY(look.L, look.S, to), d.talk.Content()))
}

// texts is the menu of what the desk writes again and again.
func (d *detail) texts() []kit.MenuItem {
	var items []kit.MenuItem
	for _, t := range d.q.c.View.Texts(d.item.Desk) {
		items = append(items, kit.MenuItem{Icon: "note", Label: t.Title, Do: func() { d.use(t) }})
	}
	if len(items) > 0 {
		items = append(items, kit.MenuItem{Rule: true})
	}
	return append(items, kit.MenuItem{Icon: "note-pencil", Label: i18n.T("staff.texts.manage", nil), Do: func() { d.q.c.Go(screen.To(screen.Texts)) }})
}

// use puts a text into the answer, with the fields of this request filled in.
func (d *detail) use(t wire.Text) {
	file, _ := d.q.c.View.File(d.item.Account, d.item.Desk)
	me, _ := d.q.c.View.Me()
	text, wrong := messages.Merge(t.Body, map[string]string{
		messages.FirstName: file.Account.FirstName, messages.Reference: d.item.Reference,
		messages.Procedure: d.q.procedure(d.item.Procedure), messages.AgentName: me.FirstName + " " + me.LastName,
	})
	if wrong != nil {
		d.talk.Fail(outcome.Sentence(wrong))
		return
	}
	d.talk.Insert(text)
}
