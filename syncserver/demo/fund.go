package demo

import (
	"net/http"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/syncserver/particulier/simulator"
	"parvis/syncserver/store"
)

// Fund answers as API Particulier does, about the families of the
// demonstration: everybody was born at Reims under the name they bear. Of Karim
// Haddad it knows another place of birth, for Julien Lefort it does not answer
// now, and Amina Diallo has no file.
func Fund(token string, today portal.Date) http.Handler {
	values := map[string]int{"claire.martel": 540, "hugo.martel": 540, "sofia.benali": 298, "karim.haddad": 980, "julien.lefort": 420, "nadia.costa": 730}
	month := today.FirstOfMonth()
	var people []simulator.Person
	for _, p := range families {
		value, known := values[p.login]
		if !known {
			continue
		}
		who := simulator.Person{Value: value, Month: month, Identity: quotients.Identity{
			BirthName: p.last, FirstNames: []string{p.first}, Sex: map[string]string{"mme": quotients.Female, "m": quotients.Male}[p.title], Birth: p.birth,
			Country: quotients.France, Town: "Reims", Department: "51",
		}}
		switch p.login {
		case "karim.haddad":
			who.Town, who.Department = "Lyon", "69"
		case "julien.lefort":
			who.Status = http.StatusServiceUnavailable
		}
		people = append(people, who)
	}
	return simulator.New(token, people...)
}

// dated is the quotients that a family's proofs of this school year, and of the
// one before where the town has lived that long, have left.
func dated(p person, today portal.Date, lived bool) []ledger.Quotient {
	if p.quotient == 0 {
		return nil
	}
	year := portal.SchoolYearOf(today).Period()
	now := []ledger.Quotient{{Value: p.quotient, From: year.From, Until: year.To}}
	if !lived {
		return now
	}
	before := portal.SchoolYearOf(year.From.Add(-1)).Period()
	return append([]ledger.Quotient{{Value: p.quotient + 48, From: before.From, Until: before.To}}, now...)
}

// answered is a quotient that the fund has told and that waits for an agent.
func answered(tx *store.Tx, login string, value int) error {
	account, found, err := tx.AccountByLogin(login)
	if err != nil || !found {
		return err
	}
	today, made := portal.DateOf(tx.Now()), tx.Now().UnixMicro()
	return tx.SaveQuotient(store.Quotient{
		ID: portal.NewID(), Account: account.ID, State: string(quotients.Declared), Source: string(ledger.FromFund), Value: value, Month: today.FirstOfMonth(),
		Provider: "CNAF", From: today, Made: made, Consent: quotients.Consent, ConsentAt: made,
	})
}
