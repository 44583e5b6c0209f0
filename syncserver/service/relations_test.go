package service_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"parvis/shared/bookings"
	rules "parvis/shared/family"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// child is the family's child as somebody's desktop has it; false where it has
// none.
func (w *world) child(who string) (c wire.Child, there bool) {
	w.t.Helper()
	d := w.desks[who]
	d.Catch()
	body := childRow(d, familyChild)
	there = body != ""
	if there {
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			w.t.Fatal(err)
		}
	}
	return c, there
}

// childRow is a child's row on a desktop: of one's own feed, or of a file that
// is open.
func childRow(d *hosttest.Desk, child portal.ID) string {
	for key, body := range d.Rows {
		if key[1] == wire.Children && key[2] == string(child) {
			return body
		}
	}
	return ""
}

// toldOfChild is how many notices of a kind about the child somebody has not read.
func (w *world) toldOfChild(who, kind string) (n int) {
	w.t.Helper()
	d := w.desks[who]
	d.Catch()
	for _, body := range d.In(wire.Notices) {
		if strings.Contains(body, `"kind":"`+kind+`"`) && strings.Contains(body, string(familyChild)) && !strings.Contains(body, `"read":`) {
			n++
		}
	}
	return n
}

// whats is what somebody has not read of a kind about the child, sorted.
func (w *world) whats(who, kind string) (out []string) {
	w.t.Helper()
	d := w.desks[who]
	d.Catch()
	for _, body := range d.In(wire.Notices) {
		var n wire.Notice
		if err := json.Unmarshal([]byte(body), &n); err != nil {
			w.t.Fatal(err)
		}
		if n.Kind == kind && n.Read == 0 && (n.About == familyChild || kind == "access") {
			out = append(out, n.What)
		}
	}
	slices.Sort(out)
	return out
}

// mailed is the mails of a kind to somebody.
func (w *world) mailed(who, template string) (out []store.Mail) {
	w.t.Helper()
	if err := w.Store.Write(context.Background(), func(tx *store.Tx) error {
		all, err := tx.DueMails(1000, tx.Now().UnixMicro())
		for _, m := range all {
			if m.Template == template && m.Address == people[who].mail {
				out = append(out, m)
			}
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestAChildsHealthIsChangedForBothAndToldToBoth(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(otherParent), Desk: "enfance"})
		mine, _ := w.child(family)
		to := rules.Health{Diet: "vegetarian", Allergies: "Sésame", CarePlan: true, CareActions: "Stylo, trousse rouge, puis le 15.", MealFromHome: true}
		w.desks[family].Must(wire.ChildHealth, wire.ChangeHealth{Child: familyChild, Was: mine.Health(), Health: to})
		for _, who := range []string{family, otherParent, deskAgent} {
			c, _ := w.child(who)
			if c.Health() != to || c.HealthBy != "Ondine Tamarin" || c.HealthAt == 0 {
				t.Errorf("%s reads %+v", who, c)
			}
		}
		for _, who := range []string{family, otherParent} {
			if w.toldOfChild(who, "child") != 1 {
				t.Errorf("%s is told %d times", who, w.toldOfChild(who, "child"))
			}
			mails := w.mailed(who, "family_changed")
			if len(mails) != 1 || strings.Contains(mails[0].Data, "Sésame") || strings.Contains(mails[0].Data, "Philémon") {
				t.Errorf("%s is mailed %+v", who, mails)
			}
		}
		// The other parent had the former values before them: they are refused,
		// by name, and nothing is written over.
		answer := w.desks[otherParent].Do(wire.ChildHealth, wire.ChangeHealth{Child: familyChild, Was: mine.Health(), Health: rules.Health{Diet: "standard"}})
		if answer.Accepted || answer.Error.Code != rules.ChangedMeanwhile || answer.Error.Args["by"] != "Ondine Tamarin" {
			t.Errorf("answered with %+v", answer)
		}
		if c, _ := w.child(family); c.Health() != to {
			t.Errorf("written over: %+v", c.Health())
		}
		// Once seen, it may be changed; who writes the same again is not in the way.
		w.desks[otherParent].Must(wire.ChildHealth, wire.ChangeHealth{Child: familyChild, Was: to, Health: rules.Health{Diet: "standard"}})
		w.desks[family].Must(wire.ChildHealth, wire.ChangeHealth{Child: familyChild, Was: to, Health: rules.Health{Diet: "standard"}})
		if c, _ := w.child(family); c.HealthBy != "Basile Corbin" {
			t.Errorf("changed by %q", c.HealthBy)
		}
		w.desks[family].Refused(portal.Missing, wire.ChildHealth, wire.ChangeHealth{Child: familyChild, Was: rules.Health{Diet: "standard"}, Health: rules.Health{Diet: "standard", CarePlan: true}})
	})
}

func TestWhoMayCollectIsChangedForBoth(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		was := w.collectors()
		to := append(was, rules.Collector{FirstName: "Jeanne", LastName: "Morel", Relation: "grand-mère", Phone: "06 39 98 01 32"})
		w.desks[otherParent].Must(wire.ChildCollect, wire.ChangeCollectors{Child: familyChild, Was: was, Collectors: to})
		c, _ := w.child(family)
		if len(c.Collectors) != 2 || c.Collectors[1].Phone != "+33639980132" || c.CollectBy != "Basile Corbin" || w.toldOfChild(family, "child") != 1 || w.toldOfChild(otherParent, "child") != 1 {
			t.Errorf("the family reads %+v", c)
		}
		w.desks[family].Refused(rules.ChangedMeanwhile, wire.ChildCollect, wire.ChangeCollectors{Child: familyChild, Was: was})
		to[1].Phone = "0"
		w.desks[family].Refused("bad_phone", wire.ChildCollect, wire.ChangeCollectors{Child: familyChild, Was: c.Collectors, Collectors: to})
		w.desks[family].Must(wire.ChildCollect, wire.ChangeCollectors{Child: familyChild, Was: c.Collectors})
		if c, _ = w.child(otherParent); len(c.Collectors) != 0 {
			t.Errorf("%+v", c.Collectors)
		}
	})
}

// A record that was sent before a parent changed the health does not bring the
// former state back; one sent after does change it.
func TestAnAcceptedRecordWritesHealthAndCollectors(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d, agent := w.desks[family], w.desks[deskAgent]
		full := strings.NewReplacer(`"hasCarePlan":false`, `"hasCarePlan":true,"carePlanActions":"Appeler le 15.","mealFromHome":true`,
			`"diet":`, `"collectors":[{"lastName":"Morel","firstName":"Paul","relation":"grand-père","phone":"+33639980133"}],"diet":`).Replace(string(record(familyChild, "Philémon")))
		send := func() portal.ID {
			id := portal.NewID()
			d.Must(wire.RequestSubmit, wire.SubmitRequest{Request: id, Procedure: "fiche-enfant", Version: 1, Child: familyChild, Answers: json.RawMessage(full), Terms: true})
			return id
		}
		accept := func(id portal.ID) {
			agent.Must(wire.RequestTake, wire.TakeRequest{Request: id})
			agent.Must(wire.RequestAccept, wire.AcceptRequest{Request: id})
		}
		first := send()
		c, _ := w.child(otherParent)
		s.Clock.Add(1e9)
		w.desks[otherParent].Must(wire.ChildHealth, wire.ChangeHealth{Child: familyChild, Was: c.Health(), Health: rules.Health{Diet: "vegetarian"}})
		accept(first)
		c, _ = w.child(otherParent)
		if c.Diet != "vegetarian" || c.CarePlan {
			t.Errorf("the older record has written %+v", c.Health())
		}
		if len(c.Collectors) != 1 || c.Collectors[0].FirstName != "Paul" || c.CollectBy != "Ondine Tamarin" {
			t.Errorf("nobody had changed who collects: %+v", c.Collectors)
		}
		s.Clock.Add(1e9)
		accept(send())
		if c, _ = w.child(otherParent); !c.CarePlan || c.CareActions != "Appeler le 15." || !c.MealFromHome || c.HealthBy != "Ondine Tamarin" {
			t.Errorf("the newer record has written %+v", c.Health())
		}
	})
}

func TestAlternateWeeksNeedBothOrTheTownHall(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		mum, dad := w.desks[family], w.desks[otherParent]
		first := portal.NewID()
		mum.Must(wire.WeeksPropose, wire.ProposeWeeks{Proposal: first, Child: familyChild, Weeks: thisWeek, Mine: true})
		ours, _ := w.child(family)
		theirs, _ := w.child(otherParent)
		if ours.Weeks != nil || theirs.Weeks != nil || !ours.Asked.Own || theirs.Asked.Own || !ours.Asked.Mine || theirs.Asked.Mine || theirs.Asked.With != "Ondine Tamarin" {
			t.Errorf("proposed: %+v and %+v", ours.Asked, theirs.Asked)
		}
		if w.toldOfChild(family, "custody") != 0 || w.toldOfChild(otherParent, "custody") != 1 {
			t.Error("the one who proposes is told, or the other is not")
		}
		mum.Refused(portal.Forbidden, wire.WeeksAnswer, wire.AnswerWeeks{Child: familyChild, Proposal: first, Accept: true})
		second := portal.NewID()
		mum.Must(wire.WeeksPropose, wire.ProposeWeeks{Proposal: second, Child: familyChild, Weeks: thisWeek})
		// What was replaced can no longer be accepted.
		dad.Refused(portal.Conflict, wire.WeeksAnswer, wire.AnswerWeeks{Child: familyChild, Proposal: first, Accept: true})
		dad.Must(wire.WeeksAnswer, wire.AnswerWeeks{Child: familyChild, Proposal: second, Accept: true})
		ours, _ = w.child(family)
		theirs, _ = w.child(otherParent)
		for day := portal.Date("2026-11-16"); day < "2027-02-01"; day = day.Add(1) {
			if ours.Weeks.Own(day) == theirs.Weeks.Own(day) {
				t.Fatalf("%s is both's or nobody's", day)
			}
		}
		if ours.Asked != nil || ours.Weeks.Own("2026-11-16") || !theirs.Weeks.Own("2026-11-16") {
			t.Errorf("agreed: %+v and %+v", ours.Weeks, theirs.Weeks)
		}
		// Weeks tell, they forbid nothing: each books and pays, whoever's week it is.
		booking := portal.NewID()
		mum.Must(wire.BookingBook, wire.Book{Booking: booking, Child: familyChild, Activity: demo.Canteen, Day: "2026-11-19"})
		dad.Refused(bookings.NotYourBooker, wire.BookingCancel, wire.CancelBooking{Booking: booking})
		dad.Catch()
		if body := dad.In(wire.Bookings)[string(booking)]; !strings.Contains(body, "Ondine Tamarin") || strings.Contains(body, `"payer"`) || strings.Contains(body, `"price"`) {
			t.Errorf("the other parent reads %s", body)
		}
		mum.Must(wire.WeeksEnd, wire.EndWeeks{Child: familyChild})
		if theirs, _ = w.child(otherParent); theirs.Weeks != nil {
			t.Error("the weeks are still told")
		}
		// The town hall sets what a judgment says.
		agent := w.desks[deskAgent]
		agent.Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
		mum.Must(wire.WeeksPropose, wire.ProposeWeeks{Proposal: portal.NewID(), Child: familyChild, Weeks: thisWeek})
		agent.Must(wire.WeeksSet, wire.SetWeeks{Child: familyChild, First: w.account(family), Weeks: rules.Weeks{Anchor: "2026-11-21"}})
		if ours, _ = w.child(family); ours.Weeks == nil || !ours.Weeks.Own("2026-11-21") || ours.Weeks.Own("2026-11-20") || ours.Asked != nil {
			t.Errorf("set: %+v, proposed %+v", ours.Weeks, ours.Asked)
		}
		seenByHall, _ := w.child(deskAgent)
		if seenByHall.Weeks == nil || len(seenByHall.Adults) != 2 || seenByHall.Adults[0].Account == "" {
			t.Errorf("the town hall reads %+v", seenByHall)
		}
		agent.Must(wire.WeeksSet, wire.SetWeeks{Child: familyChild})
		agent.Refused(portal.Invalid, wire.WeeksSet, wire.SetWeeks{Child: familyChild, First: w.account(family), Weeks: rules.Weeks{Anchor: "2006-11-21"}})
	})
}

func TestAnAgentTiesASecondParentAndUndoesIt(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		agent := w.desks[deskAgent]
		open := wire.OpenFile{Account: w.account(otherFamily), Desk: "enfance"}
		link := wire.LinkParent{Child: foreignChild, Who: people[family].mail, Custody: "shared", Evidence: "judgment", Day: "2025-03-12"}
		agent.Refused(portal.NotFound, wire.CustodyLink, link) // the file is not open
		agent.Must(wire.FileOpen, open)
		for code, change := range map[portal.Code]func(*wire.LinkParent){
			rules.NoSuchAccount: func(l *wire.LinkParent) { l.Who = "sylvie.roy" }, // an agent's is none
			rules.AlreadyLinked: func(l *wire.LinkParent) { l.Who = "motautre" },
			portal.Missing:      func(l *wire.LinkParent) { l.Evidence = "" },
			portal.Invalid:      func(l *wire.LinkParent) { l.Custody = "none" },
			"future_date":       func(l *wire.LinkParent) { l.Day = "2030-01-01" },
		} {
			wrong := link
			change(&wrong)
			agent.Refused(code, wire.CustodyLink, wrong)
		}
		booked := portal.NewID()
		w.desks[otherFamily].Must(wire.BookingBook, wire.Book{Booking: booked, Child: foreignChild, Activity: demo.Canteen, Day: "2026-11-19"})
		agent.Must(wire.CustodyLink, link)
		mum, dad := w.desks[otherFamily], w.desks[family]
		dad.Catch()
		body := dad.In(wire.Children)[string(foreignChild)]
		if !strings.Contains(body, `"custody":"shared"`) || !strings.Contains(body, "Sidonie Vergne") || strings.Contains(body, string(w.account(otherFamily))) || strings.Contains(body, "judgment") {
			t.Errorf("the parent who was tied reads %s", body)
		}
		if dad.In(wire.Bookings)[string(booked)] == "" {
			t.Error("and not what was booked before")
		}
		mum.Catch()
		if body := mum.In(wire.Children)[string(foreignChild)]; !strings.Contains(body, `"custody":"shared"`) || !strings.Contains(body, "Ondine Tamarin") {
			t.Errorf("the first parent reads %s", body)
		}
		agent.Catch()
		if body := childRow(agent, foreignChild); !strings.Contains(body, `"evidence":"judgment"`) || !strings.Contains(body, string(w.account(family))) {
			t.Errorf("the town hall reads %s", body)
		}
		if len(w.mailed(family, "family_changed")) != 1 || len(w.mailed(otherFamily, "family_changed")) != 1 {
			t.Error("not both were written to")
		}
		// Weeks end with the custody that they hang on.
		mum.Must(wire.WeeksPropose, wire.ProposeWeeks{Proposal: portal.NewID(), Child: foreignChild, Weeks: thisWeek})
		agent.Must(wire.CustodySet, wire.SetCustody{Child: foreignChild, Custody: "full", Evidence: "agreement", Day: "2026-01-10"})
		mum.Refused(rules.NotTwoParents, wire.WeeksPropose, wire.ProposeWeeks{Proposal: portal.NewID(), Child: foreignChild, Weeks: thisWeek})
		mum.Catch()
		if strings.Contains(mum.In(wire.Children)[string(foreignChild)], "asked_weeks") {
			t.Error("what was proposed still stands")
		}
		agent.Must(wire.CustodyEnd, wire.EndCustody{Child: foreignChild, Parent: w.account(family), Evidence: "judgment", Day: "2026-10-01"})
		dad.Catch()
		if dad.In(wire.Children)[string(foreignChild)] != "" || dad.In(wire.Bookings)[string(booked)] != "" {
			t.Error("the child is still on the desktop of who is no longer its parent")
		}
		agent.Refused(rules.LastParent, wire.CustodyEnd, wire.EndCustody{Child: foreignChild, Parent: w.account(otherFamily), Evidence: "judgment", Day: "2026-10-01"})
		actions := map[string]bool{}
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			lines, err := tx.AuditAbout(w.account(family))
			for _, l := range lines {
				actions[l.Action] = true
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if !actions["custody.link"] || !actions["custody.end"] {
			t.Errorf("the audit trail about that parent has %v", actions)
		}
	})
}
