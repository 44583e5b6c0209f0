package print

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// Tray hands PDF to the system's viewer, from which people print: the window
// itself cannot. The viewer needs a file, readable by this person alone, that
// holds in clear what is sealed elsewhere: so the tray is emptied when the
// program starts and ends, and at each sign-out.
type Tray struct {
	dir  string
	open func(*url.URL) error

	mu sync.Mutex
}

// NewTray makes a tray in a folder of its own, and empties it; open hands an
// address to the system.
func NewTray(dir string, open func(*url.URL) error) *Tray {
	t := &Tray{dir: dir, open: open}
	_ = t.Empty() // what an earlier run left and cannot be removed now is tried again later
	return t
}

// Show puts a PDF into the tray and has the system open it.
func (t *Tray) Show(title string, pdf []byte) error {
	path, err := t.put(FileName(title), pdf)
	if err != nil {
		return err
	}
	address := filepath.ToSlash(path)
	if !strings.HasPrefix(address, "/") {
		address = "/" + address // a drive's letter
	}
	return t.open(&url.URL{Scheme: "file", Path: address})
}

// put writes a file under a name that is not taken: an open viewer must not
// see its document change.
func (t *Tray) put(name string, pdf []byte) (path string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := os.MkdirAll(t.dir, 0o700); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		path = filepath.Join(t.dir, name+".pdf")
		if n > 1 {
			path = filepath.Join(t.dir, name+"-"+strconv.Itoa(n)+".pdf")
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(pdf)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(path)
			return "", err
		}
		return path, nil
	}
}

// Empty removes all that was shown.
func (t *Tray) Empty() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return os.RemoveAll(t.dir)
}

// FileName is a title as a file's name: what a person recognises in a list,
// and no system chokes on.
func FileName(title string) string {
	var b strings.Builder
	for _, r := range title {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() > 80 {
			break
		}
	}
	if name := strings.Trim(b.String(), "-"); name != "" {
		return name
	}
	return "parvis"
}
