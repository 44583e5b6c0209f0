package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// The tests' own small domain: notes that are kept in meta and stand in feeds.
// A note's text is "feed,feed|body"; nothing or no feed is no row.
const noteKind = "note"

func projectNotes(tx *store.Tx, kind string, id portal.ID) ([]store.FeedRow, error) {
	if kind != noteKind {
		return nil, fmt.Errorf("an entity of an unknown kind %q", kind)
	}
	text, _, err := tx.Meta("note/" + string(id))
	if err != nil {
		return nil, err
	}
	feeds, body, _ := cut(text)
	var rows []store.FeedRow
	for _, f := range feeds {
		rows = append(rows, store.FeedRow{Feed: f, Collection: "notes", Entity: id, Body: map[string]string{"text": body}})
	}
	return rows, nil
}

// note writes a note so that it stands in feeds.
func note(tx *store.Tx, id portal.ID, body string, feeds ...string) error {
	text := ""
	for _, f := range feeds {
		text += f + ","
	}
	tx.Touch(noteKind, id)
	return tx.SetMeta("note/"+string(id), text+"|"+body)
}

func cut(text string) (feeds []string, body string, ok bool) {
	start := 0
	for i, r := range text {
		switch r {
		case ',':
			feeds, start = append(feeds, text[start:i]), i+1
		case '|':
			return feeds, text[i+1:], true
		}
	}
	return nil, "", false
}

func notes(o store.Options) store.Options {
	o.Project = projectNotes
	return o
}

var (
	ctx = context.Background()
	day = time.Date(2026, 9, 1, 8, 0, 0, 123456000, time.UTC)
)

func granted(feeds ...string) func(*store.Tx) ([]string, error) {
	return func(*store.Tx) ([]string, error) { return feeds, nil }
}

// command is an envelope of a command that the tests' run understands by its
// activity alone.
func command(t testing.TB, number int64, id portal.ID, needs ...portal.ID) wire.Envelope {
	t.Helper()
	body, err := wire.NewCommand(id, wire.BookingCancel, wire.CancelBooking{Booking: id}, needs...)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Envelope{Number: number, Body: body}
}

// count is how often a command had its effect.
func count(tx *store.Tx, c wire.Command) error {
	text, _, err := tx.Meta("count/" + string(c.ID))
	if err != nil {
		return err
	}
	if err := tx.SetMeta("count/"+string(c.ID), text+"x"); err != nil {
		return err
	}
	return note(tx, c.ID, "applied", "town")
}

func counted(t testing.TB, s *store.Store, id portal.ID) int {
	t.Helper()
	var text string
	if err := s.Read(ctx, func(tx *store.Tx) (err error) {
		text, _, err = tx.Meta("count/" + string(id))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return len(text)
}

func meta(t testing.TB, s *store.Store, key string) string {
	t.Helper()
	var text string
	if err := s.Read(ctx, func(tx *store.Tx) (err error) {
		text, _, err = tx.Meta(key)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return text
}

func applyAll(tx *store.Tx, c wire.Command, _ any) error { return count(tx, c) }

func TestWriteKeepsWhatIsAcceptedAndTakesBackWhatIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		if err := s.Write(ctx, func(tx *store.Tx) error { return tx.SetMeta("a", "1") }); err != nil {
			t.Fatal(err)
		}
		refusal := portal.E(portal.Conflict, "day")
		err := s.Write(ctx, func(tx *store.Tx) error {
			if err := note(tx, portal.NewID(), "never", "town"); err != nil {
				return err
			}
			if err := tx.SetMeta("a", "2"); err != nil {
				return err
			}
			return fmt.Errorf("said kindly: %w", refusal)
		})
		if !errors.Is(err, refusal) {
			t.Fatalf("the refusal came back as %v", err)
		}
		if got := meta(t, s, "a"); got != "1" {
			t.Fatalf("a is %q", got)
		}
		if changes, head, err := s.Changes(ctx, 0, 10); err != nil || len(changes) != 0 || head != 0 {
			t.Fatalf("a refused write reached the feeds: %v to %d, %v", changes, head, err)
		}
	})
}

func TestApplyIsExactlyOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		s := open(notes(store.Options{}))
		account, outbox, a, b := portal.NewID(), portal.NewID(), portal.NewID(), portal.NewID()
		sent := []wire.Envelope{command(t, 1, a), command(t, 2, b)}
		for range 3 {
			got, err := s.Apply(ctx, account, outbox, sent, day, applyAll)
			if err != nil || got.Mark != 2 || len(got.Verdicts) != 2 || !got.Verdicts[0].Accepted || !got.Verdicts[1].Accepted {
				t.Fatalf("%+v %v", got, err)
			}
			if v := got.Verdicts[1]; v.Command != b || v.Number != 2 || v.Received != day.UnixMicro() {
				t.Fatalf("%+v", v)
			}
		}
		if counted(t, s, a) != 1 || counted(t, s, b) != 1 {
			t.Fatal("a command had its effect more than once")
		}
		page, err := s.Pull(ctx, wire.Pull{Outbox: outbox, Number: 1}, account, granted("town"))
		if err != nil || !page.Complete || page.Reset || len(page.Changes) != 2 || page.Mark != 2 || len(page.Verdicts) != 1 || page.Cursor.Feeds["town"] != 2 {
			t.Fatalf("%+v %v", page, err)
		}
	})
}
