package accounts

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"parvis/shared/portal"
	"parvis/shared/words"
)

// Title is how a letter greets the person; nobody has to give one.
type Title string

// The titles one can choose.
const (
	NoTitle Title = ""
	Madam   Title = "mme"
	Sir     Title = "m"
)

// Titles in the order they are offered.
var Titles = []Title{Madam, Sir, NoTitle}

// Profile is what an adult says of themselves to open an account.
type Profile struct {
	Title     Title       `json:"title,omitempty"`
	FirstName string      `json:"firstName"`
	LastName  string      `json:"lastName"`
	BirthDate portal.Date `json:"birthDate"`
	Address   Address     `json:"address"`
	Mail      string      `json:"mail"`
	Mobile    string      `json:"mobile,omitempty"`
	Phone     string      `json:"phone,omitempty"` // another one, at home or at work
}

// The fields of a profile, in the order they stand on the screen; the rule of
// each is told under "rule.<field>".
var ProfileFields = []string{
	"title", "firstName", "lastName", "birthDate",
	"address.line1", "address.line2", "address.postcode", "address.city", "address.country",
	"mail", "mailAgain", "mobile",
}

const (
	nameMax  = 60
	adultAge = 18
	oldAge   = 120
)

// Normalise is the profile as it is kept: tidy text, the mail address in lower
// case, the mobile in international form. What cannot be read stays as typed.
func (p Profile) Normalise() Profile {
	p.FirstName, p.LastName = words.Tidy(p.FirstName), words.Tidy(p.LastName)
	p.BirthDate = portal.Date(strings.TrimSpace(string(p.BirthDate)))
	p.Address = p.Address.Normalise()
	p.Mail, _ = NormaliseMail(p.Mail)
	p.Mobile, _ = NormalisePhone(p.Mobile)
	p.Phone, _ = NormalisePhone(p.Phone)
	return p
}

// CheckProfile is what is wrong with a profile, in the order of the fields.
// An account is an adult's: minors are attached to one by their parents.
func CheckProfile(p Profile, mailAgain string, today portal.Date) portal.Errors {
	var es portal.Errors
	if p.Title != NoTitle && p.Title != Madam && p.Title != Sir {
		es.Add(portal.E(BadTitle, "title"))
	}
	es.Add(CheckName("firstName", p.FirstName))
	es.Add(CheckName("lastName", p.LastName))
	es.Add(checkBirth("birthDate", p.BirthDate, today))
	es = append(es, p.Address.Check("address")...)
	mail, e := checkMail("mail", p.Mail)
	es.Add(e)
	if again, _ := NormaliseMail(mailAgain); again == "" {
		es.Add(portal.E(portal.Missing, "mailAgain"))
	} else if again != mail {
		es.Add(portal.E(MailMismatch, "mailAgain"))
	}
	return append(es, CheckPhones(p.Mobile, p.Phone)...)
}

// CheckPhones is what is wrong with a person's numbers, none of which has to be
// given: a mobile, and another one of any kind.
func CheckPhones(mobile, phone string) portal.Errors {
	var es portal.Errors
	if strings.TrimSpace(mobile) != "" {
		if n, ok := NormalisePhone(mobile); !ok {
			es.Add(portal.E(BadPhone, "mobile"))
		} else if !IsMobile(n) {
			es.Add(portal.E(BadMobile, "mobile"))
		}
	}
	if strings.TrimSpace(phone) != "" {
		if _, ok := NormalisePhone(phone); !ok {
			es.Add(portal.E(BadPhone, "phone"))
		}
	}
	return es
}

// CheckLanguage is the mistake in a language for mails.
func CheckLanguage(lang string) *portal.Error {
	if lang != "fr" && lang != "en" {
		return portal.E(portal.Invalid, "language")
	}
	return nil
}

// CheckName is the mistake in a first or last name: letters of any script,
// joined by spaces, hyphens and apostrophes.
func CheckName(field, s string) *portal.Error {
	s = words.Tidy(s)
	if s == "" {
		return portal.E(portal.Missing, field)
	}
	if utf8.RuneCountInString(s) > nameMax {
		return portal.E(portal.TooLong, field, "max", strconv.Itoa(nameMax))
	}
	letters := 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError:
			return portal.E(BadName, field)
		case unicode.IsLetter(r):
			letters++
		case unicode.IsMark(r), r == ' ', r == '-', r == '‐', r == '\'', r == '.':
			// The full stop is in "Jean Jr." and in initials.
		default:
			return portal.E(BadName, field)
		}
	}
	if letters == 0 {
		return portal.E(BadName, field)
	}
	return nil
}

// checkBirth is the mistake in the birth date of an adult.
func checkBirth(field string, birth, today portal.Date) *portal.Error {
	birth = portal.Date(strings.TrimSpace(string(birth)))
	switch {
	case birth == "":
		return portal.E(portal.Missing, field)
	case !birth.Valid():
		return portal.E(BadDate, field)
	case birth > today:
		return portal.E(FutureDate, field)
	}
	switch age := Age(birth, today); {
	case age < adultAge:
		return portal.E(TooYoung, field, "age", strconv.Itoa(adultAge))
	case age > oldAge:
		return portal.E(TooOld, field, "age", strconv.Itoa(oldAge))
	}
	return nil
}

// Age is the whole years between a birth and a day, negative before the birth.
// Who is born on 29 February is a year older on 1 March in common years.
func Age(birth, on portal.Date) int {
	if !birth.Valid() || !on.Valid() {
		return 0
	}
	years := on.Year() - birth.Year()
	if string(on[4:]) < string(birth[4:]) {
		years--
	}
	return years
}
