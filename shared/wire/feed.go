package wire

import (
	"encoding/json"
	"strings"

	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/family"
	"parvis/shared/ledger"
	"parvis/shared/portal"
)

// TownFeed is the feed that anybody may read.
const TownFeed = "town"

// AccountFeed is what one adult may see.
func AccountFeed(id portal.ID) string { return "account:" + string(id) }

// DeskFeed is the queue of one service of the town hall.
func DeskFeed(desk string) string { return "desk:" + desk }

// SiteFeed is the head counts of one site.
func SiteFeed(site portal.ID) string { return "site:" + string(site) }

// FileFeed is what one desk may see of a family, once an agent opened it.
func FileFeed(desk string, account portal.ID) string { return "file:" + desk + ":" + string(account) }

// FeedKind is the part of a feed's name before the first colon.
func FeedKind(feed string) string { kind, _, _ := strings.Cut(feed, ":"); return kind }

// Collections and the type of their rows' bodies.
const (
	// In the town's feed.
	Towns      = "town"      // Town
	Procedures = "procedure" // requests.Procedure
	Sites      = "site"      // bookings.Site
	Activities = "activity"  // bookings.Activity
	Calendars  = "calendar"  // bookings.Calendar
	Closures   = "closure"   // bookings.Closure
	Tariffs    = "tariff"    // ledger.Tariff
	Levels     = "level"     // DayLevel
	Menus      = "menu"      // meals.Menu, by meals.Key

	// In an account's feed, and in a desk's file of it.
	Accounts   = "account"   // Account
	Children   = "child"     // Child
	Enrolments = "enrolment" // bookings.Enrolment
	Bookings   = "booking"   // Booking
	Requests   = "request"   // Request
	Balances   = "balance"   // Balance

	// In a desk's feed.
	Queue = "queue" // QueueItem

	// In a site's feed.
	HeadCounts = "headcount" // HeadCount
)

// Town is what a portal says of itself.
type Town struct {
	ID   portal.ID `json:"id"`
	Name string    `json:"name"`
	// Postcode tells whose addresses are of the town.
	Postcode string `json:"postcode,omitempty"`
	Demo     bool   `json:"demo,omitempty"`
	// Contact is how to reach the town hall, a line of text each.
	Phone   string `json:"phone,omitempty"`
	Address string `json:"address,omitempty"`
	Hours   string `json:"hours,omitempty"`
	// Fund says that the town hall can ask the family fund for a quotient.
	Fund bool `json:"fund,omitempty"`
	// Pays says that accounts can be topped up on line, at the cash desks that say
	// so themselves.
	Pays bool `json:"pays,omitempty"`
}

// DayLevel tells families how full a day is; the one without a day how full
// all those are that have none of their own. Where there is neither, a day is
// free.
type DayLevel struct {
	Activity portal.ID      `json:"activity"`
	Site     portal.ID      `json:"site"`
	Day      portal.Date    `json:"day,omitempty"`
	Level    bookings.Level `json:"level"`
}

// LevelKey is the entity of a DayLevel: one row an activity, site and day, or
// with an empty day an activity and site.
func LevelKey(activity, site portal.ID, day portal.Date) portal.ID {
	return activity + "/" + site + "/" + portal.ID(day)
}

// Kinds of account.
const (
	Family = "family"
	Agent  = "agent"
)

// Account is a person's own access as they see it themselves.
type Account struct {
	ID        portal.ID       `json:"id"`
	Kind      string          `json:"kind"`
	Login     string          `json:"login"`
	FirstName string          `json:"first_name"`
	LastName  string          `json:"last_name"`
	Mail      string          `json:"mail"`
	Mobile    string          `json:"mobile,omitempty"`
	Address   json.RawMessage `json:"address,omitempty"` // accounts.Address
	Phone     string          `json:"phone,omitempty"`
	Language  string          `json:"language,omitempty"` // of mails
	Birth     portal.Date     `json:"birth,omitempty"`
	NewMail   string          `json:"new_mail,omitempty"`       // an address that waits to be confirmed
	NewUntil  int64           `json:"new_mail_until,omitempty"` // and until when it can be
	Payer     *ledger.Payer   `json:"payer,omitempty"`          // families
	Desks     []string        `json:"desks,omitempty"`          // agents
	Sites     []portal.ID     `json:"sites,omitempty"`          // agents
}

// Child is a linked child as an account may see it.
type Child struct {
	ID        portal.ID   `json:"id"`
	FirstName string      `json:"first_name"`
	LastName  string      `json:"last_name"`
	BirthDate portal.Date `json:"birth_date"`
	Site      portal.ID   `json:"site,omitempty"` // its school
	Class     string      `json:"class,omitempty"`
	Diet      string      `json:"diet,omitempty"`
	CarePlan  bool        `json:"care_plan,omitempty"`
	Allergies string      `json:"allergies,omitempty"`
	Custody   string      `json:"custody,omitempty"` // accounts.Custody
	// Delegated says that the account sees the child by what parents have given
	// it (Delegation) and is not tied to it itself.
	Delegated bool `json:"delegated,omitempty"`
	// What else must be known for its health, and who wrote it when.
	CareActions  string `json:"care_actions,omitempty"`
	MealFromHome bool   `json:"meal_from_home,omitempty"`
	HealthAt     int64  `json:"health_at,omitempty"`
	HealthBy     string `json:"health_by,omitempty"`
	// Collectors is who may collect it besides its guardians.
	Collectors []family.Collector `json:"collectors,omitempty"`
	CollectAt  int64              `json:"collect_at,omitempty"`
	CollectBy  string             `json:"collect_by,omitempty"`
	// Forgiven is the days told too late that the town has credited all the same;
	// for who may decide for the child.
	Forgiven []portal.Date `json:"forgiven,omitempty"`
	// Adults is its other guardians, or all of them for the town hall.
	Adults []Adult        `json:"adults,omitempty"`
	Weeks  *ChildWeeks    `json:"weeks,omitempty"`
	Asked  *WeeksProposal `json:"asked_weeks,omitempty"`
	// Paying is who pays, where they have agreed on something else than that
	// whoever books does.
	// Payers is who pays besides, as the town hall has written it, by day.
	Payers      []ChildPayers   `json:"payers,omitempty"`
	Paying      *ChildPaying    `json:"paying,omitempty"`
	AskedPaying *PayingProposal `json:"asked_paying,omitempty"`
	// Priority says that the town hall lets the child come first where places are
	// drawn.
	Priority bool `json:"priority,omitempty"`
}

// Booking is a live booking as an account may see it: the other parent's has
// a name but neither payer nor price, nor has what a delegate books.
type Booking struct {
	ID       portal.ID    `json:"id"`
	Child    portal.ID    `json:"child"`
	Activity portal.ID    `json:"activity"`
	Site     portal.ID    `json:"site"`
	Day      portal.Date  `json:"day"`
	Payer    portal.ID    `json:"payer,omitempty"`
	Price    portal.Money `json:"price,omitempty"`
	// Whole is what the day costs in all where Price is only the reader's part of
	// it; told to who fixes the price alone. Others read their part.
	Whole portal.Money `json:"whole,omitempty"`
	// Why is what fixed the price when it was booked; told to who pays alone,
	// nil where it was not kept.
	Why    *ledger.Price `json:"why,omitempty"`
	ByName string        `json:"by_name"`
	At     int64         `json:"at"` // when it was booked, microseconds UTC
	// By is who booked it where that is not who pays; told to those two alone.
	// Who pays reads the account of somebody whom they let book, and SomebodyElse
	// of anybody else who is not the child's other parent.
	By portal.ID `json:"by,omitempty"`
	// ByParent tells who pays that the child's other parent booked it, and
	// PaidBy tells that one who pays.
	ByParent bool   `json:"by_parent,omitempty"`
	PaidBy   string `json:"paid_by,omitempty"`
	// Provisional says that it stands by a request under review and is not paid yet.
	Provisional bool `json:"provisional,omitempty"`
	// Absent is who has told that the child will not come that day; "" for nobody.
	Absent string `json:"absent,omitempty"`
}

// SomebodyElse stands for the account of whoever booked a day, where who pays
// may know the name and not whose account it is: a parent whose tie to the child
// has ended, or a delegate of long ago.
const SomebodyElse portal.ID = "somebody"

// Balance of a prepaid account at a cash desk.
type Balance struct {
	CashDesk string       `json:"cash_desk"`
	Amount   portal.Money `json:"amount"`
	// Level is the amount below which the payer wants to be told; nil for never.
	Level *portal.Money `json:"level,omitempty"`
}

// Request is a family's request with all that happened to it.
type Request struct {
	ID        portal.ID       `json:"id"`
	Reference string          `json:"reference"`
	Account   portal.ID       `json:"account"`
	Procedure string          `json:"procedure"`
	Version   int             `json:"version"`
	Desk      string          `json:"desk"`
	State     string          `json:"state"` // requests.State
	Child     portal.ID       `json:"child,omitempty"`
	Person    string          `json:"person"` // whom it is about, as a name
	Submitted int64           `json:"submitted"`
	Answers   json.RawMessage `json:"answers"`
	Agent     portal.ID       `json:"agent,omitempty"` // who has taken it
	AgentName string          `json:"agent_name,omitempty"`
	Reason    string          `json:"reason,omitempty"`   // of a refusal, or of closing
	Decision  string          `json:"decision,omitempty"` // what was written with an acceptance
	Decided   int64           `json:"decided,omitempty"`
	// Corrections is what was asked of the family, the oldest first; only the
	// last can be open.
	Corrections []Correction `json:"corrections,omitempty"`
	Timeline    []Event      `json:"timeline"`
	// Documents is what it asks for, fixed when it was sent.
	Documents []documents.Asked `json:"documents,omitempty"`
}

// Event is a step in a request's time line.
type Event struct {
	At   int64  `json:"at"` // microseconds UTC
	Kind string `json:"kind"`
	By   string `json:"by,omitempty"` // a name, where the reader may know it
	Text string `json:"text,omitempty"`
}

// QueueItem is a request in a desk's queue: enough to choose by, no more.
type QueueItem struct {
	ID        portal.ID `json:"id"`
	Reference string    `json:"reference"`
	Account   portal.ID `json:"account"`
	Procedure string    `json:"procedure"`
	Desk      string    `json:"desk"`
	State     string    `json:"state"`
	Person    string    `json:"person"`
	Submitted int64     `json:"submitted"`
	Agent     portal.ID `json:"agent,omitempty"`
	AgentName string    `json:"agent_name,omitempty"`
	// Answered says that the family has given what was last asked for.
	Answered bool `json:"answered,omitempty"`
	Unread   int  `json:"unread,omitempty"` // messages of the family that no agent has opened
	// Documents is how those stand that it asks for, in its order.
	Documents []QueueDocument `json:"documents,omitempty"`
}

// HeadCount is how many are booked at a site for a day.
type HeadCount struct {
	Activity portal.ID   `json:"activity"`
	Site     portal.ID   `json:"site"`
	Day      portal.Date `json:"day"`
	Count    int         `json:"count"`
	Capacity int         `json:"capacity"`
	Offered  int         `json:"offered,omitempty"` // places kept for children who waited
	Waiting  int         `json:"waiting,omitempty"` // children who wait for one
	Absent   int         `json:"absent,omitempty"`  // of those who are booked, told as absent
	// Final says that the limits of the day have passed and that all that was received
	// before them is counted (bookings.Activity.SettledAt). Who is told as absent too
	// late, and a closure, still change the numbers; it stays final.
	Final bool `json:"final,omitempty"`
}

// Change is the newest state of one row of a feed.
type Change struct {
	Feed       string          `json:"feed"`
	Collection string          `json:"collection"`
	Entity     portal.ID       `json:"entity"`
	Seq        int64           `json:"seq"`
	Deleted    bool            `json:"deleted,omitempty"`
	Body       json.RawMessage `json:"body,omitempty"`
}

// Cursor is how far a reader has come: a sequence number a feed, under one
// epoch and the newest run it has seen. The zero Cursor asks for everything.
type Cursor struct {
	Epoch string           `json:"epoch"`
	Run   string           `json:"run"`
	Feeds map[string]int64 `json:"feeds"`
}

// Pull is the query of GET /v1/pull.
type Pull struct {
	Cursor Cursor
	// Outbox, when set, asks for the verdicts of its commands after Number.
	Outbox portal.ID
	Number int64
}

// PullPage answers a pull. Pages are staged by the desktop and shown only
// once Complete: everything then stands as it did in one read snapshot, the
// one of the last page, for the cursors of earlier pages reach into it.
type PullPage struct {
	// Reset says that the cursor belongs to another history: what is cached
	// goes, the outbox stays, and this page begins a snapshot.
	Reset    bool     `json:"reset,omitempty"`
	Cursor   Cursor   `json:"cursor"` // after this page, with every feed granted now
	Changes  []Change `json:"changes"`
	Complete bool     `json:"complete"`
	// Mark and Verdicts are of the outbox asked for; only on the last page.
	Mark     int64     `json:"mark,omitempty"`
	Verdicts []Verdict `json:"verdicts,omitempty"`
	// Time is the server's clock, microseconds UTC.
	Time int64 `json:"time"`
}

// Frame is a message of the live socket, in either direction.
type Frame struct {
	// Type: "hello" (Head), "feed" (Feed, From, To, Changes), "pull", "presence"
	// (Request, Names), "restart" (Wait) from the server; "presence" (Request)
	// from a desktop.
	Type    string    `json:"type"`
	Head    int64     `json:"head,omitempty"`
	Feed    string    `json:"feed,omitempty"`
	From    int64     `json:"from,omitempty"`
	To      int64     `json:"to,omitempty"`
	Changes []Change  `json:"changes,omitempty"`
	Request portal.ID `json:"request,omitempty"`
	Names   []string  `json:"names,omitempty"`
	Wait    int       `json:"wait_ms,omitempty"`
}

// Types of frames.
const (
	FrameHello    = "hello"
	FrameFeed     = "feed"
	FramePull     = "pull"
	FramePresence = "presence"
	FrameRestart  = "restart"
)

// Applies says what a desktop whose cursor of the feed is at does with a
// frame: apply it, ignore it (already contained), or pull (something lies
// between).
func (f Frame) Applies(at int64) (apply, pull bool) {
	switch {
	case at >= f.To:
		return false, false
	case at >= f.From:
		return true, false
	default:
		return false, true
	}
}
