package service_test

import (
	"context"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
)

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
