package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"parvis/syncserver/config"
	"parvis/syncserver/mail/sink"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const from = "Mairie de Saint-Aubin-sur-Vesle <portail@vesle.example>"

// authority is a CA of the test's own and a certificate of 127.0.0.1 by it.
func authority(t *testing.T) (*x509.CertPool, *tls.Config) {
	t.Helper()
	issue := func(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parent == nil {
			parent, parentKey = template, key
		}
		template.SerialNumber, template.NotAfter = big.NewInt(time.Now().UnixNano()), time.Now().Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return cert, key
	}
	ca, caKey := issue(&x509.Certificate{Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	cert, key := issue(&x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, ca, caKey)
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return pool, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
}

func startSink(t *testing.T, o sink.Options) *sink.Sink {
	t.Helper()
	s, err := sink.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// deliver hands one message over on a connection of its own.
func deliver(t *testing.T, s Settings, m *Message) error {
	t.Helper()
	smtp, err := NewSMTP(s)
	if err != nil {
		return err
	}
	c, err := smtp.Open(t.Context())
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	return c.Send(t.Context(), m)
}

func message(t *testing.T, kind Kind) *Message {
	t.Helper()
	m, err := renderer(t).Render(item(kind, "fr"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestOverEachKindOfLine(t *testing.T) {
	pool, certificate := authority(t)
	for name, c := range map[string]struct {
		sink sink.Options
		set  func(*Settings)
		fail string // "" for delivered
	}{
		"plain":                   {},
		"STARTTLS":                {sink: sink.Options{TLS: certificate}, set: func(s *Settings) { s.Mode = config.ModeStartTLS }},
		"TLS":                     {sink: sink.Options{TLS: certificate, Implicit: true}, set: func(s *Settings) { s.Mode = config.ModeTLS }},
		"STARTTLS not offered":    {set: func(s *Settings) { s.Mode = config.ModeStartTLS }, fail: "STARTTLS"},
		"a CA that is not known":  {sink: sink.Options{TLS: certificate}, set: func(s *Settings) { s.Mode, s.CA = config.ModeStartTLS, nil }, fail: "certificate"},
		"TLS with a CA not known": {sink: sink.Options{TLS: certificate, Implicit: true}, set: func(s *Settings) { s.Mode, s.CA = config.ModeTLS, nil }, fail: "certificate"},
		"a password": {sink: sink.Options{TLS: certificate, User: "parvis", Password: "canari"}, set: func(s *Settings) {
			s.Mode, s.User, s.Password = config.ModeStartTLS, "parvis", config.NewSecret("canari")
		}},
		"a wrong password": {sink: sink.Options{TLS: certificate, User: "parvis", Password: "canari"}, set: func(s *Settings) {
			s.Mode, s.User, s.Password = config.ModeStartTLS, "parvis", config.NewSecret("autre")
		}, fail: "535"},
		"no password where asked":    {sink: sink.Options{TLS: certificate, User: "parvis", Password: "canari"}, set: func(s *Settings) { s.Mode = config.ModeStartTLS }, fail: "530"},
		"plain to a sink that wants": {sink: sink.Options{TLS: certificate}, fail: "530"},
	} {
		t.Run(name, func(t *testing.T) {
			box := startSink(t, c.sink)
			s := Settings{Host: box.Host(), Port: box.Port(), Mode: config.ModePlain, From: from, CA: pool, Timeout: 10 * time.Second}
			if c.set != nil {
				c.set(&s)
			}
			m := message(t, Activation)
			err := deliver(t, s, m)
			if c.fail != "" {
				// None of these is the recipient's fault: somebody puts
				// it right, and the mail goes out then.
				if err == nil || Permanent(err) || !strings.Contains(err.Error(), c.fail) || strings.Contains(err.Error(), "canari") {
					t.Fatalf("%v", err)
				}
				if len(box.Mails()) != 0 {
					t.Fatal("a mail came in spite of it")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := box.Mails()
			if len(got) != 1 || got[0].Text != m.Text || got[0].HTML != m.HTML || got[0].Subject != m.Subject {
				t.Fatalf("what came is not what was sent:\n%+v", got)
			}
		})
	}
}

func TestPlainIsForThisMachineOnly(t *testing.T) {
	for _, host := range []string{"mail.vesle.example", "192.0.2.1", "localhost.vesle.example", "0.0.0.0"} {
		if _, err := NewSMTP(Settings{Host: host, Port: 25, Mode: config.ModePlain, From: from}); err == nil {
			t.Errorf("plain to %s is allowed", host)
		}
	}
}

func TestHeaders(t *testing.T) {
	box := startSink(t, sink.Options{})
	s := Settings{Host: box.Host(), Port: box.Port(), Mode: config.ModePlain, From: from}
	notice, safety := message(t, RequestReceived), message(t, PasswordChanged)
	for _, m := range []*Message{notice, notice, safety} {
		if err := deliver(t, s, m); err != nil {
			t.Fatal(err)
		}
	}
	got := box.Mails() // the newest first
	if got[1].MessageID != got[2].MessageID || got[1].Header.Get("Date") != got[2].Header.Get("Date") {
		t.Errorf("a mail sent again cannot be recognised: %s, %s", got[1].MessageID, got[2].MessageID)
	}
	if want := "<" + string(notice.ID) + "@vesle.example>"; got[1].MessageID != want || got[0].MessageID == want {
		t.Errorf("the Message-ID is %s", got[1].MessageID)
	}
	for _, m := range got {
		if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Content-Language") != "fr" {
			t.Errorf("headers: %v", m.Header)
		}
		if m.From != `"Mairie de Saint-Aubin-sur-Vesle" <portail@vesle.example>` || m.EnvelopeFrom != "portail@vesle.example" ||
			len(m.EnvelopeTo) != 1 || m.EnvelopeTo[0] != "camille.roy@vesle.example" {
			t.Errorf("from %s (%s) to %v", m.From, m.EnvelopeFrom, m.EnvelopeTo)
		}
	}
	if u := got[1].Header.Get("List-Unsubscribe"); u != "<https://portail.vesle.example/avis>" {
		t.Errorf("a notice is turned off at %q", u)
	}
	if p := got[1].Header.Get("List-Unsubscribe-Post"); p != "List-Unsubscribe=One-Click" {
		t.Errorf("one click is %q", p)
	}
	if u := got[0].Header.Get("List-Unsubscribe"); u != "" {
		t.Errorf("a warning can be turned off at %q", u)
	}
}

// TestHardTexts: what SMTP or MIME could stumble over arrives as it was sent.
func TestHardTexts(t *testing.T) {
	box := startSink(t, sink.Options{})
	s := Settings{Host: box.Host(), Port: box.Port(), Mode: config.ModePlain, From: from}
	m := message(t, Welcome)
	m.Subject = "Fête de l'été à Œuilly : 12 €, « réservé » 🎒 " + strings.Repeat("très ", 20) + "long"
	m.Text = ".\n..\n.début\nFrom ici\n" + strings.Repeat("é", 2000) + "\n\n=3D fin="
	m.HTML = "<p>.</p>\n.\n<p>" + strings.Repeat("à ", 1500) + "</p>"
	if err := deliver(t, s, m); err != nil {
		t.Fatal(err)
	}
	got := box.Mails()[0]
	if got.Subject != m.Subject || got.Text != m.Text || got.HTML != m.HTML {
		t.Fatalf("%q\n%q\n%q", got.Subject, got.Text, got.HTML)
	}
	for _, l := range strings.Split(string(got.Raw), "\r\n") {
		if len(l) > 998 {
			t.Errorf("a line has %d bytes", len(l))
		}
	}
	// A caller that forgot to render still makes no second header.
	m.Subject = "Vesle\r\nBcc: tous@vesle.example"
	if err := deliver(t, s, m); err != nil {
		t.Fatal(err)
	}
	if h := box.Mails()[0].Header; h.Get("Bcc") != "" {
		t.Fatalf("a header was smuggled in: %v", h)
	}
	m.To = "a@vesle.example>\r\nRCPT TO:<b@vesle.example"
	if err := deliver(t, s, m); !Permanent(err) {
		t.Fatalf("a command was smuggled in: %v", err)
	}
}

func TestRefusalsAreToldApart(t *testing.T) {
	answer := func(code int, a, b, c int) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{a, b, c}, Message: "no"}
	}
	for name, c := range map[string]struct {
		sink      sink.Options
		permanent bool
		code      int
	}{
		"no such mailbox":    {sink.Options{Recipient: func(string) error { return answer(550, 5, 1, 1) }}, true, 550},
		"grey-listed":        {sink.Options{Recipient: func(string) error { return answer(451, 4, 7, 1) }}, false, 451},
		"mailbox full now":   {sink.Options{Deliver: func(sink.Mail) error { return answer(452, 4, 2, 2) }}, false, 452},
		"content refused":    {sink.Options{Deliver: func(sink.Mail) error { return answer(554, 5, 7, 1) }}, true, 554},
		"hung up at the end": {sink.Options{Deliver: func(sink.Mail) error { return sink.ErrHangUp }}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			box := startSink(t, c.sink)
			err := deliver(t, Settings{Host: box.Host(), Port: box.Port(), Mode: config.ModePlain, From: from}, message(t, Welcome))
			var de *DeliveryError
			if !errors.As(err, &de) || Permanent(err) != c.permanent || de.Code != c.code {
				t.Fatalf("permanent %t: %v", Permanent(err), err)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	s := Settings{Host: "127.0.0.1", Port: port, Mode: config.ModePlain, From: from, Timeout: 200 * time.Millisecond}
	// It takes the connection and never says a word.
	begun := time.Now()
	if err := deliver(t, s, message(t, Welcome)); err == nil || Permanent(err) || time.Since(begun) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(begun), err)
	}
	_ = l.Close()
	if err := deliver(t, s, message(t, Welcome)); err == nil || Permanent(err) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	smtp, err := NewSMTP(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := smtp.Open(ctx); err == nil {
		t.Error("an ended context opens a connection")
	}
}
