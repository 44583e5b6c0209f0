//go:build !race

package service_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/service"
)

// The matrix is played by one after the other, thousands of commands: the race
// detector would see nothing there and take half of its whole time.
func TestWhoMayDoWhat(t *testing.T) {
	var shipped, types []string
	for _, c := range wire.Commands {
		shipped = append(shipped, fmt.Sprintf("%s@%d", c.Type, c.Version))
		types = append(types, c.Type)
	}
	if missing := slices.DeleteFunc(slices.Clone(shipped), func(c string) bool { return len(matrix[c]) > 0 }); len(missing) > 0 || len(matrix) != len(shipped) {
		t.Fatalf("the matrix and wire.Commands differ: %v have no row; %v", missing, slices.Sorted(maps.Keys(matrix)))
	}
	slices.Sort(types)
	if types = slices.Compact(types); !slices.Equal(types, service.RightsOf()) {
		t.Fatalf("the table of rights has %v, wire.Commands %v", service.RightsOf(), types)
	}
	// A town for each part of them: what a family has asked for makes each of
	// its documents dearer, and there is much of both here.
	var parts []string
	for _, command := range shipped {
		part, _, _ := strings.Cut(command, ".")
		parts = append(parts, part)
	}
	slices.Sort(parts)
	for _, part := range slices.Compact(parts) {
		t.Run(part, func(t *testing.T) {
			hosttest.Each(t, func(t *testing.T, s *hosttest.Server) {
				w := newWorld(t, s)
				if part != "file" && part != "request" {
					for _, who := range []string{deskAgent, secondAgent} {
						w.desks[who].Must(wire.FileOpen, wire.OpenFile{Account: w.account(family), Desk: "enfance"})
					}
				}
				for _, command := range shipped {
					if strings.HasPrefix(command, part+".") {
						w.tryAll(t, command)
					}
				}
			})
		})
	}
}
