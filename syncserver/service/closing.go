package service

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"parvis/shared/accounts"
	"parvis/shared/ledger"
	"parvis/shared/portal"
	"parvis/shared/requests"
	"parvis/shared/wire"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// coolingOff is how long somebody who closes an account may change their mind.
const coolingOff = 14 * 24 * time.Hour

// CloseAccount has a family's account closed for good after the cooling-off.
// All its sessions end at once; signing in again undoes it.
func (s *Service) CloseAccount(ctx context.Context, a Actor, in wire.CloseAccount, address string) (out wire.AccountClosing, err error) {
	if a.Role.Agent() {
		return out, portal.E(portal.Forbidden, "account")
	}
	if _, err := s.confirmed(ctx, a, "password", in.Password, address); err != nil {
		return out, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := stillSigned(tx, a); err != nil {
			return err
		}
		account, _, err := tx.Account(a.Account)
		if err != nil {
			return err
		}
		at := tx.Now().Add(coolingOff)
		account.Closing, out.At = at.UnixMicro(), at.UnixMicro()
		if err := tx.SaveAccount(account); err != nil {
			return err
		}
		if err := tx.DropMailChanges(account.ID, false); err != nil {
			return err
		}
		if err := tx.EndRecoveries(account.ID); err != nil {
			return err
		}
		if err := tx.EndSessions(account.ID, tx.Now().UnixMicro()); err != nil {
			return err
		}
		// At once: who is leaving should not go on paying for what others book.
		if err := s.endDelegationsOf(tx, account.ID); err != nil {
			return err
		}
		if err := s.endPayingOf(tx, account.ID); err != nil {
			return err
		}
		if err := s.endPayersOf(tx, account.ID); err != nil {
			return err
		}
		if err := tx.Audit(account.ID, "account.closing", string(account.ID)); err != nil {
			return err
		}
		return s.post(tx, account.MailKey, mail.AccountClosing, account.Language, mail.Data{Name: account.FirstName, When: at, Link: s.o.PublicURL()})
	})
	return out, err
}

// reopenAccount gives the closing of an account up, for its person has come back.
func (s *Service) reopenAccount(tx *store.Tx, account store.Account) (bool, error) {
	if account.Closing == 0 {
		return false, nil
	}
	account.Closing = 0
	if err := tx.SaveAccount(account); err != nil {
		return false, err
	}
	if err := tx.Audit(account.ID, "account.reopened", string(account.ID)); err != nil {
		return false, err
	}
	return true, s.post(tx, account.MailKey, mail.AccountReopened, account.Language, mail.Data{Name: account.FirstName, When: tx.Now(), Link: s.o.PublicURL()})
}

// closingsARound is how many accounts are closed in one transaction.
const closingsARound = 20

// CloseAccounts closes accounts whose cooling-off is over, some at a time. A
// job calls it.
func (s *Service) CloseAccounts(tx *store.Tx) error {
	due, err := tx.AccountsToClose(closingsARound)
	if err != nil {
		return err
	}
	for _, a := range due {
		if err := s.closeForGood(tx, a); err != nil {
			return err
		}
	}
	return nil
}

// closeForGood takes away all of an account that no law has the town hall
// keep. What stays is who paid what, under a name and a postal address; the
// requests that were decided; and the children, who go on going to school.
func (s *Service) closeForGood(tx *store.Tx, a store.Account) error {
	sent, err := tx.RequestsOf(a.ID)
	if err != nil {
		return err
	}
	me := Actor{Account: a.ID, Name: a.FirstName + " " + a.LastName, Role: accounts.Role{Kind: accounts.Family}}
	for _, r := range sent {
		next, wrong := requests.Next(requests.State(r.State), requests.Withdraw)
		if wrong != nil {
			continue // decided
		}
		r.State = string(next)
		if err := s.move(tx, me, r, requests.Withdraw, ""); err != nil {
			return err
		}
	}
	if err := s.dropVisits(tx, me); err != nil {
		return err
	}
	if err := s.dropWaits(tx, a.ID); err != nil {
		return err
	}
	if err := s.passAsks(tx, a.ID); err != nil {
		return err
	}
	if err := s.post(tx, a.MailKey, mail.AccountClosed, a.Language, mail.Data{Name: a.FirstName, When: tx.Now()}); err != nil {
		return err
	}
	if err := touchFile(tx, a.ID); err != nil {
		return err
	}
	if err := s.endDelegationsOf(tx, a.ID); err != nil { // those of after it changed its mind
		return err
	}
	if err := touchDelegations(tx, a); err != nil {
		return err
	}
	if err := forgetPapers(tx, a.ID); err != nil {
		return err
	}
	links, err := tx.LinksTo(a.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		if err := tx.Unlink(l.Child, a.ID); err != nil {
			return err
		}
	}
	if err := tx.DropMailChanges(a.ID, true); err != nil {
		return err
	}
	if err := tx.DropQuotients(a.ID); err != nil {
		return err
	}
	if err := tx.DropCalendarAddress(a.ID); err != nil {
		return err
	}
	if err := tx.DropBookingGroupsOf(a.ID); err != nil {
		return err
	}
	if err := tx.DropPreparedOf(a.ID); err != nil {
		return err
	}
	if err := tx.DropAsksOf(a.ID); err != nil {
		return err
	}
	if err := tx.DropLevels(a.ID); err != nil {
		return err
	}
	if err := tx.ForgetClosuresTold(a.ID); err != nil {
		return err
	}
	if err := passAbsences(tx, a.ID); err != nil {
		return err
	}
	if err := tx.ForgetAccess(a.ID); err != nil {
		return err
	}
	if err := tx.ClearThrottles(loginSubject(a.Login)); err != nil {
		return err
	}
	var p accounts.Profile
	if err := json.Unmarshal([]byte(a.Profile), &p); err != nil {
		return err
	}
	kept, err := json.Marshal(accounts.Profile{FirstName: p.FirstName, LastName: p.LastName, Address: p.Address})
	if err != nil {
		return err
	}
	fixes, err := json.Marshal(ledger.Payer{Resident: payer(a).Resident})
	if err != nil {
		return err
	}
	// Neither can be typed, so that nobody signs in by them or is kept from them.
	a.Login, a.MailKey = "closed:"+string(a.ID), "closed:"+string(a.ID)
	a.Profile, a.Payer = string(kept), string(fixes)
	a.Closing, a.Closed = 0, tx.Now().UnixMicro()
	if err := tx.SaveAccount(a); err != nil {
		return err
	}
	return tx.Audit(a.ID, "account.closed", string(a.ID))
}

// forgetPapers takes an account's documents and drafts away: the service that
// has decided keeps its decision, not what it was shown.
func forgetPapers(tx *store.Tx, account portal.ID) error {
	given, err := tx.DocumentsOf(account)
	if err != nil {
		return err
	}
	enclosed, err := tx.EnclosedTo(account)
	if err != nil {
		return err
	}
	for _, d := range slices.Concat(given, enclosed) {
		if err := tx.DeleteDocument(d); err != nil {
			return err
		}
	}
	drafts, err := tx.DraftsOf(account)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		d.Body, d.Dropped = "", tx.Now().UnixMicro()
		if err := tx.SaveDraft(d); err != nil {
			return err
		}
	}
	return nil
}
