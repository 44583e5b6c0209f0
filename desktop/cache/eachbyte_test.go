//go:build !race

package cache

import (
	"bytes"
	"path/filepath"
	"testing"
)

// It opens a file twenty thousand times, one at a time on each core: the race
// detector would see nothing there and take ten times as long.
func TestEachByteOfASmallFile(t *testing.T) {
	s := smallCache(t)
	t.Logf("%d bytes", len(s.file))
	if err := s.try(filepath.Join(t.TempDir(), "f"), s.file, nil); err != nil {
		t.Fatalf("undamaged: %v", err)
	}
	eachByte(t, len(s.file), func(path string, at int, flip byte) error {
		file := bytes.Clone(s.file)
		file[at] ^= flip
		return s.try(path, file, nil)
	})
}
