package service

import (
	"slices"

	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// teller tells whom a closure concerns, each once whatever it cancels of theirs.
type teller struct {
	s       *Service
	tx      *store.Tx
	closure portal.ID
	done    map[[2]portal.ID]bool // child and activity
}

// tell tells all who see a booking, and who pays it.
func (t teller) tell(b store.Booking, n news) error {
	key := [2]portal.ID{b.Child, b.Activity + "/" + portal.ID(n.what) + "/" + b.Payer}
	if t.done[key] {
		return nil
	}
	t.done[key] = true
	return t.each(b, func(account portal.ID) error {
		first, err := t.tx.TellClosure(t.closure, account, string(n.what))
		if err != nil || !first {
			return err
		}
		return t.send(account, n)
	})
}

// tellLost tells them that a day could not be booked again.
func (t teller) tellLost(b store.Booking) error {
	return t.each(b, func(account portal.ID) error {
		return t.send(account, news{notices.ClosureLost, map[string]string{notices.ArgLost: string(b.Day)}})
	})
}

func (t teller) each(b store.Booking, do func(account portal.ID) error) error {
	ties, err := tiesOf(t.tx, b.Child)
	if err != nil {
		return err
	}
	concerned := []portal.ID{b.Payer}
	for _, tie := range ties {
		if tie.RightsAt(b.Activity).See && !slices.Contains(concerned, tie.Account) {
			concerned = append(concerned, tie.Account)
		}
	}
	for _, account := range concerned {
		if err := do(account); err != nil {
			return err
		}
	}
	return nil
}

func (t teller) send(id portal.ID, n news) error {
	account, found, err := t.tx.Account(id)
	if err != nil || !found || account.Closed > 0 {
		return err
	}
	if n.what == notices.ClosureUndone {
		// That it is closed is true no longer, read or not; that it is open again is
		// told by mail as well.
		if err := noticesRead(t.tx, id, notices.Closure, t.closure); err != nil {
			return err
		}
	}
	now, err := t.s.notifyOf(t.tx, account, notices.Closure, t.closure, n)
	if err != nil || !now {
		return err
	}
	return t.s.postNotice(t.tx, account, mail.ClosureChanged, mail.Data{Name: account.FirstName, Link: t.s.o.PublicURL()})
}
