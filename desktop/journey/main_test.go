package main

import (
	"slices"
	"strings"
	"testing"
)

// What is played in a browser is not passed over in silence where there is none.
func TestNothingIsLeftOutUnasked(t *testing.T) {
	for _, c := range []struct {
		only    []string
		allowed bool
		left    []string
		wrong   bool
	}{
		{nil, false, nil, true},
		{nil, true, []string{"recharger"}, false},
		{[]string{"recharger", "regie"}, false, nil, true},
		{[]string{"recharger", "regie"}, true, []string{"recharger"}, false},
		{[]string{"regie"}, false, nil, false},
	} {
		left, err := withoutBrowser(c.only, c.allowed)
		if !slices.Equal(left, c.left) || (err != nil) != c.wrong || err != nil && !(strings.Contains(err.Error(), "recharger") && strings.Contains(err.Error(), noBrowser)) {
			t.Errorf("%v: %v, %v", c, left, err)
		}
	}
	// Without one the program ends before it opens anything.
	t.Setenv("PATH", t.TempDir())
	t.Setenv(noBrowser, "")
	if err := run("no server", "no desktop", t.TempDir(), "recharger"); err == nil || !strings.Contains(err.Error(), noBrowser) {
		t.Errorf("it ends with %v", err)
	}
	t.Setenv(noBrowser, "1")
	if err := run("no server", "no desktop", t.TempDir(), "recharger"); err != nil {
		t.Errorf("left out it ends with %v", err)
	}
}
