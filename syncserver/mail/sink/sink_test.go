package sink

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// send speaks SMTP by the standard library, so that the sink is not only
// tried with the client we use.
func send(t *testing.T, s *Sink, subject string) {
	t.Helper()
	raw := "From: a@vesle.example\r\nTo: b@vesle.example\r\nSubject: " + subject + "\r\n\r\n.Bonjour\r\n"
	addr := net.JoinHostPort(s.Host(), fmt.Sprint(s.Port()))
	if err := smtp.SendMail(addr, nil, "a@vesle.example", []string{"b@vesle.example"}, []byte(raw)); err != nil {
		t.Fatal(err)
	}
}

func TestKeepsTheNewest(t *testing.T) {
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range Keep + 5 {
		send(t, s, fmt.Sprintf("=?utf-8?q?=C3=A9t=C3=A9_%d?=", i))
	}
	got := s.Mails()
	if len(got) != Keep || got[0].Subject != fmt.Sprintf("été %d", Keep+4) || got[Keep-1].Subject != "été 5" {
		t.Fatalf("%d mails, from %q to %q", len(got), got[0].Subject, got[len(got)-1].Subject)
	}
	if strings.TrimSpace(got[0].Text) != ".Bonjour" {
		t.Errorf("%q", got[0].Text)
	}
}

func TestWaits(t *testing.T) {
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	came := make(chan Mail, 1)
	go func() {
		m, err := s.Wait(context.Background(), func(m Mail) bool { return m.Subject == "deux" })
		if err != nil {
			t.Error(err)
		}
		came <- m
	}()
	send(t, s, "un")
	send(t, s, "deux")
	if m := <-came; m.Subject != "deux" {
		t.Errorf("%+v", m)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.Wait(ctx, func(Mail) bool { return false }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestListensHereOnly(t *testing.T) {
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if ip := net.ParseIP(s.Host()); ip == nil || !ip.IsLoopback() {
		t.Fatalf("it listens on %s", s.Host())
	}
}

func TestRefusesWhatIsNoMail(t *testing.T) {
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	addr := net.JoinHostPort(s.Host(), fmt.Sprint(s.Port()))
	for name, raw := range map[string]string{
		"no header":     "bonjour\r\n",
		"a broken word": "Subject: =?x-none?q?a?=\r\n\r\nb\r\n",
		"broken parts":  "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nno end",
	} {
		if err := smtp.SendMail(addr, nil, "a@vesle.example", []string{"b@vesle.example"}, []byte(raw)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if n := len(s.Mails()); n != 0 {
		t.Errorf("%d were kept", n)
	}
}
