package service_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// readers is who may read the family's feeds, of each kind one or more, once the
// agent of the desk, that of the other one and the cashier have each opened the file
// at their desk.
func readers(payer portal.ID) map[string][]string {
	till := string(accounts.Till(service.CashDesk))
	return map[string][]string{
		wire.TownFeed:                   everybody,
		wire.AccountFeed(payer):         {family},
		wire.DeskFeed("enfance"):        {deskAgent, secondAgent},
		wire.DeskFeed(till):             {cashier},
		wire.SiteFeed(demo.JulesFerry):  {deskAgent, secondAgent},
		wire.FileFeed("enfance", payer): {deskAgent},
		wire.FileFeed(till, payer):      {cashier},
	}
}

func TestWhoMayReadWhichFeed(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.live(t)
		till := string(accounts.Till(service.CashDesk))
		w.desks[cashier].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: till})
		w.brought(42_00)
		readers, told := readers(w.account(family)), map[string]bool{}
		for feed := range readers {
			told[wire.FeedKind(feed)] = true
		}
		kinds := map[string]bool{}
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			standing, err := tx.Standing()
			for key := range standing {
				kinds[wire.FeedKind(key[0])] = true
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got, want := slices.Sorted(maps.Keys(kinds)), slices.Sorted(maps.Keys(told)); !slices.Equal(got, want) {
			t.Fatalf("feeds are of the kinds %v, the table of readers has %v", got, want)
		}
		// Each is granted these and no other's of any kind.
		for _, who := range everybody {
			want := []string{wire.TownFeed}
			if who != signedOut {
				want = append(want, wire.AccountFeed(w.account(who)))
			}
			want = append(want, map[string][]string{
				deskAgent: {wire.DeskFeed("enfance"), wire.SiteFeed(demo.JulesFerry), wire.SiteFeed(demo.Tilleuls), wire.SiteFeed(demo.LouiseMichel),
					wire.SiteFeed(demo.Clairiere), wire.FileFeed("enfance", w.account(family))},
				secondAgent: {wire.DeskFeed("enfance"), wire.SiteFeed(demo.JulesFerry)},
				otherAgent:  {wire.DeskFeed("etat-civil"), wire.FileFeed("etat-civil", w.account(family))},
				cashier:     {wire.DeskFeed(till), wire.FileFeed(till, w.account(family))},
			}[who]...)
			slices.Sort(want)
			page, err := w.desks[who].Pull(context.Background(), wire.Pull{})
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.Sorted(maps.Keys(page.Cursor.Feeds)); !slices.Equal(got, want) {
				t.Errorf("%s is granted %v, not %v", who, got, want)
			}
		}
		for feed, readers := range readers {
			for _, who := range everybody {
				// Asked for by name, with a cursor of its own.
				page, err := w.desks[who].Pull(context.Background(), wire.Pull{Cursor: wire.Cursor{Epoch: s.Store.Epoch(), Feeds: map[string]int64{feed: 0}}})
				if err != nil {
					t.Fatalf("%s: %v", who, err)
				}
				_, granted := page.Cursor.Feeds[feed]
				rows := slices.ContainsFunc(page.Changes, func(c wire.Change) bool { return c.Feed == feed })
				if may := slices.Contains(readers, who); granted != may || rows != may {
					t.Errorf("%s by %s: granted %v with rows %v, not %v", feed, who, granted, rows, may)
				}
			}
		}
	})
}

// live fills every feed of the family, with words of its own in all of it.
func (w *world) live(t *testing.T) {
	t.Helper()
	for i, who := range []string{family, otherParent} {
		w.desks[who].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[i]})
	}
	w.desks[otherFamily].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: foreignChild, Activity: demo.Canteen, Day: schoolDays[2]})
	submit := func(who, first string) portal.ID {
		request, child := portal.NewID(), portal.NewID()
		w.desks[who].Must(wire.RequestSubmit, wire.SubmitRequest{Request: request, Procedure: "fiche-enfant", Version: 1, Child: child, Answers: record(child, first), Terms: true})
		return request
	}
	queued := submit(family, "Plantequeue")
	w.write(family, queued, "Plantelettre")
	enclosed := w.attached(family, 1)
	enclosed[0].Name = "Plantejointe.pdf"
	w.desks[family].Must(wire.MessageSend, wire.SendMessage{Message: portal.NewID(), Request: queued, Text: "Ci-joint.", Files: enclosed})
	submit(otherParent, "Planteparente")
	submit(otherFamily, "Planteailleurs")
	for _, who := range []string{family, otherParent, otherFamily} {
		d, id := w.desks[who], portal.NewID()
		d.Must(wire.DocumentSubmit, wire.SubmitDocument{Document: id, Upload: sendPaper(w.t, d, who), Kind: "family-quotient", Name: "Plantepiece " + who + ".pdf"})
	}
	refused := submit(family, "Planterefuse")
	w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: refused})
	w.desks[deskAgent].Must(wire.RequestRefuse, wire.RefuseRequest{Request: refused, Reason: "Plantemotif."})
	asked := submit(family, "Planteasked")
	w.desks[deskAgent].Must(wire.RequestTake, wire.TakeRequest{Request: asked})
	w.desks[deskAgent].Must(wire.RequestAsk, wire.AskCorrection{Request: asked, Fields: []string{"birthPlace"}, Text: "Plantecorrection"})
	w.desks[family].Must(wire.RequestAnswer, wire.AnswerCorrection{Request: asked, Answers: json.RawMessage(`{"birthPlace":"Plantelieu"}`), Text: "Planteanswer"})
	w.desks[deskAgent].Must(wire.RequestAccept, wire.AcceptRequest{Request: asked, Text: "Plantedecision"})
	w.desks[family].Must(wire.DraftSave, sketch(portal.NewID(), portal.NewID(), requests.Answers{"lastName": "Plantebrouillon"}, w.Clock.Now()))
	w.desks[deskAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
	w.desks[otherAgent].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "etat-civil"})
	w.desks[deskAgent].Must(wire.CustodySet, wire.SetCustody{Child: familyChild, Custody: "shared", Evidence: seen.kind, Day: seen.day})
	w.desks[family].Must(wire.WeeksPropose, wire.ProposeWeeks{Proposal: portal.NewID(), Child: familyChild, Weeks: thisWeek, Mine: true})
}
