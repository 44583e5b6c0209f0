// Package passwords holds the list of passwords that people in France choose
// most: first names, clubs, tender words, walks over an azerty keyboard.
package passwords

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed fr.txt
var fr string

var load = sync.OnceValues(func() ([]string, map[string]bool) {
	list := strings.Fields(fr)
	set := make(map[string]bool, len(list))
	for _, w := range list {
		set[w] = true
	}
	return list, set
})

// French is the list, the most chosen first, in lower case without accents. It
// is shared: nobody may change it.
func French() []string { list, _ := load(); return list }

// IsFrench reports whether a folded password is in the list.
func IsFrench(folded string) bool { _, set := load(); return set[folded] }
