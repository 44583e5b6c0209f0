// Package requests holds procedures, which are forms written as data, the
// answers people give to them, and the life of a request. No procedure has
// code of its own: what the window asks while one types and what the server
// accepts are decided by the same engine here.
//
// The package is pure: no I/O and no clock. It reads nothing but its
// arguments; the day, the town's lists and the persons one may name are given
// in a Context.
package requests

import "parvis/shared/portal"

// Codes of what can be wrong with an answer. Those of names, addresses, mail
// and telephone are the accounts package's; Missing, TooLong and Invalid are
// everybody's.
const (
	UnknownAnswer portal.Code = "unknown_answer" // an answer to no question of this form
	TooLarge      portal.Code = "too_large"      // the answers are larger than any form needs
	TooShort      portal.Code = "too_short"      // fewer than Args["min"] characters
	BadMonth      portal.Code = "bad_month"      // not a month of a year
	BadTime       portal.Code = "bad_time"       // not a time of day
	PastDate      portal.Code = "past_date"      // a day gone by where one to come is asked
	BadNumber     portal.Code = "bad_number"     // not a number
	Decimals      portal.Code = "decimals"       // more than Args["max"] digits after the comma
	TooSmall      portal.Code = "too_small"      // below Args["min"]
	TooBig        portal.Code = "too_big"        // above Args["max"]
	BadMoney      portal.Code = "bad_money"      // not an amount
	BadChoice     portal.Code = "bad_choice"     // none of those offered
	BadPerson     portal.Code = "bad_person"     // nobody linked to this account
	BadIBAN       portal.Code = "bad_iban"       // its check digits do not fit
	BadPlate      portal.Code = "bad_plate"      // not a registration plate
	BadParcel     portal.Code = "bad_parcel"     // not a parcel of the land register
	BadFile       portal.Code = "bad_file"       // names no document
	TooFew        portal.Code = "too_few"        // fewer than Args["min"] entries
	TooMany       portal.Code = "too_many"       // more than Args["max"] entries

	FormChanged    portal.Code = "form_changed"    // made with a version that is no longer taken: Args version, until, fr and en
	NotAsked       portal.Code = "not_asked"       // a correction of what nobody asked to correct
	NothingAsked   portal.Code = "nothing_asked"   // a correction that names neither a question nor a document
	NotCorrectable portal.Code = "not_correctable" // a question or document that this request does not have
	TooManyDrafts  portal.Code = "too_many_drafts" // more than Args["max"] forms begun

	// CheckFailed is a procedure's own rule; its sentence comes with it, in
	// Args["fr"] and Args["en"].
	CheckFailed portal.Code = "check_failed"

	// WrongState is an action that the request's state does not have:
	// Args["state"], Args["action"].
	WrongState portal.Code = "wrong_state"
)
