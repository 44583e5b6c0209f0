package simulate

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// decided notes verdicts. One command has one verdict for ever.
func (t *town) decided(who int, how string, body []byte, answer *httptest.ResponseRecorder) {
	var in wire.SendCommands
	_ = json.Unmarshal(body, &in)
	first, n := int64(0), len(in.Commands)
	if n > 0 {
		first = in.Commands[0].Number
	}
	if answer.Code != http.StatusOK {
		var p wire.Problem
		_ = json.Unmarshal(answer.Body.Bytes(), &p)
		t.h.log("%d POST %d+%d %s: %d %s", who, first, n, how, answer.Code, p.Code)
		if answer.Code >= 500 && p.Code != portal.Unavailable {
			t.h.fail("a batch is answered with %d %s", answer.Code, p.Code)
		}
		return
	}
	var out wire.CommandResults
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		t.h.fail("an answer cannot be read: %v", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	said := ""
	for i, v := range out.Verdicts {
		code := "yes"
		if v.Error != nil {
			code = string(v.Error.Code)
		}
		said += " " + code
		if was, ok := t.judged[v.Command]; ok && (was.Accepted != v.Accepted || was.Received != v.Received) {
			t.h.fail("command %s was accepted=%v and is accepted=%v", v.Command, was.Accepted, v.Accepted)
		}
		t.judged[v.Command] = v
		if _, args, err := wire.ReadCommand(in.Commands[i].Body); err == nil && v.Accepted {
			switch a := args.(type) {
			case *wire.CancelBooking:
				t.gone[a.Booking] = true
			case *wire.GroupBookings:
				for _, id := range a.Cancel {
					t.mayGo[id] = true
				}
			case *wire.AcceptRequest, *wire.RefuseRequest, *wire.WithdrawRequest:
				t.reviewed = true
			case *wire.WithdrawDocument:
				t.gone[a.Document] = true
			}
		}
	}
	t.h.log("%d POST %d+%d %s: mark %d%s", who, first, n, how, out.Mark, said)
}

func (t *town) verdict(id portal.ID) (wire.Verdict, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok := t.judged[id]
	return v, ok
}

// accepted reports whether a command is accepted in the course of events that a
// run belongs to, as long as that goes on: an older copy may know nothing of it.
func (t *town) accepted(run string, id portal.ID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lines[run] == t.line && t.judged[id].Accepted
}

// gave reports whether a verdict was given, be it in a history that has ended:
// an answer may outlive it on its way.
func (t *town) gave(id portal.ID, accepted bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, ok := t.judged[id]
	if ok && now.Accepted == accepted {
		return true
	}
	former, ok := t.former[id]
	return ok && former.Accepted == accepted
}
