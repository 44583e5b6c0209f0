package simulate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/payments"
	"parvis/shared/wire"
)

// tally is in how many histories something came about.
type tally map[string]int

// expected is what comes about in one history of thirty at least: commands that
// were accepted, and what the town did by itself. What is not played is not tested.
var expected = []string{
	wire.BookingBook, wire.BookingCancel, wire.BookingGroup, wire.WaitingJoin, wire.WaitingLeave, wire.ClosureDeclare, wire.ClosureUndo, wire.AbsenceTell,
	wire.AppointmentBook, wire.DocumentSubmit, wire.MessageSend, wire.RequestSubmit, wire.DelegationInvite,
	wire.DeskEnter, wire.DeskUndo, wire.BalanceCorrect, "payment paid", "payment not paid", "payment told late or never",
	"debit at " + leisure, "credit at " + leisure, "desk at " + leisure, "correction at " + leisure, "topup at " + leisure,
	wire.WeeksPropose, wire.WeeksAnswer, wire.WeeksSet, wire.PayingPropose, wire.PayingAnswer, wire.PayersSet, wire.CustodySet,
	wire.QuotientDeclare, wire.QuotientAccept, "tariff", "day parted", "day paid by the other parent", "closed day booked again",
	wire.GroupPrepare, wire.OpeningAsk, "sent at the hour", "place drawn", "place not drawn",
	"provisional day booked", "provisional day paid", "provisional day fallen",
	wire.OpeningAnnounce, wire.OpeningCancel, "too early for an opening of an agent's",
}

// add counts one history.
func (t tally) add(h *history) {
	came := map[string]bool{}
	prepared := map[string]bool{}
	for _, x := range h.deeds() {
		if !h.town.judged[x.id].Accepted {
			continue
		}
		came[x.kind] = true
		if a, is := x.args.(wire.PrepareGroup); is {
			prepared[string(a.Group)] = true
		}
	}
	for feed, all := range h.feeds() {
		for k, body := range all {
			collection, id, _ := strings.Cut(k, "/")
			switch {
			case wire.FeedKind(feed) != "account" && feed != wire.TownFeed:
			case collection == wire.Tariffs:
				came["tariff"] = came["tariff"] || strings.Contains(id, "-2026-11-")
			case collection == wire.Groups:
				came["sent at the hour"] = came["sent at the hour"] || prepared[id]
			case collection == wire.Asks:
				var a wire.Ask
				_ = json.Unmarshal([]byte(body), &a)
				for _, r := range a.Results {
					came["place drawn"] = came["place drawn"] || r.Error == nil
					came["place not drawn"] = came["place not drawn"] || r.Error != nil && r.Error.Code == bookings.NoPlace
				}
			case collection == wire.Payments:
				var p wire.Payment
				_ = json.Unmarshal([]byte(body), &p)
				came["payment paid"] = came["payment paid"] || p.State == payments.Paid
				came["payment not paid"] = came["payment not paid"] || !p.State.Open() && p.State != payments.Paid
			case collection == wire.Movements:
				m, _ := movement(k, body)
				came["closed day booked again"] = came["closed day booked again"] || m.Kind == ledger.KindDebit && m.Closure != ""
			}
		}
	}
	for what, is := range h.came {
		came[what] = came[what] || is
	}
	for what, is := range came {
		if is {
			t[what]++
		}
	}
}

// check fails where too little came about in so many histories.
func (t tally) check(test *testing.T, histories int) {
	all := slices.SortedFunc(slices.Values(expected), func(a, b string) int { return cmp.Compare(t[a], t[b]) })
	var told []string
	for _, what := range all {
		told = append(told, fmt.Sprintf("%s %d", what, t[what]))
		if t[what]*30 < histories {
			test.Errorf("%s came about in %d of %d histories", what, t[what], histories)
		}
	}
	test.Logf("in so many histories: %s", strings.Join(told, ", "))
}
