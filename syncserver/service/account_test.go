package service_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// own is the account as its person has it after a pull.
func own(t *testing.T, d *hosttest.Desk) (a wire.Account) {
	t.Helper()
	d.Catch()
	if err := json.Unmarshal([]byte(d.In(wire.Accounts)[string(d.Session.Account.ID)]), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAMoveChangesThePriceOfDaysBookedFromThenOn(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d := w.desks[family]
		prices := func() (out []portal.Money) {
			d.Catch()
			for _, body := range d.In(wire.Bookings) {
				var b wire.Booking
				if err := json.Unmarshal([]byte(body), &b); err != nil {
					t.Fatal(err)
				}
				out = append(out, b.Price)
			}
			slices.Sort(out)
			return out
		}
		book := func(day portal.Date) {
			t.Helper()
			d.Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: day})
		}
		book(schoolDays[0])
		before := prices()[0]
		away := wire.ChangeAddress{Line1: " 2  rue de la Gare ", Postcode: "51 000", City: "Reims", Country: "fr"}
		d.Must(wire.AccountAddress, away)
		a := own(t, d)
		if a.Payer.Resident || !strings.Contains(string(a.Address), `"line1":"2 rue de la Gare"`) || !strings.Contains(string(a.Address), `"postcode":"51000"`) {
			t.Errorf("kept is %s, resident %v", a.Address, a.Payer.Resident)
		}
		book(schoolDays[1])
		if got := prices(); len(got) != 2 || got[0] != before || got[1] != 560 {
			t.Errorf("the days cost %v, the first %v", got, before)
		}
		// Within the same postcode nothing changes, whatever an agent has noted.
		d.Must(wire.AccountAddress, wire.ChangeAddress{Line1: "3 rue de la Gare", Postcode: "51000", City: "Reims", Country: "France"})
		if own(t, d).Payer.Resident {
			t.Error("a move within another town makes a resident")
		}
		d.Must(wire.AccountAddress, wire.ChangeAddress{Line1: "1 place", Postcode: demo.Postcode, City: "Ailleurs", Country: "Belgique"})
		if own(t, d).Payer.Resident {
			t.Error("another country's postcode makes a resident")
		}
		d.Must(wire.AccountAddress, wire.ChangeAddress{Line1: "4 rue des Tilleuls", Postcode: demo.Postcode, City: demo.Town, Country: "France"})
		if a := own(t, d); !a.Payer.Resident || len(a.Payer.Quotients) != 1 {
			t.Errorf("back in the town: %+v", a.Payer)
		}
		for field, wrong := range map[string]wire.ChangeAddress{
			"line1":    {Postcode: "51000", City: "Reims"},
			"postcode": {Line1: "2 rue", Postcode: "5100", City: "Reims"},
			"city":     {Line1: "2 rue", Postcode: "51000", City: strings.Repeat("x", 61)},
			"country":  {Line1: "2 rue", Postcode: "51000", City: "Reims", Country: strings.Repeat("x", 61)},
			"line2":    {Line1: "2 rue", Line2: "a\x00b", Postcode: "51000", City: "Reims"},
		} {
			if v := d.Do(wire.AccountAddress, wrong); v.Accepted || v.Error.Field != field {
				t.Errorf("%s: %+v", field, v.Error)
			}
		}
	})
}

func TestPhonesAndLanguage(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		d := s.SignIn("claire.martel")
		d.Must(wire.AccountPhones, wire.ChangePhones{Mobile: "06 39 98 01 55", Phone: "03 26 00 00 01"})
		d.Must(wire.AccountLanguage, wire.ChangeLanguage{Language: "en"})
		if a := own(t, d); a.Mobile != "+33639980155" || a.Phone != "+33326000001" || a.Language != "en" {
			t.Errorf("kept is %+v", a)
		}
		d.Must(wire.AccountPhones, wire.ChangePhones{})
		if a := own(t, d); a.Mobile != "" || a.Phone != "" {
			t.Errorf("kept is %+v", a)
		}
		if v := d.Do(wire.AccountPhones, wire.ChangePhones{Mobile: "03 26 00 00 01"}); v.Accepted || v.Error.Code != accounts.BadMobile || v.Error.Field != "mobile" {
			t.Errorf("a landline as a mobile: %+v", v)
		}
		if v := d.Do(wire.AccountPhones, wire.ChangePhones{Phone: "rien"}); v.Accepted || v.Error.Code != accounts.BadPhone || v.Error.Field != "phone" {
			t.Errorf("no number: %+v", v)
		}
		if v := d.Do(wire.AccountLanguage, wire.ChangeLanguage{Language: "de"}); v.Accepted || v.Error.Field != "language" {
			t.Errorf("a language there is none of: %+v", v)
		}
		if got := audited(t, s, d.Session.Account.ID); !slices.Equal(got, []string{"account.phones", "account.language", "account.phones"}) {
			t.Errorf("the audit trail has %v", got)
		}
		// Mails are in it from then on.
		if err := s.Anonymous().RecoverLogin(context.Background(), wire.RecoverLogin{Mail: knownMail}); err != nil {
			t.Fatal(err)
		}
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			due, err := tx.DueMails(10, tx.Now().UnixMicro())
			if len(due) != 1 || due[0].Language != "en" {
				t.Errorf("the mails are %+v", due)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnotherPasswordEndsTheOtherSessions(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		for _, login := range []string{"claire.martel", "sylvie.roy"} {
			here := s.SignIn(login)
			s.Clock.Add(time.Minute) // an agent's code works once
			there := s.SignIn(login)
			old := demo.FamilyPassword
			if login == "sylvie.roy" {
				old = demo.AgentPassword
			}
			change := func(old, fresh string) error {
				_, err := here.ChangePassword(ctx, wire.ChangePassword{Old: old, New: fresh})
				return err
			}
			for what, c := range map[string]struct {
				old, fresh string
				code       portal.Code
				field      string
			}{
				"a wrong one":    {"pas le bon mot", newPassword, wire.WrongPassword, "old"},
				"none":           {"", newPassword, portal.Missing, "old"},
				"nothing new":    {old, "", portal.Missing, "new"},
				"a short new":    {old, "court", accounts.PasswordShort, "new"},
				"one's own name": {old, strings.Replace(login, ".", " ", 1), accounts.PasswordPersonal, "new"},
			} {
				var e *portal.Error
				if err := change(c.old, c.fresh); !errors.As(err, &e) || e.Field != c.field || e.Code != c.code && c.code != accounts.PasswordPersonal {
					t.Errorf("%s, %s: %v", login, what, err)
				}
			}
			if _, err := there.Pull(ctx, wire.Pull{}); err != nil {
				t.Fatalf("a change that was refused ends a session: %v", err)
			}
			out, err := here.ChangePassword(ctx, wire.ChangePassword{Old: old, New: newPassword})
			if err != nil || out.Share != here.Session.Share {
				t.Fatalf("%s: %+v %v", login, out, err)
			}
			if _, err := there.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
				t.Errorf("%s: the other session lives on: %v", login, err)
			}
			here.Catch()
			if got := mail(t, s, login+"@exemple.fr"); got["template"] != "password_changed" {
				t.Errorf("%s: the mail is %v", login, got)
			}
			s.Clock.Add(time.Hour)
		}
	})
}

// A window that was left open is no way to guess a password.
func TestThePasswordThatConfirmsIsThrottled(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.SignIn("claire.martel")
		for i := range 6 {
			if _, err := d.CloseAccount(ctx, "pas le bon mot"); portal.CodeOf(err) != wire.WrongPassword {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		for what, err := range map[string]error{
			"closing": second(d.CloseAccount(ctx, demo.FamilyPassword)), "mail": second(d.ChangeMail(ctx, wire.ChangeMail{Mail: unknownMail, Password: demo.FamilyPassword})),
			"password": second(d.ChangePassword(ctx, wire.ChangePassword{Old: demo.FamilyPassword, New: newPassword})),
		} {
			if portal.CodeOf(err) != portal.Throttled {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func changeMail(t *testing.T, d *hosttest.Desk, to string) wire.MailChange {
	t.Helper()
	out, err := d.ChangeMail(context.Background(), wire.ChangeMail{Mail: to, Password: demo.FamilyPassword})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnotherMailAddressIsConfirmedThereAndUndoneFromTheOldOne(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.SignIn("claire.martel")
		asked := changeMail(t, d, " Lucie.Fabre@exemple.fr ")
		if a := own(t, d); a.Mail != knownMail || a.NewMail != unknownMail || a.NewUntil == 0 {
			t.Errorf("while it waits: %+v", a)
		}
		letter := mail(t, s, unknownMail)
		confirm := func(handle, code string) portal.Code {
			return portal.CodeOf(d.ConfirmMail(ctx, wire.MailCode{Handle: handle, Code: code}))
		}
		if got := confirm(asked.Handle, "00000000"); got != wire.CodeWrong {
			t.Errorf("a wrong code: %q", got)
		}
		if got := confirm("x", letter["code"]); got != wire.CodeExpired {
			t.Errorf("no handle: %q", got)
		}
		other := s.SignIn("hugo.martel")
		if err := other.ConfirmMail(ctx, wire.MailCode{Handle: asked.Handle, Code: letter["code"]}); portal.CodeOf(err) != wire.CodeExpired {
			t.Errorf("another's account: %v", err)
		}
		if got := confirm(asked.Handle, letter["code"]); got != "" {
			t.Fatalf("the right code: %q", got)
		}
		if a := own(t, d); a.Mail != unknownMail || a.NewMail != "" {
			t.Errorf("once it is made: %+v", a)
		}
		told := newest(t, s, knownMail)
		if told["template"] != "mail_changed" {
			t.Fatalf("the old address is told %v", told)
		}
		// Whoever took it changes it once more, and asks for a new password.
		s.Clock.Add(time.Hour)
		further := changeMail(t, d, "marie.blanc@exemple.fr")
		if got := confirm(further.Handle, newest(t, s, "marie.blanc@exemple.fr")["code"]); got != "" {
			t.Fatal(got)
		}
		ask(t, s.Anonymous(), "claire.martel")
		stolen := linkOf(newest(t, s, "marie.blanc@exemple.fr"), "r")

		undo := linkOf(told, "u")
		s.Clock.Set(hosttest.Start.Add(72*time.Hour - time.Second))
		for range 3 {
			if was, err := s.Service.PeekMailUndo(ctx, undo); err != nil || was != knownMail {
				t.Fatal(was, err)
			}
		}
		d = s.SignIn("claire.martel")
		_, reset, err := s.Service.UndoMailChange(ctx, undo)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("a session lives on: %v", err)
		}
		for what, err := range map[string]error{
			"the undo, twice":     second(s.Service.PeekMailUndo(ctx, undo)),
			"the way forth again": second(s.Service.PeekMailUndo(ctx, linkOf(newest(t, s, unknownMail), "u"))),
			"the stolen reset":    second(s.Service.PeekReset(ctx, stolen)),
		} {
			if portal.CodeOf(err) != wire.CodeExpired {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, login, err := s.Service.ResetByLink(ctx, reset, newPassword, false); err != nil || login != "claire.martel" {
			t.Fatal(login, err)
		}
		in, err := s.Anonymous().Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: newPassword, Device: wire.Device{ID: portal.NewID()}})
		if err != nil || in.Account.Mail != knownMail {
			t.Errorf("%+v %v", in.Account, err)
		}
	})
}

func TestALinkConfirmsAnAddressForADayAndItsUndoLivesThree(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.SignIn("claire.martel")
		changeMail(t, d, unknownMail)
		first := linkOf(mail(t, s, unknownMail), "c")
		changeMail(t, d, unknownMail)
		link := linkOf(newest(t, s, unknownMail), "c")
		if _, err := s.Service.PeekMailChange(ctx, first); portal.CodeOf(err) != wire.CodeExpired {
			t.Errorf("the link of the wish before: %v", err)
		}
		s.Clock.Set(hosttest.Start.Add(24*time.Hour - time.Second))
		if to, err := s.Service.PeekMailChange(ctx, link); err != nil || to != unknownMail {
			t.Fatal(to, err)
		}
		if _, err := s.Service.ConfirmMailByLink(ctx, link); err != nil {
			t.Fatal(err)
		}
		made := s.Clock.Now()
		if _, err := s.Service.ConfirmMailByLink(ctx, link); portal.CodeOf(err) != wire.CodeExpired {
			t.Errorf("twice: %v", err)
		}
		undo := linkOf(newest(t, s, knownMail), "u")
		s.Clock.Set(made.Add(72*time.Hour + time.Second))
		if _, _, err := s.Service.UndoMailChange(ctx, undo); portal.CodeOf(err) != wire.CodeExpired {
			t.Errorf("after three days: %v", err)
		}
		d = s.SignIn("claire.martel")
		changeMail(t, d, "marie.blanc@exemple.fr")
		late := linkOf(newest(t, s, "marie.blanc@exemple.fr"), "c")
		s.Clock.Add(24*time.Hour + time.Second)
		if _, err := s.Service.ConfirmMailByLink(ctx, late); portal.CodeOf(err) != wire.CodeExpired {
			t.Errorf("a link after its day: %v", err)
		}
	})
}

func TestAnAddressOfAnotherAccountIsToldItsOwnerAlone(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.SignIn("claire.martel")
		if _, err := d.ChangeMail(ctx, wire.ChangeMail{Mail: knownMail, Password: demo.FamilyPassword}); portal.CodeOf(err) != wire.SameMail {
			t.Errorf("one's own: %v", err)
		}
		taken := changeMail(t, d, "hugo.martel@exemple.fr")
		if letter := mail(t, s, "hugo.martel@exemple.fr"); letter["template"] != "mail_in_use" || letter["code"] != "" {
			t.Errorf("its owner is told %v", letter)
		}
		row := own(t, d).NewMail
		free := changeMail(t, d, unknownMail)
		for i := range 6 {
			k := d.ConfirmMail(ctx, wire.MailCode{Handle: taken.Handle, Code: "00000000"})
			if portal.CodeOf(k) != wire.CodeExpired {
				t.Errorf("the wish before, try %d: %v", i, k)
			}
		}
		if row != "hugo.martel@exemple.fr" || len(free.Handle) != len(taken.Handle) {
			t.Errorf("while it waits: %q", row)
		}
		if _, err := d.ChangeMail(ctx, wire.ChangeMail{Mail: "marie.blanc@exemple.fr", Password: demo.FamilyPassword}); err != nil {
			t.Errorf("a third: %v", err)
		}
		if _, err := d.ChangeMail(ctx, wire.ChangeMail{Mail: "marie.noir@exemple.fr", Password: demo.FamilyPassword}); portal.CodeOf(err) != portal.Throttled {
			t.Errorf("a fourth within a day: %v", err)
		}
		if err := d.StopMailChange(ctx); err != nil {
			t.Fatal(err)
		}
		if a := own(t, d); a.NewMail != "" {
			t.Errorf("given up: %+v", a)
		}
		agent := s.SignIn("sylvie.roy")
		if _, err := agent.ChangeMail(ctx, wire.ChangeMail{Mail: unknownMail, Password: demo.AgentPassword}); portal.CodeOf(err) != portal.Forbidden {
			t.Errorf("an agent: %v", err)
		}
	})
}

func TestAResetEndsAWaitingChangeWhereItIsAsked(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		for _, end := range []bool{false, true} {
			login := map[bool]string{false: "claire.martel", true: "hugo.martel"}[end]
			d := s.SignIn(login)
			changeMail(t, d, login+".bis@exemple.fr")
			change := linkOf(newest(t, s, login+".bis@exemple.fr"), "c")
			ask(t, s.Anonymous(), login)
			link := linkOf(newest(t, s, login+"@exemple.fr"), "r")
			if open, err := s.Service.PeekReset(ctx, link); err != nil || !open.Pending {
				t.Fatalf("%+v %v", open, err)
			}
			if _, _, err := s.Service.ResetByLink(ctx, link, newPassword, end); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Service.PeekMailChange(ctx, change); (portal.CodeOf(err) == wire.CodeExpired) != end {
				t.Errorf("ended %v: %v", end, err)
			}
		}
	})
}

func TestADeviceIsSignedOutFromAnother(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		here := s.SignIn("claire.martel")
		there := s.Anonymous()
		device := wire.Device{ID: portal.NewID(), Name: "portable de Claire"}
		in := func() (wire.Session, error) {
			return there.Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: demo.FamilyPassword, Device: device})
		}
		s.Clock.Add(time.Minute)
		var err error
		if there.Session, err = in(); err != nil {
			t.Fatal(err)
		}
		list, err := here.OpenSessions(ctx)
		if err != nil || len(list.Sessions) != 2 || list.Sessions[0].Device != "portable de Claire" || list.Sessions[0].This || !list.Sessions[1].This {
			t.Fatalf("%+v %v", list, err)
		}
		other := s.SignIn("hugo.martel")
		if err := other.EndSession(ctx, list.Sessions[0].ID); portal.CodeOf(err) != portal.NotFound {
			t.Errorf("another's: %v", err)
		}
		if err := here.EndSession(ctx, list.Sessions[1].ID); portal.CodeOf(err) != portal.Conflict {
			t.Errorf("this one: %v", err)
		}
		there.Catch()
		if err := here.EndSession(ctx, list.Sessions[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := there.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("it lives on: %v", err)
		}
		if list, err := here.OpenSessions(ctx); err != nil || len(list.Sessions) != 1 {
			t.Errorf("%+v %v", list, err)
		}
		// The share that opens what it holds is gone with it.
		if again, err := in(); err != nil || again.Share == there.Session.Share {
			t.Errorf("the share came back: %v", err)
		}
		s.Clock.Add(31 * 24 * time.Hour)
		here = s.SignIn("claire.martel")
		if list, err := here.OpenSessions(ctx); err != nil || len(list.Sessions) != 1 {
			t.Errorf("sessions that have ended by idleness are listed: %+v %v", list, err)
		}
	})
}

func TestOnesDataIsAllOfItAndNobodyElses(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		w := newWorld(t, s)
		w.live(t)
		id := give(t, w.desks[family], "family-quotient", "")
		draft := portal.NewID()
		w.desks[family].Must(wire.DraftSave, wire.SaveDraft{Draft: fmt.Appendf(nil, `{"id":%q,"procedure":"encombrants","version":1,"request":%q,"fresh":%q,"fields":{"place":{"value":"Plantebrouillon","at":1}}}`, draft, portal.NewID(), portal.NewID())})
		var all bytes.Buffer
		if err := w.desks[family].OwnData(ctx, &all); err != nil {
			t.Fatal(err)
		}
		raw := all.Bytes()
		files := map[string]string{}
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			files[f.Name] = string(body)
		}
		own, _ := document(t, w.desks[family], id)
		kept := false
		for name, body := range files {
			if strings.HasPrefix(name, "justificatifs/") && strings.HasSuffix(name, own.Name) && strings.Contains(body, string(id)) && strings.HasPrefix(body, "%PDF-") {
				kept = true
				if !strings.Contains(files["donnees.html"], `href="`+strings.ReplaceAll(name, " ", "%20")) {
					t.Errorf("the page does not lead to %q", name)
				}
			}
		}
		if !kept {
			t.Error("the document is not in it")
		}
		if body := files["messages/001 Plantejointe.pdf"]; !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("what goes with a message is %q", body)
		}
		p := people[family]
		for _, name := range []string{"donnees.html", "donnees.json"} {
			body := files[name]
			for _, must := range []string{p.street, p.mail, p.login, "Philémon", "Plantallergie", "Plantequeue", "Planterefuse", "Plantemotif", "613579", "76538.41", "Plantebrouillon", own.Name, "Plantejointe.pdf"} {
				if !strings.Contains(body, must) {
					t.Errorf("%s says nothing of %s", name, must)
				}
			}
			for _, never := range []string{people[otherParent].street, people[otherParent].mail, "62621.41", "Planteparente", people[otherFamily].last, "plain:", "Plantedossier"} {
				if strings.Contains(body, never) {
					t.Errorf("%s says %s", name, never)
				}
			}
		}
		if len(files) < 3 || strings.Contains(files["donnees.html"], "[page.") {
			t.Errorf("the files: %d, %.2000s", len(files), files["donnees.html"])
		}
		var d service.OwnData
		if err := json.Unmarshal([]byte(files["donnees.json"]), &d); err != nil || len(d.Bookings) != 1 || len(d.Requests) != 3 || d.Account.Login != p.login {
			t.Errorf("%+v %v", d, err)
		}
		for range 2 {
			if err := w.desks[family].OwnData(ctx, io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.desks[family].OwnData(ctx, io.Discard); portal.CodeOf(err) != portal.Throttled {
			t.Errorf("a fourth time within a day: %v", err)
		}
		if err := w.desks[deskAgent].OwnData(ctx, io.Discard); portal.CodeOf(err) != portal.Forbidden {
			t.Errorf("an agent: %v", err)
		}
		if err := w.desks[signedOut].OwnData(ctx, io.Discard); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("signed out: %v", err)
		}
	})
}

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

func TestAddressesAreSuggestedWhereTheTownHasThem(t *testing.T) {
	ctx := context.Background()
	plain := hosttest.New(t, storetest.SQLite(t)).SignIn("claire.martel")
	if out, err := plain.Addresses(ctx, "4 rue des Til"); err != nil || !out.Off || len(out.Found) != 0 {
		t.Errorf("a town without: %+v %v", out, err)
	}
	asked := 0
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) {
		o.Addresses = func(_ context.Context, text string, limit int) ([]accounts.Address, error) {
			if asked++; strings.HasPrefix(text, "panne") {
				return nil, errors.New("no answer")
			}
			out := []accounts.Address{{Line1: "4 Rue des Tilleuls", Postcode: demo.Postcode, City: demo.Town}, {Line1: "", Postcode: "x"}}
			for range limit {
				out = append(out, accounts.Address{Line1: "5 Rue des Tilleuls", Postcode: demo.Postcode, City: demo.Town})
			}
			return out, nil
		}
	})
	d := s.SignIn("claire.martel")
	out, err := d.Addresses(ctx, " 4 rue des Til ")
	if err != nil || out.Off || len(out.Found) != 5 || out.Found[0].Line1 != "4 Rue des Tilleuls" || out.Found[0].Country != "France" {
		t.Errorf("%+v %v", out, err)
	}
	if out, err := d.Addresses(ctx, "4 "); err != nil || len(out.Found) != 0 || asked != 1 {
		t.Errorf("too short: %+v %v", out, err)
	}
	if out, err := d.Addresses(ctx, "panne"); err != nil || out.Off || len(out.Found) != 0 {
		t.Errorf("a service that does not answer: %+v %v", out, err)
	}
	for range 18 {
		if _, err := d.Addresses(ctx, "4 rue des Til"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Addresses(ctx, "4 rue des Til"); portal.CodeOf(err) != portal.Throttled || asked != 20 {
		t.Errorf("a twenty-first question: %v, asked %d", err, asked)
	}
	if _, err := s.SignIn("hugo.martel").Addresses(ctx, "4 rue des Til"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	s.Clock.Add(time.Second)
	if _, err := d.Addresses(ctx, "4 rue des Til"); err != nil {
		t.Errorf("a second later: %v", err)
	}
}
