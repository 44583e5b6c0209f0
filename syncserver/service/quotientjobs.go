package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// fundLease is how long a claimed question is one process's to ask: longer than
// all of a round, with the fund as slow as it is waited for.
const fundLease = 5 * time.Minute

// FundDue reports whether the family fund is to be asked about somebody.
func (s *Service) FundDue(ctx context.Context) (due bool, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) { due, err = tx.QuotientsDue(); return err })
	return due, err
}

// AskFund asks the family fund about some of those who agreed to it, and says
// how many. Its answer waits for an agent like what a family tells; why there is
// none is a state of the quotient.
func (s *Service) AskFund(ctx context.Context, limit int) (did int64, err error) {
	var due []store.Quotient
	if err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.DueQuotients(limit, tx.Now().Add(fundLease).UnixMicro())
		return err
	}); err != nil {
		return 0, err
	}
	for _, q := range due {
		var identity quotients.Identity
		answer, failed := quotients.Answer{}, json.Unmarshal([]byte(q.Identity), &identity)
		if failed == nil {
			answer, failed = s.o.Fund(ctx, identity)
		}
		if ctx.Err() != nil {
			return did, ctx.Err() // the lease ends by itself
		}
		if settled := s.answered(ctx, q.ID, answer, failed); settled != nil {
			return did, settled
		}
		var t *quotients.Trouble
		if failed != nil && !(errors.As(failed, &t) && t.Outcome != "") {
			err = errors.Join(err, failed)
		}
		did++
	}
	return did, err
}

// answered writes down what the fund said.
func (s *Service) answered(ctx context.Context, id portal.ID, answer quotients.Answer, failed error) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		q, found, err := tx.Quotient(id)
		if err != nil || !found || q.State != string(quotients.Asked) {
			return err // taken back meanwhile
		}
		var t *quotients.Trouble
		switch {
		case failed == nil:
			if wrong := quotients.CheckValue(answer.Value); wrong != nil {
				failed = fmt.Errorf("service: the fund tells no value that can be: %w", wrong)
				break
			}
			q.State, q.Identity = string(quotients.Declared), ""
			q.Value, q.Month, q.Provider = answer.Value, answer.Month, answer.Provider
			// It applies from the day the person asked, or from its month where
			// that is still to come.
			q.From = max(portal.DateOf(time.UnixMicro(q.Made)), answer.Month)
			if err := tx.Audit("", "quotient.answered", string(q.Account)); err != nil {
				return err
			}
			return tx.SaveQuotient(q)
		case errors.As(failed, &t) && t.Outcome != "":
			return s.unanswered(tx, q, t.Outcome)
		}
		q.Tries++
		after := time.Duration(0)
		if t != nil {
			after = t.After
		}
		next := tx.Now().Add(quotients.RetryAfter(q.Tries-1, after))
		if next.After(time.UnixMicro(q.Made).Add(quotients.GiveUp)) {
			return s.unanswered(tx, q, quotients.Unavailable)
		}
		q.Next = next.UnixMicro()
		return tx.SaveQuotient(q)
	})
}

// unanswered ends a question without a value.
func (s *Service) unanswered(tx *store.Tx, q store.Quotient, why quotients.Outcome) error {
	q.State, q.Outcome, q.Identity, q.Next = string(quotients.Unanswered), string(why), "", 0
	if err := tx.Audit("", "quotient.unanswered", string(q.Account)); err != nil {
		return err
	}
	if err := tx.SaveQuotient(q); err != nil {
		return err
	}
	return s.tellQuotient(tx, q.Account, q.ID, mail.QuotientNews)
}

// quotientsARound is how many families one transaction tells.
const quotientsARound = 200

// TendQuotients ends questions that nobody has answered for a day, and tells
// families whose quotient ends soon with none to follow it; some at a time. A
// job calls it.
func (s *Service) TendQuotients(tx *store.Tx) (did int64, err error) {
	late, err := tx.QuotientsAskedBefore(tx.Now().Add(-quotients.GiveUp-fundLease).UnixMicro(), quotientsARound)
	if err != nil {
		return 0, err
	}
	for _, q := range late {
		if err := s.unanswered(tx, q, quotients.Unavailable); err != nil {
			return did, err
		}
		did++
	}
	today := portal.DateOf(tx.Now())
	if tx.Now().Before(today.At(remindHour, 0)) {
		return did, nil
	}
	ending, err := tx.QuotientsEnding(today.Add(quotients.RemindBefore), quotientsARound)
	if err != nil {
		return did, err
	}
	for _, q := range ending {
		q.Reminded = tx.Now().UnixMicro()
		if err := tx.SaveQuotient(q); err != nil {
			return did, err
		}
		did++
		all, err := tx.QuotientsOf(q.Account)
		if err != nil {
			return did, err
		}
		serve, err := tx.QuotientsThatServe(q.Account)
		if err != nil {
			return did, err
		}
		// One that another has taken the place of, and one that ended long ago, are
		// nobody's concern; and who has sent the next one knows.
		now := ledger.QuotientOn(serve, q.Until)
		silent := now == nil || now.ID != q.ID || ledger.QuotientOn(serve, q.Until.Add(1)) != nil || q.Until < today.Add(-quotients.RemindBefore)
		for _, other := range all {
			silent = silent || quotients.State(other.State).Open()
		}
		if silent {
			continue
		}
		if err := s.tellQuotient(tx, q.Account, q.Account, mail.QuotientEnds); err != nil {
			return did, err
		}
	}
	return did, nil
}

// TellOptions writes into what the town says of itself what it can be asked
// for: a desktop shows nothing that nobody does.
func (s *Service) TellOptions(ctx context.Context) error {
	if s.town.ID == "" || s.town.Fund == (s.o.Fund != nil) && s.town.Pays == (s.o.PayFiP != nil) {
		return nil
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		var town wire.Town
		if found, err := tx.Fact(wire.Towns, s.town.ID, &town); err != nil || !found {
			return err
		}
		town.Fund, town.Pays = s.o.Fund != nil, s.o.PayFiP != nil
		return tx.PutFact(wire.Towns, s.town.ID, town)
	})
}
