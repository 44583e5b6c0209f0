package service

import (
	"fmt"
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/family"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// TermsNeeded tells that the terms must be accepted before a request is sent.
const TermsNeeded portal.Code = "terms_needed"

// AlreadyDecided tells the second of two agents who was faster. Args: by,
// state.
const AlreadyDecided portal.Code = "already_decided"

// formContext is what an account's answers are judged against.
func (s *Service) formContext(tx *store.Tx, account portal.ID) (requests.Context, error) {
	c := requests.Context{Today: portal.DateOf(tx.Now()), Sources: map[string][]requests.Choice{"sites": {}, "centres": {}}, People: []portal.ID{}}
	if err := each(tx, wire.Sites, func(_ portal.ID, site bookings.Site) {
		source := "sites"
		if site.Kind != "school" {
			source = "centres"
		}
		c.Sources[source] = append(c.Sources[source], requests.Choice{ID: string(site.ID), Label: requests.Text{FR: site.Name, EN: site.Name}})
	}); err != nil {
		return c, err
	}
	links, err := tx.LinksTo(account)
	for _, l := range links {
		c.People = append(c.People, l.Child)
	}
	return c, err
}

// submit takes a family's answers in and gives them a reference number.
func (s *Service) submit(tx *store.Tx, a Actor, args *wire.SubmitRequest) error {
	if !args.Request.Valid() {
		return portal.E(portal.Invalid, "request")
	}
	if _, taken, err := tx.Request(args.Request); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "request"))
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	p, err := f.taken(args.Procedure, args.Version, portal.DateOf(tx.Now()))
	switch {
	case err != nil:
		return err
	case !args.Terms:
		return portal.E(TermsNeeded, "terms")
	}
	answers, wrong := requests.Decode(args.Answers)
	if wrong != nil {
		return within("answers", wrong)
	}
	ctx, err := s.formContext(tx, a.Account)
	if err != nil {
		return err
	}
	// Whom a request is about stands in its answers: a child linked to the
	// account, one that accepting the request makes, or nobody.
	if args.Child != requests.Subject(p, answers) {
		return portal.E(portal.Invalid, "child")
	}
	makes := p.OnAccept != nil && p.OnAccept.Child != nil
	if makes && args.Child == "" {
		return portal.E(portal.Invalid, "child")
	}
	if args.Child != "" {
		if err := mayName(tx, a, args.Child); err != nil {
			return err
		}
	}
	if makes {
		ctx.People = append(ctx.People, args.Child)
	}
	if wrong := requests.Check(p, answers, ctx, ""); len(wrong) > 0 {
		return within("answers", wrong[0])
	}
	answers = requests.Clean(p, answers, ctx)
	n, err := tx.Next("request:" + string(portal.DateOf(tx.Now()))[:4])
	if err != nil {
		return err
	}
	person, err := personOf(tx, a, p, answers, args.Child)
	if err != nil {
		return err
	}
	if err := tx.InsertRequest(store.Request{
		ID: args.Request, Reference: fmt.Sprintf("%s-%06d", string(portal.DateOf(tx.Now()))[:4], n), Account: a.Account,
		Procedure: p.ID, Version: p.Version, Desk: string(p.Desk), State: string(requests.Submitted), Child: args.Child,
		Person: person, Submitted: tx.Now().UnixMicro(), Answers: string(answers.Encode()),
	}); err != nil {
		return err
	}
	if err := tx.SetAsked(args.Request, documents.AskedBy(p, answers, portal.DateOf(tx.Now()))); err != nil {
		return err
	}
	if err := tx.AddRequestEvent(args.Request, string(requests.EventSubmitted), a.Account, ""); err != nil {
		return err
	}
	sent, _, err := tx.Request(args.Request)
	if err != nil {
		return err
	}
	if err := s.enrolProvisionally(tx, sent, p, answers); err != nil {
		return err
	}
	if args.Draft != "" {
		if err := s.dropDraft(tx, a, &wire.DropDraft{Draft: args.Draft}); err != nil {
			return err
		}
	}
	return s.tell(tx, args.Request, mail.RequestReceived)
}

// mayName is nil when a request may be about a child: one linked to the
// account, or a new one that nobody else's id names.
func mayName(tx *store.Tx, a Actor, child portal.ID) error {
	_, exists, err := tx.Child(child)
	if err != nil || !exists {
		return err
	}
	return a.mayFor(tx, child, func(r accounts.LinkRights) bool { return r.Change })
}

// at loads a request at whose desk the actor works, and its next state.
func (s *Service) at(tx *store.Tx, a Actor, id portal.ID, action requests.Action) (store.Request, error) {
	r, found, err := tx.Request(id)
	if err != nil {
		return r, err
	}
	// A request of another desk is told as one that does not exist.
	if !found || a.mustReach(r.Desk) != nil {
		return r, portal.E(portal.NotFound, "request")
	}
	return s.next(tx, r, action)
}

// take puts a request into the agent's hands.
func (s *Service) take(tx *store.Tx, a Actor, args *wire.TakeRequest) error {
	r, err := s.at(tx, a, args.Request, requests.Take)
	if err != nil {
		return err
	}
	r.Agent = a.Account
	return s.move(tx, a, r, requests.Take, "")
}

// refuse decides against a request, with a reason that the family reads.
func (s *Service) refuse(tx *store.Tx, a Actor, args *wire.RefuseRequest) error {
	reason, wrong := requests.CheckNote("reason", args.Reason, true)
	if wrong != nil {
		return wrong
	}
	r, err := s.at(tx, a, args.Request, requests.Refuse)
	if err != nil {
		return err
	}
	r.Agent, r.Reason, r.Decided = a.Account, reason, tx.Now().UnixMicro()
	if err := s.move(tx, a, r, requests.Refuse, reason); err != nil {
		return err
	}
	return s.tell(tx, r.ID, mail.RequestRefused)
}

// accept decides for a request and makes what its procedure says.
func (s *Service) accept(tx *store.Tx, a Actor, args *wire.AcceptRequest) error {
	text, wrong := requests.CheckNote("text", args.Text, false)
	if wrong != nil {
		return wrong
	}
	r, err := s.at(tx, a, args.Request, requests.Accept)
	if err != nil {
		return err
	}
	r.Agent, r.Decision, r.Decided = a.Account, text, tx.Now().UnixMicro()
	if err := s.move(tx, a, r, requests.Accept, text); err != nil {
		return err
	}
	if err := s.effect(tx, r); err != nil {
		return err
	}
	if err := s.provisionalFollows(tx, r); err != nil {
		return err
	}
	return s.tell(tx, r.ID, mail.RequestAccepted)
}

func (s *Service) move(tx *store.Tx, a Actor, r store.Request, action requests.Action, note string) error {
	if err := tx.MoveRequest(r); err != nil {
		return err
	}
	if err := tx.Audit(a.Account, "request."+string(action), string(r.ID)); err != nil {
		return err
	}
	if err := s.visitFollows(tx, a, r); err != nil {
		return err
	}
	if action != requests.Accept { // which first makes what it makes
		if err := s.provisionalFollows(tx, r); err != nil {
			return err
		}
	}
	return tx.AddRequestEvent(r.ID, string(requests.EventOf(action)), a.Account, note)
}

// effect makes what accepting a request makes: the linked child, and its
// enrolments until the end of the school year.
func (s *Service) effect(tx *store.Tx, r store.Request) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	p, err := f.procedure(r.Procedure, r.Version)
	if err != nil {
		return err
	}
	answers, wrong := requests.Decode([]byte(r.Answers))
	if wrong != nil {
		return wrong
	}
	if site, enrols := requests.EnrolledAt(p, answers); enrols {
		if err := s.stillTied(tx, r); err != nil {
			return err
		}
		return s.enrol(tx, r.Child, site, requests.Enrolments(p, answers))
	}
	child, makes := requests.Child(p, answers)
	if !makes {
		return nil
	}
	known, exists, err := tx.Child(r.Child)
	if err != nil {
		return err
	}
	if exists {
		if err := s.stillTied(tx, r); err != nil {
			return err
		}
	}
	known.ID, known.FirstName, known.LastName, known.BirthDate = r.Child, child.FirstName, child.LastName, child.BirthDate
	known.Site, known.Class, known.Record = child.Site, child.Class, r.Answers
	// What a parent has changed since the record was sent is newer than it.
	changed := false
	if known.HealthAt <= r.Submitted && healthOf(known) != child.Health {
		setHealth(&known, child.Health, tx.Now().UnixMicro(), r.Account)
		changed = true
	}
	if known.CollectAt <= r.Submitted && !family.SameCollectors(collectorsOf(known), child.Collectors) {
		setCollectors(&known, child.Collectors, tx.Now().UnixMicro(), r.Account)
		changed = true
	}
	if err := tx.SaveChild(known); err != nil {
		return err
	}
	if changed {
		// Its own sender is told of the decision.
		if err := s.tellParents(tx, r.Child, notices.Child, news{what: notices.RecordChanged}, r.Account); err != nil {
			return err
		}
	}
	if !exists {
		if err := tx.SaveLink(store.Link{Child: r.Child, Account: r.Account, Custody: string(accounts.FullCustody), Since: tx.Now().UnixMicro()}); err != nil {
			return err
		}
	}
	return s.enrol(tx, r.Child, child.Site, requests.Enrolments(p, answers))
}

// stillTied is nil while the family may ask for the child of its request. Much
// may have happened since it was sent: another family's request made this child
// meanwhile, or the tie to it was taken away.
func (s *Service) stillTied(tx *store.Tx, r store.Request) error {
	links, err := tx.LinksOf(r.Child)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(links, func(l store.Link) bool {
		return l.Account == r.Account && accounts.RightsOf(accounts.Custody(l.Custody)).Change
	}) {
		return portal.E(portal.Forbidden, "child")
	}
	return nil
}

// enrol gives a child the right to book the activities of some kinds that its
// site has, from today to the end of the school year; in July and August, for
// the year to come.
func (s *Service) enrol(tx *store.Tx, child, site portal.ID, kinds []string) error {
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	today := portal.DateOf(tx.Now())
	year, period := enrolmentYear(today)
	if err := s.endElsewhere(tx, f, child, site, year, today); err != nil {
		return err
	}
	for _, id := range f.ordered {
		act := f.activities[id]
		for _, kind := range kinds {
			if act.Kind != kind || !act.At(site) {
				continue
			}
			e, found, err := tx.EnrolmentFor(child, act.ID, year)
			if err != nil {
				return err
			}
			if !found {
				e = bookings.Enrolment{ID: s.o.IDs(), Child: child, Activity: act.ID, Year: year, Period: period}
			}
			e.Site, e.Provisional = site, ""
			if err := tx.SaveEnrolment(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// enrolmentYear is the school year that one enrols for on a day, and what is left
// of it.
func enrolmentYear(today portal.Date) (portal.SchoolYear, portal.Period) {
	year := portal.SchoolYearFor(today)
	period := year.Period()
	period.From = max(period.From, today)
	return year, period
}

// endElsewhere ends, with today, what a child who moves to a site may book at
// another that has no such activity here; what is booked there stays for an
// agent to see to. A centre, to which children of every school come, is no
// elsewhere.
func (s *Service) endElsewhere(tx *store.Tx, f *townFacts, child, site portal.ID, year portal.SchoolYear, today portal.Date) error {
	schools := map[portal.ID]bool{}
	if err := each(tx, wire.Sites, func(id portal.ID, at bookings.Site) { schools[id] = at.Kind == "school" }); err != nil {
		return err
	}
	had, err := tx.EnrolmentsOf(child)
	if err != nil {
		return err
	}
	for _, e := range had {
		if e.Year != year || e.Site == site || !schools[site] || !schools[e.Site] || f.activities[e.Activity].At(site) || e.Period.To <= today {
			continue
		}
		e.Period.To = today
		if err := tx.SaveEnrolment(e); err != nil {
			return err
		}
	}
	return nil
}

// tell notifies a family of what happened to a request, and sends the mail
// about it unless they chose otherwise: that something happened, never what;
// they read it in the portal.
func (s *Service) tell(tx *store.Tx, id portal.ID, kind mail.Kind) error {
	r, _, err := tx.Request(id)
	if err != nil {
		return err
	}
	account, found, err := tx.Account(r.Account)
	if err != nil || !found || account.Closed > 0 {
		return err
	}
	f, err := s.facts(tx)
	if err != nil {
		return err
	}
	lang := language(account.Language)
	title := r.Procedure
	if p, ok := f.procedures[r.Procedure]; ok {
		title = p.Title.In(lang)
	}
	if told, is := noticeOf[kind]; is {
		if now, err := s.notify(tx, account, told, r.ID); err != nil || !now {
			return err
		}
	}
	return s.postNotice(tx, account, kind, mail.Data{Name: account.FirstName, Reference: r.Reference, Procedure: title, Link: s.o.PublicURL()})
}
