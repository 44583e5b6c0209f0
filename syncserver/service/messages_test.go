package service_test

import (
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/messages"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// parties is a row in which the family and its desk may do something, and
// nobody else is told that it exists.
func parties() map[string]portal.Code {
	return cells(func(who string) portal.Code {
		if slices.Contains([]string{family, deskAgent, secondAgent}, who) {
			return accepted
		}
		return portal.NotFound
	})
}

func init() {
	maps.Copy(matrix, map[string][]row{
		"message.send@1": {
			{"about the family's request", func(w *world, _ int) any {
				return wire.SendMessage{Message: portal.NewID(), Request: w.submitted(), Text: "Bonjour."}
			}, parties()},
			{"about a decided one", func(w *world, _ int) any {
				return wire.SendMessage{Message: portal.NewID(), Request: w.decided(), Text: "Bonjour."}
			}, parties()},
			{"about nothing", func(*world, int) any {
				return wire.SendMessage{Message: portal.NewID(), Request: portal.NewID(), Text: "Bonjour."}
			}, cells(func(string) portal.Code { return portal.NotFound })},
		},
		"message.send@2": {
			{"with a file", func(w *world, n int) any {
				return wire.SendMessage{Message: portal.NewID(), Request: w.submitted(), Text: "Bonjour.", Files: w.attached(everybody[n], 1)}
			}, parties()},
			{"with another's file", func(w *world, _ int) any {
				return wire.SendMessage{Message: portal.NewID(), Request: w.submitted(), Text: "Bonjour.", Files: w.attached(noCustody, 1)}
			}, cells(func(string) portal.Code { return portal.NotFound })},
			{"with too many", func(w *world, n int) any {
				return wire.SendMessage{Message: portal.NewID(), Request: w.submitted(), Text: "Bonjour.", Files: make([]wire.SendFile, 6)}
			}, cells(func(string) portal.Code { return messages.TooManyFiles })},
		},
		"message.read@1": {
			{"of the family's thread", func(w *world, _ int) any {
				request := w.submitted()
				return wire.ReadMessages{Request: request, Message: w.write(family, request, "Bonjour.")}
			}, parties()},
			{"of another thread", func(w *world, _ int) any {
				return wire.ReadMessages{Request: w.submitted(), Message: w.write(family, w.submitted(), "Bonjour.")}
			}, cells(func(string) portal.Code { return portal.NotFound })},
		},
		"text.save@1": {
			{"of the desk", func(*world, int) any {
				return wire.SaveText{Text: portal.NewID(), Desk: "enfance", Title: "Accusé", Body: "Bonjour {prénom}."}
			}, agents(accepted, accepted, portal.Forbidden)},
			{"of the other desk", func(*world, int) any {
				return wire.SaveText{Text: portal.NewID(), Desk: "etat-civil", Title: "Accusé", Body: "Bonjour {prénom}."}
			}, withCashier(agents(portal.Forbidden, portal.Forbidden, accepted), portal.Forbidden)},
			{"of the desk, taken to the other", func(w *world, _ int) any {
				return wire.SaveText{Text: w.reusable(), Desk: "etat-civil", Title: "Accusé", Body: "Bonjour."}
			}, withCashier(agents(portal.Forbidden, portal.Forbidden, portal.NotFound), portal.Forbidden)},
		},
		"text.remove@1": {
			{"of the desk", func(w *world, _ int) any { return wire.RemoveText{Text: w.reusable()} }, agents(accepted, accepted, portal.NotFound)},
			{"of nobody", func(*world, int) any { return wire.RemoveText{Text: portal.NewID()} },
				agents(portal.NotFound, portal.NotFound, portal.NotFound)},
		},
	})
}

// write sends a message and gives its id.
func (w *world) write(who string, request portal.ID, text string) portal.ID {
	id := portal.NewID()
	w.desks[who].Must(wire.MessageSend, wire.SendMessage{Message: id, Request: request, Text: text})
	return id
}

// reusable is a new text of the desk.
func (w *world) reusable() portal.ID {
	id := portal.NewID()
	w.desks[deskAgent].Must(wire.TextSave, wire.SaveText{Text: id, Desk: "enfance", Title: "Accusé", Body: "Bonjour {prénom}."})
	return id
}

// message is a message as it stands on somebody's computer.
func (w *world) message(t *testing.T, who string, id portal.ID) (m wire.Message, there bool) {
	t.Helper()
	d := w.desks[who]
	d.Catch()
	for key, body := range d.Rows {
		if key[1] == wire.Messages && key[2] == string(id) {
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatal(err)
			}
			return m, true
		}
	}
	return m, false
}

func (w *world) queueItem(t *testing.T, who string, id portal.ID) (q wire.QueueItem, there bool) {
	t.Helper()
	w.desks[who].Catch()
	body, there := w.desks[who].In(wire.Queue)[string(id)]
	if there {
		if err := json.Unmarshal([]byte(body), &q); err != nil {
			t.Fatal(err)
		}
	}
	return q, there
}

var stops = regexp.MustCompile(`"stop":"[^"]*"`)

// mailsOf counts the mails of a kind that wait, and searches them for a word.
func mailsOf(t *testing.T, s *hosttest.Server, kind mailkinds.Kind, never string) (n int) {
	t.Helper()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(1000, 0)
		for _, m := range due {
			if m.Template == string(kind) {
				n++
			}
			// The link that ends such mails is drawn by lot, and may look like anything.
			if strings.Contains(stops.ReplaceAllString(m.Data, ""), never) {
				t.Errorf("a mail says %s", m.Data)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAMessageIsReadByTheOtherSide(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.submitted()
		first := w.write(family, request, "  Plantequestion ?\r\n")
		if m, there := w.message(t, family, first); !there || m.Text != "Plantequestion ?" || m.Staff || m.By != "Ondine Tamarin" || m.N != 1 || m.Read != 0 {
			t.Errorf("the family has %+v", m)
		}
		if q, _ := w.queueItem(t, deskAgent, request); q.Unread != 1 {
			t.Errorf("the queue says %+v", q)
		}
		if _, there := w.message(t, deskAgent, first); there {
			t.Error("a message is here whose file nobody opened")
		}
		// Its own side reading it tells nothing.
		w.desks[family].Must(wire.MessageRead, wire.ReadMessages{Request: request, Message: first})
		if m, _ := w.message(t, family, first); m.Read != 0 {
			t.Error("the family has read its own message")
		}
		w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		if m, there := w.message(t, deskAgent, first); !there || m.Text != "Plantequestion ?" {
			t.Errorf("the agent has %+v", m)
		}
		s.Clock.Add(time.Minute)
		w.desks[deskAgent].Must(wire.MessageRead, wire.ReadMessages{Request: request, Message: first})
		if m, _ := w.message(t, family, first); m.Read != s.Clock.Now().UnixMicro() {
			t.Errorf("the family sees it read at %d", m.Read)
		}
		if q, _ := w.queueItem(t, secondAgent, request); q.Unread != 0 {
			t.Errorf("the queue still says %+v", q)
		}

		// The answer is told by one mail until it is read; no mail quotes it.
		answer := w.write(deskAgent, request, "Plantereponse.")
		w.write(secondAgent, request, "Plantereponse encore.")
		if n := mailsOf(t, s, mailkinds.MessageReceived, "Plante"); n != 1 {
			t.Errorf("%d mails for two messages", n)
		}
		if m, there := w.message(t, family, answer); !there || !m.Staff || m.By != "Sylvie Roy" || m.N != 2 {
			t.Errorf("the family has %+v", m)
		}
		last := w.write(deskAgent, request, "Plantefin.")
		w.desks[family].Must(wire.MessageRead, wire.ReadMessages{Request: request, Message: answer})
		if m, _ := w.message(t, deskAgent, answer); m.Read == 0 {
			t.Error("the agent is not told that the answer was read")
		}
		if m, _ := w.message(t, deskAgent, last); m.Read != 0 {
			t.Error("a message after the one opened is told as read")
		}

		// It belongs to who made the request: never to the other parent.
		for _, who := range everybody {
			w.desks[who].Catch()
			has := false
			for _, body := range w.desks[who].Rows {
				has = has || strings.Contains(body, "Plantefin") || strings.Contains(body, "Plantequestion")
			}
			if want := who == family || who == deskAgent; has != want {
				t.Errorf("%s has the messages: %v", who, has)
			}
		}
	})
}

// A message about what was decided long ago brings the request back before
// the agents until one has opened it.
func TestAMessageAboutADecidedRequestIsSeen(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.decided()
		if _, there := w.queueItem(t, deskAgent, request); there {
			t.Fatal("a decided request is in the queue")
		}
		id := w.write(family, request, "Pourquoi ?")
		if q, there := w.queueItem(t, deskAgent, request); !there || q.Unread != 1 || q.State != "refused" {
			t.Errorf("the queue has %+v %v", q, there)
		}
		w.desks[deskAgent].Must(wire.MessageRead, wire.ReadMessages{Request: request, Message: id})
		if _, there := w.queueItem(t, deskAgent, request); there {
			t.Error("it stays after it was read")
		}
	})
}

func TestBadMessagesNameTheirField(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.submitted()
		taken := w.write(family, request, "Bonjour.")
		for _, c := range []struct {
			who, kind string
			args      any
			code      portal.Code
			field     string
		}{
			{family, wire.MessageSend, wire.SendMessage{Message: "x", Request: request, Text: "a"}, portal.Invalid, "message"},
			{family, wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: "x", Text: "a"}, portal.NotFound, "request"},
			{family, wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: request, Text: " \n"}, portal.Missing, "text"},
			{family, wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: request, Text: strings.Repeat("é", messages.Longest+1)}, portal.TooLong, "text"},
			{family, wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: request, Text: "a\x00b"}, messages.BadText, "text"},
			{family, wire.MessageSend, wire.SendMessage{Message: taken, Request: request, Text: "a"}, portal.Conflict, "message"},
			{deskAgent, wire.MessageSend, wire.SendMessage{Message: taken, Request: request, Text: "a"}, portal.Conflict, "message"},
			{family, wire.MessageRead, wire.ReadMessages{Request: request, Message: portal.NewID()}, portal.NotFound, "message"},
			{deskAgent, wire.TextSave, wire.SaveText{Text: "x", Desk: "enfance", Title: "a", Body: "b"}, portal.Invalid, "text"},
			{deskAgent, wire.TextSave, wire.SaveText{Text: portal.NewID(), Desk: "enfance", Body: "b"}, portal.Missing, "title"},
			{deskAgent, wire.TextSave, wire.SaveText{Text: portal.NewID(), Desk: "enfance", Title: "a"}, portal.Missing, "body"},
			{deskAgent, wire.TextSave, wire.SaveText{Text: portal.NewID(), Desk: "enfance", Title: "a", Body: "{nom}"}, messages.UnknownField, "body"},
		} {
			if v := w.desks[c.who].Do(c.kind, c.args); v.Accepted || v.Error.Code != c.code || v.Error.Field != c.field {
				t.Errorf("%s %+.60v ends as %v", c.kind, c.args, v.Error)
			}
		}
	})
}

func TestAFamilyWritesSoManyMessagesADay(t *testing.T) {
	s := hosttest.New(t, "sqlite::memory:")
	w := newWorld(t, s)
	request := w.submitted()
	for range messages.MostADay {
		w.write(family, request, "Bonjour.")
	}
	w.desks[family].Refused(messages.TooMany, wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: request, Text: "Encore."})
	w.write(deskAgent, request, "Bonjour.") // the town hall answers all the same
	s.Clock.Add(25 * time.Hour)
	w.desks[family] = s.SignIn("motfamille")
	w.write(family, request, "Encore.")
}

func TestATextIsItsDesks(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.reusable()
		for _, who := range everybody {
			w.desks[who].Catch()
			_, has := w.desks[who].In(wire.Texts)[string(id)]
			if want := who == deskAgent || who == secondAgent; has != want {
				t.Errorf("%s has the text: %v", who, has)
			}
		}
		w.desks[secondAgent].Must(wire.TextSave, wire.SaveText{Text: id, Desk: "enfance", Title: "Autre", Body: "{agent}"})
		w.desks[deskAgent].Catch()
		if body := w.desks[deskAgent].In(wire.Texts)[string(id)]; !strings.Contains(body, "Autre") {
			t.Errorf("the text is %s", body)
		}
		w.desks[deskAgent].Must(wire.TextRemove, wire.RemoveText{Text: id})
		w.desks[secondAgent].Catch()
		if n := len(w.desks[secondAgent].In(wire.Texts)); n != 0 {
			t.Errorf("%d texts are left", n)
		}
	})
}
