package wire

import (
	"encoding/json"
	"reflect"
	"testing"

	"parvis/shared/portal"
)

func TestCommandsComeBackAsTheyWere(t *testing.T) {
	for _, s := range Commands {
		args := s.new()
		body, err := NewCommand(portal.NewID(), s.Type, args)
		if err != nil {
			t.Fatalf("%s: %v", s.Type, err)
		}
		if s.Type == RequestSubmit || s.Type == DraftSave {
			continue // their raw answers are null in the zero value
		}
		c, got, err := ReadCommand(body)
		if _, older := args.(interface{ Newest() any }); older {
			continue // it comes back as the newest: see the next test
		}
		if err != nil || c.Type != s.Type || !reflect.DeepEqual(got, args) {
			t.Errorf("%s came back as %+v %+v: %v", s.Type, c, got, err)
		}
	}
}

// What an older desktop wrote into its outbox is read as what it was, and knows
// no fields of later.
func TestAnOlderVersionIsReadAsTheNewest(t *testing.T) {
	head := `{"id":"` + string(portal.NewID()) + `","type":"message.send","version":1,"args":`
	_, got, err := ReadCommand([]byte(head + `{"message":"m","request":"r","text":"t"}}`))
	if want := (&SendMessage{Message: "m", Request: "r", Text: "t"}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v", got, err)
	}
	if _, _, err := ReadCommand([]byte(head + `{"files":[]}}`)); portal.CodeOf(err) != portal.TooNew {
		t.Errorf("a field of later: %v", err)
	}
}

func TestWhatIsUnknownIsTooNewAndWhatIsWrongIsInvalid(t *testing.T) {
	id := string(portal.NewID())
	for body, want := range map[string]portal.Code{
		`{"id":"` + id + `","type":"booking.book","version":9,"args":{}}`:                 portal.TooNew,
		`{"id":"` + id + `","type":"booking.fly","version":1,"args":{}}`:                  portal.TooNew,
		`{"id":"` + id + `","type":"booking.book","version":1,"args":{"wings":2}}`:        portal.TooNew,
		`{"id":"` + id + `","type":"booking.book","version":1,"args":{},"wings":2}`:       portal.TooNew,
		`{"id":"` + id + `","type":"booking.book","version":1,"args":{"day":3}}`:          portal.Invalid,
		`{"id":"nobody","type":"booking.book","version":1,"args":{}}`:                     portal.Invalid,
		`{"id":"` + id + `","type":"booking.book","version":1,"args":{}} {"more":"here"}`: portal.Invalid,
		`[]`: portal.Invalid,
		``:   portal.Invalid,
	} {
		if _, _, err := ReadCommand([]byte(body)); portal.CodeOf(err) != want {
			t.Errorf("%s: %v, not %s", body, err, want)
		}
	}
}

func FuzzReadCommand(f *testing.F) {
	for _, s := range Commands {
		body, _ := NewCommand(portal.NewID(), s.Type, s.new())
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c, args, err := ReadCommand(body)
		if code := portal.CodeOf(err); err != nil && code != portal.Invalid && code != portal.TooNew {
			t.Fatalf("an input is told as %s", code)
		}
		if err == nil && (args == nil || !c.ID.Valid()) {
			t.Fatalf("%s passes without arguments or id", body)
		}
	})
}

func TestFrames(t *testing.T) {
	f := Frame{From: 10, To: 20}
	for at, want := range map[int64][2]bool{9: {false, true}, 10: {true, false}, 19: {true, false}, 20: {false, false}, 25: {false, false}} {
		if apply, pull := f.Applies(at); apply != want[0] || pull != want[1] {
			t.Errorf("at %d: apply %v, pull %v", at, apply, pull)
		}
	}
}

// The bytes of a command are its identity: encoding an envelope must not
// touch them.
func TestAnEnvelopeKeepsTheBytes(t *testing.T) {
	body, err := NewCommand(portal.NewID(), RequestRefuse, RefuseRequest{Reason: `a < b & "c" é`})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(SendCommands{Commands: []Envelope{{1, body}}})
	if err != nil {
		t.Fatal(err)
	}
	var back SendCommands
	if err := StrictJSON(raw, &back); err != nil {
		t.Fatal(err)
	}
	if string(back.Commands[0].Body) != string(body) {
		t.Fatalf("%s became %s", body, back.Commands[0].Body)
	}
}
