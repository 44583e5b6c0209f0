// Package accounts holds the rules about people: what a profile, a login and a
// password must be, who is an agent of which desk, and what an adult may do
// for a child. The window runs them while one types and the server runs the
// same code to decide. It is pure: no I/O and no clock, the day is an argument.
package accounts

import "parvis/shared/portal"

// Codes of the mistakes one can make about oneself.
const (
	BadName      portal.Code = "bad_name"      // a name with something else than letters, hyphens, apostrophes
	BadTitle     portal.Code = "bad_title"     // a title that is not in the list
	BadText      portal.Code = "bad_text"      // characters that cannot be read
	BadMail      portal.Code = "bad_mail"      // not the form of a mail address
	MailMismatch portal.Code = "mail_mismatch" // the two mail addresses differ
	BadPhone     portal.Code = "bad_phone"     // not a telephone number
	BadMobile    portal.Code = "bad_mobile"    // a French number that is no mobile
	BadPostcode  portal.Code = "bad_postcode"  // not five digits in France
	BadDate      portal.Code = "bad_date"      // a day that does not exist
	FutureDate   portal.Code = "future_date"   // a birth that has not happened
	TooYoung     portal.Code = "too_young"     // under Args["age"] years
	TooOld       portal.Code = "too_old"       // over Args["age"] years: a slip in the year

	BadLogin   portal.Code = "bad_login"   // other characters than the rule's
	ShortLogin portal.Code = "short_login" // fewer than Args["min"]
	LoginTaken portal.Code = "login_taken" // another account has it (said by the server)

	PasswordShort    portal.Code = "password_short"    // fewer than Args["min"] characters
	PasswordLong     portal.Code = "password_long"     // more than Args["max"]
	PasswordSimple   portal.Code = "password_simple"   // too few different kinds of characters for its length
	PasswordGuess    portal.Code = "password_guess"    // a guessing program would find it
	PasswordCommon   portal.Code = "password_common"   // among those that many people choose
	PasswordPersonal portal.Code = "password_personal" // made of the person's or the town's name
)
