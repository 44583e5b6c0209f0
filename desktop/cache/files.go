package cache

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// tempPrefix begins the names of files that are being written.
const tempPrefix = ".writing-"

// writeFile replaces a file as a whole, so that a power cut leaves the old or
// the new one; only its owner may read it.
func writeFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), tempPrefix)
	if err != nil {
		return typed(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = typed(err)
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename last. Windows has no such thing for folders.
func syncFolder(dir string) error {
	if onWindows {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// filesIn lists the files of a folder by how their names begin and end. (Not
// by a pattern: a folder's own name may have its signs in it.)
func filesIn(dir, begin, end string) []string {
	entries, _ := os.ReadDir(dir) // what cannot be listed is not there
	var out []string
	for _, e := range entries {
		if n := e.Name(); !e.IsDir() && strings.HasPrefix(n, begin) && strings.HasSuffix(n, end) {
			out = append(out, filepath.Join(dir, n))
		}
	}
	return out
}

// removeFiles removes what is there of the named files.
func removeFiles(paths ...string) error {
	var errs error
	for _, p := range paths {
		if err := os.Remove(p); err != nil && !os.IsNotExist(err) {
			errs = errors.Join(errs, err)
		}
	}
	return typed(errs)
}
