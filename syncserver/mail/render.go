package mail

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	netmail "net/mail"
	"net/url"
	"strings"
	"text/template"
	"time"
	"unicode"

	"parvis/assets/mails"
	"parvis/shared/portal"
)

// Kind is what a mail is about: the name of its text in assets/mails.
type Kind string

// The mails there are.
const (
	Activation        Kind = "activation"         // Link, Code; never the name, which a stranger may have typed
	AlreadyRegistered Kind = "already_registered" // somebody asked for an account with a known address
	Welcome           Kind = "welcome"            // Login
	RequestReceived   Kind = "request_received"   // Reference, Procedure
	RequestAccepted   Kind = "request_accepted"   // Reference, Procedure
	RequestRefused    Kind = "request_refused"    // Reference, Procedure; the reason is read in the portal
	RequestAsked      Kind = "request_asked"      // Reference, Procedure; what is asked is read in the portal
	RequestClosed     Kind = "request_closed"     // Reference, Procedure
	RequestReopened   Kind = "request_reopened"   // Reference, Procedure
	PasswordChanged   Kind = "password_changed"   // When
	NewDevice         Kind = "new_device"         // When, Device
	MessageReceived   Kind = "message_received"   // nothing but that there is one
	DayDigest         Kind = "day_digest"         // Count
	LoginReminder     Kind = "login_reminder"     // Login
	PasswordReset     Kind = "password_reset"     // Link, and Code where there is one; never the name
	MailConfirm       Kind = "mail_confirm"       // Link, Code; to an address that may be a stranger's: never the name
	MailInUse         Kind = "mail_in_use"        // somebody wanted the address for another account
	MailChanged       Kind = "mail_changed"       // When, Link; to the old address
	AccountClosing    Kind = "account_closing"    // When
	AccountReopened   Kind = "account_reopened"   // When
	AccountClosed     Kind = "account_closed"     // When
	DocumentRejected  Kind = "document_rejected"  // neither which one nor why; both are read in the portal
	DocumentExpires   Kind = "document_expires"   // nothing but that one does: its kind may be private
	DelegateInvited   Kind = "delegate_invited"   // From; never the child, for the address may be a stranger's
	AccessChanged     Kind = "access_changed"     // nothing but that something became of it
	FamilyChanged     Kind = "family_changed"     // neither of whom nor what
	QuotientNews      Kind = "quotient_news"      // neither a figure nor what was decided
	QuotientEnds      Kind = "quotient_ends"      // no figure and no day
	BalanceLow        Kind = "balance_low"        // no figure
	PlaceOffered      Kind = "place_offered"      // Count, When: until when; neither for whom nor which day
	PlaceNone         Kind = "place_none"         // that none became free, not for whom
	AbsenceJudged     Kind = "absence_judged"     // neither whose nor what was decided
	ClosureChanged    Kind = "closure_changed"    // that booked days are closed or open again; neither whose nor why
	PlacesNews        Kind = "places_news"        // neither whose nor which

	AppointmentChanged Kind = "appointment_changed" // neither when nor what for; both are read in the portal
	AppointmentSoon    Kind = "appointment_soon"    // that it is in two days, not what for
	AppointmentLength  Kind = "appointment_length"  // that the number of people has changed, not whose
)

// Kinds lists them all.
var Kinds = []Kind{Activation, AlreadyRegistered, Welcome, RequestReceived, RequestAccepted,
	RequestRefused, RequestAsked, RequestClosed, RequestReopened, PasswordChanged, NewDevice, DocumentRejected, DocumentExpires, MessageReceived, DayDigest, LoginReminder, PasswordReset,
	MailConfirm, MailInUse, MailChanged, AccountClosing, AccountReopened, AccountClosed, FamilyChanged, QuotientNews, QuotientEnds, BalanceLow, PlaceOffered, PlaceNone, ClosureChanged, AbsenceJudged, PlacesNews, DelegateInvited, AccessChanged,
	AppointmentChanged, AppointmentSoon, AppointmentLength}

// Notice reports whether a person may choose not to get mails of this kind.
// What concerns the safety of the account is always sent.
func (k Kind) Notice() bool {
	switch k {
	case RequestReceived, RequestAccepted, RequestRefused, RequestAsked, RequestClosed, RequestReopened, MessageReceived, DayDigest, DocumentRejected, DocumentExpires,
		FamilyChanged, QuotientNews, QuotientEnds, BalanceLow, PlaceOffered, PlaceNone, ClosureChanged, AbsenceJudged, PlacesNews, DelegateInvited, AccessChanged, AppointmentChanged, AppointmentSoon, AppointmentLength:
		return true
	}
	return false
}

// needsLink reports whether a mail is of no use without its link.
func (k Kind) needsLink() bool {
	return k == Activation || k == PasswordReset || k == MailConfirm || k == MailChanged
}

// Languages that the texts exist in. The first is for all others.
var Languages = []string{"fr", "en"}

// Data is what the texts may say. It is stored in the outbox, so fields are
// only ever added. Nothing of a child, and nothing an agent wrote, goes into
// a mail, which others may read on its way.
type Data struct {
	Town      string    `json:"town"`
	Name      string    `json:"name,omitempty"`
	Link      string    `json:"link,omitempty"` // the one link
	Code      string    `json:"code,omitempty"` // digits; shown in groups of four
	Login     string    `json:"login,omitempty"`
	Reference string    `json:"reference,omitempty"`
	Procedure string    `json:"procedure,omitempty"`
	Device    string    `json:"device,omitempty"`
	When      time.Time `json:"when,omitzero"`
	Count     int       `json:"count,omitempty"`
	From      string    `json:"from,omitempty"` // who invites
	// Stop is the address at which notices are turned off.
	Stop string `json:"stop,omitempty"`
}

// Item is one mail of the outbox.
type Item struct {
	ID       portal.ID
	To       string // the bare address
	Kind     Kind
	Language string
	Data     Data
	// Unsubscribe is the address at which notices are turned off.
	Unsubscribe string
	Created     time.Time
	// Expires is when the mail is no longer of use, as an activation whose
	// link has ended; the zero time is a day after Created.
	Expires time.Time
	// Attempts is how often it was tried before.
	Attempts int
}

// Message is a mail ready to be sent.
type Message struct {
	ID          portal.ID
	To          string
	Subject     string
	Text, HTML  string
	Language    string
	Date        time.Time
	Unsubscribe string
}

// text is a kind's templates in one language.
type text struct {
	plain *template.Template
	html  *htmltemplate.Template
}

// Renderer writes messages from items.
type Renderer struct{ texts map[string]text }

// NewRenderer reads all texts, and fails when one is missing or malformed.
func NewRenderer() (*Renderer, error) {
	r := &Renderer{texts: map[string]text{}}
	for _, lang := range Languages {
		funcs := map[string]any{"groups": groups, "when": whenIn(lang)}
		foot, err := fs.ReadFile(mails.FS, lang+"/foot.txt")
		if err != nil {
			return nil, fmt.Errorf("mail: %w", err)
		}
		for _, k := range Kinds {
			name := lang + "/" + string(k)
			body, err := fs.ReadFile(mails.FS, name+".txt")
			if err != nil {
				return nil, fmt.Errorf("mail: %w", err)
			}
			plain, err := template.New(name).Funcs(funcs).Option("missingkey=error").Parse(string(body) + "\n" + string(foot))
			if err != nil {
				return nil, fmt.Errorf("mail: %w", err)
			}
			html, err := htmlText(funcs, lang, name)
			if err != nil {
				return nil, fmt.Errorf("mail: %w", err)
			}
			r.texts[name] = text{plain, html}
		}
	}
	return r, nil
}

// htmlText puts a kind's HTML and its language's foot into the frame.
func htmlText(funcs map[string]any, lang, name string) (*htmltemplate.Template, error) {
	t, err := htmltemplate.New("frame.html").Funcs(funcs).ParseFS(mails.FS, "frame.html")
	if err != nil {
		return nil, err
	}
	for part, file := range map[string]string{"body": name + ".html", "foot": lang + "/foot.html"} {
		b, err := fs.ReadFile(mails.FS, file)
		if err != nil {
			return nil, err
		}
		if _, err := t.New(part).Parse(string(b)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Render writes an item's message. An error is for good: no later try would
// end otherwise.
func (r *Renderer) Render(it Item) (*Message, error) {
	lang := Languages[0]
	for _, l := range Languages {
		if it.Language == l {
			lang = l
		}
	}
	t, ok := r.texts[lang+"/"+string(it.Kind)]
	if !ok {
		return nil, fmt.Errorf("mail: there is no mail of kind %q", it.Kind)
	}
	to, err := address(it.To)
	if err != nil {
		return nil, err
	}
	if err := link(it.Data.Link, it.Kind.needsLink()); err != nil {
		return nil, err
	}
	m := &Message{ID: it.ID, To: to, Language: lang, Date: it.Created}
	if it.Kind.Notice() {
		m.Unsubscribe = it.Unsubscribe
		if err := link(it.Unsubscribe, false); err != nil {
			return nil, err
		}
	}
	d := struct {
		Data
		Language, Subject, Unsubscribe string
	}{clean(it.Data), lang, "", m.Unsubscribe}
	var b bytes.Buffer
	if err := t.plain.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	m.Subject, m.Text, _ = strings.Cut(b.String(), "\n")
	m.Text = strings.TrimLeft(m.Text, "\n")
	d.Subject = m.Subject
	b.Reset()
	if err := t.html.Execute(&b, d); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	m.HTML = b.String()
	return m, nil
}

// address checks a recipient: one bare address, nothing that a header or an
// SMTP command could be continued with.
func address(s string) (string, error) {
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsAny(s, " <>") {
		return "", fmt.Errorf("mail: the recipient is not an address")
	}
	return s, nil
}

// link checks that a link is one that may stand in a mail. It is not
// repeated in the error: it may hold a secret.
func link(s string, required bool) error {
	if s == "" && !required {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.ContainsAny(s, " \"<>") {
		return fmt.Errorf("mail: the link is not a web address")
	}
	return nil
}

// clean takes out of what people typed all that could end a line, and thus
// begin a header or a paragraph of a stranger's making, and bounds its length.
func clean(d Data) Data {
	for _, s := range []*string{&d.Town, &d.Name, &d.Code, &d.Login, &d.Reference, &d.Procedure, &d.Device, &d.From} {
		*s = oneLine(*s, 120)
	}
	return d
}

func oneLine(s string, most int) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most-1]) + "…"
	}
	return s
}

// groups writes a code as "1234 5678".
func groups(code string) string {
	var b strings.Builder
	for i, r := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

var months = map[string][12]string{
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// whenIn writes an instant as people of the town say it.
func whenIn(lang string) func(time.Time) string {
	return func(t time.Time) string {
		t = t.In(portal.Paris)
		month := months[lang][t.Month()-1]
		if lang == "fr" {
			day := fmt.Sprint(t.Day())
			if t.Day() == 1 {
				day = "1er"
			}
			return fmt.Sprintf("%s %s %d à %s", day, month, t.Year(), t.Format("15:04"))
		}
		return fmt.Sprintf("%d %s %d at %s", t.Day(), month, t.Year(), t.Format("15:04"))
	}
}
