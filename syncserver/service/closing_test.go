package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

func TestAnAccountIsClosedAfterTwoWeeksOrNotAtAll(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		w.live(t)
		d, id, p := w.desks[family], w.account(family), people[family]
		give(t, d, "family-quotient", "")
		d.Must(wire.DraftSave, wire.SaveDraft{Draft: fmt.Appendf(nil, `{"id":%q,"procedure":"encombrants","version":1,"request":%q,"fresh":%q,"fields":{}}`, portal.NewID(), portal.NewID(), portal.NewID())})
		sign := func() (wire.Session, error) {
			return s.Anonymous().Client.SignIn(ctx, wire.SignIn{Login: p.login, Password: demo.FamilyPassword, Device: wire.Device{ID: portal.NewID()}})
		}
		out, err := d.CloseAccount(ctx, demo.FamilyPassword)
		if want := hosttest.Start.Add(14 * 24 * time.Hour); err != nil || out.At != want.UnixMicro() {
			t.Fatalf("%+v %v", out, err)
		}
		if _, err := d.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("a session lives on: %v", err)
		}
		if letter := newest(t, s, p.mail); letter["template"] != "account_closing" {
			t.Errorf("the mail is %v", letter)
		}
		s.Clock.Add(14*24*time.Hour - time.Minute)
		s.Housekeep(ctx)
		in, err := sign()
		if err != nil || !in.Reopened {
			t.Fatalf("within two weeks: %+v %v", in.Reopened, err)
		}
		if in, err := sign(); err != nil || in.Reopened {
			t.Errorf("once more: %+v %v", in.Reopened, err)
		}
		s.Clock.Add(time.Hour)
		s.Housekeep(ctx)
		d.Session, err = sign()
		if err != nil {
			t.Fatalf("it was closed although its person came back: %v", err)
		}

		if _, err := d.CloseAccount(ctx, demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(14*24*time.Hour + time.Second)
		s.Housekeep(ctx)
		if _, err := sign(); portal.CodeOf(err) != wire.BadCredentials {
			t.Errorf("once closed: %v", err)
		}
		if letter := newest(t, s, p.mail); letter["template"] != "account_closed" {
			t.Errorf("the mail is %v", letter)
		}
		var kept store.Account
		if err := s.Store.Read(ctx, func(tx *store.Tx) error {
			kept, _, err = tx.Account(id)
			if err != nil {
				return err
			}
			links, err := tx.LinksTo(id)
			if err != nil || len(links) > 0 {
				t.Errorf("%d links are left", len(links))
			}
			sent, err := tx.RequestsOf(id)
			for _, r := range sent {
				if !requests.State(r.State).Decided() {
					t.Errorf("a request is %s", r.State)
				}
			}
			if err != nil {
				return err
			}
			balance, err := tx.Balance(ledger.Prepaid(id, service.CashDesk))
			if err == nil && balance != 7653841 {
				t.Errorf("the balance became %v", balance)
			}
			standing, err := tx.Standing()
			for key := range standing {
				if key[0] == wire.AccountFeed(id) && slices.Contains([]string{wire.Accounts, wire.Children, wire.Documents, wire.MessageFiles, wire.Drafts}, key[1]) {
					t.Errorf("%v still stands", key)
				}
			}
			if err != nil {
				return err
			}
			papers, err := tx.DocumentsOf(id)
			if len(papers) > 0 {
				t.Errorf("documents are kept: %+v", papers)
			}
			if err != nil {
				return err
			}
			if papers, err = tx.EnclosedTo(id); len(papers) > 0 {
				t.Errorf("files of messages are kept: %+v", papers)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		whole, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{p.mail, p.mobile, `"motfamille"`, "1988-04-12", "613579", "plain:"} {
			if strings.Contains(string(whole), gone) {
				t.Errorf("%s is kept", gone)
			}
		}
		if kept.LastName != p.last || !strings.Contains(kept.Profile, p.street) || kept.Closed == 0 {
			t.Errorf("kept is %s", whole)
		}
		// The child goes on, for the other parent.
		other := s.SignIn("motparent")
		if other.Child("Philémon") != familyChild {
			t.Error("the other parent lost the child")
		}
		// The address may be used anew, and nobody recovers what is gone.
		ask(t, s.Anonymous(), p.login)
		register(t, s.Anonymous(), p.mail)
		if letter := newest(t, s, p.mail); letter["template"] != "activation" {
			t.Errorf("the mail is %v", letter)
		}
		if _, err := s.SignIn("sylvie.roy").CloseAccount(ctx, demo.AgentPassword); portal.CodeOf(err) != portal.Forbidden {
			t.Errorf("an agent: %v", err)
		}
	})
}
