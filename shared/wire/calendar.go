package wire

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// Types of the commands about the private address at which one's booked days
// can be subscribed to.
const (
	CalendarOpen  = "calendar.open"
	CalendarClose = "calendar.close"
)

// CalendarAddresses is the collection that says since when an account has one.
const CalendarAddresses = "calendar_address" // CalendarAddress

// PageCalendar is the start of that address; the secret and ".ics" follow.
const PageCalendar = "/calendrier/"

// CalendarAddress is what is told of it: not its secret, which the server keeps
// no more than a password's.
type CalendarAddress struct {
	Made int64  `json:"made"` // microseconds UTC
	Mark string `json:"mark"` // CalendarMark of its secret
}

// CalendarMark tells whoever knows a secret whether it is the one in force, and
// nobody else anything.
func CalendarMark(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}

// OpenCalendar makes the address, or one in place of the former, which no longer
// works then.
type OpenCalendar struct {
	Secret string `json:"secret"` // made by the desktop: see NewCalendarSecret
}

// CloseCalendar ends it.
type CloseCalendar struct{}

// calendarSecret is how many bytes of randomness a secret holds.
const calendarSecret = 32

// NewCalendarSecret makes a secret that nobody guesses.
func NewCalendarSecret() string {
	b := make([]byte, calendarSecret)
	rand.Read(b) //nolint:errcheck // it ends the program rather than fail
	return base64.RawURLEncoding.EncodeToString(b)
}

// CalendarSecret reports whether a text is one.
func CalendarSecret(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == calendarSecret
}
