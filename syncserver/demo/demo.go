// Package demo seeds the invented town of Saint-Aubin-sur-Vesle: its facts,
// its families and its agents, for the demonstration and for tests. Nothing
// of it is a real person's.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parvis/assets/calendars"
	"parvis/assets/catalogue"
	"parvis/assets/town"
	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// Passwords of the demonstration's people: the only secrets that are told.
const (
	FamilyPassword = "canard-bleu-halle-39"
	AgentPassword  = "registre-vert-pont-52"
)

// StartingCredit is what a new family finds on its prepaid account, so that days
// can be booked at once.
const StartingCredit portal.Money = 8000

// Postcode of the invented town; no French commune has it.
const Postcode = "51999"

// The places of the town's file that people here have to do with.
const (
	JulesFerry   portal.ID = "jules-ferry"
	Tilleuls     portal.ID = "les-tilleuls"
	LouiseMichel portal.ID = "louise-michel"
	Clairiere    portal.ID = "la-clairiere"

	Canteen   portal.ID = "cantine"
	Morning   portal.ID = "accueil-matin"
	Evening   portal.ID = "accueil-soir"
	Study     portal.ID = "etude"
	Wednesday portal.ID = "mercredis"
	HalfDay   portal.ID = "mercredis-matin"
	Holidays  portal.ID = "vacances"
)

// Child is an invented child.
type child struct {
	first, last string
	birth       portal.Date
	site        portal.ID
	class, diet string
	plan        bool
	allergies   string
	custody     map[string]accounts.Custody // by login
	actions     string                      // of the care plan
	collectors  []family.Collector
}

type person struct {
	login, title, first, last, mobile string
	birth                             portal.Date
	street, postcode, city            string
	quotient                          int // 0: none known
	about                             string
}

var families = []person{
	{"claire.martel", "mme", "Claire", "Martel", "+33639980101", "1988-04-12", "4 rue des Tanneurs", Postcode, Town, 612, "deux parents, deux enfants à Jules-Ferry"},
	{"hugo.martel", "m", "Hugo", "Martel", "+33639980102", "1986-11-03", "4 rue des Tanneurs", Postcode, Town, 612, "l'autre parent de Léa et Noé"},
	{"sofia.benali", "mme", "Sofia", "Benali", "+33639980103", "1990-01-25", "12 quai de la Vesle", Postcode, Town, 355, "parents séparés, Inès une semaine sur deux"},
	{"karim.haddad", "m", "Karim", "Haddad", "+33639980104", "1987-07-30", "2 place du Marché", Postcode, Town, 980, "l'autre parent d'Inès"},
	{"julien.lefort", "m", "Julien", "Lefort", "+33639980105", "1984-02-17", "31 avenue de la Gare", Postcode, Town, 420, "un parent, Timéo a un PAI"},
	{"nadia.costa", "mme", "Nadia", "Costa", "+33639980106", "1991-09-08", "7 chemin des Vignes", "51998", "Prosnes-les-Bois", 0, "habite hors de la commune"},
	{"jeanne.martel", "mme", "Jeanne", "Martel", "+33639980108", "1957-05-30", "9 rue du Lavoir", Postcode, Town, 0, "grand-mère de Léa, réserve pour elle"},
	{"amina.diallo", "mme", "Amina", "Diallo", "+33639980107", "1993-06-21", "18 rue Haute", Postcode, Town, 0, "nouveau compte, pas encore d'enfant"},
}

// Town is the invented town's name.
const Town = "Saint-Aubin-sur-Vesle"

// grandparents may collect Léa and Noé.
var grandparents = []family.Collector{
	{FirstName: "Jeanne", LastName: "Morel", Relation: "grand-mère", Phone: "+33639980132"},
	{FirstName: "Paul", LastName: "Morel", Relation: "grand-père", Phone: "+33639980133"},
}

var children = []child{
	{"Léa", "Martel", "2018-03-12", JulesFerry, "ce2", "standard", false, "", map[string]accounts.Custody{"claire.martel": accounts.FullCustody, "hugo.martel": accounts.FullCustody}, "", grandparents},
	{"Noé", "Martel", "2021-09-30", JulesFerry, "ps", "vegetarian", false, "", map[string]accounts.Custody{"claire.martel": accounts.FullCustody, "hugo.martel": accounts.FullCustody}, "", grandparents},
	{"Inès", "Haddad-Benali", "2017-05-04", Tilleuls, "cm1", "without-pork", false, "", map[string]accounts.Custody{"sofia.benali": accounts.SharedCustody, "karim.haddad": accounts.SharedCustody}, "",
		[]family.Collector{{FirstName: "Leïla", LastName: "Benali", Relation: "tante", Phone: "+33639980131"}}},
	{"Timéo", "Lefort", "2019-12-01", LouiseMichel, "ce1", "standard", true, "Arachide", map[string]accounts.Custody{"julien.lefort": accounts.FullCustody},
		"En cas de gonflement ou de gêne pour respirer : stylo auto-injecteur, trousse rouge dans l'armoire du bureau, puis appeler le 15. Ne jamais le laisser seul.", nil},
	{"Maya", "Costa", "2018-08-19", Tilleuls, "ce2", "standard", false, "", map[string]accounts.Custody{"nadia.costa": accounts.FullCustody}, "", nil},
}

type agent struct {
	login, first, last, totp, about string
	desks                           []accounts.Desk
	sites                           []portal.ID
}

// The agents' second factors are fixed, so that the demonstration can tell
// their codes.
var agents = []agent{
	{"sylvie.roy", "Sylvie", "Roy", "KRSXG5DTMVRXEZLUFZXXEZLO", "agent du guichet enfance", []accounts.Desk{accounts.Childhood}, []portal.ID{JulesFerry, Tilleuls, LouiseMichel, Clairiere}},
	{"marc.petit", "Marc", "Petit", "MFRGGZDFMZTWQ2LKNNWG23TP", "agent du guichet enfance", []accounts.Desk{accounts.Childhood}, []portal.ID{JulesFerry}},
	{"helene.garnier", "Hélène", "Garnier", "NBSWY3DPEB3W64TMMQQHG33N", "agent de l'état civil", []accounts.Desk{accounts.CivilStatus}, nil},
	{"yann.morel", "Yann", "Morel", "ONSWG4TFOQQGS3RAOBQXE5DJ", "agent du guichet citoyenneté", []accounts.Desk{accounts.Citizenship}, nil},
	{"odile.vasseur", "Odile", "Vasseur", "OJSWO2LTONSXK4RNMRSW23ZP", "régisseuse de la régie Restauration et accueil", []accounts.Desk{accounts.Till(service.CashDesk)}, nil},
}

// Tell is what the demonstration tells anybody of its accounts. OTP holds the
// secrets; service tells the codes of the moment.
func Tell() *wire.Demo {
	d := &wire.Demo{Mail: wire.PageDemoMail}
	for _, p := range families {
		d.Accounts = append(d.Accounts, wire.DemoAccount{Name: p.first + " " + p.last, Login: p.login, Password: FamilyPassword, About: p.about})
	}
	for _, a := range agents {
		d.Accounts = append(d.Accounts, wire.DemoAccount{Name: a.first + " " + a.last, Login: a.login, Password: AgentPassword, About: a.about, OTP: a.totp})
	}
	return d
}

// Seed writes the town into an empty store, once: a store that has a town
// already is given newer procedures and else left alone. A town that lived has requests in its queue and days
// booked; tests begin with neither. It reports whether it wrote.
func Seed(ctx context.Context, st *store.Store, svc *service.Service, hasher service.Hasher, lived bool) (bool, error) {
	var seeded bool
	if err := st.Read(ctx, func(tx *store.Tx) error {
		facts, err := tx.Facts(wire.Towns)
		seeded = len(facts) > 0
		return err
	}); err != nil {
		return false, err
	}
	if seeded {
		procedures, err := catalogue.Load()
		if err != nil {
			return false, err
		}
		return false, errors.Join(st.Write(ctx, func(tx *store.Tx) error { return service.Publish(tx, procedures) }), publishKinds(ctx, st), addCashDesks(ctx, st))
	}
	if err := errors.Join(seedTown(ctx, st, svc), publishKinds(ctx, st)); err != nil {
		return false, err
	}
	if err := svc.Bind(ctx, st); err != nil {
		return false, err
	}
	if err := seedPeople(ctx, svc, st, hasher, lived); err != nil || !lived {
		return true, err
	}
	return true, papers(ctx, svc, st)
}

// publishKinds tells the kinds of documents; a town that was seeded by an older
// program has none yet.
func publishKinds(ctx context.Context, st *store.Store) error {
	common, err := catalogue.LoadCommon()
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *store.Tx) error { return service.PublishKinds(tx, common.DocumentKinds) })
}

func seedTown(ctx context.Context, st *store.Store, svc *service.Service) error {
	calendar, err := calendars.Of("B")
	if err != nil {
		return err
	}
	procedures, err := catalogue.Load()
	if err != nil {
		return err
	}
	setup, err := service.ReadSetup(bytes.NewReader(town.SaintAubin))
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *store.Tx) error {
		id, _, err := tx.Meta(store.MetaTown)
		put := func(collection string, id portal.ID, body any) {
			if err == nil {
				err = tx.PutFact(collection, id, body)
			}
		}
		put(wire.Towns, portal.ID(id), wire.Town{ID: portal.ID(id), Name: Town, Demo: true})
		put(wire.Calendars, "B", calendar)
		if err == nil {
			err = svc.SetUp(tx, setup)
		}
		if err == nil {
			err = service.Publish(tx, procedures)
		}
		return err
	})
}

// seedWeeks has a child live a week with one parent, from last Monday on, and
// the next with the other.
func seedWeeks(tx *store.Tx, child, first, second portal.ID) error {
	today := portal.DateOf(tx.Now())
	monday := family.Weeks{Anchor: "2024-01-01"}.Start(today)
	return tx.SetWeeks(store.Weeks{Child: child, Anchor: monday, First: first, Second: second, At: tx.Now().UnixMicro(), By: second})
}

func seedPeople(ctx context.Context, svc *service.Service, st *store.Store, hasher service.Hasher, lived bool) error {
	familyHash, err := hasher.Hash(ctx, accounts.Family, FamilyPassword)
	if err != nil {
		return err
	}
	staff, err := hasher.Hash(ctx, accounts.Staff, AgentPassword)
	if err != nil {
		return err
	}
	ids, kids := map[string]portal.ID{}, map[string]portal.ID{}
	return st.Write(ctx, func(tx *store.Tx) error {
		for _, p := range families {
			profile := accounts.Profile{
				Title: accounts.Title(p.title), FirstName: p.first, LastName: p.last, BirthDate: p.birth,
				Address: accounts.Address{Line1: p.street, Postcode: p.postcode, City: p.city, Country: "FR"},
				Mail:    p.login + "@exemple.fr", Mobile: p.mobile,
			}.Normalise()
			payer := ledger.Payer{Resident: p.postcode == Postcode, Quotients: dated(p, portal.DateOf(tx.Now()), lived)}
			a, err := svc.SeedFamily(tx, profile, p.login, familyHash, payer, StartingCredit)
			if err != nil {
				return fmt.Errorf("%s: %w", p.login, err)
			}
			ids[p.login] = a.ID
		}
		for _, g := range agents {
			if err := svc.SeedAgent(tx, service.NewAgent{Login: g.login, FirstName: g.first, LastName: g.last, Mail: g.login + "@exemple.fr", Desks: g.desks, Sites: g.sites}, staff, g.totp, "[]"); err != nil {
				return fmt.Errorf("%s: %w", g.login, err)
			}
		}
		for _, c := range children {
			links := map[portal.ID]accounts.Custody{}
			for login, custody := range c.custody {
				links[ids[login]] = custody
			}
			record, err := json.Marshal(map[string]any{"firstName": c.first, "lastName": c.last})
			if err != nil {
				return err
			}
			collectors, err := json.Marshal(family.NormaliseCollectors(c.collectors))
			if err != nil {
				return err
			}
			if kids[c.first], err = svc.SeedChild(tx, store.Child{
				FirstName: c.first, LastName: c.last, BirthDate: c.birth, Site: c.site, Class: c.class,
				Diet: c.diet, CarePlan: c.plan, Allergies: c.allergies, Record: string(record),
				CareActions: c.actions, Collectors: string(collectors),
			}, links, []string{bookings.Canteen, bookings.Morning, bookings.Evening, bookings.Study}); err != nil {
				return fmt.Errorf("%s: %w", c.first, err)
			}
		}
		for _, first := range []string{"Léa", "Noé", "Inès"} {
			if err := svc.SeedAt(tx, kids[first], Clairiere, []string{bookings.Wednesday, bookings.Holidays}); err != nil {
				return err
			}
		}
		if err := seedWeeks(tx, kids["Inès"], ids["sofia.benali"], ids["karim.haddad"]); err != nil {
			return err
		}
		if !lived {
			return nil
		}
		return errors.Join(live(tx, svc, kids), answered(tx, "sofia.benali", 298), menus(tx), openings(tx, svc))
	})
}
