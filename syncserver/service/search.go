package service

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/shared/words"
	"parvis/syncserver/store"
)

// townPage is how many requests a search over the town reads at once.
const townPage = 2000

// SearchTown finds, among all the requests that were ever made at an agent's
// desks, those of whom and whose reference each word begins a word. Who was found
// is put into the audit trail; what was looked for is not, for it is a name too.
func (s *Service) SearchTown(ctx context.Context, a Actor, in wire.TownQuery) (wire.TownFound, error) {
	out := wire.TownFound{Found: []wire.FoundRequest{}}
	if !a.Role.Agent() {
		return out, portal.E(portal.Forbidden, "search")
	}
	text := strings.TrimSpace(in.Text)
	asked := words.Split(text)
	switch {
	case !accounts.Readable(text):
		return out, portal.E(portal.Invalid, "text")
	case utf8.RuneCountInString(text) > wire.LongestTownQuery:
		return out, portal.E(portal.TooLong, "text", "max", strconv.Itoa(wire.LongestTownQuery))
	case len(asked) == 0 || utf8.RuneCountInString(text) < wire.ShortestTownQuery:
		return out, portal.E(portal.Missing, "text")
	}
	if wait := s.searching.may(a.Account, s.o.Clock()); wait > 0 {
		return out, throttledFor(wait, "text")
	}
	if in.CashDesk != "" {
		return s.searchPayers(ctx, a, in.CashDesk, asked)
	}
	// In pages, so that no read of the database is long, and back only as far as
	// there is something to be shown.
	for last := (store.Listed{}); !out.More; {
		var page []store.Listed
		if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.RequestsBehind(last, townPage)
			return err
		}); err != nil {
			return out, err
		}
		for _, r := range page {
			family := strings.TrimSpace(r.FirstName + " " + r.LastName)
			if a.mustReach(r.Desk) != nil || !begins(asked, r.Person+" "+family+" "+r.Reference) {
				continue
			}
			if len(out.Found) == wire.MostTownFound {
				out.More = true
				break
			}
			out.Found = append(out.Found, wire.FoundRequest{Request: r.ID, Account: r.Account, Reference: r.Reference, Procedure: r.Procedure, Desk: r.Desk,
				State: r.State, Person: r.Person, Family: family, Submitted: r.Submitted})
		}
		if len(page) < townPage {
			break
		}
		last = page[len(page)-1]
	}
	return out, s.store.Write(ctx, func(tx *store.Tx) error {
		subject := []string{strconv.Itoa(len(out.Found))}
		for _, f := range out.Found {
			if !slices.Contains(subject, string(f.Account)) {
				subject = append(subject, string(f.Account))
			}
		}
		return tx.Audit(a.Account, "town.search", strings.Join(subject, " "))
	})
}

// begins reports whether each word begins a word of a text; accents and capitals
// are forgiven.
func begins(asked []string, text string) bool {
	have := words.Split(text)
	for _, w := range asked {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}
