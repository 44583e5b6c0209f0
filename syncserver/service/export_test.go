package service

import (
	"maps"
	"slices"
)

// RightsOf lists the types of commands that somebody may do.
func RightsOf() []string { return slices.Sorted(maps.Keys(rights)) }
