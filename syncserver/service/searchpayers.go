package service

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// searchPayers finds for a cashier the accounts of whose name, or of whose
// children's, each word begins a word. Who was found is put into the audit trail.
func (s *Service) searchPayers(ctx context.Context, a Actor, cashDesk string, asked []string) (wire.TownFound, error) {
	out := wire.TownFound{Found: []wire.FoundRequest{}}
	if err := a.mustReach(string(accounts.Till(cashDesk))); err != nil {
		return out, err
	}
	for last := portal.ID(""); !out.More; {
		var page []store.PayerListed
		if err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.PayersAfter(cashDesk, last, townPage)
			return err
		}); err != nil {
			return out, err
		}
		full, before := len(page) == townPage, last
		for len(page) > 0 {
			n := slices.IndexFunc(page, func(p store.PayerListed) bool { return p.ID != page[0].ID })
			if n < 0 {
				if full && last != before {
					break // the rest of its rows are on the next page
				}
				n = len(page)
			}
			if f, found := payerFound(asked, page[:n]); found {
				if len(out.Payers) == wire.MostTownFound {
					out.More = true
					break
				}
				out.Payers = append(out.Payers, f)
			}
			last, page = page[0].ID, page[n:]
		}
		if !full {
			break
		}
	}
	slices.SortFunc(out.Payers, func(x, y wire.FoundPayer) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.Account, y.Account))
	})
	return out, s.store.Write(ctx, func(tx *store.Tx) error {
		subject := []string{cashDesk, strconv.Itoa(len(out.Payers))}
		for _, f := range out.Payers {
			subject = append(subject, string(f.Account))
		}
		return tx.Audit(a.Account, "payer.search", strings.Join(subject, " "))
	})
}

// payerFound is a payer out of its rows, where it is one that was asked for.
func payerFound(asked []string, rows []store.PayerListed) (wire.FoundPayer, bool) {
	p := rows[0]
	f := wire.FoundPayer{Account: p.ID, Name: strings.TrimSpace(p.FirstName + " " + p.LastName)}
	for _, r := range rows {
		if r.Child != "" {
			f.Children = append(f.Children, r.Child)
		}
	}
	if !begins(asked, f.Name+" "+strings.Join(f.Children, " ")) {
		return f, false
	}
	var profile accounts.Profile
	_ = json.Unmarshal([]byte(p.Profile), &profile) // a text of ours
	f.City = profile.Address.City
	return f, true
}
