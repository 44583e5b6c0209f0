package store_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// desk is one account with an outbox, and how it sends.
type desk struct {
	t               *testing.T
	s               *store.Store
	account, outbox portal.ID
}

func newDesk(t *testing.T, s *store.Store) desk {
	return desk{t, s, portal.NewID(), portal.NewID()}
}

func (d desk) send(run func(*store.Tx, wire.Command, any) error, sent ...wire.Envelope) (wire.CommandResults, error) {
	return d.s.Apply(ctx, d.account, d.outbox, sent, day, run)
}

// want checks a whole answer: the codes of the verdicts ("" for accepted), the
// mark, and the code of the error.
func (d desk) want(got wire.CommandResults, err error, mark int64, code portal.Code, verdicts ...portal.Code) {
	d.t.Helper()
	if portal.CodeOf(err) != code || got.Mark != mark || len(got.Verdicts) != len(verdicts) {
		d.t.Fatalf("%+v %v; wanted mark %d, error %q, verdicts %q", got, err, mark, code, verdicts)
	}
	for i, v := range got.Verdicts {
		has := portal.Code("")
		if v.Error != nil {
			has = v.Error.Code
		}
		if has != verdicts[i] || v.Accepted != (has == "") {
			d.t.Fatalf("verdict %d is %+v, not %q", i, v, verdicts[i])
		}
	}
}

func raw(number int64, body string) wire.Envelope {
	return wire.Envelope{Number: number, Body: json.RawMessage(body)}
}

func withDesk(t *testing.T, test func(t *testing.T, d desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func(store.Options) *store.Store) {
		test(t, newDesk(t, open(notes(store.Options{}))))
	})
}

func TestNumbers(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		a, b, c := command(t, 1, portal.NewID()), command(t, 2, portal.NewID()), command(t, 3, portal.NewID())
		got, err := d.send(applyAll, b)
		d.want(got, err, 0, portal.Gap)
		got, err = d.send(applyAll, raw(0, string(a.Body)))
		d.want(got, err, 0, portal.Invalid)
		got, err = d.send(applyAll, a, c)
		d.want(got, err, 1, "", "")
		got, err = d.send(applyAll, c)
		d.want(got, err, 1, portal.Gap)
		if err.(*portal.Error).Args["mark"] != "1" {
			t.Fatalf("a gap does not tell the mark: %v", err)
		}
		got, err = d.send(applyAll, a, b, c)
		d.want(got, err, 3, "", "", "", "")
		// A number that was another command's.
		got, err = d.send(applyAll, command(t, 2, portal.NewID()))
		d.want(got, err, 3, portal.OtherOutbox)
		got, err = d.send(applyAll, a, command(t, 2, portal.NewID()), c)
		d.want(got, err, 3, "", "")
		// The same id and number with other bytes.
		got, err = d.send(applyAll, raw(2, string(b.Body)+" "))
		d.want(got, err, 3, portal.OtherOutbox)
		// Nothing sent tells the mark.
		got, err = d.send(applyAll)
		d.want(got, err, 3, "")
	})
}

func TestAnOutboxIsItsAccountsAlone(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		a := command(t, 1, portal.NewID())
		got, err := d.send(applyAll, a)
		d.want(got, err, 1, "", "")
		other := d
		other.account = portal.NewID()
		got, err = other.send(applyAll, a)
		d.want(got, err, 0, portal.Forbidden)
		page, err := d.s.Pull(ctx, wire.Pull{Outbox: d.outbox}, other.account, granted())
		if err != nil || page.Mark != 0 || len(page.Verdicts) != 0 {
			t.Fatalf("another account reads an outbox: %+v %v", page, err)
		}
		// Its commands' ids are taken, and tell another account nothing.
		other.outbox = portal.NewID()
		got, err = other.send(applyAll, a)
		d.want(got, err, 1, "", portal.Invalid)
		if v := got.Verdicts[0]; v.Error.Field != "id" {
			t.Fatalf("%+v", v)
		}
		got, err = other.send(applyAll, a)
		d.want(got, err, 1, portal.OtherOutbox)
		other.outbox = "mine"
		got, err = other.send(applyAll, a)
		d.want(got, err, 0, portal.Invalid)
	})
}

// A desktop that had to begin a new outbox offers again what it has no answer
// for, under new numbers.
func TestANewOutboxFindsWhatTheOldOneHadApplied(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		a, b := portal.NewID(), portal.NewID()
		got, err := d.send(applyAll, command(t, 1, portal.NewID()), command(t, 2, a))
		d.want(got, err, 2, "", "", "")
		d.outbox = portal.NewID()
		for range 2 {
			got, err = d.send(applyAll, command(t, 1, a), command(t, 2, b))
			d.want(got, err, 2, "", "", "")
			if counted(t, d.s, a) != 1 || counted(t, d.s, b) != 1 {
				t.Fatal("not exactly once")
			}
		}
		page, err := d.s.Pull(ctx, wire.Pull{Outbox: d.outbox}, d.account, granted())
		if err != nil || page.Mark != 2 || len(page.Verdicts) != 2 || page.Verdicts[0].Command != a {
			t.Fatalf("%+v %v", page, err)
		}
	})
}

func TestWhatCannotBeReadIsRefusedAndWhatIsNewerIsKept(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		id, whole := portal.NewID(), command(t, 3, portal.NewID())
		newer := raw(1, `{"id":"`+string(portal.NewID())+`","type":"booking.fly","version":1,"args":{}}`)
		got, err := d.send(applyAll, newer)
		d.want(got, err, 0, portal.TooNew)
		broken := raw(1, `{"id":"`+string(id)+`","type":"booking.book","version":1,"args":{"day":3}}`)
		nobody := raw(2, `{"id":"x`)
		newer.Number = 4
		for range 2 {
			got, err = d.send(applyAll, broken, nobody, whole, newer)
			d.want(got, err, 3, "", portal.Invalid, portal.Invalid, "")
			if got.Verdicts[0].Command != id || got.Verdicts[1].Command != "" || got.Verdicts[1].Number != 2 {
				t.Fatalf("%+v", got)
			}
		}
		page, err := d.s.Pull(ctx, wire.Pull{Outbox: d.outbox}, d.account, granted())
		if err != nil || len(page.Verdicts) != 3 || page.Verdicts[1].Command != "" || page.Verdicts[1].Error.Code != portal.Invalid {
			t.Fatalf("%+v %v", page, err)
		}
	})
}

func TestARefusalStopsOnlyWhatNamesIt(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		a, b, c, e := portal.NewID(), portal.NewID(), portal.NewID(), portal.NewID()
		ran := map[portal.ID]bool{}
		refuse := func(tx *store.Tx, x wire.Command, _ any) error {
			ran[x.ID] = true
			if err := count(tx, x); err != nil {
				return err
			}
			if x.ID == a {
				return portal.E("no_place", "day", "places", "0")
			}
			return nil
		}
		sent := []wire.Envelope{command(t, 1, a), command(t, 2, b, a), command(t, 3, c, b), command(t, 4, e, portal.NewID())}
		for range 2 {
			got, err := d.send(refuse, sent...)
			d.want(got, err, 4, "", "no_place", portal.BlockedBy, portal.BlockedBy, "")
			if got.Verdicts[0].Error.Args["places"] != "0" || got.Verdicts[1].Error.Args["command"] != string(a) {
				t.Fatalf("%+v", got)
			}
		}
		if ran[b] || ran[c] || counted(t, d.s, a) != 0 || counted(t, d.s, e) != 1 {
			t.Fatalf("ran %v", ran)
		}
	})
}

// What cannot be judged now is no refusal.
func TestWhatIsNotFinalIsNotStored(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		a, b := command(t, 1, portal.NewID()), command(t, 2, portal.NewID())
		later := func(tx *store.Tx, c wire.Command, _ any) error {
			if err := count(tx, c); err != nil {
				return err
			}
			return portal.E(portal.Unavailable, "", "seconds", "30")
		}
		got, err := d.send(later, a, b)
		d.want(got, err, 0, portal.Unavailable)
		if err.(*portal.Error).Args["seconds"] != "30" {
			t.Fatal(err)
		}
		got, err = d.send(applyAll, a, b)
		d.want(got, err, 2, "", "", "")
	})
}

func TestTheInstantOfReceiptDecides(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		var seen time.Time
		got, err := d.send(func(tx *store.Tx, _ wire.Command, _ any) error { seen = tx.Now(); return nil }, command(t, 1, portal.NewID()))
		d.want(got, err, 1, "", "")
		if !seen.Equal(day) || got.Verdicts[0].Received != day.UnixMicro() {
			t.Fatalf("it was judged at %s", seen)
		}
	})
}

// Text that PostgreSQL cannot hold is a mistake of its sender on both engines.
func TestTextThatCannotBeStoredIsInvalid(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		for i, bad := range []string{"a\x00b", "a\xffb"} {
			got, err := d.send(func(tx *store.Tx, _ wire.Command, _ any) error { return tx.SetMeta("k", bad) }, command(t, int64(i+1), portal.NewID()))
			d.want(got, err, int64(i+1), "", portal.Invalid)
			if err := d.s.Write(ctx, func(tx *store.Tx) error { return tx.SetMeta(bad, "") }); portal.CodeOf(err) != portal.Invalid {
				t.Fatal(err)
			}
		}
		needs := command(t, 3, portal.NewID(), "\x00")
		got, err := d.send(applyAll, needs)
		d.want(got, err, 3, "", portal.Invalid)
		if !strings.Contains(string(needs.Body), `\u0000`) {
			t.Fatal("the test's own command lacks the zero")
		}
	})
}

func TestForgottenVerdictsAreNotAppliedAgain(t *testing.T) {
	withDesk(t, func(t *testing.T, d desk) {
		id := portal.NewID()
		got, err := d.send(applyAll, command(t, 1, id))
		d.want(got, err, 1, "", "")
		if n, err := d.s.PruneCommands(ctx, day.Add(time.Second), 10); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		got, err = d.send(applyAll, command(t, 1, id), command(t, 2, portal.NewID()))
		d.want(got, err, 2, "", portal.NotFound, "")
		if counted(t, d.s, id) != 1 {
			t.Fatal("applied again")
		}
	})
}
