package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
)

func TestWhatIsPlantedReachesItsReadersAndNobodyElse(t *testing.T) {
	hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
		w := newWorld(t, s)
		w.live(t)
		w.desks[booker].Must(wire.BookingBook, wire.Book{Booking: portal.NewID(), Child: familyChild, Activity: demo.Canteen, Day: schoolDays[4]})
		planted := map[string][]string{
			// What concerns the child is shared by who has custody.
			"Philémon":       {family, otherParent, deskAgent, partner, seer, booker, invitee},
			"Plantallergie":  {family, otherParent, deskAgent, partner},
			"Plantegeste":    {family, otherParent, deskAgent, partner},
			"Plantecollecte": {family, otherParent, deskAgent, partner},
			// Whose account a parent's is, and what proves it, the town hall alone.
			`"evidence":"judgment"`:                              {deskAgent},
			`"account":"` + string(w.account(otherParent)) + `"`: {otherParent, deskAgent, secondAgent},
			"Plantedossier":                                      {}, // the record itself is in no feed
			"Ondine":                                             {family, otherParent, deskAgent, otherAgent, partner, seer, booker, invitee},
			"Basile":                                             {family, otherParent, deskAgent, partner, seer, booker},
			"Capucine":                                           {family, otherParent, deskAgent, partner, seer, booker},
			// Who was invited is told the parent who did it, and nobody else.
			"Anselme": {family, former},
			"Mahaut":  {invitee},
			// What concerns an adult is theirs, and the desks' that opened their file.
			`"amount":7653361`:           {family}, // the balances, after two meals of the family's and one of each other's
			`"amount":6262141`:           {otherParent},
			`"amount":5353051`:           {otherFamily},
			"Plantemotif":                {family, deskAgent},
			"Plantejointe.pdf":           {family, deskAgent},
			"Plantecorrection":           {family, deskAgent},
			"Plantelieu":                 {family, deskAgent},
			"Planteanswer":               {family, deskAgent},
			"Planteasked":                {family, deskAgent},
			"Plantedecision":             {family, deskAgent},
			"Plantebrouillon":            {family},
			"Planterefuse":               {family, deskAgent},
			"Plantequeue":                {family, deskAgent, secondAgent}, // its name stands in the queue
			"Plantelettre":               {family, deskAgent},
			"Planteparente":              {otherParent, deskAgent, secondAgent},
			"Planteailleurs":             {otherFamily, deskAgent, secondAgent},
			"Kiwi":                       {family, otherParent, otherFamily, deskAgent}, // answers, of one's own requests
			"Zélie":                      {otherFamily},
			"sylvie.roy@exemple.fr":      {deskAgent},
			"helene.garnier@exemple.fr":  {otherAgent},
			"Sylvie Roy":                 {family, deskAgent}, // the time line
			"Plantepiece " + family:      {family, deskAgent},
			"Plantepiece " + otherParent: {otherParent},
			"Plantepiece " + otherFamily: {otherFamily},
		}
		for who, p := range people {
			files := []string{}
			if who == family {
				files = []string{deskAgent, otherAgent}
			}
			for _, word := range []string{p.street, p.mobile, p.mail} {
				planted[word] = append([]string{who}, files...)
				if word == p.mail && slices.Contains(invited, who) {
					planted[word] = append(planted[word], family) // who wrote it into an invitation
				}
			}
			planted[`"`+p.login+`"`] = []string{who}
			planted[fmt.Sprintf(`"value":%d`, p.quotient)] = []string{who}
			if who == family {
				planted[fmt.Sprintf(`"value":%d`, p.quotient)] = []string{family, deskAgent} // who decides on it
			}
			planted[`"payer":"`+string(w.account(who))+`"`] = map[string][]string{family: {family, deskAgent}, otherParent: {otherParent}, otherFamily: {otherFamily}}[who]
		}
		w.search(t, planted)

		// A delegate whose right ends loses all of it, on either side's word.
		given := map[string]portal.ID{}
		for id, body := range w.desks[family].In(wire.Delegations) {
			for _, who := range invited {
				if strings.Contains(body, people[who].mail) {
					given[who] = portal.ID(id)
				}
			}
		}
		w.desks[family].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: given[booker]})
		w.desks[seer].Must(wire.DelegationEnd, wire.EndDelegation{Delegation: given[seer]})
		w.desks[invitee].Must(wire.DelegationDecline, wire.DeclineDelegation{Delegation: given[invitee]})
		ended := []string{booker, seer, invitee}
		for _, word := range []string{"Philémon", "Ondine", "Basile", "Capucine"} {
			planted[word] = slices.DeleteFunc(planted[word], func(who string) bool { return slices.Contains(ended, who) })
		}
		planted["Capucine"] = append(planted["Capucine"], booker) // her own name
		planted["Ondine"] = append(planted["Ondine"], booker)     // who has ended it: her notice says so
		w.search(t, planted)

		// A child that is no longer linked leaves the other parent's feed and
		// the desktop, with all that hangs on it.
		if err := s.Store.Write(context.Background(), func(tx *store.Tx) error { return tx.Unlink(familyChild, w.account(otherParent)) }); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Philémon", "Plantallergie", "Plantegeste", "Plantecollecte", "Capucine"} {
			planted[word] = slices.DeleteFunc(planted[word], func(who string) bool { return who == otherParent })
		}
		// Ondine stays: notices say who has changed what, as long as they are kept.
		planted[`"payer":"`+string(w.account(otherParent))+`"`] = nil
		w.search(t, planted)

		// A working day later the files have closed: for the agents at once, in
		// the feeds once the job has run.
		s.Clock.Add(9 * time.Hour)
		for who, login := range map[string]string{deskAgent: "sylvie.roy", secondAgent: "marc.petit", otherAgent: "helene.garnier", cashier: "odile.vasseur"} {
			w.desks[who] = s.SignIn(login)
		}
		for word, who := range planted {
			at := []string{deskAgent, otherAgent}
			if (strings.HasPrefix(word, "Plante") || strings.HasPrefix(word, `"account"`)) && slices.Contains(who, secondAgent) {
				at = []string{otherAgent}
			} else if strings.HasSuffix(word, "@exemple.fr") && len(who) == 1 {
				at = nil
			}
			planted[word] = slices.DeleteFunc(slices.Clone(who), func(w string) bool { return slices.Contains(at, w) })
		}
		w.search(t, planted)
		if err := s.Store.Write(context.Background(), s.Service.CloseFiles); err != nil {
			t.Fatal(err)
		}
		w.search(t, planted)
		if err := s.Store.Read(context.Background(), func(tx *store.Tx) error {
			standing, err := tx.Standing()
			for key := range standing {
				if wire.FeedKind(key[0]) == "file" {
					t.Errorf("%v still stands", key)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// search holds what each desktop has after a pull, and what a new one gets,
// against who may read each word.
func (w *world) search(t *testing.T, planted map[string][]string) {
	t.Helper()
	for _, who := range everybody {
		d := w.desks[who]
		d.Catch()
		page, err := d.Pull(context.Background(), wire.Pull{})
		if err != nil || !page.Complete {
			t.Fatalf("%s: %v", who, err)
		}
		var cached, fresh strings.Builder
		for _, body := range d.Rows {
			cached.WriteString(body)
		}
		for _, c := range page.Changes {
			fresh.Write(c.Body)
		}
		for word, may := range planted {
			want := slices.Contains(may, who)
			if got := strings.Contains(cached.String(), word); got != want {
				t.Errorf("%s has %s: %v, not %v", who, word, got, want)
			}
			if got := strings.Contains(fresh.String(), word); got != want {
				t.Errorf("%s is given %s: %v, not %v", who, word, got, want)
			}
		}
	}
}
