package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
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
