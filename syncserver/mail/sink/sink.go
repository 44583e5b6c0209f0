// Package sink is a real SMTP server that delivers nowhere: it keeps the
// newest mails in memory, parsed, for the demonstration's mail page and for
// tests. It listens on loopback only.
package sink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Keep is how many mails are kept.
const Keep = 200

// ErrHangUp, returned by Options.Deliver, makes the sink keep the mail and
// hang up without an answer: the sender cannot know what came of it.
var ErrHangUp = errors.New("sink: hang up")

// Options of a sink. The zero value takes everything in the clear.
type Options struct {
	// TLS offers STARTTLS, or with Implicit speaks TLS from the start.
	TLS      *tls.Config
	Implicit bool
	// User and Password, when set, are asked for.
	User, Password string
	// Recipient and Deliver may refuse, with an *smtp.SMTPError to choose
	// the answer. Deliver sees the mail before it is kept.
	Recipient func(to string) error
	Deliver   func(Mail) error
}

// Sink is a running server.
type Sink struct {
	options Options
	server  *smtp.Server
	listen  net.Listener
	addr    *net.TCPAddr
	done    chan struct{}

	mu      sync.Mutex
	mails   []Mail        // the oldest first
	changed chan struct{} // closed at the next arrival
}

// Start listens on a free port of this machine.
func Start(o Options) (*Sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sink: %w", err)
	}
	s := &Sink{options: o, listen: l, addr: l.Addr().(*net.TCPAddr), done: make(chan struct{}), changed: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{sink: s, conn: c}, nil
	}))
	s.server.Domain = "localhost"
	s.server.TLSConfig = o.TLS
	s.server.EnableSMTPUTF8 = true
	s.server.AllowInsecureAuth = o.TLS == nil
	s.server.MaxMessageBytes = 5 << 20
	s.server.MaxRecipients = 50
	s.server.ReadTimeout, s.server.WriteTimeout = time.Minute, time.Minute
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	if o.Implicit {
		l = tls.NewListener(l, o.TLS)
	}
	go func() {
		defer close(s.done)
		_ = s.server.Serve(l) // ends with Close
	}()
	return s, nil
}

// Host and Port are where it listens.
func (s *Sink) Host() string { return s.addr.IP.String() }

// Port is the port of Host.
func (s *Sink) Port() int { return s.addr.Port }

// Close hangs up on everybody.
func (s *Sink) Close() error {
	err := s.server.Close()
	// The server does not know of its listener before it has begun to
	// serve, which may not be yet.
	_ = s.listen.Close()
	<-s.done
	return err
}

// Mails are those kept, the newest first.
func (s *Sink) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Mail, len(s.mails))
	for i, m := range s.mails {
		out[len(out)-1-i] = m
	}
	return out
}

// Wait gives the newest mail that fits, as soon as there is one.
func (s *Sink) Wait(ctx context.Context, fits func(Mail) bool) (Mail, error) {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		for _, m := range s.Mails() {
			if fits(m) {
				return m, nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Mail{}, fmt.Errorf("sink: no such mail came: %w", ctx.Err())
		}
	}
}

func (s *Sink) keep(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
	if over := len(s.mails) - Keep; over > 0 {
		s.mails = append([]Mail(nil), s.mails[over:]...)
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// session is one connection.
type session struct {
	sink   *Sink
	conn   *smtp.Conn
	signed bool
	from   string
	to     []string
}

// AuthMechanisms are offered when there is a password.
func (s *session) AuthMechanisms() []string {
	if s.sink.options.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth checks a sign-in.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.sink.options.User || password != s.sink.options.Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong login or password"}
		}
		s.signed = true
		return nil
	}), nil
}

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.sink.options.User != "" && !s.signed {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "sign in first"}
	}
	if _, secure := s.conn.TLSConnectionState(); s.sink.options.TLS != nil && !secure {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "STARTTLS first"}
	}
	s.from = from
	return nil
}

// Rcpt adds a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if ask := s.sink.options.Recipient; ask != nil {
		if err := ask(to); err != nil {
			return err
		}
	}
	s.to = append(s.to, to)
	return nil
}

// Data takes the mail itself.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := parse(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	m.EnvelopeFrom, m.EnvelopeTo, m.Received = s.from, s.to, time.Now()
	if ask := s.sink.options.Deliver; ask != nil {
		err = ask(m)
	}
	if err == nil || errors.Is(err, ErrHangUp) {
		s.sink.keep(m)
	}
	if errors.Is(err, ErrHangUp) {
		_ = s.conn.Conn().Close()
	}
	return err
}

// Reset forgets the mail begun.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout has nothing to tidy up.
func (s *session) Logout() error { return nil }
