package service

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"parvis/shared/bookings"
	"parvis/shared/ics"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// openCalendar gives an account a private address for its booked days, in place
// of the one it had.
func (s *Service) openCalendar(tx *store.Tx, a Actor, args *wire.OpenCalendar) error {
	if !wire.CalendarSecret(args.Secret) {
		return portal.E(portal.Invalid, "secret")
	}
	if _, taken, err := tx.CalendarAddressBy(hashed(args.Secret)); err != nil || taken {
		return orElse(err, portal.E(portal.Conflict, "secret"))
	}
	if err := tx.SetCalendarAddress(store.CalendarAddress{Account: a.Account, Secret: hashed(args.Secret), Made: tx.Now().UnixMicro()}); err != nil {
		return err
	}
	return tx.Audit(a.Account, "calendar.open", string(a.Account))
}

// closeCalendar ends it.
func (s *Service) closeCalendar(tx *store.Tx, a Actor, _ *wire.CloseCalendar) error {
	if _, found, err := tx.CalendarAddressOf(a.Account); err != nil || !found {
		return err
	}
	if err := tx.DropCalendarAddress(a.Account); err != nil {
		return err
	}
	return tx.Audit(a.Account, "calendar.close", string(a.Account))
}

// projectCalendarAddress tells an account that it has one.
func (s *Service) projectCalendarAddress(tx *store.Tx, id portal.ID) ([]store.FeedRow, error) {
	a, found, err := tx.CalendarAddressOf(id)
	if err != nil || !found {
		return nil, err
	}
	return []store.FeedRow{{Feed: wire.AccountFeed(id), Collection: wire.CalendarAddresses, Entity: id, Body: wire.CalendarAddress{Made: a.Made, Mark: a.Secret[:8]}}}, nil
}

// calendarKeeps is how long, in days, days gone by stay in a calendar that subscribes.
const calendarKeeps = 60

// Calendar is the booked days of whoever has the secret of their address, as a
// file for calendars: what stands in their feed, no more. An unknown secret is
// NotFound.
func (s *Service) Calendar(ctx context.Context, secret string) (file []byte, err error) {
	if !wire.CalendarSecret(secret) {
		return nil, portal.E(portal.NotFound, "")
	}
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		a, found, err := tx.CalendarAddressBy(hashed(secret))
		if err != nil || !found {
			return orElse(err, portal.E(portal.NotFound, ""))
		}
		account, found, err := tx.Account(a.Account)
		if err != nil || !found || account.Closed > 0 {
			return orElse(err, portal.E(portal.NotFound, ""))
		}
		file, err = s.calendar(tx, account)
		return err
	})
	return file, err
}

// calendar is what stands in an account's feed, as days of a calendar.
func (s *Service) calendar(tx *store.Tx, account store.Account) ([]byte, error) {
	f, err := s.facts(tx)
	if err != nil {
		return nil, err
	}
	feed := wire.AccountFeed(account.ID)
	children, sites := map[portal.ID]string{}, map[portal.ID]string{}
	if err := shown(tx, feed, wire.Children, func(c wire.Child) { children[c.ID] = c.FirstName }); err != nil {
		return nil, err
	}
	if err := each(tx, wire.Sites, func(_ portal.ID, x bookings.Site) { sites[x.ID] = x.Name }); err != nil {
		return nil, err
	}
	lang, from := language(account.Language), portal.DateOf(tx.Now()).Add(-calendarKeeps)
	colon := " : "
	if lang != "fr" {
		colon = ": "
	}
	var days []ics.Day
	if err := shown(tx, feed, wire.Bookings, func(b wire.Booking) {
		if b.Day >= from {
			days = append(days, ics.Day{
				ID: b.ID, Day: b.Day, Title: children[b.Child] + colon + f.activities[b.Activity].Name.In(lang), Place: sites[b.Site], Changed: time.UnixMicro(b.At),
			})
		}
	}); err != nil {
		return nil, err
	}
	return ics.MakeDays(strings.TrimSpace("Parvis, "+s.town.Name), s.town.ID, days), nil
}

// shown visits the rows of a collection that stand in a feed.
func shown[T any](tx *store.Tx, feed, collection string, visit func(T)) error {
	rows, err := tx.Shown(feed, collection)
	if err != nil {
		return err
	}
	for _, raw := range rows {
		var one T
		if err := json.Unmarshal(raw, &one); err != nil {
			return err
		}
		visit(one)
	}
	return nil
}
