package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// record is a child record that a careful parent would send.
func record(child portal.ID, first string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"child":%q,"lastName":"Diallo","firstNames":%q,"birthDate":"2019-04-02","birthPlace":"Reims",
		"school":%q,"class":"ce1","guardians":[{"lastName":"Diallo","firstName":"Amina","relation":"mother","phone":"+33639980107","mail":"amina.diallo@exemple.fr","livesWithChild":true}],
		"diet":"standard","hasAllergies":true,"allergens":["peanuts","other"],"otherAllergen":"Kiwi","hasCarePlan":false,"canteen":true,"emergencyConsent":true,"imageConsent":false}`,
		child, first, demo.JulesFerry))
}

// mail is the newest mail waiting for an address.
func mail(t *testing.T, s *hosttest.Server, address string) map[string]string {
	t.Helper()
	var data map[string]string
	err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		due, err := tx.DueMails(100, tx.Now().UnixMicro())
		for _, m := range due {
			if m.Address == address {
				data = map[string]string{}
				if err := json.Unmarshal([]byte(m.Data), &data); err != nil {
					return err
				}
				data["template"] = m.Template
			}
		}
		return err
	})
	if err != nil || data == nil {
		t.Fatalf("no mail waits for %s: %v", address, err)
	}
	return data
}

func register(t *testing.T, d *hosttest.Desk, mail string) wire.Registered {
	t.Helper()
	profile, err := json.Marshal(accounts.Profile{
		Title: "mme", FirstName: "Lucie", LastName: "Fabre", BirthDate: "1990-02-03", Mail: mail,
		Address: accounts.Address{Line1: "3 rue du Lavoir", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := d.Register(context.Background(), wire.Registration{Profile: profile, Language: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAFamilyFromAccountToBooking(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		asked := register(t, d, "lucie.fabre@exemple.fr")
		letter := mail(t, s, "lucie.fabre@exemple.fr")
		if letter["template"] != "activation" {
			t.Fatalf("the mail is %v", letter)
		}
		if _, err := d.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: "00000000"}); portal.CodeOf(err) != wire.CodeWrong {
			t.Fatalf("a wrong code: %v", err)
		}
		open, err := d.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: letter["code"]})
		if err != nil || open.Login != "lucie.fabre" {
			t.Fatalf("%+v, %v", open, err)
		}
		if free, err := d.LoginFree(ctx, wire.ActivationLogin{Activation: open.Activation, Login: "Claire.Martel"}); err != nil || free.Free {
			t.Fatalf("a taken login is free: %v %v", free, err)
		}
		if _, err := d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: "claire.martel", Password: "girafe-en-velo-matin", Device: wire.Device{ID: portal.NewID()}}); portal.CodeOf(err) != wire.LoginTaken {
			t.Fatalf("a taken login is given: %v", err)
		}
		if d.Session, err = d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: "lucie.fabre", Password: "girafe-en-velo-matin", Device: wire.Device{ID: portal.NewID()}}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: letter["code"]}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a used code: %v", err)
		}

		child, request := portal.NewID(), portal.NewID()
		submit := wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: record(child, "Ousmane"), Terms: true}
		refused := submit
		refused.Terms = false
		d.Refused(service.TermsNeeded, wire.RequestSubmit, refused)
		d.Must(wire.RequestSubmit, submit)
		d.Catch()
		if n := len(d.In(wire.Requests)); n != 1 {
			t.Fatalf("%d requests here", n)
		}

		agent, second := s.SignIn("sylvie.roy"), s.SignIn("marc.petit")
		agent.Catch()
		if queue := agent.In(wire.Queue); !strings.Contains(queue[string(request)], "Ousmane Diallo") {
			t.Fatalf("the queue is %v", queue)
		}
		agent.Must(wire.FileOpen, wire.OpenFile{Account: d.Session.Account.ID, Desk: "enfance"})
		agent.Must(wire.RequestTake, wire.TakeRequest{Request: request})
		agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: request})
		second.Refused(service.AlreadyDecided, wire.RequestRefuse, wire.RefuseRequest{Request: request, Reason: "Il manque une pièce."})

		d.Catch()
		if body := d.In(wire.Children)[string(child)]; !strings.Contains(body, "Arachide") && !strings.Contains(body, "Kiwi") {
			t.Fatalf("the child is %s", body)
		}
		booking := portal.NewID()
		d.Must(wire.BookingBook, wire.Book{Booking: booking, Child: child, Activity: demo.Canteen, Day: "2026-11-19"})
		d.Catch()
		if b := d.In(wire.Balances)["main"]; !strings.Contains(b, `"amount":7520`) {
			t.Fatalf("after a meal at the top band the balance is %s", b)
		}
		d.Must(wire.BookingCancel, wire.CancelBooking{Booking: booking})
		d.Refused(bookings.NotBooked, wire.BookingCancel, wire.CancelBooking{Booking: booking})
		d.Catch()
		if b := d.In(wire.Balances)["main"]; !strings.Contains(b, `"amount":8000`) || len(d.In(wire.Bookings)) != 0 {
			t.Fatalf("after the cancellation: %s, %v", b, d.In(wire.Bookings))
		}
	})
}

func TestTheLinkActivatesInABrowserAndItsCodeOnlyInTheWindowThatAsked(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		asked := register(t, d, "lucie.fabre@exemple.fr")
		stranger := register(t, d, "marie.blanc@exemple.fr")
		link := mail(t, s, "lucie.fabre@exemple.fr")["link"]
		link = link[strings.Index(link, "?j=")+3:]
		for range 3 { // link scanners look first
			if _, err := s.Service.PeekLink(ctx, link); err != nil {
				t.Fatal(err)
			}
		}
		login, code, err := s.Service.ActivateByLink(ctx, link, "lucie", "girafe-en-velo-matin")
		if err != nil || login != "lucie" {
			t.Fatalf("%s, %v", login, err)
		}
		if _, err := d.SignInWindow(ctx, wire.WindowCode{Handle: stranger.Handle, Code: code, Device: wire.Device{ID: portal.NewID()}}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("another window is signed in: %v", err)
		}
		if _, err := d.SignInWindow(ctx, wire.WindowCode{Handle: asked.Handle, Code: code, Device: wire.Device{ID: portal.NewID()}}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignInWindow(ctx, wire.WindowCode{Handle: asked.Handle, Code: code, Device: wire.Device{ID: portal.NewID()}}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a code works twice: %v", err)
		}
		if _, _, err := s.Service.ActivateByLink(ctx, link, "lucie2", "girafe-en-velo-matin"); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a used link: %v", err)
		}
	})
}

func TestAKnownAddressIsToldNothing(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		d := s.Anonymous()
		asked := register(t, d, "claire.martel@exemple.fr")
		if letter := mail(t, s, "claire.martel@exemple.fr"); letter["template"] != "already_registered" || letter["code"] != "" {
			t.Fatalf("the mail is %v", letter)
		}
		for left := 4; left >= 0; left-- {
			_, err := d.OpenActivation(context.Background(), wire.ActivationCode{Handle: asked.Handle, Code: "12345678"})
			if portal.CodeOf(err) != wire.CodeWrong {
				t.Fatalf("with %d tries left: %v", left, err)
			}
		}
		if _, err := d.OpenActivation(context.Background(), wire.ActivationCode{Handle: asked.Handle, Code: "12345678"}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("after five tries: %v", err)
		}
	})
}

func TestThrottling(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		own := s.SignIn("claire.martel")
		device := wire.Device{ID: portal.NewID()}
		try := func(password string, d wire.Device) portal.Code {
			_, err := own.Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: password, Device: d})
			return portal.CodeOf(err)
		}
		for i := range 6 {
			if got := try("mauvais mot de passe", device); got != wire.BadCredentials {
				t.Fatalf("try %d: %s", i, got)
			}
		}
		if got := try(demo.FamilyPassword, device); got != portal.Throttled {
			t.Fatalf("after six failures: %s", got)
		}
		s.Clock.Add(61 * time.Second)
		if got := try("mauvais mot de passe", device); got != wire.BadCredentials {
			t.Fatalf("after a minute: %s", got)
		}
		s.Clock.Add(61 * time.Second)
		if got := try(demo.FamilyPassword, device); got != portal.Throttled {
			t.Fatalf("the wait has not doubled: %s", got)
		}
		s.Clock.Add(61 * time.Second)
		if got := try(demo.FamilyPassword, device); got != "" {
			t.Fatalf("after the wait: %s", got)
		}
	})
}

func TestPlacesAreNeverOversold(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		d, other := s.SignIn("claire.martel"), s.SignIn("hugo.martel")
		lea, noe := d.Child("Léa"), d.Child("Noé")
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return tx.SetCapacity(demo.Canteen, demo.JulesFerry, 1) }); err != nil {
			t.Fatal(err)
		}
		book := wire.Book{Booking: portal.NewID(), Child: lea, Activity: demo.Canteen, Day: "2026-11-19"}
		other.Must(wire.BookingBook, book)
		d.Refused(bookings.NoPlace, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: noe, Activity: demo.Canteen, Day: "2026-11-19"})
		d.Refused(bookings.AlreadyBooked, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: lea, Activity: demo.Canteen, Day: "2026-11-19"})
		d.Refused(bookings.NotYourBooker, wire.BookingCancel, wire.CancelBooking{Booking: book.Booking})
		d.Catch()
		seen := d.In(wire.Bookings)[string(book.Booking)]
		if !strings.Contains(seen, "Hugo Martel") || strings.Contains(seen, "price") || strings.Contains(seen, "payer") {
			t.Fatalf("the other parent's booking reads %s", seen)
		}
		// Full is that day, few are the places on any other.
		levels := d.In(wire.Levels)
		maps.DeleteFunc(levels, func(key, _ string) bool { return !strings.HasPrefix(key, string(demo.Canteen)) })
		day, others := levels[string(wire.LevelKey(demo.Canteen, demo.JulesFerry, "2026-11-19"))], levels[string(wire.LevelKey(demo.Canteen, demo.JulesFerry, ""))]
		if len(levels) != 2 || !strings.Contains(day, `"full"`) || !strings.Contains(others, `"few"`) {
			t.Fatalf("levels %v", levels)
		}
	})
}
