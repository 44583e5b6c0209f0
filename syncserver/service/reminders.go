package service

import (
	"slices"
	"time"

	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/notices"
	"parvis/shared/portal"
	"parvis/shared/quotients"
	"parvis/shared/requests"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

const (
	// remindersARound is how many documents one transaction looks at.
	remindersARound = 200
	// remindHour is from when people are reminded: nobody is woken by it.
	remindHour = 9
)

// RemindersDue reports whether a reminder of a document's end is to be decided
// on now.
func (s *Service) RemindersDue(tx *store.Tx) (bool, error) {
	for i := range notices.ExpiryDays {
		if due, err := expiring(tx, i, 1); err != nil || len(due) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// expiring lists documents of which one of the reminders is to be decided on:
// from the morning on, and none of which a later one is due.
func expiring(tx *store.Tx, i, limit int) ([]store.Document, error) {
	from := portal.DateOf(tx.Now())
	if tx.Now().Before(from.At(remindHour, 0)) {
		return nil, nil
	}
	to := from.Add(notices.ExpiryDays[i])
	if i+1 < len(notices.ExpiryDays) {
		from = from.Add(notices.ExpiryDays[i+1] + 1)
	}
	return tx.Expiring(from, to, notices.ExpiryDays[i], limit)
}

// RemindExpiring tells families of documents in use that soon serve no more,
// each of the days ahead once, and says at how many it looked. A job calls it.
//
// A reminder is decided on when its day has come, or as soon as a server runs
// again: the nearest only, where several are due. Whoever judged a document
// when its day was nearer than that has just been told it.
func (s *Service) RemindExpiring(tx *store.Tx) (int64, error) {
	did := int64(0)
	for i, ahead := range notices.ExpiryDays {
		due, err := expiring(tx, i, remindersARound-int(did))
		if err != nil {
			return did, err
		}
		for _, d := range due {
			did++
			first, err := tx.Reminded(d.ID, ahead)
			if err != nil {
				return did, err
			}
			if first && portal.DateOf(time.UnixMicro(d.Judged)) <= d.Until.Add(-ahead) {
				if err := s.remind(tx, d); err != nil {
					return did, err
				}
			}
		}
	}
	return did, nil
}

// remind tells the family of a document that soon serves no more, where it is
// in use.
func (s *Service) remind(tx *store.Tx, d store.Document) error {
	account, found, err := tx.Account(d.Account)
	if err != nil || !found || account.Closed > 0 {
		return err
	}
	if used, err := s.inUse(tx, d); err != nil || !used {
		return err
	}
	if told, err := endsWithQuotient(tx, d); err != nil || told {
		return err // the quotient's own reminder tells it
	}
	// The earlier reminder, not read, is the same one with more time left.
	if err := noticesRead(tx, d.Account, notices.Expiry, d.ID); err != nil {
		return err
	}
	if now, err := s.notify(tx, account, notices.Expiry, d.ID); err != nil || !now {
		return err
	}
	return s.postNotice(tx, account, mail.DocumentExpires, mail.Data{Town: s.town.Name, Name: account.FirstName, Link: s.o.PublicURL()})
}

// endsWithQuotient reports whether a document ends on the last day of a quotient
// that it proves and that fixes prices until then: that one's end is told. Of a
// quotient that another has taken the place of nothing is told, so that its
// proof, where a request still relies on it, is a document like any other.
func endsWithQuotient(tx *store.Tx, d store.Document) (bool, error) {
	proved, err := tx.QuotientsProvedBy(d.ID)
	if err != nil || len(proved) == 0 {
		return false, err
	}
	serve, err := tx.QuotientsThatServe(d.Account)
	return slices.ContainsFunc(proved, func(q store.Quotient) bool {
		last := ledger.QuotientOn(serve, q.Until)
		return q.State == string(quotients.Accepted) && q.Until == d.Until && last != nil && last.ID == q.ID
	}), err
}

// inUse reports whether somebody still relies on a document on the day after
// its last: a request that is not decided, or an accepted one about a child
// whose enrolment goes on after it. An accepted request about nobody leaves
// nothing behind that would say how long it is in force, so that nobody is
// reminded for it. A document whose like was sent or found valid for longer is
// not needed any more.
func (s *Service) inUse(tx *store.Tx, d store.Document) (bool, error) {
	given, err := tx.DocumentsOf(d.Account)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(given, func(o store.Document) bool {
		if o.ID == d.ID || o.Kind != d.Kind || o.Child != d.Child {
			return false
		}
		valid := o.Status == string(documents.Valid)
		return o.Status == string(documents.Submitted) || valid && (o.Until == "" || o.Until > d.Until || o.Until == d.Until && o.ID > d.ID)
	}) {
		return false, nil
	}
	f, err := s.facts(tx)
	if err != nil {
		return false, err
	}
	all, err := tx.RequestsOf(d.Account)
	if err != nil {
		return false, err
	}
	for _, r := range all {
		accepted := r.State == string(requests.Accepted)
		if requests.State(r.State).Decided() && (!accepted || r.Child == "") {
			continue
		}
		asked, err := s.asked(tx, r)
		if err != nil {
			return false, err
		}
		if !asks(f.kinds, asked, r.Child, d) {
			continue
		}
		if !accepted {
			return true, nil
		}
		enrolled, err := tx.EnrolmentsOf(r.Child)
		if err != nil {
			return false, err
		}
		for _, e := range enrolled {
			if e.Period.To > d.Until {
				return true, nil
			}
		}
	}
	return false, nil
}
