package sink

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"
)

// Mail is a mail that came, decoded.
type Mail struct {
	EnvelopeFrom string
	EnvelopeTo   []string
	From, To     string
	Subject      string
	Text, HTML   string
	MessageID    string
	Header       netmail.Header
	Raw          []byte
	Received     time.Time
}

// parse decodes a mail strictly: the sink is there to find what is wrong.
func parse(raw []byte) (Mail, error) {
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{}, fmt.Errorf("sink: %w", err)
	}
	m := Mail{Header: msg.Header, Raw: raw, MessageID: msg.Header.Get("Message-ID")}
	words := &mime.WordDecoder{}
	for _, f := range []struct {
		name string
		into *string
	}{{"Subject", &m.Subject}, {"From", &m.From}, {"To", &m.To}} {
		if *f.into, err = words.DecodeHeader(msg.Header.Get(f.name)); err != nil {
			return Mail{}, fmt.Errorf("sink: %s: %w", f.name, err)
		}
	}
	err = m.part(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body)
	return m, err
}

// part reads one part, and those within it.
func (m *Mail) part(contentType, encoding string, body io.Reader) error {
	if contentType == "" {
		contentType = "text/plain; charset=utf-8"
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("sink: %w", err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return fmt.Errorf("sink: %w", err)
			}
			if err := m.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("sink: %w", err)
	}
	switch kind {
	case "text/plain":
		m.Text = strings.ReplaceAll(string(b), "\r\n", "\n")
	case "text/html":
		m.HTML = strings.ReplaceAll(string(b), "\r\n", "\n")
	}
	return nil
}
