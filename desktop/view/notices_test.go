package view

import (
	"testing"

	rules "parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestWhatOneIsToldAndHasRead(t *testing.T) {
	d := open(t)
	notice := func(id portal.ID, kind rules.Kind, at, read int64) wire.Change {
		return d.row(mine, wire.Notices, id, wire.Notice{ID: id, Kind: string(kind), About: asked, At: at, Read: read})
	}
	d.get(notice("n1", rules.Decision, 1, 0), notice("n2", rules.Message, 3, 0), notice("n3", rules.Decision, 2, 9), d.letter(mine, 1, true, "Bonjour.", 0))
	order := ""
	for _, n := range d.Told() {
		order += string(n.ID) + " "
	}
	if order != "n2 n3 n1 " || d.Untold() != 2 {
		t.Errorf("told %s, %d unread", order, d.Untold())
	}
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{Collection: wire.Notices})
	// Opening the messages reads what was told of them, before any line.
	d.do(wire.MessageRead, wire.ReadMessages{Request: asked, Message: "message-1"})
	if d.drain(); d.Untold() != 1 || told == 0 {
		t.Errorf("%d unread after the messages were opened; told %d times", d.Untold(), told)
	}
	d.do(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{"n1"}})
	if d.Untold() != 0 || d.Told()[2].Unread {
		t.Errorf("%+v", d.Told())
	}
}

func TestHowNoticesComeByMail(t *testing.T) {
	d := open(t)
	if m := d.MailFor(rules.Message); m != rules.AtOnce {
		t.Errorf("it begins with %s", m)
	}
	d.get(d.row(mine, wire.NoticeChoices, me, wire.Choices{Mail: map[string]string{"message": "digest"}}))
	if m := d.MailFor(rules.Message); m != rules.Digest {
		t.Errorf("chosen, it is %s", m)
	}
	d.do(wire.NoticeChoose, wire.ChooseNotice{Kind: "message", Mail: "never"})
	if m, other := d.MailFor(rules.Message), d.MailFor(rules.Decision); m != rules.Never || other != rules.AtOnce {
		t.Errorf("with what waits it is %s and %s", m, other)
	}
}
