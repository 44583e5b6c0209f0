package kit_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"parvis/desktop/ui/look"
)

// Every icon that the source of the window names is embedded: a wrong name
// would show as a question mark.
func TestEveryIconNamedInTheSourceExists(t *testing.T) {
	named := regexp.MustCompile(`(?:look\.Icon\(|NewIcon\(|NewIconButton\(|setIcon\([a-zA-Z.]+, |\.Icon\(|\.IconAfter\(|Icon: |NewMenuButton\()"([a-z][a-z-]*)"`)
	found := 0
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range named.FindAllStringSubmatch(string(data), -1) {
			found++
			if !look.HasIcon(m[1]) {
				t.Errorf("%s names the icon %q, which is not embedded", path, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 40 {
		t.Errorf("only %d names were found", found)
	}
}
