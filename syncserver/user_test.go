package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/config"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// told is what the tool has written of an agent's secrets.
type told struct {
	login, password, factor string
	recovery                []string
}

func read(t *testing.T, text string) (out told) {
	t.Helper()
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "login "):
			out.login = words[1]
		case strings.HasPrefix(line, "password "):
			out.password = words[1]
		case strings.HasPrefix(line, "factor "):
			out.factor = words[1]
		case strings.HasPrefix(line, "recovery "):
			out.recovery = append(out.recovery, words[1])
		case strings.HasPrefix(line, "          "):
			out.recovery = append(out.recovery, words[0])
		}
	}
	if slices.Sort(out.recovery); out.factor == "" || len(slices.Compact(slices.Clone(out.recovery))) != 10 {
		t.Fatalf("the tool told:\n%s", text)
	}
	return out
}

// The real command against a real database, beside the server that runs.
func TestAnAgentIsAddedAndGetsIn(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		t.Setenv("PARVIS_DATABASE", dsn)
		s := hosttest.NewWith(t, dsn, func(o *host.Options) { o.Hasher = service.NewArgon2() })
		run := func(args ...string) (string, error) {
			var out bytes.Buffer
			err := keepAgents(ctx, args, &out)
			return out.String(), err
		}
		text, err := run("add", "--login", "Rose.Lenoir", "--first-name", "Rose", "--last-name", "Lenoir", "--mail", "Rose.Lenoir@exemple.fr",
			"--desks", "enfance, etat-civil,enfance", "--sites", string(demo.Tilleuls))
		if err != nil {
			t.Fatal(err)
		}
		first := read(t, text)
		n := 0
		try := func(with told, otp string) portal.Code {
			n++
			_, err := s.Service.SignIn(ctx, wire.SignIn{Login: "rose.lenoir", Password: with.password, OTP: otp, Device: wire.Device{ID: portal.NewID()}}, fmt.Sprintf("192.0.2.%d", n))
			return portal.CodeOf(err)
		}
		code := func(of told) string {
			s.Clock.Add(time.Minute) // a code works once
			otp, err := totp.GenerateCode(of.factor, s.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return otp
		}
		if got := try(first, code(first)); first.login != "rose.lenoir" || got != "" {
			t.Fatalf("%s with the factor: %q", first.login, got)
		}
		// However it is typed, and once.
		for i, typed := range []string{first.recovery[0], strings.ToUpper(first.recovery[1]), " " + strings.ReplaceAll(first.recovery[2], "-", " "), strings.ReplaceAll(first.recovery[3], "-", "")} {
			if got := try(first, typed); got != "" {
				t.Errorf("recovery code %d, %q: %q", i, typed, got)
			}
			if got := try(first, typed); got != wire.OTPNeeded {
				t.Errorf("recovery code %d again: %q", i, got)
			}
		}
		kept := func() store.Account {
			var a store.Account
			if err := s.Store.Read(ctx, func(tx *store.Tx) (err error) { a, _, err = tx.AccountByLogin("rose.lenoir"); return err }); err != nil {
				t.Fatal(err)
			}
			return a
		}
		a := kept()
		if a.Desks != `["enfance","etat-civil"]` || !strings.Contains(a.Sites, string(demo.Tilleuls)) || a.MailKey != "rose.lenoir@exemple.fr" || len(store.Strings[string](a.Recovery)) != 6 {
			t.Errorf("kept is %+v", a)
		}
		for _, c := range first.recovery {
			if strings.Contains(a.Recovery, c) || strings.Contains(a.Recovery, strings.ReplaceAll(c, "-", "")) {
				t.Error("a recovery code is kept as it is")
			}
		}

		open, err := s.Service.SignIn(ctx, wire.SignIn{Login: "rose.lenoir", Password: first.password, OTP: code(first), Device: wire.Device{ID: portal.NewID()}}, "198.51.100.1")
		if err != nil {
			t.Fatal(err)
		}
		if text, err = run("reset-factor", "--login", "Rose.Lenoir"); err != nil {
			t.Fatal(err)
		}
		second := read(t, text)
		second.password = first.password
		if _, err := s.Service.Authenticate(ctx, open.Token); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("the open session lives on: %v", err)
		}
		for what, otp := range map[string]string{"the old factor": code(first), "an old code": first.recovery[5]} {
			if got := try(first, otp); got != wire.OTPNeeded {
				t.Errorf("%s: %q", what, got)
			}
		}
		for what, otp := range map[string]string{"the new factor": code(second), "a new code": second.recovery[0]} {
			if got := try(second, otp); got != "" {
				t.Errorf("%s: %q", what, got)
			}
		}
		if open, err = s.Anonymous().Client.SignIn(ctx, wire.SignIn{Login: first.login, Password: first.password, OTP: second.recovery[1], Device: wire.Device{ID: portal.NewID()}}); err != nil {
			t.Fatal(err)
		}
		if text, err = run("reset-password", "--login", "rose.lenoir"); err != nil {
			t.Fatal(err)
		}
		third := told{password: strings.Fields(text)[3]} // behind the login
		if _, err := s.Service.Authenticate(ctx, open.Token); portal.CodeOf(err) != portal.Unauthorized {
			t.Errorf("the open session lives on: %v", err)
		}
		if got := try(second, second.recovery[2]); got != wire.BadCredentials {
			t.Errorf("the old password: %q", got)
		}
		if got := try(third, second.recovery[2]); got != "" {
			t.Errorf("the new password: %q", got)
		}
		if open, err = s.Anonymous().Client.SignIn(ctx, wire.SignIn{Login: first.login, Password: third.password, OTP: second.recovery[3], Device: wire.Device{ID: portal.NewID()}}); err != nil {
			t.Fatal(err)
		}
		if text, err = run("move", "--login", "rose.lenoir", "--desks", "voirie"); err != nil || !strings.Contains(text, "voirie") {
			t.Errorf("moving: %v\n%s", err, text)
		}
		if a, err := s.Service.Authenticate(ctx, open.Token); err != nil || a.Role.AtDesk("enfance") || !a.Role.AtDesk("voirie") || a.Role.AtSite(string(demo.Tilleuls)) {
			t.Errorf("moved to the roads, in the session that was open, the role is %+v (%v)", a.Role, err)
		}
		if _, err = run("move", "--login", "rose.lenoir", "--desks", "enfance,etat-civil"); err != nil {
			t.Error(err)
		}
		if text, err := run("list"); err != nil || !strings.Contains(text, "rose.lenoir") || !strings.Contains(text, "enfance,etat-civil") {
			t.Errorf("the list: %v\n%s", err, text)
		}
	})
}

func TestWhatIsWrongWithAnAgentIsToldAtOnce(t *testing.T) {
	hosttest.EachDSN(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		t.Setenv("PARVIS_DATABASE", dsn)
		s := hosttest.New(t, dsn)
		var before, after int
		count := func(n *int) {
			if err := s.Store.Read(ctx, func(tx *store.Tx) error {
				all, err := tx.AccountsOf(wire.Agent)
				*n = len(all)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		count(&before)
		for _, c := range []struct {
			args []string
			want []string // what each mistake says
		}{
			{[]string{"add"}, []string{"--login: is missing", "--first-name: is missing", "--last-name: is missing", "--mail: is missing", "--desks: is missing; any of enfance, etat-civil"}},
			{[]string{"add", "--login", "claire.martel", "--first-name", "R2D2", "--last-name", "Lenoir", "--mail", "rose", "--desks", "enfence,enfance,mairie", "--sites", "ferry," + string(demo.Tilleuls)},
				[]string{`--login: "claire.martel" is taken`, `--first-name: "R2D2" is no name`, `--mail: "rose" is no mail address`, `--desks: "enfence" is no desk; any of enfance`, `--desks: "mairie" is no desk`,
					`--sites: "ferry" is no site of the town; any of ` + string(demo.JulesFerry) + " (École Jules-Ferry)"}},
			{[]string{"add", "--login", "é", "--first-name", "Rose", "--last-name", "Lenoir", "--mail", "sylvie.roy@exemple.fr", "--desks", "voirie"},
				[]string{`--login: "é" is no login; 3 to 32`, `--mail: "sylvie.roy@exemple.fr" is another agent's`}},
			{[]string{"reset-factor", "--login", "claire.martel"}, []string{`--login: "claire.martel" is no agent's`}},
			{[]string{"reset-password", "--login", "claire.martel"}, []string{`--login: "claire.martel" is no agent's`}},
			{[]string{"move", "--login", "claire.martel", "--desks", "enfance"}, []string{`--login: "claire.martel" is no agent's`}},
			{[]string{"move", "--login", "sylvie.roy"}, []string{"--desks: is missing"}},
			{[]string{"reset-factor"}, []string{`--login: "" is no agent's`}},
		} {
			var out bytes.Buffer
			err := keepAgents(ctx, c.args, &out)
			var wrong config.Mistakes
			if !errors.As(err, &wrong) || len(wrong) != len(c.want) || out.Len() > 0 {
				t.Errorf("%v: %v, having written %q", c.args, err, out.String())
				continue
			}
			for i, line := range strings.Split(err.Error(), "\n") {
				if !strings.HasPrefix(line, c.want[i]) {
					t.Errorf("%v: mistake %d is %q, not %q", c.args, i, line, c.want[i])
				}
			}
		}
		for _, args := range [][]string{{}, {"remove"}} {
			if err := keepAgents(ctx, args, &bytes.Buffer{}); err == nil || !strings.HasPrefix(err.Error(), "parvis-server user list") {
				t.Errorf("%v: %v", args, err)
			}
		}
		if count(&after); after != before {
			t.Errorf("%d agents, not %d", after, before)
		}
	})
}
