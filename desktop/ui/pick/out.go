package pick

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Downloads is the folder in which people look for what they have fetched.
func Downloads() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return os.TempDir()
	}
	for _, name := range []string{"Downloads", "Téléchargements"} {
		if at, err := os.Stat(filepath.Join(home, name)); err == nil && at.IsDir() {
			return filepath.Join(home, name)
		}
	}
	return home
}

// Save writes a file that a person has asked for into their downloads, under a
// name that is not taken, and says where it is.
func Save(name string, data []byte) (path string, err error) { return save(Downloads(), name, data) }

func save(dir, name string, data []byte) (path string, err error) {
	ext := filepath.Ext(name)
	base := strings.TrimSuffix(name, ext)
	for n := 1; ; n++ {
		path = filepath.Join(dir, base+ext)
		if n > 1 {
			path = filepath.Join(dir, base+"-"+strconv.Itoa(n)+ext)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(data)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(path)
			return "", err
		}
		return path, nil
	}
}
