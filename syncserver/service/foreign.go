package service

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// publicCollections is all that the town's feed may hold.
var publicCollections = []string{
	wire.Towns, wire.Procedures, wire.FormerProcedures, wire.Sites, wire.Activities, wire.Calendars, wire.Closures, wire.Tariffs, wire.Levels, wire.Menus, wire.DocumentKinds,
	wire.AppointmentServices, wire.AppointmentClosures, wire.AppointmentDays, wire.CashDesks, wire.AbsenceRules,
	wire.AppointmentServices, wire.AppointmentClosures, wire.AppointmentDays, wire.CashDesks,
	wire.Openings, wire.Draws,
}

// foreign says what of a standing row its feed's readers may not see, "" when
// nothing. It asks the tables who a thing belongs to and knows nothing of
// Project, so that a slip there does not excuse itself.
func (s *Service) foreign(tx *store.Tx, f *townFacts, key [3]string, body string) (string, error) {
	kind, of, _ := strings.Cut(key[0], ":")
	switch kind {
	case wire.TownFeed:
		if !slices.Contains(publicCollections, key[1]) {
			return "it is not public", nil
		}
		if key[1] == wire.CashDesks && strings.Contains(body, `"payfip"`) {
			return "by what PayFiP knows a cash desk", nil
		}
		if key[1] == wire.Openings && strings.Contains(body, `"seed"`) && !strings.Contains(body, `"drawn"`) {
			return "the seed of a draw that is to come", nil
		}
		return "", nil
	case "account":
		return s.foreignTo(tx, f, portal.ID(of), "", key, body)
	case "file":
		desk, account, _ := strings.Cut(of, ":")
		return s.foreignTo(tx, f, portal.ID(account), desk, key, body)
	case "desk":
		if key[1] == wire.Texts {
			return foreignText(tx, of, portal.ID(key[2]))
		}
		if key[1] == wire.QuotientQueue {
			return foreignQuotient(tx, "", of, portal.ID(key[2]), body)
		}
		if key[1] == wire.AbsenceQueue {
			return foreignAbsence(tx, kind, of, key[1], portal.ID(key[2]), body)
		}
		if key[1] == wire.ClosureDays {
			return foreignClosureDay(key, func(activity, _ string) bool { return f.activities[portal.ID(activity)].Desk == of }), nil
		}
		if key[1] == wire.Organisations {
			return foreignOrganisation(tx, of, portal.ID(key[2]))
		}
		if key[1] == wire.UnclearPayments {
			return foreignUnclear(tx, of, portal.ID(key[2]), body)
		}
		if key[1] == wire.Takings {
			return foreignTaking(tx, of, portal.ID(key[2]), body)
		}
		if key[1] == wire.DeskAppointments {
			return foreignVisit(tx, f, of, portal.ID(key[2]))
		}
		r, found, err := tx.Request(portal.ID(key[2]))
		if err == nil && (key[1] != wire.Queue || !found || r.Desk != of || strings.Contains(body, `"answers"`)) {
			return "it is not of this queue", nil
		}
		return "", err
	case "site":
		if key[1] == wire.SiteAbsences {
			return foreignAbsence(tx, kind, of, key[1], portal.ID(key[2]), body)
		}
		if key[1] == wire.ClosureDays {
			return foreignClosureDay(key, func(_, site string) bool { return site == of }), nil
		}
		if key[1] != wire.HeadCounts || strings.Split(key[2]+"//", "/")[1] != of {
			return "it is not a count of this site", nil
		}
		return "", nil
	}
	return "nobody knows such a feed", nil
}

// foreignTo is foreign for what one account may see: itself, or one desk that
// has its file open.
func (s *Service) foreignTo(tx *store.Tx, f *townFacts, account portal.ID, desk string, key [3]string, body string) (string, error) {
	id := portal.ID(key[2])
	switch key[1] {
	case wire.Accounts:
		var a wire.Account
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			return "", err
		}
		if id != account || a.ID != account || desk != "" && (a.Payer != nil || a.Login != "" || a.Birth != "" || a.NewMail != "") {
			return "another's account, or what a desk need not know", nil
		}
		return "", nil
	case wire.Balances:
		var b wire.Balance
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return "", err
		}
		own, err := tx.Balance("prepaid:" + b.CashDesk + ":" + string(account))
		if err == nil && (desk != "" && (desk != "regie-"+b.CashDesk || b.Level != nil) || own != b.Amount) {
			return "another's balance", nil
		}
		return "", err
	case wire.Absences:
		if desk != "" {
			return "an absence in a file", nil
		}
		return foreignAbsence(tx, "account", string(account), key[1], id, body)
	case wire.Movements:
		return foreignMovement(tx, account, desk, body)
	case wire.Payments:
		return foreignPayment(tx, account, desk, id, body)
	case wire.Quotients:
		return foreignQuotient(tx, account, desk, id, body)
	case wire.Notices:
		return foreignNotice(tx, account, desk, id)
	case wire.Delegations:
		return foreignDelegation(tx, account, desk, id)
	case wire.Waits:
		var w wire.Wait
		if err := json.Unmarshal([]byte(body), &w); err != nil {
			return "", err
		}
		return foreignWait(tx, f, account, desk, id, w)
	case wire.CalendarAddresses:
		if id != account || desk != "" || strings.Contains(body, "secret") {
			return "another's address, or its secret", nil
		}
		return "", nil
	case wire.Prepared, wire.Asks:
		return foreignOpening(tx, account, desk, key[1], id, body)
	case wire.Groups:
		g, found, err := tx.BookingGroup(id)
		if err == nil && (!found || g.Account != account || desk != "") {
			return "what another has booked", nil
		}
		return "", err
	case wire.NoticeChoices:
		if id != account || desk != "" {
			return "what another has chosen", nil
		}
		return "", nil
	case wire.MessageFiles:
		return foreignMessageFile(tx, account, desk, id)
	case wire.Appointments:
		return foreignAppointment(tx, f, account, desk, id)
	case wire.Messages:
		return foreignMessage(tx, account, desk, id)
	case wire.Requests:
		r, _, err := tx.Request(id)
		if err == nil && (r.Account != account || desk != "" && r.Desk != desk) {
			return "another's request", nil
		}
		return "", err
	case wire.Drafts, wire.DroppedDrafts:
		d, _, err := tx.Draft(id)
		if err == nil && (d.Account != account || desk != "" || (d.Dropped != 0) != (key[1] == wire.DroppedDrafts)) {
			return "another's draft, or one that is gone", nil
		}
		return "", err
	case wire.Documents:
		return s.foreignDocument(tx, f, account, desk, id, body)
	case wire.Children:
		var c wire.Child
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return "", err
		}
		rights, err := linked(tx, id, "", account, desk)
		if _, till := accounts.Desk(desk).CashDesk(); till {
			if only, _ := json.Marshal(wire.Child{ID: id, FirstName: c.FirstName}); err == nil && (!rights.See || string(only) != body) {
				return "more of a child than its name", nil
			}
			return "", err
		}
		if err == nil && (!rights.See || !rights.Health && (c.Health() != family.Health{} || len(c.Collectors) > 0 || c.HealthBy != "" || c.CollectBy != "") ||
			!rights.Change && (c.Priority || len(c.Adults) > 0 || len(c.Forgiven) > 0 || c.Weeks != nil || c.Asked != nil || c.Paying != nil || c.AskedPaying != nil || len(c.Payers) > 0) || desk != "" && desk != string(accounts.Childhood)) {
			return "another's child, or its health", nil
		}
		if err == nil && desk == "" && slices.ContainsFunc(c.Payers, func(p wire.ChildPayers) bool {
			return p.Reason != "" || p.By != "" || slices.ContainsFunc(p.Parts, func(of wire.PayerPart) bool { return of.Account != "" })
		}) {
			return "whose account another payer's is, or why they pay", nil
		}
		if err == nil && desk == "" && slices.ContainsFunc(c.Adults, func(p wire.Adult) bool { return p.Account != "" || p.Evidence != "" || p.Day != "" }) {
			return "more of another parent than the name", nil
		}
		return "", err
	case wire.Enrolments:
		e, _, err := tx.Enrolment(id)
		if err != nil {
			return "", err
		}
		rights, err := linked(tx, e.Child, e.Activity, account, desk)
		if err == nil && (!rights.See || desk != "" && desk != f.activities[e.Activity].Desk) {
			return "another's enrolment", nil
		}
		return "", err
	case wire.Bookings:
		b, _, err := tx.Booking(id)
		if err != nil {
			return "", err
		}
		var told wire.Booking
		if err := json.Unmarshal([]byte(body), &told); err != nil {
			return "", err
		}
		rights, err := linked(tx, b.Child, b.Activity, account, desk)
		if err == nil && (!rights.See || b.State != store.BookingLive || desk != "" && desk != f.activities[b.Activity].Desk ||
			told.Price != b.Part(account) && told.Price != 0 || b.Payer != account && (told.Payer != "" || told.Whole != 0 || told.Why != nil || told.ByParent || told.By != "" && told.By != account) || told.PaidBy != "" && b.Actor != account) {
			return "another's booking, or what another pays", nil
		}
		if err != nil || told.By == "" || told.By == account || told.By == wire.SomebodyElse {
			return "", err
		}
		// Another parent's, or one's who was: the payer knows whom they have
		// invited, and nobody else.
		invited, err := tx.Invited(account, told.By, b.Child)
		links, failed := tx.LinksOf(b.Child)
		if err := errors.Join(err, failed); err != nil {
			return "", err
		}
		if !invited || slices.ContainsFunc(links, func(l store.Link) bool {
			return l.Account == told.By && accounts.RightsOf(accounts.Custody(l.Custody)).Change
		}) {
			return "which account another's is", nil
		}
		return "", nil
	}
	return "no account has such rows", nil
}

// linked is what ties an account to a child and, where one is named, to what it
// does at an activity. What others were given is asked of the tables here
// again, so that a slip in the reckoning of ties does not excuse itself; a desk
// sees in a file only what its person has by law.
func linked(tx *store.Tx, child, activity, account portal.ID, desk string) (r accounts.LinkRights, err error) {
	links, err := tx.LinksOf(child)
	if err != nil {
		return r, err
	}
	parents := map[portal.ID]bool{}
	for _, l := range links {
		parents[l.Account] = l.Custody == string(accounts.FullCustody) || l.Custody == string(accounts.SharedCustody)
	}
	if parents[account] {
		return accounts.LinkRights{See: true, Book: true, Health: true, Change: true}, nil
	}
	held, err := tx.DelegationsOf(account)
	if err != nil || desk != "" {
		return r, err
	}
	epoch, _, err := tx.Meta(store.MetaEpoch)
	if err != nil {
		return r, err
	}
	for _, d := range held {
		children, err := tx.DelegatedChildren(d.ID)
		if err != nil {
			return r, err
		}
		only := store.Strings[portal.ID](d.Activities)
		if d.State != string(accounts.Accepted) || d.Epoch != epoch || d.Until != "" && d.Until < portal.DateOf(tx.Now()) || !parents[d.Inviter] ||
			!slices.Contains(children, child) || activity != "" && len(only) > 0 && !slices.Contains(only, activity) {
			continue
		}
		r.See, r.Health = true, r.Health || d.Kind == string(accounts.Partner)
	}
	return r, nil
}
