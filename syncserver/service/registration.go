package service

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

const (
	linkLife       = 24 * time.Hour
	codeLife       = 10 * time.Minute
	activationLife = 30 * time.Minute
	codeTries      = 5
	loginTries     = 10
	mailsADay      = 3
	codeDigits     = 8
)

// Register notes somebody's wish for an account and sends the mail that
// activates it. The answer is the same whether or not the address has an
// account already; only its mail differs.
func (s *Service) Register(ctx context.Context, in wire.Registration, address string) (wire.Registered, error) {
	var profile accounts.Profile
	if err := wire.StrictJSON(in.Profile, &profile); err != nil {
		// Nothing of a registration is kept for a newer server.
		if e, ok := err.(*portal.Error); ok && e.Code == portal.TooNew {
			err = portal.E(portal.Invalid, e.Field)
		}
		return wire.Registered{}, within("profile", err)
	}
	profile = profile.Normalise()
	if wrong := accounts.CheckProfile(profile, profile.Mail, portal.DateOf(s.o.Clock())); len(wrong) > 0 {
		return wire.Registered{}, within("profile", wrong[0])
	}
	raw, err := json.Marshal(profile)
	if err != nil {
		return wire.Registered{}, err
	}
	handle := newSecret()
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := s.mayTry(tx, "registrations", address); err != nil {
			return err
		}
		if !s.o.Exempt(address) {
			if err := spend(tx, address); err != nil {
				return err
			}
		}
		_, known, err := tx.AccountByMail(wire.Family, profile.Mail)
		if err != nil {
			return err
		}
		r := store.Registration{
			ID: s.o.IDs(), MailKey: profile.Mail, Known: known, Profile: string(raw), Language: language(in.Language),
			Handle: hashed(handle), Created: tx.Now().UnixMicro(),
		}
		return s.sendActivation(tx, r, profile.Mail)
	})
	return wire.Registered{Handle: handle}, err
}

// Resend sends a new mail, with a new link and code, to a registration's
// address.
func (s *Service) Resend(ctx context.Context, in wire.Resend) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		r, found, err := tx.RegistrationBy(store.ByHandle, hashed(in.Handle))
		if err != nil || !found || r.Account != "" {
			return orElse(err, portal.E(wire.CodeExpired, "handle"))
		}
		return s.sendActivation(tx, r, r.MailKey)
	})
}

// sendActivation makes a registration's link and code anew and posts them. A
// fourth mail to an address within a day is not sent, which nobody is told.
func (s *Service) sendActivation(tx *store.Tx, r store.Registration, address string) error {
	sent, err := mailsToday(tx, r.MailKey)
	if err != nil {
		return err
	}
	fresh := r.Link == ""
	link, code := newSecret(), newDigits(codeDigits)
	if sent > mailsADay {
		if fresh { // found again by its handle, opened by nothing
			r.Link, r.Mails = hashed(link), 0
			return tx.SaveRegistration(r)
		}
		return nil
	}
	r.Link, r.LinkUntil = hashed(link), tx.Now().Add(linkLife).UnixMicro()
	r.Code, r.CodeUntil, r.CodeTries = hashedCode(r.ID, code), tx.Now().Add(codeLife).UnixMicro(), 0
	r.Mails++
	if err := tx.SaveRegistration(r); err != nil {
		return err
	}
	if r.Known {
		return s.post(tx, address, mail.AlreadyRegistered, r.Language, mail.Data{Link: s.o.PublicURL()})
	}
	return s.post(tx, address, mail.Activation, r.Language, mail.Data{Code: code, Link: s.o.PublicURL() + wire.PageActivate + "?j=" + link})
}

// mailsToday counts one more mail to an address and says how many there were
// within its day, this one included. The count is the address's own: a
// registration from yesterday, which may still be resent, is no way around it.
func mailsToday(tx *store.Tx, mailKey string) (int, error) {
	t, err := tx.ThrottleOf("mails:" + hashed(mailKey))
	if err != nil {
		return 0, err
	}
	if now := tx.Now().UnixMicro(); t.Seen <= now-(24*time.Hour).Microseconds() {
		t.Seen, t.Failures = now, 0
	}
	if t.Failures++; t.Failures > mailsADay {
		return t.Failures, nil
	}
	return t.Failures, tx.SaveThrottle(t)
}

// post puts a mail into the outbox.
func (s *Service) post(tx *store.Tx, address string, kind mail.Kind, lang string, data mail.Data) error {
	data.Town = s.town.Name
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return tx.Enqueue(store.Mail{ID: s.o.IDs(), Address: address, Template: string(kind), Language: lang, Data: string(raw)})
}

// OpenActivation opens a live activation by the mailed code, in the window
// whose handle this is.
func (s *Service) OpenActivation(ctx context.Context, in wire.ActivationCode) (out wire.Activation, err error) {
	wrong := (*portal.Error)(nil)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		wrong = nil
		r, found, err := tx.RegistrationBy(store.ByHandle, hashed(in.Handle))
		if err != nil {
			return err
		}
		now := tx.Now()
		if !found || r.Account != "" || r.Code == "" || r.CodeUntil <= now.UnixMicro() || r.CodeTries >= codeTries {
			wrong = portal.E(wire.CodeExpired, "code")
			return nil
		}
		if r.Known || !same(r.Code, hashedCode(r.ID, in.Code)) {
			r.CodeTries++
			wrong = portal.E(wire.CodeWrong, "code", "left", strconv.Itoa(codeTries-r.CodeTries))
			return tx.SaveRegistration(r)
		}
		secret := newSecret()
		r.Activation, r.ActivationUntil, r.LoginTries, r.Code = hashed(secret), now.Add(activationLife).UnixMicro(), 0, ""
		if err := tx.SaveRegistration(r); err != nil {
			return err
		}
		out, err = s.activation(tx, r)
		out.Activation = secret
		return err
	})
	return out, failing(err, wrong)
}

// failing is err, or the refusal that was found while the try itself had to
// be kept.
func failing(err error, wrong *portal.Error) error {
	if err == nil && wrong != nil {
		return wrong
	}
	return err
}

func (s *Service) activation(tx *store.Tx, r store.Registration) (wire.Activation, error) {
	var p accounts.Profile
	if err := json.Unmarshal([]byte(r.Profile), &p); err != nil {
		return wire.Activation{}, err
	}
	for n := 1; ; n++ {
		login := accounts.ProposeLogin(p, n)
		_, taken, err := tx.AccountByLogin(login)
		if err != nil || !taken {
			return wire.Activation{Login: login, FirstName: p.FirstName, LastName: p.LastName, Mail: p.Mail}, err
		}
	}
}

// PeekLink is what the web page of an activation link shows; looking at it
// changes nothing, for link scanners look too.
func (s *Service) PeekLink(ctx context.Context, link string) (out wire.Activation, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		r, err := s.liveLink(tx, link)
		if err != nil {
			return err
		}
		out, err = s.activation(tx, r)
		return err
	})
	return out, err
}

func (s *Service) liveLink(tx *store.Tx, link string) (store.Registration, error) {
	r, found, err := tx.RegistrationBy(store.ByLink, hashed(link))
	if err == nil && (!found || r.Known || r.Account != "" || r.LinkUntil <= s.o.Clock().UnixMicro()) {
		err = portal.E(wire.CodeExpired, "link")
	}
	return r, err
}

func (s *Service) liveActivation(tx *store.Tx, secret string) (store.Registration, error) {
	r, found, err := tx.RegistrationBy(store.ByActivation, hashed(secret))
	if err == nil && (!found || secret == "" || r.Account != "" || r.ActivationUntil <= tx.Now().UnixMicro()) {
		err = portal.E(wire.CodeExpired, "activation")
	}
	return r, err
}

// LoginFree says, ten times at most within a live activation, whether a login
// is free.
func (s *Service) LoginFree(ctx context.Context, in wire.ActivationLogin) (out wire.LoginFree, err error) {
	login, wrong := accounts.CheckLogin(in.Login)
	if wrong != nil {
		return out, wrong
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		r, err := s.liveActivation(tx, in.Activation)
		if err != nil {
			return err
		}
		if err := askedLogin(tx, &r); err != nil {
			return err
		}
		_, taken, err := tx.AccountByLogin(login)
		out.Free = !taken
		return err
	})
	return out, err
}

// askedLogin counts a question about a login against a registration.
func askedLogin(tx *store.Tx, r *store.Registration) error {
	if r.LoginTries++; r.LoginTries > loginTries {
		return portal.E(portal.Throttled, "login", "seconds", "1800")
	}
	return tx.SaveRegistration(*r)
}

// Activate makes the account of a live activation and signs the window in.
func (s *Service) Activate(ctx context.Context, in wire.Activate) (out wire.Session, err error) {
	if err := checkDevice(in.Device); err != nil {
		return out, err
	}
	find := func(tx *store.Tx) (store.Registration, error) { return s.liveActivation(tx, in.Activation) }
	err = s.activate(ctx, find, in.Login, in.Password, func(tx *store.Tx, a store.Account, _ store.Registration) error {
		out, err = s.openSession(tx, a, in.Device)
		return err
	})
	return out, err
}

// ActivateByLink makes the account from the web page of a link and returns
// the short code that signs in the window which asked for the account, and
// only that one.
func (s *Service) ActivateByLink(ctx context.Context, link, login, password string) (login2, code string, err error) {
	find := func(tx *store.Tx) (store.Registration, error) { return s.liveLink(tx, link) }
	err = s.activate(ctx, find, login, password, func(tx *store.Tx, a store.Account, r store.Registration) error {
		code = newDigits(codeDigits)
		r.WindowCode, r.WindowUntil, r.WindowTries = hashedCode(r.ID, code), tx.Now().Add(codeLife).UnixMicro(), 0
		login2 = a.Login
		return tx.SaveRegistration(r)
	})
	return login2, code, err
}

func (s *Service) activate(ctx context.Context, find func(*store.Tx) (store.Registration, error), login, password string,
	then func(*store.Tx, store.Account, store.Registration) error) error {
	var p accounts.Profile
	if err := s.store.Read(ctx, func(tx *store.Tx) error {
		r, err := find(tx)
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(r.Profile), &p)
	}); err != nil {
		return err
	}
	login, wrong := accounts.CheckLogin(login)
	if wrong != nil {
		return wrong
	}
	if _, wrong := accounts.CheckPassword(password, accounts.PasswordContext{
		Login: login, FirstName: p.FirstName, LastName: p.LastName, Mail: p.Mail, BirthDate: p.BirthDate, Town: s.town.Name,
	}); wrong != nil {
		return wrong
	}
	phc, err := s.o.Hasher.Hash(ctx, accounts.Family, password)
	if err != nil {
		return err
	}
	refused := (*portal.Error)(nil)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		refused = nil
		r, err := find(tx)
		if err != nil {
			return err
		}
		if _, taken, err := tx.AccountByLogin(login); err != nil {
			return err
		} else if taken {
			// It answers whether a login is free, so it counts as asking.
			if err := askedLogin(tx, &r); err != nil {
				return err
			}
			refused = portal.E(wire.LoginTaken, "login")
			return nil
		}
		if _, known, err := tx.AccountByMail(wire.Family, p.Mail); err != nil || known {
			return orElse(err, portal.E(wire.CodeExpired, "activation"))
		}
		a, err := s.newFamily(tx, p, login, phc, r.Language)
		if err != nil {
			return err
		}
		r.Account, r.Activation, r.Code = a.ID, "", ""
		if err := tx.SaveRegistration(r); err != nil {
			return err
		}
		if err := s.post(tx, p.Mail, mail.Welcome, r.Language, mail.Data{Name: p.FirstName, Login: login, Link: s.o.PublicURL()}); err != nil {
			return err
		}
		return then(tx, a, r)
	})
	return failing(err, refused)
}

// newFamily writes a new family's account with its opening balance. Its
// prices follow from its address until an agent has seen a proof.
func (s *Service) newFamily(tx *store.Tx, p accounts.Profile, login, phc, lang string) (store.Account, error) {
	a, err := s.insertFamily(tx, p, login, phc, lang, ledger.Payer{Resident: p.Address.In(s.town.Postcode)})
	if err != nil {
		return a, err
	}
	if err := s.openBalance(tx, a.ID, s.o.StartingCredit); err != nil {
		return a, err
	}
	return a, s.welcomeInvitations(tx, a)
}

func (s *Service) insertFamily(tx *store.Tx, p accounts.Profile, login, phc, lang string, payer ledger.Payer) (store.Account, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return store.Account{}, err
	}
	fixes, err := json.Marshal(ledger.Payer{Resident: payer.Resident})
	if err != nil {
		return store.Account{}, err
	}
	a := store.Account{
		ID: s.o.IDs(), Kind: wire.Family, Login: login, Password: phc, Recovery: "[]", MailKey: p.Mail,
		FirstName: p.FirstName, LastName: p.LastName, Language: lang, Profile: string(raw), Payer: string(fixes),
		Desks: "[]", Sites: "[]", Created: tx.Now().UnixMicro(),
	}
	return a, tx.InsertAccount(a)
}

// openBalance begins a prepaid account at the town's cash desk with a credit,
// which may be nothing.
func (s *Service) openBalance(tx *store.Tx, account portal.ID, credit portal.Money) error {
	return s.enter(tx, s.o.IDs(), store.LedgerOpening, account, account, []ledger.Entry{
		{Account: ledger.Prepaid(account, CashDesk), Amount: credit}, {Account: ledger.Opening(CashDesk), Amount: -credit},
	})
}

// SignInWindow signs in the window that asked for an account, by the code
// that the browser showed after the activation by link.
func (s *Service) SignInWindow(ctx context.Context, in wire.WindowCode) (out wire.Session, err error) {
	if err := checkDevice(in.Device); err != nil {
		return out, err
	}
	wrong := (*portal.Error)(nil)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		wrong = nil
		r, found, err := tx.RegistrationBy(store.ByHandle, hashed(in.Handle))
		if err != nil {
			return err
		}
		if !found || r.WindowCode == "" || r.WindowUntil <= tx.Now().UnixMicro() || r.WindowTries >= codeTries {
			wrong = portal.E(wire.CodeExpired, "code")
			return nil
		}
		if !same(r.WindowCode, hashedCode(r.ID, in.Code)) {
			r.WindowTries++
			wrong = portal.E(wire.CodeWrong, "code", "left", strconv.Itoa(codeTries-r.WindowTries))
			return tx.SaveRegistration(r)
		}
		r.WindowCode = ""
		if err := tx.SaveRegistration(r); err != nil {
			return err
		}
		account, found, err := tx.Account(r.Account)
		if err != nil || !found {
			return orElse(err, portal.E(portal.NotFound, "account"))
		}
		out, err = s.openSession(tx, account, in.Device)
		return err
	})
	return out, failing(err, wrong)
}

func language(lang string) string {
	if lang == "en" {
		return "en"
	}
	return "fr"
}

// within puts the field of an error below another.
func within(field string, err error) error {
	e, ok := errors.AsType[*portal.Error](err)
	if !ok {
		return err
	}
	out := *e
	out.Field = strings.TrimSuffix(field+"."+e.Field, ".")
	return &out
}
