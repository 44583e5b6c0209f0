package service_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

// delegation is how one stands in somebody's feed; false when it does not.
func delegation(d *hosttest.Desk, id portal.ID) (out wire.Delegation, there bool) {
	d.Catch()
	body, there := d.In(wire.Delegations)[string(id)]
	if there && json.Unmarshal([]byte(body), &out) != nil {
		panic(body)
	}
	return out, there
}

// sees reports whether somebody's feed holds anything of the family's child.
func sees(d *hosttest.Desk) bool {
	d.Catch()
	_, child := d.In(wire.Children)[string(familyChild)]
	rows := child
	for _, collection := range []string{wire.Enrolments, wire.Bookings, wire.Delegations} {
		for _, body := range d.In(collection) {
			rows = rows || strings.Contains(body, string(familyChild))
		}
	}
	return rows
}

// lapse runs the job.
func lapse(t *testing.T, s *hosttest.Server) {
	t.Helper()
	if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
		_, err := s.Service.LapseDelegations(tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// delegated is the delegation of the family to somebody.
func (w *world) delegated(to string) portal.ID {
	w.t.Helper()
	w.desks[family].Catch()
	for id, body := range w.desks[family].In(wire.Delegations) {
		if strings.Contains(body, people[to].mail) {
			return portal.ID(id)
		}
	}
	w.t.Fatalf("the family has invited no %s", to)
	return ""
}

// The inviter is told the same of an address that has an account and of one
// that has none, and the mail that leaves is the same.
func TestAnInvitationTellsNothingOfWhoHasAnAccount(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.desks[otherParent].Catch()
		var rows [2]wire.Delegation
		for i, mail := range []string{people[otherFamily].mail, "personne.ici@exemple.fr"} {
			in := wire.InviteDelegate{Delegation: portal.NewID(), Mail: strings.ToUpper(mail), Kind: "sitter", Level: "see", Children: []portal.ID{familyChild}, Until: "2026-12-24"}
			if v := w.desks[otherParent].Do(wire.DelegationInvite, in); !v.Accepted || v.Error != nil {
				t.Fatalf("%s: %+v", mail, v)
			}
			got, there := delegation(w.desks[otherParent], in.Delegation)
			if !there || got.Mail != mail {
				t.Fatalf("%s stands as %+v", mail, got)
			}
			got.ID, got.Mail, got.Invited, got.Expires = "", "", 0, 0
			rows[i] = got
		}
		known, unknown := mustJSON(t, rows[0]), mustJSON(t, rows[1])
		if known != unknown {
			t.Errorf("they stand as %s and %s", known, unknown)
		}
		var mails []store.Mail
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) (err error) {
			mails, err = tx.DueMails(1000, s.Clock.Now().Add(time.Hour).UnixMicro())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, m := range mails {
			if m.Address != people[otherFamily].mail && m.Address != "personne.ici@exemple.fr" || m.Template != "delegate_invited" {
				continue
			}
			found++
			if strings.Contains(m.Data, "Philémon") || !strings.Contains(m.Data, "Basile Corbin") {
				t.Errorf("the mail says %s", m.Data)
			}
		}
		if found != 2 {
			t.Errorf("%d mails invite, not 2", found)
		}
	})
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// What cannot be invited, and how often.
func TestWhatAnInvitationMustBe(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		d := w.desks[otherFamily]
		good := func() wire.InviteDelegate {
			return wire.InviteDelegate{Delegation: portal.NewID(), Mail: "mamie@exemple.fr", Kind: "grandparent", Level: "book", Children: []portal.ID{foreignChild}, Until: "2027-07-04"}
		}
		for _, c := range []struct {
			change func(*wire.InviteDelegate)
			code   portal.Code
		}{
			{func(i *wire.InviteDelegate) { i.Mail = "" }, portal.Missing},
			{func(i *wire.InviteDelegate) { i.Mail = "mamie" }, accounts.BadMail},
			{func(i *wire.InviteDelegate) { i.Mail = people[otherFamily].mail }, accounts.InvitesSelf},
			{func(i *wire.InviteDelegate) { i.Kind = "boss" }, portal.Invalid},
			{func(i *wire.InviteDelegate) { i.Level = "own" }, portal.Invalid},
			{func(i *wire.InviteDelegate) { i.Children = nil }, portal.Missing},
			{func(i *wire.InviteDelegate) { i.Children = []portal.ID{foreignChild, familyChild} }, portal.NotFound},
			{func(i *wire.InviteDelegate) { i.Activities = []portal.ID{portal.NewID()} }, portal.NotFound},
			{func(i *wire.InviteDelegate) { i.Until = "" }, portal.Missing},
			{func(i *wire.InviteDelegate) { i.Until = "2026-11-12" }, accounts.PastDate},
			{func(i *wire.InviteDelegate) { i.Until = "2030-01-01" }, accounts.UntilTooFar},
			{func(i *wire.InviteDelegate) { i.Until = "2026-02-30" }, accounts.BadDate},
		} {
			in := good()
			c.change(&in)
			d.Refused(c.code, wire.DelegationInvite, in)
		}
		d.Must(wire.DelegationInvite, good())
		d.Refused(accounts.AlreadyInvited, wire.DelegationInvite, good())
		for i := range accounts.MostInvitations - 1 {
			in := good()
			in.Mail = "proche" + string(rune('a'+i)) + "@exemple.fr"
			d.Must(wire.DelegationInvite, in)
		}
		in := good()
		in.Mail = "encore@exemple.fr"
		d.Refused(accounts.TooManyInvitations, wire.DelegationInvite, in)
		s.Clock.Add(25 * time.Hour)
		w.desks[otherFamily] = s.SignIn("motautre")
		in.Delegation = portal.NewID()
		w.desks[otherFamily].Must(wire.DelegationInvite, in)
	})
}

// What a delegate books is the parent's to pay, to see and to cancel; of what
// it costs, and of why the parent's account refuses, the delegate hears nothing.
func TestADelegateBooksOnTheParentsAccount(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := portal.NewID()
		w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		row := func(who string) (b wire.Booking) {
			w.desks[who].Catch()
			if err := json.Unmarshal([]byte(w.desks[who].In(wire.Bookings)[string(id)]), &b); err != nil {
				t.Fatalf("%s: %v", who, err)
			}
			return b
		}
		if b := row(family); b.Payer != w.account(family) || b.Price != 480 || b.By != w.account(booker) || b.ByName != "Capucine Berthier" {
			t.Errorf("the parent reads %+v", b)
		}
		if b := row(booker); b.Payer != "" || b.Price != 0 || b.By != w.account(booker) {
			t.Errorf("the delegate reads %+v", b)
		}
		if b := row(otherParent); b.Payer != "" || b.Price != 0 || b.By != "" || b.ByName != "Capucine Berthier" {
			t.Errorf("the other parent reads %+v", b)
		}
		balance := func(who string) (m portal.Money) {
			if err := s.Store.Read(context.Background(), func(tx *store.Tx) (err error) {
				m, err = tx.Balance("prepaid:main:" + string(w.account(who)))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return m
		}
		if balance(family) != people[family].credit-480 || balance(booker) != people[booker].credit {
			t.Errorf("the balances are %d and %d", balance(family), balance(booker))
		}
		// The parent pays, and may take it back.
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: id})
		if balance(family) != people[family].credit {
			t.Errorf("the parent has %d back", balance(family))
		}
		// The parent's account is empty.
		w.alter(func(tx *store.Tx) error { return leave(tx, w.account(family), -5000) })
		v := w.desks[booker].Do(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[1]})
		if v.Accepted || v.Error.Code != bookings.OtherFloor || len(v.Error.Args) > 0 {
			t.Errorf("the delegate is told %+v", v.Error)
		}
		w.desks[family].Refused(bookings.BalanceFloor, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[1]})
	})
}

// A booking that waited in the delegate's outbox while the right ended is
// refused, and said why; one that the delegate made before stays the parent's.
func TestABookingThatWaitedWhileTheRightEnded(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		before := portal.NewID()
		w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: before, Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		_, waits := w.desks[booker].Envelope(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[1]})
		_, cancels := w.desks[booker].Envelope(wire.BookingCancel, wire.CancelBooking{Booking: before})
		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(booker)})
		out, err := w.desks[booker].SendCommands(context.Background(), w.desks[booker].Outbox, []wire.Envelope{waits, cancels})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range out.Verdicts {
			if v.Accepted || v.Error.Code != accounts.DelegationEnded {
				t.Errorf("it is told %+v", v)
			}
		}
		if sees(w.desks[booker]) {
			t.Error("the former delegate still has rows of the child")
		}
		w.desks[family].Must(wire.BookingCancel, wire.CancelBooking{Booking: before})
		for _, who := range []string{booker, family} {
			// The other side is told; who ended it is not.
			w.desks[who].Catch()
			told := strings.Contains(strings.Join(values(w.desks[who].In(wire.Notices)), ""), string(w.delegated(booker)))
			if told != (who == booker) {
				t.Errorf("%s is told: %v", who, told)
			}
		}
	})
}

func values(m map[string]string) (out []string) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// An adult who has no account yet finds the invitation when they have; so does
// one who changes to the address.
func TestAnInvitationWaitsForItsAddress(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		in := w.invitation(invitee, familyChild)
		in.Mail = "mamie.mail@exemple.fr"
		w.desks[family].Must(wire.DelegationInvite, in)
		if _, there := delegation(w.desks[invitee], in.Delegation); there {
			t.Fatal("an invitation to another address is here")
		}
		w.desks[invitee].Refused(portal.NotFound, wire.DelegationAccept, wire.AcceptDelegation{Delegation: in.Delegation})
		asked := changeMail(t, w.desks[invitee], in.Mail)
		var code string
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			mails, err := tx.DueMails(1000, s.Clock.Now().Add(time.Hour).UnixMicro())
			for _, m := range mails {
				var data struct{ Code string }
				if m.Address == in.Mail && m.Template == "mail_confirm" && json.Unmarshal([]byte(m.Data), &data) == nil {
					code = data.Code
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := w.desks[invitee].ConfirmMail(context.Background(), wire.MailCode{Handle: asked.Handle, Code: code}); err != nil {
			t.Fatal(err)
		}
		got, there := delegation(w.desks[invitee], in.Delegation)
		if !there || got.FromName != "Ondine Tamarin" || got.State != "invited" || len(got.Children) != 1 || got.Children[0].FirstName != "Philémon" {
			t.Fatalf("it stands as %+v", got)
		}
		// The one to the address of before went with it.
		if _, there := delegation(w.desks[invitee], w.delegated(invitee)); there {
			t.Error("an invitation to the former address is still here")
		}
		w.desks[invitee].Must(wire.DelegationAccept, wire.AcceptDelegation{Delegation: in.Delegation})
		if !sees(w.desks[invitee]) {
			t.Error("accepted, it gives nothing")
		}
		if got, _ := delegation(w.desks[family], in.Delegation); got.State != "accepted" || got.ToName != "Mahaut Sorel" {
			t.Errorf("the parent reads %+v", got)
		}
	})
}

// What ends a right without anybody's word: its date, in the town's time and
// before any job; the fortnight of an invitation; the parent's own custody; the
// closing of an account; and a restore.
func TestWhatEndsADelegationByItself(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		book := func(day portal.Date) portal.Code {
			return w.try(t, booker, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: day})
		}
		last := portal.Date("2026-12-24")
		s.Clock.Add(last.At(23, 50).Sub(s.Clock.Now()))
		w.desks[booker], w.desks[family] = s.SignIn("motnounou"), s.SignIn("motfamille")
		if code := book("2027-01-11"); code != accepted {
			t.Fatalf("on its last day the delegate is told %q", code)
		}
		s.Clock.Add(15 * time.Minute)
		if code := book("2027-01-12"); code != accounts.DelegationEnded {
			t.Errorf("after midnight, before any job, the delegate is told %q", code)
		}
		if contradictions, err := s.Service.Contradictions(context.Background()); err != nil || len(contradictions) > 0 {
			t.Errorf("before the job: %v, %v", contradictions, err)
		}
		lapse(t, s)
		if sees(w.desks[booker]) {
			t.Error("after the job the delegate still has rows of the child")
		}
		if got, _ := delegation(w.desks[family], w.delegated(booker)); got.State != "ended" || got.Why != "date" {
			t.Errorf("the parent reads %+v", got)
		}
		if got, _ := delegation(w.desks[family], w.delegated(invitee)); got.State != "expired" {
			t.Errorf("of the invitation that nobody answered the parent reads %+v", got)
		}
		w.desks[invitee] = s.SignIn("motinvitee")
		w.desks[invitee].Refused(accounts.InvitationOver, wire.DelegationAccept, wire.AcceptDelegation{Delegation: w.delegated(invitee)})
	})
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		s.Clock.Add(accounts.InvitationLasts)
		w.desks[invitee] = s.SignIn("motinvitee")
		w.desks[family] = s.SignIn("motfamille")
		w.desks[invitee].Refused(accounts.InvitationOver, wire.DelegationAccept, wire.AcceptDelegation{Delegation: w.delegated(invitee)})
		lapse(t, s)
		if sees(w.desks[invitee]) {
			t.Error("an invitation that has run out is still shown")
		}
	})
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return tx.Unlink(familyChild, w.account(family)) }); err != nil {
			t.Fatal(err)
		}
		for _, who := range invited {
			if sees(w.desks[who]) {
				t.Errorf("%s still has rows of a child that the parent has no part in", who)
			}
		}
		w.desks[booker].Refused(accounts.DelegationEnded, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		w.desks[invitee].Refused(accounts.InvitationOver, wire.DelegationAccept, wire.AcceptDelegation{Delegation: w.delegated(invitee)})
		lapse(t, s)
		if got, _ := delegation(w.desks[family], w.delegated(booker)); got.State != "ended" || got.Why != "custody" {
			t.Errorf("the parent reads %+v", got)
		}
	})
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		if _, err := w.desks[family].CloseAccount(context.Background(), demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
		for _, who := range invited {
			if sees(w.desks[who]) {
				t.Errorf("%s still sees the child of an account that is closing", who)
			}
		}
		if _, err := w.desks[partner].CloseAccount(context.Background(), demo.FamilyPassword); err != nil {
			t.Fatal(err)
		}
	})
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		id := w.delegated(booker)
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return tx.SetMeta(store.MetaEpoch, "restored") }); err != nil {
			t.Fatal(err)
		}
		w.desks[booker].Refused(accounts.DelegationEnded, wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		lapse(t, s)
		fresh := s.SignIn("motnounou")
		if sees(fresh) {
			t.Error("a new epoch leaves the delegate rows of the child")
		}
		if got, _ := delegation(s.SignIn("motfamille"), id); got.Why != "restore" {
			t.Errorf("the parent reads %+v", got)
		}
	})
}

// What ends for many at one midnight ends in small writes, in one round of the
// job all the same.
func TestManyDelegationsEndInSmallWrites(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		live := func() (n int) {
			if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
				all, err := tx.DelegationsBy(w.account(otherFamily))
				for _, d := range all {
					if d.Ended == 0 {
						n++
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for i := range accounts.MostInvitations {
			w.desks[otherFamily].Must(wire.DelegationInvite, wire.InviteDelegate{
				Delegation: portal.NewID(), Mail: "proche" + string(rune('a'+i)) + "@exemple.fr", Kind: "sitter", Level: "see", Children: []portal.ID{foreignChild}, Until: "2026-11-20",
			})
		}
		s.Clock.Set(portal.Date("2026-11-21").At(0, 1))
		lapse(t, s)
		if n := live(); n != 5 {
			t.Errorf("after one write %d of %d are live", n, accounts.MostInvitations)
		}
		s.Housekeep(context.Background())
		if n := live(); n != 0 {
			t.Errorf("after a round of the job %d are live", n)
		}
	})
}

// Two parents who live apart may each have the same grandmother see; but who
// books for one of them books for no other at the same activity, for nobody
// could tell who pays.
func TestTwoParentsInviteTheSamePerson(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		same := w.invite(otherParent, booker, familyChild)
		w.desks[booker].Refused(accounts.BooksForOther, wire.DelegationAccept, wire.AcceptDelegation{Delegation: same})
		see := w.invitation(seer, familyChild)
		w.desks[otherParent].Must(wire.DelegationInvite, see)
		w.desks[seer].Must(wire.DelegationAccept, wire.AcceptDelegation{Delegation: see.Delegation})
		// Either parent ends what they gave, and no more.
		w.desks[otherParent].Refused(portal.NotFound, wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(seer)})
		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(seer)})
		if !sees(w.desks[seer]) {
			t.Error("what the other parent gave has ended too")
		}
		// Freed of the first, the second may be accepted, and pays.
		w.desks[booker].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: w.delegated(booker)})
		w.desks[booker].Must(wire.DelegationAccept, wire.AcceptDelegation{Delegation: same})
		id := portal.NewID()
		w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: id, Child: familyChild, Activity: demo.Canteen, Day: schoolDays[0]})
		w.desks[otherParent].Catch()
		if body := w.desks[otherParent].In(wire.Bookings)[string(id)]; !strings.Contains(body, `"payer":"`+string(w.account(otherParent))+`"`) {
			t.Errorf("it is paid by another: %s", body)
		}
		// A parent needs nobody's leave.
		own := w.invite(otherParent, family, familyChild)
		w.desks[family].Refused(accounts.AlreadyYours, wire.DelegationAccept, wire.AcceptDelegation{Delegation: own})
		w.desks[family].Must(wire.DelegationDecline, wire.DeclineDelegation{Delegation: own})
	})
}

// Of a child's activities a delegate has those that were chosen, a partner all.
func TestADelegateSeesTheChosenActivitiesOnly(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error {
			return s.Service.SeedEnrolment(tx, bookings.Enrolment{ID: portal.NewID(), Child: familyChild, Activity: demo.Morning, Site: demo.JulesFerry,
				Year: "2026-2027", Period: portal.SchoolYear("2026-2027").Period()})
		}); err != nil {
			t.Fatal(err)
		}
		for _, activity := range []portal.ID{demo.Morning, demo.Canteen} {
			w.desks[family].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: activity, Day: schoolDays[0]})
		}
		for who, rows := range map[string]int{family: 2, otherParent: 2, partner: 2, seer: 1, booker: 1, former: 0, invitee: 0} {
			w.desks[who].Catch()
			for _, collection := range []string{wire.Enrolments, wire.Bookings} {
				got := values(w.desks[who].In(collection))
				if len(got) != rows || rows == 1 && !strings.Contains(got[0], `"activity":"`+string(demo.Canteen)+`"`) {
					t.Errorf("%s has of %s %v, not %d", who, collection, got, rows)
				}
			}
		}
		w.desks[partner].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Morning, Day: schoolDays[1]})
	})
}
