package service

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"parvis/shared/documents"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// longestAsk is for how many days at most a family is asked to answer.
const longestAsk = 366

// mine loads a request of the actor's own, and its next state.
func (s *Service) mine(tx *store.Tx, a Actor, id portal.ID, action requests.Action) (store.Request, error) {
	r, found, err := tx.Request(id)
	if err != nil {
		return r, err
	}
	// Another's request is told as one that does not exist.
	if !found || r.Account != a.Account {
		return r, portal.E(portal.NotFound, "request")
	}
	return s.next(tx, r, action)
}

// next is a request after an action, or why it cannot be done.
func (s *Service) next(tx *store.Tx, r store.Request, action requests.Action) (store.Request, error) {
	to, wrong := requests.Next(requests.State(r.State), action)
	if wrong == nil {
		r.State = string(to)
		return r, nil
	}
	if requests.State(r.State).Decided() {
		who := r.Agent
		if requests.State(r.State) == requests.Withdrawn {
			who = r.Account
		}
		by, err := nameOf(tx, who)
		if err != nil {
			return r, err
		}
		return r, portal.E(AlreadyDecided, "request", "by", by, "state", r.State)
	}
	return r, wrong
}

// withdraw takes a request back for the family.
func (s *Service) withdraw(tx *store.Tx, a Actor, args *wire.WithdrawRequest) error {
	r, err := s.mine(tx, a, args.Request, requests.Withdraw)
	if err != nil {
		return err
	}
	r.Decided = tx.Now().UnixMicro()
	if err := noticesRead(tx, a.Account, notices.Correction, r.ID); err != nil {
		return err
	}
	return s.move(tx, a, r, requests.Withdraw, "")
}

// release puts a request back for a colleague.
func (s *Service) release(tx *store.Tx, a Actor, args *wire.ReleaseRequest) error {
	r, err := s.at(tx, a, args.Request, requests.Release)
	if err != nil {
		return err
	}
	r.Agent = ""
	return s.move(tx, a, r, requests.Release, "")
}

// close ends a request without a decision, with a reason that the family
// reads.
func (s *Service) close(tx *store.Tx, a Actor, args *wire.CloseRequest) error {
	reason, wrong := requests.CheckNote("reason", args.Reason, true)
	if wrong != nil {
		return wrong
	}
	r, err := s.at(tx, a, args.Request, requests.Close)
	if err != nil {
		return err
	}
	r.Agent, r.Reason, r.Decided = a.Account, reason, tx.Now().UnixMicro()
	if err := s.move(tx, a, r, requests.Close, reason); err != nil {
		return err
	}
	return s.tell(tx, r.ID, mail.RequestClosed)
}

// reopen takes a refusal or a closing back.
func (s *Service) reopen(tx *store.Tx, a Actor, args *wire.ReopenRequest) error {
	text, wrong := requests.CheckNote("text", args.Text, false)
	if wrong != nil {
		return wrong
	}
	r, err := s.at(tx, a, args.Request, requests.Reopen)
	if err != nil {
		return err
	}
	r.Agent, r.Reason, r.Decided = a.Account, "", 0
	if err := s.move(tx, a, r, requests.Reopen, text); err != nil {
		return err
	}
	if p, answers, _, err := s.judging(tx, r); err != nil {
		return err
	} else if err := s.enrolProvisionally(tx, r, p, answers); err != nil {
		return err
	}
	return s.tell(tx, r.ID, mail.RequestReopened)
}

// ask asks the family to correct fields or to send documents.
func (s *Service) ask(tx *store.Tx, a Actor, args *wire.AskCorrection) error {
	text, wrong := requests.CheckNote("text", args.Text, true)
	if wrong != nil {
		return wrong
	}
	today := portal.DateOf(tx.Now())
	if args.Until != "" && (!args.Until.Valid() || args.Until < today || args.Until > today.Add(longestAsk)) {
		return portal.E(portal.Invalid, "until")
	}
	r, err := s.at(tx, a, args.Request, requests.Ask)
	if err != nil {
		return err
	}
	p, answers, ctx, err := s.judging(tx, r)
	if err != nil {
		return err
	}
	// What was asked then stands, whatever the town's lists hold today.
	ctx.Sources, ctx.People = nil, nil
	if wrong := requests.CheckAsk(p, answers, ctx, args.Fields, args.Documents); wrong != nil {
		return wrong
	}
	r.Agent = a.Account
	if err := tx.AskCorrection(store.Correction{Request: r.ID, Agent: a.Account, Fields: list(args.Fields), Documents: list(args.Documents), Note: text, Until: args.Until}); err != nil {
		return err
	}
	if err := s.alsoAsk(tx, r, args.Documents); err != nil {
		return err
	}
	if err := s.move(tx, a, r, requests.Ask, text); err != nil {
		return err
	}
	return s.tell(tx, r.ID, mail.RequestAsked)
}

// alsoAsk has a request ask for kinds of documents too that its answers did
// not call for: what is sent for it must reach the desk that wants it.
func (s *Service) alsoAsk(tx *store.Tx, r store.Request, kinds []string) error {
	asked, err := s.asked(tx, r)
	if err != nil {
		return err
	}
	before := len(asked)
	for _, kind := range kinds {
		if !slices.ContainsFunc(asked, func(a documents.Asked) bool { return a.Kind == kind }) {
			asked = append(asked, documents.Asked{Kind: kind})
		}
	}
	if len(asked) == before {
		return nil
	}
	if err := tx.SetAsked(r.ID, asked); err != nil {
		return err
	}
	return tx.TouchDocuments(r.Account)
}

// answer gives what was asked for. Only what was may change.
func (s *Service) answer(tx *store.Tx, a Actor, args *wire.AnswerCorrection) error {
	text, wrong := requests.CheckNote("text", args.Text, false)
	if wrong != nil {
		return wrong
	}
	r, err := s.mine(tx, a, args.Request, requests.Answer)
	if err != nil {
		return err
	}
	change, wrong := requests.Decode(args.Answers)
	if wrong != nil {
		return within("answers", wrong)
	}
	all, err := tx.Corrections(r.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return portal.E(portal.NotFound, "correction")
	}
	asked := all[len(all)-1]
	p, old, ctx, err := s.judging(tx, r)
	if err != nil {
		return err
	}
	after, mistakes := requests.Amend(p, old, change, store.Strings[string](asked.Fields), ctx)
	if len(mistakes) > 0 {
		return within("answers", mistakes[0])
	}
	if r.Answers = string(after.Encode()); len(r.Answers) > requests.MaxAnswers {
		return within("answers", portal.E(requests.TooLarge, ""))
	}
	before := requests.Answers{}
	for _, key := range requests.Differing(p, old, after) {
		before[key] = old[key]
	}
	if len(before) > 0 {
		asked.Before = string(before.Encode())
	}
	if requests.Subject(p, after) != requests.Subject(p, old) {
		return within("answers", portal.E(requests.NotAsked, requests.PersonField(p).Key))
	}
	if r.Child == "" || p.OnAccept != nil && p.OnAccept.Child != nil {
		if name := requests.Named(p, after); name != "" {
			r.Person = name
		}
	}
	asked.Reply = text
	if err := tx.AnswerCorrection(asked); err != nil {
		return err
	}
	// Who answers has read what was asked, wherever that was.
	if err := noticesRead(tx, a.Account, notices.Correction, r.ID); err != nil {
		return err
	}
	return s.move(tx, a, r, requests.Answer, text)
}

// judging is what a request's answers are judged by: the version it was made
// with, the answers as they stand, and the town and family of today.
func (s *Service) judging(tx *store.Tx, r store.Request) (*requests.Procedure, requests.Answers, requests.Context, error) {
	var ctx requests.Context
	f, err := s.facts(tx)
	if err != nil {
		return nil, nil, ctx, err
	}
	p, err := f.procedure(r.Procedure, r.Version)
	if err != nil {
		return nil, nil, ctx, err
	}
	answers, wrong := requests.Decode([]byte(r.Answers))
	if wrong != nil {
		return nil, nil, ctx, wrong
	}
	if ctx, err = s.formContext(tx, r.Account); err != nil {
		return nil, nil, ctx, err
	}
	if r.Child != "" {
		ctx.People = append(ctx.People, r.Child)
	}
	return p, answers, ctx, nil
}

// corrections is what was asked about a request as both sides read it.
func corrections(tx *store.Tx, r portal.ID) ([]wire.Correction, error) {
	all, err := tx.Corrections(r)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	out := make([]wire.Correction, len(all))
	for i, c := range all {
		out[i] = wire.Correction{N: c.N, Asked: c.Asked, Fields: store.Strings[string](c.Fields), Documents: store.Strings[string](c.Documents),
			Text: c.Note, Until: c.Until, Answered: c.Answered, Reply: c.Reply}
		if c.Before != "" {
			out[i].Before = json.RawMessage(c.Before)
		}
	}
	return out, nil
}

// saveDraft keeps a form that is being filled in.
func (s *Service) saveDraft(tx *store.Tx, a Actor, args *wire.SaveDraft) error {
	d, wrong := requests.DecodeDraft(bytes.TrimSpace(args.Draft))
	if wrong != nil {
		return within("draft", wrong)
	}
	d = d.Within(tx.Now().UnixMicro())
	known, found, err := tx.Draft(d.ID)
	if err != nil {
		return err
	}
	if found && known.Account != a.Account {
		return portal.E(portal.NotFound, "draft")
	}
	if _, sent, err := tx.Request(d.Request); err != nil || sent {
		// It was sent meanwhile, from here or another computer: there is nothing
		// left to keep, and nobody has lost anything.
		return err
	}
	if found && known.Dropped >= d.Latest() {
		return nil // thrown away since
	}
	if found && known.Dropped == 0 {
		standing, wrong := requests.DecodeDraft([]byte(known.Body))
		if wrong != nil {
			return wrong
		}
		if standing.Procedure != d.Procedure {
			return portal.E(portal.Conflict, "draft.procedure")
		}
		d = requests.MergeDrafts(standing, d)
	} else if n, err := tx.CountDrafts(a.Account); err != nil || n >= requests.MaxDrafts {
		return orElse(err, portal.E(requests.TooManyDrafts, "draft", "max", strconv.Itoa(requests.MaxDrafts)))
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	if len(raw) > requests.MaxDraft {
		return within("draft", portal.E(requests.TooLarge, ""))
	}
	return tx.SaveDraft(store.Draft{ID: d.ID, Account: a.Account, Body: string(raw)})
}

// dropDraft throws a draft away; one that is gone, or never arrived, is.
func (s *Service) dropDraft(tx *store.Tx, a Actor, args *wire.DropDraft) error {
	if !args.Draft.Valid() {
		return portal.E(portal.Invalid, "draft")
	}
	known, found, err := tx.Draft(args.Draft)
	switch {
	case err != nil:
		return err
	case found && known.Account != a.Account:
		return portal.E(portal.NotFound, "draft")
	case found && known.Dropped != 0:
		return nil
	}
	return tx.SaveDraft(store.Draft{ID: args.Draft, Account: a.Account, Dropped: tx.Now().UnixMicro()})
}

func (s *Service) projectDraft(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	d, found, err := tx.Draft(id)
	if err != nil || !found {
		return nil, err
	}
	row := store.FeedRow{Feed: wire.AccountFeed(d.Account), Collection: wire.Drafts, Entity: id, Body: json.RawMessage(d.Body)}
	if d.Dropped != 0 {
		row.Collection, row.Body = wire.DroppedDrafts, wire.DroppedDraft{ID: id, At: d.Dropped}
	}
	return []store.FeedRow{row}, nil
}

// personOf is whom a request is about, as its queue and its family read it.
func personOf(tx *store.Tx, a Actor, p *requests.Procedure, answers requests.Answers, child portal.ID) (string, error) {
	if name := requests.Named(p, answers); name != "" {
		return name, nil
	}
	if c, linked, err := tx.Child(child); err != nil || linked {
		return strings.TrimSpace(c.FirstName + " " + c.LastName), err
	}
	return a.Name, nil
}
