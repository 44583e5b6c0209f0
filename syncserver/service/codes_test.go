package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

func TestAShortCodeLivesTenMinutesAndFiveTries(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		asked, other := register(t, d, unknownMail), register(t, d, "marie.blanc@exemple.fr")
		open := func(handle, code string) portal.Code {
			_, err := d.OpenActivation(ctx, wire.ActivationCode{Handle: handle, Code: code})
			return portal.CodeOf(err)
		}
		code := mail(t, s, unknownMail)["code"]
		if got := open(other.Handle, code); got != wire.CodeWrong {
			t.Fatalf("another window's handle opens: %q", got)
		}
		if got := open("", code); got != wire.CodeExpired {
			t.Fatalf("no handle opens: %q", got)
		}
		s.Clock.Add(10*time.Minute + time.Millisecond)
		if got := open(asked.Handle, code); got != wire.CodeExpired {
			t.Fatalf("after ten minutes: %q", got)
		}
		if err := d.Resend(ctx, wire.Resend(asked)); err != nil {
			t.Fatal(err)
		}
		if got := open(asked.Handle, code); got != wire.CodeWrong {
			t.Fatalf("the code of the first mail: %q", got)
		}
		fresh := newest(t, s, unknownMail)["code"]
		for i := range 4 {
			if got := open(asked.Handle, "00000000"); got != wire.CodeWrong {
				t.Fatalf("try %d: %q", i, got)
			}
		}
		if got := open(asked.Handle, fresh); got != wire.CodeExpired {
			t.Fatalf("the right code after five tries: %q", got)
		}
		if err := d.Resend(ctx, wire.Resend(asked)); err != nil {
			t.Fatal(err)
		}
		fresh = newest(t, s, unknownMail)["code"]
		if got := open(asked.Handle, fresh[:4]+" "+fresh[4:]); got != "" {
			t.Fatalf("the code of a third mail, with a space: %q", got)
		}
	})
}

// newest is the mail that was posted last to an address.
func newest(t *testing.T, s *hosttest.Server, address string) map[string]string {
	t.Helper()
	s.Clock.Add(time.Millisecond)
	return mail(t, s, address)
}

func TestThreeMailsADayToAnAddress(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		asked := register(t, d, unknownMail)
		for range 5 {
			if err := d.Resend(ctx, wire.Resend(asked)); err != nil {
				t.Fatal(err)
			}
		}
		register(t, d, unknownMail)
		if n := letters(t, s, unknownMail); n != 3 {
			t.Fatalf("%d mails within a day", n)
		}
		// The registration of yesterday may be resent, within its new day's three.
		s.Clock.Add(25 * time.Hour)
		for range 5 {
			if err := d.Resend(ctx, wire.Resend(asked)); err != nil {
				t.Fatal(err)
			}
		}
		if n := letters(t, s, unknownMail); n != 6 {
			t.Fatalf("%d mails within two days", n)
		}
	})
}

func TestWhetherALoginIsFreeIsToldTenTimes(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		device := wire.Device{ID: portal.NewID()}
		asked := register(t, d, unknownMail)
		if _, err := d.LoginFree(ctx, wire.ActivationLogin{Activation: asked.Handle, Login: "claire.martel"}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("outside an activation: %v", err)
		}
		open, err := d.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: mail(t, s, unknownMail)["code"]})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			if free, err := d.LoginFree(ctx, wire.ActivationLogin{Activation: open.Activation, Login: "Clairé.Martel"}); err != nil || free.Free {
				t.Fatalf("question %d: %+v %v", i, free, err)
			}
			// Trying to take one asks as well.
			if _, err := d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: "hugo.martel", Password: goodPassword, Device: device}); portal.CodeOf(err) != wire.LoginTaken {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		if _, err := d.LoginFree(ctx, wire.ActivationLogin{Activation: open.Activation, Login: "claire.martel"}); portal.CodeOf(err) != portal.Throttled {
			t.Fatalf("an eleventh question: %v", err)
		}
		if _, err := d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: "hugo.martel", Password: goodPassword, Device: device}); portal.CodeOf(err) != portal.Throttled {
			t.Fatalf("an eleventh by trying to take it: %v", err)
		}
		if d.Session, err = d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: open.Login, Password: goodPassword, Device: device}); err != nil {
			t.Fatalf("the proposed one: %v", err)
		}
		d.Catch()
	})
}

func TestAnActivationLivesHalfAnHourAndALinkADay(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		d := s.Anonymous()
		device := wire.Device{ID: portal.NewID()}
		asked := register(t, d, unknownMail)
		letter := mail(t, s, unknownMail)
		open, err := d.OpenActivation(ctx, wire.ActivationCode{Handle: asked.Handle, Code: letter["code"]})
		if err != nil {
			t.Fatal(err)
		}
		s.Clock.Add(30*time.Minute + time.Millisecond)
		if _, err := d.Activate(ctx, wire.Activate{Activation: open.Activation, Login: open.Login, Password: goodPassword, Device: device}); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("after half an hour: %v", err)
		}
		link := letter["link"][strings.Index(letter["link"], "?j=")+3:]
		s.Clock.Set(hosttest.Start.Add(24*time.Hour - time.Second))
		if _, err := s.Service.PeekLink(ctx, link); err != nil {
			t.Fatalf("a link within its day: %v", err)
		}
		s.Clock.Add(2 * time.Second)
		if _, err := s.Service.PeekLink(ctx, link); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a link after its day: %v", err)
		}
		if _, _, err := s.Service.ActivateByLink(ctx, link, open.Login, goodPassword); portal.CodeOf(err) != wire.CodeExpired {
			t.Fatalf("a link after its day: %v", err)
		}
		// A new one can be asked for; the code it gives the window is as short-lived.
		if err := d.Resend(ctx, wire.Resend(asked)); err != nil {
			t.Fatal(err)
		}
		link = newest(t, s, unknownMail)["link"]
		_, code, err := s.Service.ActivateByLink(ctx, link[strings.Index(link, "?j=")+3:], open.Login, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		window := func(code string) portal.Code {
			_, err := d.SignInWindow(ctx, wire.WindowCode{Handle: asked.Handle, Code: code, Device: device})
			return portal.CodeOf(err)
		}
		for i := range 5 {
			if got := window("00000000"); got != wire.CodeWrong {
				t.Fatalf("window try %d: %q", i, got)
			}
		}
		if got := window(code); got != wire.CodeExpired {
			t.Fatalf("the right code after five tries: %q", got)
		}
	})
}

// older is a Hasher that finds each hash of before a change too old.
type older struct{ hosttest.Plain }

func (older) Hash(ctx context.Context, kind accounts.Kind, password string) (string, error) {
	phc, err := hosttest.Plain{}.Hash(ctx, kind, password)
	return "new:" + phc, err
}

func (older) Verify(ctx context.Context, kind accounts.Kind, password, phc string) (bool, bool, error) {
	phc, fresh := strings.CutPrefix(phc, "new:")
	ok, _, err := hosttest.Plain{}.Verify(ctx, kind, password, phc)
	return ok, ok && !fresh, err
}

func TestSigningInRenewsAnOldHash(t *testing.T) {
	s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) { o.Hasher = older{} })
	kept := func() (phc string) {
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			a, _, err := tx.AccountByLogin("claire.martel")
			phc = a.Password
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return phc
	}
	before := kept()
	if _, err := s.Anonymous().Client.SignIn(context.Background(), wire.SignIn{Login: "claire.martel", Password: "pas le bon mot", Device: wire.Device{ID: portal.NewID()}}); err == nil || kept() != before {
		t.Fatalf("a wrong password changes what is kept: %v", err)
	}
	s.SignIn("claire.martel")
	renewed := kept()
	if renewed != "new:"+before {
		t.Fatalf("kept is %s", renewed)
	}
	s.SignIn("claire.martel")
	if kept() != renewed {
		t.Fatal("a new hash is made anew")
	}
}
