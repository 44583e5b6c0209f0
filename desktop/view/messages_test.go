package view

import (
	"testing"

	"parvis/desktop/cache"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const asked portal.ID = "request-asked"

func (d *desk) letter(feed string, n int64, staff bool, text string, read int64) wire.Change {
	id := portal.ID("message-" + string(rune('0'+n)))
	return d.row(feed, wire.Messages, id, wire.Message{ID: id, Request: asked, N: n, At: d.now.UnixMicro() + n, Staff: staff, By: "Sylvie Roy", Text: text, Read: read})
}

func (d *desk) reads(want ...string) {
	d.t.Helper()
	got := d.Messages(asked)
	if len(got) != len(want) {
		d.t.Fatalf("%d messages: %+v", len(got), got)
	}
	for i, m := range got {
		if m.Text != want[i] {
			d.t.Errorf("message %d is %q, not %q", i, m.Text, want[i])
		}
	}
}

func TestAThreadIsInOrderWithWhatWaits(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Requests, asked, wire.Request{ID: asked, Account: me, Person: "Léa Roy", Reference: "2026-000007", Procedure: "fiche-enfant", State: "in_review"}),
		d.letter(mine, 2, true, "Il manque l'école.", 0), d.letter(mine, 1, false, "Bonjour.", 5))
	d.reads("Bonjour.", "Il manque l'école.")
	if m := d.Messages(asked); !m[0].Mine || m[1].Mine || d.UnreadMessages() != 1 || d.UnreadIn(asked) != 1 {
		t.Errorf("%+v, %d unread", m, d.UnreadMessages())
	}
	told := 0
	d.Subscribe(func(Notice) { told++ }, Topic{wire.Messages, asked})
	id := portal.NewID()
	command := d.do(wire.MessageSend, wire.SendMessage{Message: id, Request: asked, Text: "Jules-Ferry."})
	d.reads("Bonjour.", "Il manque l'école.", "Jules-Ferry.")
	if last := d.Threads()[0].Last(); !last.Pending || !last.Mine || last.Command != command || last.By != "Anne Roy" {
		t.Errorf("what waits is %+v", last)
	}
	d.do(wire.MessageRead, wire.ReadMessages{Request: asked, Message: "message-2"})
	if n := d.UnreadMessages() + d.UnreadIn(asked) + d.Threads()[0].Unread; n != 0 {
		t.Errorf("%d unread after it was opened", n)
	}
	if d.drain(); told == 0 {
		t.Error("nobody was told")
	}
	// A newer one is unread although the reading of those before still waits.
	d.get(d.letter(mine, 4, true, "Merci.", 0))
	if d.UnreadMessages() != 1 {
		t.Errorf("%d unread", d.UnreadMessages())
	}
	// It has arrived, and its verdict not yet: it stands there once.
	d.get(d.row(mine, wire.Messages, id, wire.Message{ID: id, Request: asked, N: 3, Text: "Jules-Ferry."}))
	d.reads("Bonjour.", "Il manque l'école.", "Jules-Ferry.", "Merci.")
	thread := d.Threads()[0]
	for query, want := range map[string]bool{"ecole": true, "FERRY fiche": true, "2026-000007": true, "lea": true, "absent": false, "": true} {
		if thread.Has(query, "Fiche enfant") != want {
			t.Errorf("%q finds it: %v", query, !want)
		}
	}
	d.get(d.gone(mine, wire.Messages, "message-1"), d.gone(mine, wire.Messages, id), d.gone(mine, wire.Messages, "message-2"), d.gone(mine, wire.Messages, "message-4"))
	d.outbox = nil
	d.get()
	if n := len(d.Threads()); n != 0 {
		t.Errorf("%d threads are left", n)
	}
}

func TestAnAgentReadsTheFamilysMessagesInTheFile(t *testing.T) {
	d := open(t)
	desk, file := wire.DeskFeed("enfance"), wire.FileFeed("enfance", "account-family")
	d.get(d.row(mine, wire.Accounts, me, wire.Account{ID: me, Kind: wire.Agent, FirstName: "Sylvie", LastName: "Roy", Desks: []string{"enfance"}}),
		d.row(desk, wire.Queue, asked, wire.QueueItem{ID: asked, Desk: "enfance", State: "in_review", Unread: 1}),
		d.row(desk, wire.Texts, "text-1", wire.Text{ID: "text-1", Desk: "enfance", Title: "Éclaircir", Body: "{prénom}"}),
		d.row(desk, wire.Texts, "text-2", wire.Text{ID: "text-2", Desk: "enfance", Title: "Accusé", Body: "{prénom}"}),
		d.letter(file, 1, false, "Bonjour.", 0))
	if m := d.Messages(asked); len(m) != 1 || m[0].Mine || d.UnreadIn(asked) != 1 || d.UnreadMessages() != 0 {
		t.Errorf("%+v, %d unread of their own", m, d.UnreadMessages())
	}
	d.do(wire.MessageRead, wire.ReadMessages{Request: asked, Message: "message-1"})
	if q, _ := d.QueueItem(asked); q.Unread != 0 || q.Pending {
		t.Errorf("the queue has %+v", q)
	}
	if texts := d.Texts("enfance"); len(texts) != 2 || texts[0].Title != "Accusé" {
		t.Errorf("the texts are %+v", texts)
	}
	d.do(wire.TextSave, wire.SaveText{Text: "text-3", Desk: "enfance", Title: "Merci", Body: "Merci."})
	d.do(wire.TextRemove, wire.RemoveText{Text: "text-2"})
	if texts := d.Texts(""); len(texts) != 2 || texts[0].Title != "Éclaircir" || texts[1].Title != "Merci" {
		t.Errorf("with what waits the texts are %+v", texts)
	}
	// The file closes: what was written in it leaves with it.
	d.Apply(cache.Applied{Dropped: []string{file}}, nil, nil)
	if m := d.Messages(asked); len(m) != 0 {
		t.Errorf("%+v is left", m)
	}
}

// A query is about the message with the most of its words, the newest of them.
func TestAQueryIsAboutAMessage(t *testing.T) {
	d := open(t)
	d.get(d.row(mine, wire.Requests, asked, wire.Request{ID: asked, Account: me, Person: "Léa Roy", Reference: "2026-000007", Procedure: "fiche-enfant", State: "in_review"}),
		d.letter(mine, 1, true, "La page du vaccin est illisible.", 5), d.letter(mine, 2, false, "Voici la page du vaccin.", 5), d.letter(mine, 3, true, "Merci.", 5))
	thread := d.Threads()[0]
	for query, want := range map[string]int64{"vaccin": 2, "vaccin illisible": 1, "ILLIS": 1, "merci léa": 3, "léa": 0, "": 0, "2026-000007": 0} {
		m, found := thread.Found(query)
		if m.N != want || found != (want > 0) {
			t.Errorf("%q is about message %d: %v, not %d", query, m.N, found, want)
		}
	}
}

// What this family sent with messages counts, with what waits; what the town hall
// sent does not.
func TestTheFilesSentAreCounted(t *testing.T) {
	d := open(t)
	file := func(id portal.ID, message portal.ID) wire.Change {
		return d.row(mine, wire.MessageFiles, id, wire.MessageFile{ID: id, Message: message, Request: asked, Name: "a.pdf"})
	}
	d.get(d.letter(mine, 1, false, "Voici.", 5), d.letter(mine, 2, true, "Merci.", 5), file("f1", "message-1"), file("f2", "message-1"), file("f3", "message-2"))
	if n := d.FilesSent(); n != 2 {
		t.Errorf("%d files were sent", n)
	}
	d.do(wire.MessageSend, wire.SendMessage{Message: "m4", Request: asked, Text: "Encore.", Files: []wire.SendFile{{File: "f4", Upload: "u4", Name: "b.pdf"}}})
	if n := d.FilesSent(); n != 3 {
		t.Errorf("with one that waits %d files were sent", n)
	}
}
