package service

import (
	"maps"
	"slices"
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
