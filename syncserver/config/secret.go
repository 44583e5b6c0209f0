package config

import (
	"fmt"
	"log/slog"
)

const redacted = "[secret]"

// Secret is a text that no log, message or dump may show. Only Reveal gives
// it, so that each use of one can be found by that word.
//
// It is kept behind a pointer: fmt prints the inside of unexported fields
// without asking their methods, and would then print an address.
type Secret struct{ text *string }

// NewSecret makes a Secret of a text.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{&s}
}

// Reveal is the text itself.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is no secret.
func (s Secret) Empty() bool { return s.text == nil || *s.text == "" }

// UnmarshalText reads a secret from a setting.
func (s *Secret) UnmarshalText(b []byte) error { *s = NewSecret(string(b)); return nil }

// String, GoString, Format, MarshalText, MarshalJSON and LogValue all hide it.
func (s Secret) String() string   { return s.shown() }
func (s Secret) GoString() string { return s.shown() }

// Format hides the secret for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.shown())) }

// MarshalText hides the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.shown()), nil }

// MarshalJSON hides the secret.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.shown() + `"`), nil }

// LogValue hides the secret in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.shown()) }

func (s Secret) shown() string {
	if s.Empty() {
		return ""
	}
	return redacted
}
