package service_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

const (
	goodPassword = "girafe-en-velo-matin"
	knownMail    = "claire.martel@exemple.fr"
	unknownMail  = "lucie.fabre@exemple.fr"
)

func profileOf(t *testing.T, mail string) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(accounts.Profile{
		Title: "mme", FirstName: "Lucie", LastName: "Fabre", BirthDate: "1990-02-03", Mail: mail,
		Address: accounts.Address{Line1: "3 rue du Lavoir", Postcode: demo.Postcode, City: demo.Town, Country: "FR"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// letters counts the mails that wait for an address.
func letters(t *testing.T, s *hosttest.Server, address string) (n int) {
	t.Helper()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		n = 0
		due, err := tx.DueMails(1000, tx.Now().UnixMicro())
		for _, m := range due {
			if m.Address == address {
				n++
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// shape is an answer with what is random in it blotted out.
func shape(a hosttest.Answer) string {
	var fields map[string]any
	_ = json.Unmarshal(a.Body, &fields) // an answer without a body has none
	for name, v := range fields {
		if s, ok := v.(string); ok && name == "handle" {
			fields[name] = strings.Repeat("*", len(s))
		}
	}
	raw, _ := json.Marshal(fields)
	return fmt.Sprintf("%d %s %s", a.Status, a.Header.Get("Content-Type"), raw)
}

func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		alike := func(what string, known, unknown hosttest.Answer) {
			t.Helper()
			if shape(known) != shape(unknown) {
				t.Errorf("%s: known is told %s, unknown %s", what, shape(known), shape(unknown))
			}
		}
		device := wire.Device{ID: portal.NewID()}
		signIn := func(login string) hosttest.Answer {
			return s.Post(wire.RouteSessions, "", wire.SignIn{Login: login, Password: "pas le bon mot", Device: device})
		}
		// Agents and families, and the throttle that follows, alike.
		for i := range 7 {
			if i == 3 {
				s.Clock.Add(20 * time.Minute) // for the address, which is one
			}
			alike("sign-in", signIn("claire.martel"), signIn("personne.ici"))
		}
		s.Clock.Add(time.Hour)
		alike("an agent's sign-in", signIn("helene.garnier"), signIn("personne.la"))
		s.Clock.Add(time.Hour)

		handles := map[string]string{}
		register := func(mail string) hosttest.Answer {
			a := s.Post(wire.RouteRegistrations, "", wire.Registration{Profile: profileOf(t, mail), Language: "fr"})
			var r wire.Registered
			if err := json.Unmarshal(a.Body, &r); err != nil {
				t.Fatal(err)
			}
			handles[mail] = r.Handle
			return a
		}
		open := func(mail, code string) hosttest.Answer {
			return s.Post(wire.RouteActivationCode, "", wire.ActivationCode{Handle: handles[mail], Code: code})
		}
		// Each registration asks for a second mail; after three within a day none
		// is sent, and the same is said.
		for i := range 4 {
			alike("registration", register(knownMail), register(unknownMail))
			if k, u := letters(t, s, knownMail), letters(t, s, unknownMail); k != u || k != []int{1, 3, 3, 3}[i] {
				t.Errorf("registration %d: %d mails to the known, %d to the unknown address", i, k, u)
			}
			for range 6 {
				alike("code", open(knownMail, "12345678"), open(unknownMail, "12345678"))
			}
			alike("resend", s.Post(wire.RouteResend, "", wire.Resend{Handle: handles[knownMail]}), s.Post(wire.RouteResend, "", wire.Resend{Handle: handles[unknownMail]}))
			alike("window", s.Post(wire.RouteActivationWin, "", wire.WindowCode{Handle: handles[knownMail], Code: "12345678", Device: device}),
				s.Post(wire.RouteActivationWin, "", wire.WindowCode{Handle: handles[unknownMail], Code: "12345678", Device: device}))
			s.Clock.Add(20 * time.Minute)
		}
		alike("revocation", s.Post(wire.RouteRevoke, "", wire.Revocation{Secret: s.SignIn("claire.martel").Session.Revoke}), s.Post(wire.RouteRevoke, "", wire.Revocation{Secret: "none"}))
	})
}

// slow is a Hasher that takes as long as argon2 does: longer for agents, and
// longer when the machine is busy.
type slow struct {
	hosttest.Plain
	busy *time.Duration
}

func (h slow) Verify(ctx context.Context, kind accounts.Kind, password, phc string) (bool, bool, error) {
	took := 43*time.Millisecond + *h.busy
	if kind == accounts.Staff {
		took = 230*time.Millisecond + *h.busy
	}
	time.Sleep(took)
	return h.Plain.Verify(ctx, kind, password, phc)
}

// A failed sign-in takes the same time to the nanosecond, whoever's it is. The
// clock is the bubble's, so what is measured is what was waited.
func TestAFailureTakesTheSameTimeWhoeverItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		var busy time.Duration
		o := hosttest.Options("sqlite::memory:", hosttest.NewClock())
		o.Clock, o.Hasher, o.FailAfter = time.Now, slow{busy: &busy}, 600*time.Millisecond
		o.Exempt = func(string) bool { return true }
		h, err := host.Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, in := range []wire.SignIn{
			{Login: "personne", Password: "pas le bon mot"},
			{Login: "claire.martel", Password: "pas le bon mot"},
			{Login: "sylvie.roy", Password: "pas le bon mot"},
			{Login: "sylvie.roy", Password: demo.AgentPassword},
			{Login: "sylvie.roy", Password: demo.AgentPassword, OTP: "000000"},
			{Login: "", Password: "pas le bon mot"},
			{Login: "claire.martel", Password: ""},
			{Login: "claire.martel", Password: strings.Repeat("x", 5000)},
			{Login: "un\x00deux", Password: "pas le bon mot"},
			{Login: "un\xffdeux", Password: "pas le bon mot"},
		} {
			for _, busy = range []time.Duration{0, 300 * time.Millisecond} {
				in.Device = wire.Device{ID: portal.NewID()}
				began := time.Now()
				_, err := h.Service.SignIn(ctx, in, "192.0.2.1")
				if code := portal.CodeOf(err); code != wire.BadCredentials && code != wire.OTPNeeded {
					t.Errorf("case %d: %v", i, err)
				}
				if took := time.Since(began); took != 600*time.Millisecond {
					t.Errorf("case %d took %s", i, took)
				}
			}
		}
		busy = 0
		began := time.Now()
		if _, err := h.Service.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: demo.FamilyPassword, Device: wire.Device{ID: portal.NewID()}}, "192.0.2.1"); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != 43*time.Millisecond {
			t.Errorf("a right one waits %s", took)
		}
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestADeviceThatIsKnownHasItsOwnCount(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		own, stranger := wire.Device{ID: portal.NewID()}, wire.Device{ID: portal.NewID()}
		try := func(password string, at wire.Device, from string) portal.Code {
			_, err := s.Service.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: password, Device: at}, from)
			return portal.CodeOf(err)
		}
		if got := try(demo.FamilyPassword, own, "192.0.2.1"); got != "" {
			t.Fatal(got)
		}
		for i := range 6 {
			if got := try("pas le bon mot", stranger, "198.51.100.1"); got != wire.BadCredentials {
				t.Fatalf("the stranger's try %d: %s", i, got)
			}
		}
		if got := try(demo.FamilyPassword, stranger, "198.51.100.2"); got != portal.Throttled {
			t.Fatalf("the stranger goes on: %s", got)
		}
		if got := try(demo.FamilyPassword, own, "192.0.2.1"); got != "" {
			t.Fatalf("a stranger has locked the family out: %s", got)
		}
		// The wait doubles to a quarter of an hour and no further.
		for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			from := fmt.Sprintf("203.0.113.%d", i)
			s.Clock.Add(wait - time.Second)
			if got := try("pas le bon mot", stranger, from); got != portal.Throttled {
				t.Fatalf("wait %d is shorter than %s: %s", i, wait, got)
			}
			s.Clock.Add(2 * time.Second)
			if got := try("pas le bon mot", stranger, from); got != wire.BadCredentials {
				t.Fatalf("wait %d is longer than %s: %s", i, wait, got)
			}
		}
	})
}

func TestAnAddressHasTenTriesAndOneAMinute(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		try := func(from string) portal.Code {
			_, err := s.Service.SignIn(context.Background(), wire.SignIn{Login: string(portal.NewID())[:30], Password: "pas le bon mot", Device: wire.Device{ID: portal.NewID()}}, from)
			return portal.CodeOf(err)
		}
		for i := range 10 {
			if got := try("192.0.2.1"); got != wire.BadCredentials {
				t.Fatalf("try %d: %s", i, got)
			}
		}
		if got := try("192.0.2.1"); got != portal.Throttled {
			t.Fatalf("after ten: %s", got)
		}
		if got := try("192.0.2.2"); got != wire.BadCredentials {
			t.Fatalf("a neighbour: %s", got)
		}
		for range 3 {
			s.Clock.Add(61 * time.Second)
			if got := try("192.0.2.1"); got != wire.BadCredentials {
				t.Fatalf("a minute later: %s", got)
			}
			if got := try("192.0.2.1"); got != portal.Throttled {
				t.Fatalf("and at once again: %s", got)
			}
		}
		// Registrations count there as well.
		if _, err := s.Service.Register(context.Background(), wire.Registration{Profile: profileOf(t, unknownMail)}, "192.0.2.1"); portal.CodeOf(err) != portal.Throttled {
			t.Fatalf("a registration: %v", err)
		}
	})
}

func TestSessionsLiveAsLongAsTheirKind(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		for kind, c := range map[string]struct {
			login, password string
			kiosk           bool
			idle, most      time.Duration
		}{
			service.HomeSession:  {"claire.martel", demo.FamilyPassword, false, 30 * 24 * time.Hour, 90 * 24 * time.Hour},
			service.AgentSession: {"sylvie.roy", demo.AgentPassword, false, 15 * time.Minute, 8 * time.Hour},
			service.KioskSession: {"hugo.martel", demo.FamilyPassword, true, 2 * time.Minute, 30 * time.Minute},
		} {
			open := func() wire.Session {
				t.Helper()
				s.Clock.Add(time.Minute) // an agent's code works once
				otp := ""
				for _, a := range s.Service.Town().Demo.Accounts {
					if a.Login == c.login {
						otp = a.OTP
					}
				}
				in, err := s.Service.SignIn(ctx, wire.SignIn{Login: c.login, Password: c.password, OTP: otp, Device: wire.Device{ID: portal.NewID(), Kiosk: c.kiosk}}, "192.0.2.1")
				if err != nil {
					t.Fatal(kind, err)
				}
				return in
			}
			alive := func(in wire.Session) portal.Code {
				_, err := s.Service.Authenticate(ctx, in.Token)
				return portal.CodeOf(err)
			}
			here := func(in wire.Session, ago time.Duration) {
				t.Helper()
				if a := s.Post(wire.RouteHere, in.Token, wire.Here{Seconds: int64(ago / time.Second)}); a.Status != 204 {
					t.Fatalf("%s: here is answered %d %s", kind, a.Status, a.Body)
				}
			}
			in := open()
			began := s.Clock.Now()
			if want := int64(c.idle / time.Second); in.Idle != want {
				t.Errorf("%s: idle is told as %d s, not %d", kind, in.Idle, want)
			}
			if want := int64(c.most / time.Second); in.Lasts != want {
				t.Errorf("%s: lasts %d s, not %d", kind, in.Lasts, want)
			}
			// With somebody at the window it lives on to its end, and no longer.
			for s.Clock.Now().Add(c.idle * 9 / 10).Before(began.Add(c.most)) {
				s.Clock.Add(c.idle * 9 / 10)
				if got := alive(in); got != "" {
					t.Fatalf("%s: after %s in use: %s", kind, s.Clock.Now().Sub(began), got)
				}
				here(in, 0)
			}
			s.Clock.Set(began.Add(c.most - time.Millisecond))
			if got := alive(in); got != "" {
				t.Errorf("%s: just before its end: %s", kind, got)
			}
			s.Clock.Set(began.Add(c.most + time.Millisecond))
			if got := alive(in); got != portal.Unauthorized {
				t.Errorf("%s: after its end: %q", kind, got)
			}
			// With nobody there it ends sooner, whatever the program asks by itself:
			// pulls, commands and sockets are no sign of a person.
			in = open()
			desk := s.Anonymous()
			desk.Session = in
			for range 3 {
				s.Clock.Add(c.idle / 4)
				if _, err := desk.Pull(ctx, wire.Pull{}); err != nil {
					t.Errorf("%s: a pull: %v", kind, err)
				}
			}
			// What is told late counts from when it happened.
			here(in, c.idle/2)
			s.Clock.Add(c.idle/2 - time.Second)
			if got := alive(in); got != "" {
				t.Errorf("%s: idle just short of the limit: %q", kind, got)
			}
			s.Clock.Add(2 * time.Second)
			if got := alive(in); got != portal.Unauthorized {
				t.Errorf("%s: idle too long: %q", kind, got)
			}
		}
	})
}

func TestASessionEndsByItsTokenOrItsRevocationSecretOnly(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		a, b := s.SignIn("claire.martel"), s.SignIn("claire.martel")
		if a.Session.Token == b.Session.Token || a.Session.Revoke == a.Session.Token || a.Session.Share == b.Session.Share {
			t.Fatal("two sessions on two devices share a secret")
		}
		for _, secret := range []string{"", "x", a.Session.Token, b.Session.Token} {
			if err := a.Revoke(ctx, secret); err != nil {
				t.Fatal(err)
			}
		}
		if out := s.Ask("GET", wire.RoutePull, "", "Authorization", "Bearer "+a.Session.Revoke); out.Status != 401 {
			t.Fatalf("a revocation secret reads: %d", out.Status)
		}
		a.Catch()
		if err := s.Anonymous().Revoke(ctx, a.Session.Revoke); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
			t.Fatalf("a revoked session reads: %v", err)
		}
		b.Catch()
		if err := b.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Pull(ctx, wire.Pull{}); portal.CodeOf(err) != portal.Unauthorized {
			t.Fatalf("a session that signed out reads: %v", err)
		}
		// What is dead does not stop a new beginning: the window still sends it.
		if _, err := b.Town(ctx); err != nil {
			t.Fatalf("the town with a dead token: %v", err)
		}
		if _, err := b.Client.SignIn(ctx, wire.SignIn{Login: "claire.martel", Password: demo.FamilyPassword, Device: wire.Device{ID: portal.NewID()}}); err != nil {
			t.Fatalf("signing in with a dead token: %v", err)
		}
		if err := b.Revoke(ctx, b.Session.Revoke); err != nil {
			t.Fatalf("revoking with a dead token: %v", err)
		}
	})
}

func TestTheSecondFactor(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		ctx := context.Background()
		n := 0
		try := func(otp string) portal.Code {
			t.Helper()
			n++
			_, err := s.Service.SignIn(ctx, wire.SignIn{Login: "sylvie.roy", Password: demo.AgentPassword, OTP: otp, Device: wire.Device{ID: portal.NewID()}}, fmt.Sprintf("192.0.2.%d", n))
			return portal.CodeOf(err)
		}
		code := func() string {
			for _, a := range s.Service.Town().Demo.Accounts {
				if a.Login == "sylvie.roy" {
					return a.OTP
				}
			}
			return ""
		}
		first := code()
		for _, c := range []struct {
			otp  string
			want portal.Code
		}{{"", wire.OTPNeeded}, {"000000", wire.OTPNeeded}, {first[:3] + " " + first[3:], ""}, {first, wire.OTPNeeded}} {
			if got := try(c.otp); got != c.want {
				t.Fatalf("with %q: %q, not %q", c.otp, got, c.want)
			}
		}
		s.Clock.Add(30 * time.Second)
		second := code()
		s.Clock.Add(30 * time.Second)
		if got := try(second); got != "" { // half a minute late
			t.Fatalf("the code before: %s", got)
		}
		if got := try(code()); got != "" {
			t.Fatalf("the code of now: %s", got)
		}
		if got := try(second); got != wire.OTPNeeded {
			t.Fatalf("an older code again: %q", got)
		}
		used := code()
		if err := s.Store.Write(ctx, func(tx *store.Tx) error {
			a, _, err := tx.AccountByLogin("sylvie.roy")
			if err != nil {
				return err
			}
			step := a.TOTPStep
			if err := tx.SetSecondFactor(a.ID, a.TOTP, service.Recovery("abcd-efgh-1", "abcd-efgh-2")); err != nil {
				return err
			}
			_, err = tx.UseTOTPStep(a.ID, step)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		// Of many who come with one recovery code at once, one gets in.
		results := make(chan portal.Code, 8)
		for i := range 8 {
			go func() {
				_, err := s.Service.SignIn(ctx, wire.SignIn{Login: "sylvie.roy", Password: demo.AgentPassword, OTP: " ABCD-efgh-1", Device: wire.Device{ID: portal.NewID()}}, fmt.Sprintf("203.0.113.%d", i))
				results <- portal.CodeOf(err)
			}()
		}
		in := 0
		for range 8 {
			switch got := <-results; got {
			case "":
				in++
			case wire.OTPNeeded, portal.Throttled:
			default:
				t.Errorf("a recovery code: %s", got)
			}
		}
		if in != 1 {
			t.Fatalf("a recovery code let %d in", in)
		}
		s.Clock.Add(time.Second)
		if got := try(used); got != wire.OTPNeeded && got != portal.Throttled {
			t.Fatalf("a used code works after a recovery: %q", got)
		}
		s.Clock.Add(20 * time.Minute)
		if got := try("abcd-efgh-1"); got != wire.OTPNeeded {
			t.Fatalf("a used recovery code: %q", got)
		}
		s.Clock.Add(20 * time.Minute)
		if got := try("abcd-efgh-2"); got != "" {
			t.Fatalf("the other recovery code: %q", got)
		}
		if !slices.Contains([]portal.Code{wire.OTPNeeded}, try("abcd-efgh-2")) {
			t.Fatal("the other recovery code works twice")
		}
	})
}
