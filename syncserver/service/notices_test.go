package service_test

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	mailkinds "parvis/syncserver/mail"
	"parvis/syncserver/store"
)

func init() {
	maps.Copy(matrix, map[string][]row{
		// What is another's is passed over: nothing is told of it, and nothing
		// happens to it (see TestNoticesAreOnesOwn).
		"notice.read@1": {
			{"of anybody", func(*world, int) any { return wire.ReadNotices{Notices: []portal.ID{portal.NewID()}} },
				cells(func(string) portal.Code { return accepted })},
		},
		"notice.choose@1": {
			{"of one's own", func(*world, int) any { return wire.ChooseNotice{Kind: "message", Mail: "never"} }, families(accepted, accepted, accepted)},
		},
	})
}

// told lists somebody's notices by kind, the unread ones.
func (w *world) told(t *testing.T, who string) map[string]wire.Notice {
	t.Helper()
	w.desks[who].Catch()
	out := map[string]wire.Notice{}
	for _, body := range w.desks[who].In(wire.Notices) {
		var n wire.Notice
		if err := json.Unmarshal([]byte(body), &n); err != nil {
			t.Fatal(err)
		}
		// Several accesses may end in one night.
		if _, twice := out[n.Kind]; twice && n.Read == 0 && n.Kind != string(notices.Access) {
			t.Errorf("%s is told of two unread %s", who, n.Kind)
		}
		if n.Read == 0 {
			out[n.Kind] = n
		}
	}
	return out
}

func TestNoticesAreOnesOwn(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.submitted()
		if n := w.told(t, family); len(n) != 0 {
			t.Errorf("who sent a request is told %v", n)
		}
		w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: request})
		w.write(family, request, "Bonjour.")
		w.write(family, request, "Encore.")
		if n := w.told(t, deskAgent)["message"]; n.About != request || n.Read != 0 {
			t.Errorf("the agent who has it in hand is told %+v", n)
		}
		w.write(deskAgent, request, "Bonjour.")
		second := w.write(secondAgent, request, "Encore.")
		w.desks[deskAgent].Must(wire.RequestRefuse, wire.RefuseRequest{Request: request, Reason: "Incomplet."})
		mine := w.told(t, family)
		if len(mine) != 2 || mine["message"].About != request || mine["decision"].About != request {
			t.Errorf("the family is told %v", mine)
		}
		for _, who := range []string{otherFamily, otherParent, noCustody, secondAgent, otherAgent} {
			if n := w.told(t, who); len(n) != 0 {
				t.Errorf("%s is told %v", who, n)
			}
		}
		// Another's cannot be read.
		w.desks[otherParent].Must(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{mine["decision"].ID}})
		if n := w.told(t, family); len(n) != 2 {
			t.Errorf("another has read %v", n)
		}
		// Reading the messages reads what was told of them; the rest by itself.
		w.desks[family].Must(wire.MessageRead, wire.ReadMessages{Request: request, Message: second})
		if n := w.told(t, family); len(n) != 1 {
			t.Errorf("after the messages were read the family is told %v", n)
		}
		w.desks[family].Must(wire.NoticeRead, wire.ReadNotices{Notices: []portal.ID{mine["decision"].ID, portal.NewID()}})
		if n := w.told(t, family); len(n) != 0 {
			t.Errorf("after all was read the family is told %v", n)
		}
		if v := w.desks[family].Do(wire.NoticeRead, wire.ReadNotices{}); v.Accepted || v.Error.Field != "notices" {
			t.Errorf("nothing is read: %v", v.Error)
		}
		if v := w.desks[family].Do(wire.NoticeRead, wire.ReadNotices{Notices: make([]portal.ID, wire.MostNotices+1)}); v.Accepted || v.Error.Code != portal.TooLong {
			t.Errorf("too many are read: %v", v.Error)
		}
		// They are forgotten after a while, also on the computers.
		s.Clock.Add(61 * 24 * time.Hour)
		s.Housekeep(context.Background())
		w.desks[family] = s.SignIn("motfamille")
		w.desks[family].Catch()
		for _, body := range w.desks[family].In(wire.Notices) {
			if !strings.Contains(body, `"kind":"access"`) { // of what has ended meanwhile
				t.Errorf("%s is left", body)
			}
		}
	})
}

func TestMailComesAsItWasChosen(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		count := func(kind mailkinds.Kind) int { t.Helper(); return mailsOf(t, s, kind, "Plante") }
		for kind, field := range map[wire.ChooseNotice]string{{Kind: "weather", Mail: "never"}: "kind", {Kind: "message", Mail: "pigeon"}: "mail", {Kind: "receipt", Mail: "digest"}: "mail"} {
			if v := w.desks[family].Do(wire.NoticeChoose, kind); v.Accepted || v.Error.Field != field {
				t.Errorf("%+v: %v", kind, v.Error)
			}
		}
		w.desks[family].Must(wire.NoticeChoose, wire.ChooseNotice{Kind: "message", Mail: "digest"})
		w.desks[family].Must(wire.NoticeChoose, wire.ChooseNotice{Kind: "receipt", Mail: "never"})
		first, second := w.submitted(), w.submitted()
		if n := count(mailkinds.RequestReceived); n != 0 {
			t.Errorf("%d receipts", n)
		}
		w.write(deskAgent, first, "Plantemessage.")
		w.write(deskAgent, second, "Plantemessage.")
		read := w.write(deskAgent, w.submitted(), "Plantemessage.")
		m, _ := w.message(t, family, read)
		w.desks[family].Must(wire.MessageRead, wire.ReadMessages{Request: m.Request, Message: read})
		s.Housekeep(context.Background())
		if n := count(mailkinds.MessageReceived) + count(mailkinds.DayDigest); n != 0 {
			t.Errorf("%d mails before the hour", n)
		}
		s.Clock.Set(notices.DigestAfter(s.Clock.Now()))
		for range 3 {
			s.Housekeep(context.Background())
		}
		if n := count(mailkinds.DayDigest); n != 1 {
			t.Errorf("%d mails of the day", n)
		}
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			due, err := tx.DueMails(100, 0)
			for _, m := range due {
				var data mailkinds.Data
				if err := json.Unmarshal([]byte(m.Data), &data); err != nil {
					return err
				}
				if m.Template == string(mailkinds.DayDigest) && (data.Count != 2 || data.Stop == "") {
					t.Errorf("the mail of the day says %+v", data)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// What the town hall asks for, and what it decides otherwise than by accepting
// or refusing, is told too.
func TestACorrectionIsTold(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		request := w.taken()
		w.desks[deskAgent].Must(wire.RequestAsk, wire.AskCorrection{Request: request, Fields: []string{"birthPlace"}, Text: "Le lieu est à revoir."})
		if n := w.told(t, family)["correction"]; n.About != request || n.Read != 0 {
			t.Errorf("the family is told %+v", w.told(t, family))
		}
		for _, who := range []string{otherFamily, otherParent, deskAgent} {
			if n := w.told(t, who); len(n) != 0 {
				t.Errorf("%s is told %v", who, n)
			}
		}
		// Who answers, or takes the request back, has read it, wherever it was.
		w.desks[family].Must(wire.RequestAnswer, wire.AnswerCorrection{Request: request, Answers: json.RawMessage(`{"birthPlace":"Reims"}`)})
		if n := w.told(t, family); len(n) != 0 {
			t.Errorf("who has answered is still told %v", n)
		}
		w.desks[deskAgent].Must(wire.RequestAsk, wire.AskCorrection{Request: request, Fields: []string{"birthPlace"}, Text: "Encore une fois."})
		if n := w.told(t, family)["correction"]; n.About != request {
			t.Errorf("asked again, the family is told %+v", n)
		}
		w.desks[family].Must(wire.RequestWithdraw, wire.WithdrawRequest{Request: request})
		if n := w.told(t, family); len(n) != 0 {
			t.Errorf("who has taken it back is still told %v", n)
		}
	})
}
