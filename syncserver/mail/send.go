package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/netip"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"parvis/syncserver/config"
)

// Settings say where mails are handed over.
type Settings struct {
	Host     string
	Port     int
	Mode     string // config.ModeStartTLS, ModeTLS, or ModePlain to this machine
	User     string
	Password config.Secret
	From     string         // "Mairie de Vesle <portail@mairie.example>"
	CA       *x509.CertPool // nil for the system's
	// Timeout bounds the connection and each step of a delivery; by
	// default 30 s.
	Timeout time.Duration
}

// SettingsOf takes the mail settings out of a server's.
func SettingsOf(c *config.Config) Settings {
	return Settings{Host: c.SMTPHost, Port: c.SMTPPort, Mode: c.SMTPMode, User: c.SMTPUser, Password: c.SMTPPassword, From: c.MailFrom}
}

// Transport opens connections to a mail server.
type Transport interface {
	Open(ctx context.Context) (Connection, error)
}

// Connection hands messages over, one after the other.
type Connection interface {
	// Send's error is for good only when Permanent says so.
	Send(ctx context.Context, m *Message) error
	Close() error
}

// DeliveryError is why a message was not taken.
type DeliveryError struct {
	Code     int    // SMTP's answer, 0 when there was none
	Enhanced string // "5.1.1"
	ForGood  bool   // the recipient or the content is refused: trying again is of no use
	Lost     bool   // the connection had ended before anything of the mail was said
	err      error
}

// Error tells what the mail server said.
func (e *DeliveryError) Error() string { return e.err.Error() }

// Unwrap is what went wrong.
func (e *DeliveryError) Unwrap() error { return e.err }

// Permanent reports whether trying again is of no use.
func Permanent(err error) bool {
	var e *DeliveryError
	return errors.As(err, &e) && e.ForGood
}

// SMTP is the Transport over a real mail server.
type SMTP struct {
	settings Settings
	from     *netmail.Address
	domain   string // of the sender: Message-IDs end with it
}

// NewSMTP checks the settings.
func NewSMTP(s Settings) (*SMTP, error) {
	from, err := netmail.ParseAddress(s.From)
	if err != nil {
		return nil, fmt.Errorf("mail: the sender: %w", err)
	}
	if s.Mode == config.ModePlain && !loopback(s.Host) {
		return nil, fmt.Errorf("mail: %s is not this machine, and mails would cross the network in the clear", s.Host)
	}
	if s.Timeout == 0 {
		s.Timeout = 30 * time.Second
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	return &SMTP{settings: s, from: from, domain: domain}, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// Open connects and signs in. Its errors are never for good: a mail server
// that is down, or a password that has changed, is put right by somebody.
func (s *SMTP) Open(ctx context.Context) (Connection, error) {
	options := []gomail.Option{
		gomail.WithPort(s.settings.Port),
		gomail.WithTimeout(s.settings.Timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.settings.Host, RootCAs: s.settings.CA, MinVersion: tls.VersionTLS12}),
	}
	switch s.settings.Mode {
	case config.ModeStartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case config.ModeTLS:
		options = append(options, gomail.WithSSL())
	case config.ModePlain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail: %q is not a mode", s.settings.Mode)
	}
	if s.settings.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.settings.User), gomail.WithPassword(s.settings.Password.Reveal()))
	}
	client, err := gomail.NewClient(s.settings.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, classify(err)
	}
	return &connection{smtp: s, client: client, conn: conn}, nil
}

type connection struct {
	smtp   *SMTP
	client *gomail.Client
	conn   *smtp.Client
}

// Send hands one message over. It is bounded by the settings' timeout rather
// than by ctx: cut off in its middle, a delivery has an unknown outcome.
func (c *connection) Send(ctx context.Context, m *Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	msg, err := c.smtp.compose(m)
	if err != nil {
		return &DeliveryError{ForGood: true, err: err}
	}
	// A mail that was taken stays taken when the tidying up after it fails.
	if err := c.client.SendWithSMTPClient(c.conn, msg); err != nil && !msg.IsDelivered() {
		return classify(err)
	}
	return nil
}

// Close says goodbye, and hangs up also when nobody answers that.
func (c *connection) Close() error {
	err := c.client.CloseWithSMTPClient(c.conn)
	if err != nil {
		_ = c.conn.Close()
	}
	return err
}

// compose writes a message's headers and parts.
func (s *SMTP) compose(m *Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("mail: the recipient is not an address")
	}
	msg.Subject(oneLine(m.Subject, 200))
	msg.SetMessageIDWithValue(string(m.ID) + "@" + s.domain)
	msg.SetDateWithValue(m.Date)
	// So that no absence note answers us, nor we one (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("Content-Language", m.Language)
	if m.Unsubscribe != "" {
		if err := msg.SetListUnsubscribeOneClick(m.Unsubscribe); err != nil {
			msg.SetListUnsubscribe(m.Unsubscribe) // a portal without TLS, on loopback: no mail program posts there
		}
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// classify tells refusals for good from the rest. For good is only what the
// mail server says, with a number from 500 on, about the recipient or the
// content. What it says so about the sender or about us is for the
// administrator to put right, and everything else may have been the line.
func classify(err error) error {
	e := &DeliveryError{err: fmt.Errorf("mail: %w", err)}
	var se *gomail.SendError
	if errors.As(err, &se) {
		e.Code, e.Enhanced = se.ErrorCode(), se.EnhancedStatusCode()
		e.Lost = se.Reason == gomail.ErrConnCheck
		aboutMail := se.Reason == gomail.ErrSMTPRcptTo || se.Reason == gomail.ErrSMTPData || se.Reason == gomail.ErrSMTPDataClose
		// 530 asks us to sign in first.
		e.ForGood = aboutMail && e.Code >= 500 && e.Code < 600 && e.Code != 530
	}
	return e
}
