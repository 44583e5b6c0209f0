package service

import (
	"maps"
	"slices"

	"parvis/shared/portal"
	"parvis/syncserver/store"
)

// RightsOf lists the types of commands that somebody may do.
func RightsOf() []string { return slices.Sorted(maps.Keys(rights)) }

// Recovery is recovery codes as an account keeps them.
func Recovery(codes ...string) string {
	hashes := []string{}
	for _, c := range codes {
		hashes = append(hashes, hashedRecovery(c))
	}
	return list(hashes)
}

// EndPayingOf is what the closing of an account does to who pays.
func (s *Service) EndPayingOf(tx *store.Tx, account portal.ID) error {
	return s.endPayingOf(tx, account)
}
