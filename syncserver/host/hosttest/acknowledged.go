package hosttest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"parvis/shared/accounts"
	"parvis/shared/bookings"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// Acknowledged is a command that the server has answered, as its sender knows
// it.
type Acknowledged struct {
	Account portal.ID
	Outbox  portal.ID
	Body    []byte
	Verdict wire.Verdict
}

// SendCommands is the client's, and remembers what was acknowledged: at the
// end of the test the server must still know it.
func (d *Desk) SendCommands(ctx context.Context, outbox portal.ID, commands []wire.Envelope) (wire.CommandResults, error) {
	out, err := d.Client.SendCommands(ctx, outbox, commands)
	for i, v := range out.Verdicts {
		if i < len(commands) {
			d.known = append(d.known, Acknowledged{d.Session.Account.ID, outbox, commands[i].Body, v})
		}
	}
	return out, err
}

// Forgotten lists what of acknowledged commands a store no longer knows, or
// knows otherwise, and what of their effects is not there.
func Forgotten(ctx context.Context, st *store.Store, known []Acknowledged) (out []string, err error) {
	logs := map[portal.ID]map[int64]wire.Verdict{}
	byID := map[portal.ID]wire.Verdict{}
	for _, a := range known {
		if logs[a.Outbox] != nil {
			continue
		}
		logs[a.Outbox] = map[int64]wire.Verdict{}
		for number := int64(0); ; {
			page, err := st.Pull(ctx, wire.Pull{Outbox: a.Outbox, Number: number}, a.Account, func(*store.Tx) ([]string, error) { return nil, nil })
			if err != nil {
				return out, err
			}
			for _, v := range page.Verdicts {
				logs[a.Outbox][v.Number], byID[v.Command] = v, v
				number = v.Number
			}
			if len(page.Verdicts) < wire.PullRows {
				break
			}
		}
	}
	err = st.Read(ctx, func(tx *store.Tx) error {
		for _, a := range known {
			v, found := logs[a.Outbox][a.Verdict.Number]
			if !found && a.Verdict.Command != "" {
				// Sent again in another outbox it stands there.
				v, found = byID[a.Verdict.Command]
				v.Number = a.Verdict.Number
			}
			was, is := text(a.Verdict), text(v)
			if !found || was != is {
				out = append(out, fmt.Sprintf("acknowledged as %s, the log has %s", was, is))
				continue
			}
			if !v.Accepted {
				continue
			}
			_, args, err := wire.ReadCommand(a.Body)
			if err != nil {
				return err
			}
			missing, err := effect(tx, a.Account, args)
			if err != nil {
				return err
			}
			if missing != "" {
				out = append(out, fmt.Sprintf("%s was accepted and %s", v.Command, missing))
			}
		}
		return nil
	})
	return out, err
}

func text(v wire.Verdict) string {
	raw, _ := json.Marshal(v) // plain data
	return string(raw)
}

// effect says what of an accepted command's effect is not there.
func effect(tx *store.Tx, account portal.ID, args any) (string, error) {
	// The time line keeps what was done to a request, whatever came after.
	did := func(id portal.ID, action requests.Action) (string, error) {
		events, err := tx.RequestEvents(id)
		if err != nil {
			return "", err
		}
		for _, e := range events {
			if e.Actor == account && requests.EventKind(e.Kind) == requests.EventOf(action) {
				return "", nil
			}
		}
		return "its request's time line does not know it", nil
	}
	switch c := args.(type) {
	case *wire.Book:
		b, found, err := tx.Booking(c.Booking)
		if err == nil && (!found || b.Actor != account || b.Child != c.Child || b.Activity != c.Activity || b.Day != c.Day) {
			return "its booking is not there", nil
		}
		return "", err
	case *wire.CancelBooking:
		b, found, err := tx.Booking(c.Booking)
		if err == nil && (!found || b.State != store.BookingCancelled) {
			return "its booking is not cancelled", nil
		}
		return "", err
	case *wire.JoinWaiting:
		w, found, err := tx.Wait(c.Wait)
		// Whose it is may have passed to a parent.
		if err == nil && (found && (w.Child != c.Child || w.Activity != c.Activity || w.Day != c.Day) || !found && c.Day >= portal.DateOf(tx.Now())) {
			return "it is on no list", nil // once the day is past nobody needs it
		}
		return "", err
	case *wire.LeaveWaiting:
		w, found, err := tx.Wait(c.Wait)
		if err == nil && found && w.State != bookings.WaitLeft {
			return "it waits on", nil
		}
		return "", err
	case *wire.GroupBookings:
		g, found, err := tx.BookingGroup(c.Group)
		if err == nil && (!found || g.Account != account) {
			return "what became of its group is not there", nil
		}
		return "", err
	case *wire.PrepareGroup:
		g, found, err := tx.Prepared(c.Group)
		if _, sent, e := tx.BookingGroup(c.Group); err == nil && e == nil && !sent && (!found || g.Account != account) {
			return "what it prepared is not there", nil
		}
		return "", err
	case *wire.DropPrepared:
		g, found, err := tx.Prepared(c.Group)
		if err == nil && (!found || g.Account != account || g.Dropped == 0) {
			return "what it prepared was never thrown away", nil
		}
		return "", err
	case *wire.SubmitRequest:
		return did(c.Request, requests.Submit)
	case *wire.TakeRequest:
		return did(c.Request, requests.Take)
	case *wire.AcceptRequest:
		r, _, err := tx.Request(c.Request)
		if err == nil && (requests.State(r.State) != requests.Accepted || r.Agent != account) {
			return "its request is " + r.State, nil
		}
		return "", err
	case *wire.RefuseRequest:
		return did(c.Request, requests.Refuse)
	case *wire.WithdrawRequest:
		return did(c.Request, requests.Withdraw)
	case *wire.AskCorrection:
		return did(c.Request, requests.Ask)
	case *wire.AnswerCorrection:
		return did(c.Request, requests.Answer)
	case *wire.ReleaseRequest:
		return did(c.Request, requests.Release)
	case *wire.CloseRequest:
		return did(c.Request, requests.Close)
	case *wire.ReopenRequest:
		return did(c.Request, requests.Reopen)
	case *wire.SaveDraft:
		form, wrong := requests.DecodeDraft(c.Draft)
		if wrong != nil {
			return "its draft is none", nil
		}
		d, found, err := tx.Draft(form.ID)
		if _, sent, e := tx.Request(form.Request); err == nil && e == nil && !sent && (!found || d.Account != account) {
			return "its draft is not there", nil
		}
		return "", err
	case *wire.DropDraft:
		d, found, err := tx.Draft(c.Draft)
		if err == nil && (!found || d.Account != account) {
			return "its draft was never thrown away", nil
		}
		return "", err
	case *wire.TellAbsence:
		ab, found, err := tx.Absence(c.Absence)
		if err == nil && (!found || ab.Account != account || ab.Child != c.Child) {
			return "its absence is not there", nil
		}
		return "", err
	case *wire.WithdrawAbsence:
		back, err := tx.BackOf(c.Absence)
		for _, id := range c.Bookings {
			if err == nil && !slices.ContainsFunc(back, func(b store.AbsenceBack) bool { return b.Booking == id }) {
				return "its absence was never taken back", nil
			}
		}
		return "", err
	case *wire.JudgeAbsence:
		ab, _, err := tx.Absence(c.Absence)
		if err == nil && (ab.Agent != account || ab.Judged == 0) {
			return "its absence is not judged", nil
		}
		return "", err
	case *wire.DeclareClosure:
		var fact bookings.Closure
		found, err := tx.Fact(wire.Closures, c.Closure, &fact)
		if err == nil && (!found || fact.Declared == 0) {
			return "its closure is not there", nil
		}
		return "", err
	case *wire.UndoClosure:
		var fact bookings.Closure
		found, err := tx.Fact(wire.Closures, c.Closure, &fact)
		if err == nil && (!found || fact.Undone == 0) {
			return "its closure was never taken back", nil
		}
		return "", err
	case *wire.SettlePayment:
		p, found, err := tx.Payment(c.Payment)
		if err == nil && (!found || p.State == payments.Unclear || c.Paid && p.Credit == "") {
			return "its payment is as unclear as before", nil
		}
		return "", err
	case *wire.EnterAtDesk:
		return entered(tx, c.Entry)
	case *wire.UndoAtDesk:
		return entered(tx, c.Correction)
	case *wire.CorrectBalance:
		return entered(tx, c.Correction)
	case *wire.InviteDelegate:
		d, found, err := tx.Delegation(c.Delegation)
		if err == nil && (!found || d.Inviter != account) {
			return "its invitation is not there", nil
		}
		return "", err
	case *wire.AcceptDelegation:
		d, found, err := tx.Delegation(c.Delegation)
		if err == nil && (!found || d.Delegate != account || d.Answered == 0) {
			return "its invitation was not accepted", nil
		}
		return "", err
	case *wire.DeclineDelegation:
		d, _, err := tx.Delegation(c.Delegation)
		if err == nil && d.State != string(accounts.Declined) {
			return "its invitation is " + d.State, nil
		}
		return "", err
	case *wire.EndDelegation:
		d, found, err := tx.Delegation(c.Delegation)
		if err == nil && (!found || accounts.DelegationState(d.State).Live()) {
			return "its delegation has not ended", nil
		}
		return "", err
	}
	return "", nil // the others leave a line in the audit trail, which is chained
}

// entered says that the books do not hold a transaction.
func entered(tx *store.Tx, id portal.ID) (string, error) {
	_, found, err := tx.Transaction(id)
	if err == nil && !found {
		return "its transaction is not in the books", nil
	}
	return "", err
}
