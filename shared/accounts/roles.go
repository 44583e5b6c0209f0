package accounts

import (
	"slices"
	"strings"
)

// Desk is a service of the town hall that handles requests.
type Desk string

// The desks of the default catalogue. A town may name others in its own.
const (
	Childhood   Desk = "enfance"
	CivilStatus Desk = "etat-civil"
	Citizenship Desk = "citoyennete"
	Planning    Desk = "urbanisme"
	Roads       Desk = "voirie"
	Community   Desk = "vie-locale"
	Security    Desk = "securite"
	Solidarity  Desk = "solidarite"
	Registry    Desk = "accueil"
)

// Desks lists them.
var Desks = []Desk{Childhood, CivilStatus, Citizenship, Planning, Roads, Community, Security, Solidarity, Registry}

// tillPrefix begins the names of the desks of cashiers.
const tillPrefix = "regie-"

// Till is the desk of a cash desk's cashiers: who works there enters what is
// brought to it and corrects its accounts.
func Till(cashDesk string) Desk { return Desk(tillPrefix + cashDesk) }

// CashDesk is the cash desk whose cashiers work at a desk; false for any other.
func (d Desk) CashDesk() (key string, is bool) {
	key, is = strings.CutPrefix(string(d), tillPrefix)
	return key, is && key != ""
}

// Kind is what an account is for; it never changes.
type Kind string

// The kinds of account. An organisation pays, and nobody signs in for it.
const (
	Family       Kind = "family"
	Staff        Kind = "agent"
	Organisation Kind = "organisation"
)

// Role is what an account may do in the town hall. The zero Role is a
// family's: nothing there.
type Role struct {
	Kind  Kind     `json:"kind"`
	Desks []Desk   `json:"desks,omitempty"` // the queues an agent works on
	Sites []string `json:"sites,omitempty"` // the schools and centres whose day lists an agent sees
	Admin bool     `json:"admin,omitempty"` // accounts, settings, every desk and site
}

// Agent reports whether the account is of the town hall's staff.
func (r Role) Agent() bool { return r.Kind == Staff }

// AtDesk reports whether the role works at a desk.
func (r Role) AtDesk(d Desk) bool {
	return r.Agent() && (r.Admin || slices.Contains(r.Desks, d))
}

// AtSite reports whether the role sees the lists of a site.
func (r Role) AtSite(site string) bool {
	return r.Agent() && (r.Admin || slices.Contains(r.Sites, site))
}

// Custody is what an adult is to a child in law, as the town hall has seen it
// proved.
type Custody string

// Full custody is a parent who decides alone or lives with the other one;
// shared is one of two parents who live apart; none is anybody else: a
// grandparent, a sitter.
const (
	FullCustody   Custody = "full"
	SharedCustody Custody = "shared"
	NoCustody     Custody = "none"
)

// Valid reports whether c is one of the three.
func (c Custody) Valid() bool {
	return c == FullCustody || c == SharedCustody || c == NoCustody
}

// LinkRights is what an adult may do for a person linked to their account.
type LinkRights struct {
	See    bool `json:"see"`    // the identity and the days
	Book   bool `json:"book"`   // book and cancel, on their own balance
	Health bool `json:"health"` // read the health notes and who may collect
	Change bool `json:"change"` // change them, and ask the town hall in the child's name
}

// RightsOf is what custody gives: both parents the whole child, others only
// what a parent grants them on top.
func RightsOf(c Custody) LinkRights {
	switch c {
	case FullCustody, SharedCustody:
		return LinkRights{See: true, Book: true, Health: true, Change: true}
	}
	return LinkRights{}
}
