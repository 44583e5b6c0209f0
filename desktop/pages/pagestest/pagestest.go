// Package pagestest gives tests an opener of documents that does not compile
// its engine for each of them: what was compiled stays in the machine's folder
// for caches. Only tests import it.
package pagestest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"parvis/desktop/pages"
)

// Opener is an opener that ends with the test.
func Opener(t testing.TB) *pages.Opener {
	t.Helper()
	o := pages.New(Dir(), pages.Fill)
	t.Cleanup(o.Close)
	return o
}

// Dir is where tests keep what was compiled.
func Dir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "parvis-tests")
}

// shared is an opener for all tests of a package.
var shared = sync.OnceValue(func() *pages.Opener { return pages.New(Dir(), pages.Fill) })

// Text is what can be read on the pages of a document, one string a page.
func Text(t testing.TB, data []byte) []string {
	t.Helper()
	d, err := shared().Open(context.Background(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var all []string
	for i := range d.Pages() {
		s, err := d.Text(context.Background(), i)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}
