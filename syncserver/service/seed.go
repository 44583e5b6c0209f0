package service

import (
	"encoding/json"
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// CashDesk is the one cash desk that a town begins with.
const CashDesk = "main"

// SeedFamily writes a family's account that no mail was sent for, with what
// fixes its prices and its opening balance.
func (s *Service) SeedFamily(tx *store.Tx, p accounts.Profile, login, phc string, payer ledger.Payer, credit portal.Money) (store.Account, error) {
	a, err := s.insertFamily(tx, p, login, phc, "fr", payer)
	if err != nil {
		return a, err
	}
	for _, q := range payer.Quotients {
		if err := tx.SaveQuotient(store.Quotient{
			ID: s.o.IDs(), Account: a.ID, State: string(quotients.Accepted), Source: string(ledger.FromDesk), Value: q.Value, From: q.From, Until: q.Until, Made: tx.Now().UnixMicro(),
		}); err != nil {
			return a, err
		}
	}
	return a, s.openBalance(tx, a.ID, credit)
}

// NewAgent is what an administrator says of a new agent.
type NewAgent struct {
	Login, FirstName, LastName, Mail string
	Desks                            []accounts.Desk
	Sites                            []portal.ID
}

// SeedAgent writes an agent's account with a second factor and what NewRecovery
// says to keep, "[]" for none.
func (s *Service) SeedAgent(tx *store.Tx, n NewAgent, phc, totp, recovery string) error {
	profile, err := json.Marshal(accounts.Profile{FirstName: n.FirstName, LastName: n.LastName, Mail: n.Mail})
	if err != nil {
		return err
	}
	return tx.InsertAccount(store.Account{
		ID: s.o.IDs(), Kind: wire.Agent, Login: n.Login, Password: phc, TOTP: totp, Recovery: recovery, MailKey: n.Mail,
		FirstName: n.FirstName, LastName: n.LastName, Language: "fr", Profile: string(profile), Payer: "",
		Desks: list(n.Desks), Sites: list(n.Sites), Created: tx.Now().UnixMicro(),
	})
}

// SeedChild writes a child with its links and its enrolments of this school
// year, and gives it an id where it has none.
func (s *Service) SeedChild(tx *store.Tx, c store.Child, links map[portal.ID]accounts.Custody, kinds []string) (portal.ID, error) {
	if c.ID == "" {
		c.ID = s.o.IDs()
	}
	if err := tx.SaveChild(c); err != nil {
		return "", err
	}
	var order []portal.ID
	for account := range links {
		order = append(order, account)
	}
	slices.Sort(order)
	for _, account := range order {
		if err := tx.SaveLink(store.Link{Child: c.ID, Account: account, Custody: string(links[account]), Since: tx.Now().UnixMicro()}); err != nil {
			return "", err
		}
	}
	return c.ID, s.enrol(tx, c.ID, c.Site, kinds)
}

// SeedAt enrols a child at a site besides its own, such as a centre.
func (s *Service) SeedAt(tx *store.Tx, child, site portal.ID, kinds []string) error {
	return s.enrol(tx, child, site, kinds)
}

// SeedEnrolment writes one enrolment, for tests that need a year of their own.
func (s *Service) SeedEnrolment(tx *store.Tx, e bookings.Enrolment) error { return tx.SaveEnrolment(e) }

func list[T ~string](of []T) string {
	if of == nil {
		of = []T{}
	}
	raw, _ := json.Marshal(of) // strings always encode
	return string(raw)
}

// Do runs a command as an account would, outside any outbox: the
// demonstration and tests fill their town with it.
func (s *Service) Do(tx *store.Tx, account store.Account, kind string, args any) error {
	a := Actor{
		Account: account.ID, Name: account.FirstName + " " + account.LastName,
		Role: accounts.Role{Kind: accounts.Kind(account.Kind), Desks: store.Strings[accounts.Desk](account.Desks), Sites: store.Strings[string](account.Sites)},
	}
	return s.execute(tx, a, wire.Command{Type: kind}, args)
}
