// Package parvis_test holds the structure of the project: which part may know
// which.
package parvis_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// may lists, for each part, the parts of Parvis that it may import besides
// itself. What is not named here may not be imported; a package that no part
// holds fails the test.
var may = map[string][]string{
	"shared/portal":       {},
	"shared/words":        {},
	"shared/accounts":     {"shared/portal", "shared/words", "assets/passwords"},
	"shared/family":       {"shared/portal", "shared/words", "shared/accounts"},
	"shared/requests":     {"shared/portal", "shared/words", "shared/accounts", "shared/family"},
	"shared/bookings":     {"shared/portal"},
	"shared/meals":        {"shared/portal", "shared/bookings"},
	"shared/ledger":       {"shared/portal"},
	"shared/messages":     {"shared/portal", "shared/words"},
	"shared/notices":      {"shared/portal"},
	"shared/wire":         {"shared/portal", "shared/bookings", "shared/documents", "shared/family", "shared/ledger", "shared/meals", "shared/payments", "shared/quotients"},
	"shared/payments":     {"shared/portal", "shared/words"},
	"shared/quotients":    {"shared/portal", "shared/words", "shared/accounts", "shared/ledger"},
	"shared/client":       {"shared/portal", "shared/wire"},
	"shared/documents":    {"shared/portal", "shared/requests"},
	"shared/appointments": {"shared/portal", "shared/bookings"},
	"shared/examples":     {"shared/portal", "shared/bookings", "shared/family", "shared/ledger"},

	"assets":           {},
	"assets/passwords": {"shared/words"},
	"assets/catalogue": {"shared"},
	"assets/calendars": {"shared"},
	"assets/mails":     {},
	"assets/town":      {},

	"syncserver/config":        {},
	"syncserver/addresses":     {"shared/accounts"},
	"syncserver/payfip":        {"shared/portal", "shared/payments"},
	"syncserver/particulier":   {"shared/portal", "shared/quotients", "shared/words"},
	"syncserver/store":         {"shared"},
	"syncserver/mail":          {"shared/portal", "assets/mails", "syncserver/config"},
	"syncserver/files":         {},
	"syncserver/scan":          {},
	"syncserver/service":       {"shared", "syncserver/store", "syncserver/mail", "syncserver/files"},
	"syncserver/live":          {"shared"},
	"syncserver/httpapi":       {"shared", "assets", "syncserver/service", "syncserver/live"},
	"syncserver/host":          {"shared", "syncserver/particulier", "syncserver/store", "syncserver/service", "syncserver/live", "syncserver/httpapi", "syncserver/mail", "syncserver/files", "syncserver/scan"},
	"syncserver/host/hosttest": {"shared", "syncserver"},
	"syncserver/demo":          {"shared", "assets", "syncserver/store", "syncserver/service", "syncserver/particulier", "syncserver/payfip"},
	"syncserver":               {"shared", "assets", "syncserver"},

	"desktop/i18n":            {"assets", "shared/words"},
	"desktop/cache":           {"shared"},
	"desktop/find":            {"shared/portal", "shared/words"},
	"desktop/print":           {"shared/portal", "assets", "desktop/i18n"},
	"desktop/photos":          {"shared/portal", "shared/documents", "desktop/print"},
	"desktop/pages":           {"shared/portal", "desktop/photos"},
	"desktop/report":          {"shared/portal", "shared/client"},
	"desktop/syncing":         {"shared", "desktop/cache", "desktop/report"},
	"desktop/notify":          {},
	"desktop/view":            {"shared", "desktop/cache"},
	"desktop/session":         {"shared", "desktop/report", "desktop/cache", "desktop/syncing", "desktop/view"},
	"desktop/ui/look":         {"assets"},
	"desktop/ui/task":         {},
	"desktop/ui/kit":          {"assets", "desktop/i18n", "desktop/ui/look", "desktop/ui/task"},
	"desktop/ui/pick":         {"shared/portal", "desktop/i18n", "desktop/photos", "desktop/ui/task"},
	"desktop/ui/prepare":      {"shared/portal", "desktop/i18n", "desktop/photos", "desktop/ui/look", "desktop/ui/kit", "desktop/ui/pick", "desktop/ui/task"},
	"desktop/ui/screen":       {"shared/portal", "shared/bookings", "desktop/i18n", "desktop/session", "desktop/view", "desktop/pages", "desktop/print", "desktop/ui/look", "desktop/ui/kit", "desktop/ui/pick", "desktop/ui/task"},
	"desktop/ui/arrange":      {"desktop/ui/look", "desktop/ui/kit"},
	"desktop/ui/outcome":      screens,
	"desktop/ui/screentest":   append([]string{"shared", "desktop/syncing"}, screens...),
	"desktop/ui/account":      screens,
	"desktop/ui/proofs":       append([]string{"desktop/ui/outcome", "desktop/ui/papers"}, screens...),
	"desktop/ui/forms":        append([]string{"desktop/ui/proofs", "desktop/ui/appointments"}, screens...),
	"desktop/ui/agenda":       append([]string{"desktop/ui/outcome", "desktop/ui/arrange", "desktop/ui/waiting"}, screens...),
	"desktop/ui/waiting":      append([]string{"desktop/ui/outcome"}, screens...),
	"desktop/ui/absences":     append([]string{"desktop/ui/outcome", "desktop/ui/arrange", "desktop/ui/papers"}, screens...),
	"desktop/ui/closures":     append([]string{"desktop/ui/outcome"}, screens...),
	"desktop/ui/takeout":      append([]string{"shared/ics", "desktop/ui/outcome"}, screens...),
	"desktop/ui/grouped":      append([]string{"desktop/ui/outcome"}, screens...),
	"desktop/ui/openings":     append([]string{"desktop/ui/grouped", "desktop/ui/outcome"}, screens...),
	"desktop/ui/family":       append([]string{"desktop/ui/outcome"}, screens...),
	"desktop/ui/help":         {"assets", "desktop/i18n", "desktop/ui/look", "desktop/ui/kit", "desktop/ui/arrange"},
	"desktop/export":          {"shared/portal", "desktop/i18n", "desktop/print"},
	"desktop/ui/payments":     append([]string{"desktop/export", "desktop/ui/outcome", "desktop/ui/arrange"}, screens...),
	"desktop/ui/till":         append([]string{"desktop/ui/payments", "desktop/ui/outcome"}, screens...),
	"desktop/ui/quotient":     append([]string{"desktop/ui/outcome", "desktop/ui/arrange"}, screens...),
	"desktop/ui/notices":      append([]string{"desktop/ui/outcome", "desktop/ui/closures"}, screens...),
	"desktop/ui/papers":       append([]string{"desktop/ui/arrange"}, screens...),
	"desktop/ui/exchanges":    append([]string{"desktop/find", "desktop/ui/forms", "desktop/ui/proofs", "desktop/ui/outcome", "desktop/ui/arrange", "desktop/ui/papers"}, screens...),
	"desktop/ui/staff":        append([]string{"desktop/ui/agenda", "desktop/ui/openings", "desktop/ui/appointments", "desktop/ui/closures", "desktop/ui/family", "desktop/ui/quotient", "desktop/ui/forms", "desktop/ui/exchanges", "desktop/ui/papers", "desktop/ui/outcome", "desktop/ui/arrange"}, screens...),
	"desktop/ui/finding":      append([]string{"assets", "desktop/find"}, screens...),
	"desktop/ui/home":         append([]string{"desktop/ui/openings", "desktop/ui/forms", "desktop/ui/agenda", "desktop/ui/waiting", "desktop/ui/closures", "desktop/ui/outcome"}, screens...),
	"desktop/ui/app":          {"shared/portal", "shared/accounts", "shared/requests", "shared/wire", "desktop"},
	"desktop/journey":         {"shared", "desktop/journey"},
	"desktop":                 {"desktop"},
	"shared/ics":              {"shared/portal"},
	"desktop/ui/appointments": append([]string{"shared/ics", "desktop/ui/outcome", "desktop/ui/arrange"}, screens...),
}

// screens is what a module of screens may know: the rules and words of the
// field, what it reads and calls, and the widgets; never the network, the
// cache's file or another module.
var screens = []string{
	"shared/portal", "shared/words", "shared/accounts", "shared/family", "shared/requests", "shared/documents", "shared/bookings", "shared/meals", "shared/ledger", "shared/appointments", "shared/messages", "shared/notices", "shared/payments", "shared/quotients", "shared/wire", "shared/client", "assets/catalogue",
	"desktop/i18n", "desktop/cache", "desktop/view", "desktop/session", "desktop/ui/look", "desktop/ui/kit", "desktop/ui/screen", "desktop/ui/task",
	"desktop/photos", "desktop/pages", "desktop/print", "desktop/ui/pick", "desktop/ui/prepare",
}

// partOf is the longest name in may that holds a package.
func partOf(pkg string) string {
	best := ""
	for part := range may {
		if (pkg == part || strings.HasPrefix(pkg, part+"/")) && len(part) > len(best) {
			best = part
		}
	}
	return best
}

func within(pkg string, parts []string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return pkg == p || strings.HasPrefix(pkg, p+"/") })
}

func TestImportsRunOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Doc,GoFiles", "-tags", "migrated_fynedo,no_emoji", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p struct {
			ImportPath, Doc string
			Imports         []string
			GoFiles         []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) == 0 || p.ImportPath == "parvis" {
			continue
		}
		seen++
		pkg := strings.TrimPrefix(p.ImportPath, "parvis/")
		if p.Doc == "" {
			t.Errorf("%s has no package comment", pkg)
		}
		part := partOf(pkg)
		if part == "" {
			t.Errorf("%s belongs to no part: give it a line in may", pkg)
			continue
		}
		for _, imported := range p.Imports {
			to, ours := strings.CutPrefix(imported, "parvis/")
			if !ours || partOf(to) == part {
				continue
			}
			if !within(to, may[part]) {
				t.Errorf("%s may not import %s", pkg, to)
			}
		}
	}
	if seen < 20 {
		t.Fatalf("only %d packages were seen", seen)
	}
}

// SQL belongs to the store and the cache, nowhere else.
func TestSQLStaysInItsPlace(t *testing.T) {
	out, err := exec.Command("git", "grep", "-lIE", "(\"|`)(SELECT|INSERT INTO|UPDATE|DELETE FROM) ", "--", "*.go").Output()
	if err != nil {
		t.Fatal(err)
	}
	for file := range strings.FieldsSeq(string(out)) {
		if !strings.HasPrefix(file, "syncserver/store/") && !strings.HasPrefix(file, "desktop/cache/") && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s speaks SQL", file)
		}
	}
}
