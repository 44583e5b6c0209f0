package service

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// quotientDesk is the desk that decides on quotients, and the only one that
// reads them.
const quotientDesk = string(accounts.Childhood)

// newQuotient is nil when the actor may begin a quotient under an id: it is
// new, and no other of theirs waits.
func newQuotient(tx *store.Tx, a Actor, id portal.ID) error {
	if !id.Valid() {
		return portal.E(portal.Invalid, "quotient")
	}
	if _, taken, err := tx.Quotient(id); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "quotient"))
	}
	own, err := tx.QuotientsOf(a.Account)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(own, func(q store.Quotient) bool { return quotients.State(q.State).Open() }) {
		return portal.E(quotients.Waiting, "quotient")
	}
	return nil
}

// declareQuotient takes a quotient in that a family tells, with its proof.
func (s *Service) declareQuotient(tx *store.Tx, a Actor, args *wire.DeclareQuotient) error {
	if err := newQuotient(tx, a, args.Quotient); err != nil {
		return err
	}
	today := portal.DateOf(tx.Now())
	for _, wrong := range []*portal.Error{quotients.CheckValue(args.Value), quotients.CheckMonth(args.Month, today), quotients.CheckFrom(args.From, args.Month, today)} {
		if wrong != nil {
			return wrong
		}
	}
	d, found, err := tx.Document(args.Document)
	switch {
	case err != nil:
		return err
	case !found || d.Account != a.Account:
		return portal.E(portal.NotFound, "document")
	case !proves(d, today):
		return portal.E(quotients.ProofNeeded, "document")
	}
	if err := tx.Audit(a.Account, wire.QuotientDeclare, string(a.Account)); err != nil {
		return err
	}
	return tx.SaveQuotient(store.Quotient{
		ID: args.Quotient, Account: a.Account, State: string(quotients.Declared), Source: string(ledger.FromProof), Value: args.Value, Month: args.Month,
		From: args.From, Document: d.ID, Made: tx.Now().UnixMicro(),
	})
}

// proves reports whether a document may stand for a quotient on a day: it is of
// the kind, and nobody has rejected it, nor has its time run out.
func proves(d store.Document, today portal.Date) bool {
	status := documents.Document{Status: documents.Status(d.Status), Until: d.Until}.On(today)
	return d.Kind == quotients.Proof && d.Scan != string(documents.Infected) && (status == documents.Submitted || status == documents.Valid)
}

// provesQuotient reports whether an accepted quotient stands on a document.
func provesQuotient(tx *store.Tx, document portal.ID) (bool, error) {
	proved, err := tx.QuotientsProvedBy(document)
	return slices.ContainsFunc(proved, func(q store.Quotient) bool { return q.State == string(quotients.Accepted) }), err
}

// fetchQuotient has the family fund asked for the actor's own quotient, with
// their consent, which is kept with its text and its instant. A job asks: what
// is asked with is kept until it has an answer, and no longer.
func (s *Service) fetchQuotient(tx *store.Tx, a Actor, args *wire.FetchQuotient) error {
	if s.o.Fund == nil {
		return portal.E(quotients.NotAsked, "quotient")
	}
	if args.Consent != quotients.Consent {
		return portal.E(quotients.NoConsent, "consent")
	}
	if err := newQuotient(tx, a, args.Quotient); err != nil {
		return err
	}
	identity := args.Identity.Normalise()
	if err := within("identity", identity.Check().First()); err != nil {
		return err
	}
	account, found, err := tx.Account(a.Account)
	if err != nil || !found {
		return orElse(err, portal.E(portal.NotFound, "account"))
	}
	var p accounts.Profile
	if err := json.Unmarshal([]byte(account.Profile), &p); err != nil {
		return err
	}
	if wrong := identity.Oneself(account.FirstName, p.BirthDate); wrong != nil {
		return within("identity", wrong)
	}
	if wait, err := tooMany(tx, "fund:"+string(a.Account)); err != nil || wait > 0 {
		return orElse(err, portal.E(quotients.TooOften, "quotient"))
	}
	raw, err := json.Marshal(identity)
	if err != nil {
		return err
	}
	now := tx.Now().UnixMicro()
	if err := tx.Audit(a.Account, "quotient.consent", args.Consent+" "+string(a.Account)); err != nil {
		return err
	}
	return tx.SaveQuotient(store.Quotient{
		ID: args.Quotient, Account: a.Account, State: string(quotients.Asked), Source: string(ledger.FromFund), Made: now,
		Consent: args.Consent, ConsentAt: now, Identity: string(raw), Next: now,
	})
}

// withdrawQuotient takes one back that nobody has decided; a consent ends with
// it.
func (s *Service) withdrawQuotient(tx *store.Tx, a Actor, args *wire.WithdrawQuotient) error {
	q, found, err := tx.Quotient(args.Quotient)
	switch {
	case err != nil:
		return err
	case !found || q.Account != a.Account:
		return portal.E(portal.NotFound, "quotient")
	case !quotients.State(q.State).Open():
		return portal.E(quotients.Decided, "quotient", "state", q.State)
	}
	if err := tx.Audit(a.Account, wire.QuotientWithdraw, string(a.Account)); err != nil {
		return err
	}
	return tx.DeleteQuotient(q)
}

// proofGone takes back what waits on a document that its family takes back.
func proofGone(tx *store.Tx, document portal.ID) error {
	proved, err := tx.QuotientsProvedBy(document)
	if err != nil {
		return err
	}
	for _, q := range proved {
		if quotients.State(q.State).Open() {
			if err := tx.DeleteQuotient(q); err != nil {
				return err
			}
		}
	}
	return nil
}

// quotientAt is a quotient that an agent has before them: of a family whose
// file they have open at the desk that decides, and with a value. Any other is
// told as one that does not exist.
func (s *Service) quotientAt(tx *store.Tx, a Actor, id portal.ID) (store.Quotient, error) {
	missing := portal.E(portal.NotFound, "quotient")
	q, found, err := tx.Quotient(id)
	if err != nil || !found || a.mustReach(quotientDesk) != nil {
		return q, orElse(err, missing)
	}
	grants, err := tx.GrantsOf(a.Account)
	if err != nil {
		return q, err
	}
	if !slices.ContainsFunc(grants, func(g store.FileGrant) bool { return g.Account == q.Account && g.Desk == quotientDesk }) {
		return q, missing
	}
	switch quotients.State(q.State) {
	case quotients.Declared:
		return q, nil
	case quotients.Accepted, quotients.Refused:
		by, err := nameOf(tx, q.Agent)
		return q, orElse(err, portal.E(quotients.Decided, "quotient", "by", by, "state", q.State))
	}
	return q, portal.E(quotients.Unanswerable, "quotient")
}

// acceptQuotient has a quotient fix what is booked for its first day and after,
// until its school year or its proof ends. What was booked before keeps its
// price.
func (s *Service) acceptQuotient(tx *store.Tx, a Actor, args *wire.AcceptQuotient) error {
	q, err := s.quotientAt(tx, a, args.Quotient)
	if err != nil {
		return err
	}
	today := portal.DateOf(tx.Now())
	if wrong := quotients.CheckFrom(args.From, q.Month, today); wrong != nil {
		return wrong
	}
	proof := portal.Date("")
	if q.Document != "" {
		if proof, err = s.proveQuotient(tx, a, q.Document, today); err != nil {
			return err
		}
	}
	q.From, q.Until = args.From, quotients.Until(args.From, proof)
	if q.Until < q.From {
		return portal.E(quotients.BadFrom, "from", "min", string(max(q.Month, today.Add(-365))), "max", string(q.Until))
	}
	q.State, q.Agent, q.Decided = string(quotients.Accepted), a.Account, tx.Now().UnixMicro()
	if err := tx.Audit(a.Account, wire.QuotientAccept, string(q.ID)+" "+string(q.Account)); err != nil {
		return err
	}
	if err := tx.SaveQuotient(q); err != nil {
		return err
	}
	return s.tellQuotient(tx, q.Account, q.ID, mail.QuotientNews)
}

// proveQuotient is until when the proof of a quotient serves. One that nobody
// has judged is judged with it: the agent has it before them.
func (s *Service) proveQuotient(tx *store.Tx, a Actor, id portal.ID, today portal.Date) (until portal.Date, err error) {
	d, found, err := tx.Document(id)
	if err != nil || !found || !proves(d, today) {
		return "", orElse(err, portal.E(quotients.ProofNeeded, "document"))
	}
	if d.Status == string(documents.Valid) {
		return d.Until, nil
	}
	f, err := s.facts(tx)
	if err != nil {
		return "", err
	}
	kind := f.kinds.Of(d.Kind)
	until, known := documents.Proposed(kind, today)
	if !known {
		until = ledger.ServesUntil(today)
	}
	d.Agent, d.Judged = a.Account, tx.Now().UnixMicro()
	return until, s.acceptDocument(tx, a, d, kind, &wire.JudgeDocument{Document: id, Valid: true, Until: until})
}

// refuseQuotient decides against one; the prices stay as they are.
func (s *Service) refuseQuotient(tx *store.Tx, a Actor, args *wire.RefuseQuotient) error {
	q, err := s.quotientAt(tx, a, args.Quotient)
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(strings.ReplaceAll(args.Reason, "\r\n", "\n"))
	if reason == "" {
		return portal.E(portal.Missing, "reason")
	}
	if len([]rune(reason)) > quotients.MaxReason {
		return portal.E(portal.TooLong, "reason", "max", strconv.Itoa(quotients.MaxReason))
	}
	if !accounts.Readable(reason) {
		return portal.E(accounts.BadText, "reason")
	}
	q.State, q.Reason, q.Agent, q.Decided = string(quotients.Refused), reason, a.Account, tx.Now().UnixMicro()
	if err := tx.Audit(a.Account, wire.QuotientRefuse, string(q.ID)+" "+string(q.Account)); err != nil {
		return err
	}
	if err := tx.SaveQuotient(q); err != nil {
		return err
	}
	return s.tellQuotient(tx, q.Account, q.ID, mail.QuotientNews)
}

// tellQuotient tells a family that there is news of its quotient: never what.
func (s *Service) tellQuotient(tx *store.Tx, id, about portal.ID, kind mail.Kind) error {
	account, found, err := tx.Account(id)
	if err != nil || !found || account.Closed > 0 {
		return err
	}
	if now, err := s.notify(tx, account, notices.Quotient, about); err != nil || !now {
		return err
	}
	return s.postNotice(tx, account, kind, mail.Data{Name: account.FirstName, Link: s.o.PublicURL()})
}

// projectQuotients is what stands of an account's quotients: all in its own
// feed and, while its file is open there, in that of the one desk that decides;
// of those that wait, the name alone in that desk's queue.
func projectQuotients(tx *store.Tx, a store.Account, reading []string) (rows []store.FeedRow, err error) {
	all, err := tx.QuotientsOf(a.ID)
	if err != nil {
		return nil, err
	}
	for _, q := range all {
		e := quotients.Entry{
			ID: q.ID, Account: q.Account, State: quotients.State(q.State), Source: ledger.Source(q.Source), Value: q.Value, Month: q.Month, Provider: q.Provider,
			From: q.From, Until: q.Until, Document: q.Document, Made: q.Made, Outcome: quotients.Outcome(q.Outcome), Reason: q.Reason, Decided: q.Decided,
		}
		if e.State == quotients.Asked && q.Tries > 0 {
			e.Next = q.Next
		}
		rows = append(rows, store.FeedRow{Feed: wire.AccountFeed(a.ID), Collection: wire.Quotients, Entity: q.ID, Body: e})
		if slices.Contains(reading, quotientDesk) {
			if e.DecidedBy = q.Agent; q.Agent != "" {
				if e.DecidedByName, err = nameOf(tx, q.Agent); err != nil {
					return nil, err
				}
			}
			rows = append(rows, store.FeedRow{Feed: wire.FileFeed(quotientDesk, a.ID), Collection: wire.Quotients, Entity: q.ID, Body: e})
		}
		if e.State == quotients.Declared {
			rows = append(rows, store.FeedRow{Feed: wire.DeskFeed(quotientDesk), Collection: wire.QuotientQueue, Entity: q.ID, Body: wire.QueueQuotient{
				ID: q.ID, Account: a.ID, Desk: quotientDesk, Person: a.FirstName + " " + a.LastName, Source: q.Source, Since: q.Made,
			}})
		}
	}
	return rows, nil
}

// foreignQuotient is foreignTo for a quotient: the account's own, at the one
// desk only, and in its queue never the value.
func foreignQuotient(tx *store.Tx, account portal.ID, desk string, id portal.ID, body string) (string, error) {
	q, found, err := tx.Quotient(id)
	if err != nil {
		return "", err
	}
	var told quotients.Entry
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		return "", err
	}
	switch {
	case !found || desk != "" && desk != quotientDesk:
		return "a quotient that this desk does not decide on", nil
	case account == "" && (q.State != string(quotients.Declared) || strings.Contains(body, `"value"`)):
		return "a quotient that nobody waits for, or its value", nil
	case account != "" && (q.Account != account || desk == "" && told.DecidedBy != ""):
		return "another's quotient, or who decided it", nil
	}
	return "", nil
}

// OwnQuotient is a quotient as its person is given all that is kept of it.
type OwnQuotient struct {
	State    string      `json:"state"`
	Source   string      `json:"source"`
	Value    int         `json:"value"`
	Month    portal.Date `json:"month,omitempty"`
	Provider string      `json:"provider,omitempty"`
	From     portal.Date `json:"from,omitempty"`
	Until    portal.Date `json:"until,omitempty"`
	Made     time.Time   `json:"made"`
	// Consent names the text that was agreed to, where the fund was asked.
	Consent   string          `json:"consent,omitempty"`
	ConsentAt *time.Time      `json:"consent_at,omitempty"`
	Identity  json.RawMessage `json:"identity,omitempty"` // while the fund has not answered
	Outcome   string          `json:"outcome,omitempty"`
	Reason    string          `json:"reason,omitempty"`
}

func ownQuotients(tx *store.Tx, account portal.ID) ([]OwnQuotient, error) {
	all, err := tx.QuotientsOf(account)
	out := []OwnQuotient{}
	for _, q := range all {
		o := OwnQuotient{
			State: q.State, Source: q.Source, Value: q.Value, Month: q.Month, Provider: q.Provider, From: q.From, Until: q.Until, Made: micro(q.Made),
			Consent: q.Consent, Outcome: q.Outcome, Reason: q.Reason, Identity: json.RawMessage(q.Identity),
		}
		if q.ConsentAt > 0 {
			at := micro(q.ConsentAt)
			o.ConsentAt = &at
		}
		out = append(out, o)
	}
	return out, err
}
