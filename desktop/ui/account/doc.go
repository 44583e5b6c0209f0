// Package account holds the screens by which somebody comes in: choosing the
// town hall on the first start, creating an account and activating it, signing
// in, on line and off, and finding a lost login or password; and those of one's
// own account: Mon profil and all that can be changed there.
//
// It calls the session and shows what it answers. It knows no network: what
// may wait runs in a task of the screen, and the rules it judges fields by are
// those of shared/accounts, which the town hall's portal runs too.
package account
