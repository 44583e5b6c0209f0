package host

import (
	"context"
	"encoding/json"
	"time"

	"parvis/shared/portal"
	"parvis/syncserver/mail"
	"parvis/syncserver/store"
)

// Mailbox is the store's outbox of mails as the mail worker sees it.
type Mailbox struct{ Store *store.Store }

// Claim implements mail.Outbox.
func (b Mailbox) Claim(ctx context.Context, now time.Time, limit int) (items []mail.Item, err error) {
	// Looking is a read: a write would wake the very worker that asks.
	var due bool
	err = b.Store.Read(ctx, func(tx *store.Tx) error {
		due, err = tx.MailsDue()
		return err
	})
	if err != nil || !due {
		return nil, err
	}
	err = b.Store.Write(ctx, func(tx *store.Tx) error {
		items = nil
		due, err := tx.DueMails(limit, now.Add(mail.Lease).UnixMicro())
		for _, m := range due {
			it := mail.Item{
				ID: m.ID, To: m.Address, Kind: mail.Kind(m.Template), Language: m.Language, Created: time.UnixMicro(m.Created), Attempts: m.Tries,
			}
			if err := json.Unmarshal([]byte(m.Data), &it.Data); err != nil {
				return err
			}
			it.Unsubscribe = it.Data.Stop
			items = append(items, it)
		}
		return err
	})
	return items, err
}

// Done implements mail.Outbox.
func (b Mailbox) Done(ctx context.Context, id portal.ID) error {
	return b.Store.Write(ctx, func(tx *store.Tx) error { return tx.MailSent(id) })
}

// Retry implements mail.Outbox.
func (b Mailbox) Retry(ctx context.Context, id portal.ID, next time.Time, why string) error {
	return b.Store.Write(ctx, func(tx *store.Tx) error { return tx.MailRetry(id, next.UnixMicro(), why) })
}

// Release implements mail.Outbox.
func (b Mailbox) Release(ctx context.Context, id portal.ID) error {
	return b.Store.Write(ctx, func(tx *store.Tx) error { return tx.MailRelease(id) })
}

// Fail implements mail.Outbox.
func (b Mailbox) Fail(ctx context.Context, id portal.ID, why string) error {
	return b.Store.Write(ctx, func(tx *store.Tx) error { return tx.MailFailed(id, why) })
}
