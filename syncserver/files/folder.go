package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Folder keeps files under a path of this machine: several processes of one
// town need it on a disk that they share.
type Folder struct{ root string }

// OpenFolder makes the folder where there is none.
func OpenFolder(root string) (*Folder, error) {
	if err := os.MkdirAll(root, 0o700); err != nil {
		return nil, err
	}
	return &Folder{root}, nil
}

const writing = ".writing-"

func (f *Folder) path(name string) (string, error) {
	if !ours.MatchString(name) {
		return "", errName
	}
	// Two letters before, so that no folder has more than some thousand others.
	return filepath.Join(f.root, name[:2], filepath.FromSlash(name)), nil
}

// Put implements Store.
func (f *Folder) Put(_ context.Context, name string, data []byte) (err error) {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, writing)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	// The name lasts once its folder is on the disk, and that one in its own.
	for _, d := range []string{dir, filepath.Dir(dir), f.root} {
		if err := sync(d); err != nil {
			return err
		}
	}
	return nil
}

func sync(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // it knows no such thing
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, name string, from int64) (io.ReadCloser, error) {
	path, err := f.path(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// List implements Store.
func (f *Folder) List(_ context.Context, folder string) ([]string, error) {
	path, err := f.path(folder)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		if name := folder + "/" + e.Name(); ours.MatchString(name) {
			out = append(out, name)
		} else if strings.HasPrefix(e.Name(), writing) {
			// Of a writing that a power cut ended: the folder goes as a whole.
			_ = os.Remove(filepath.Join(path, e.Name()))
		}
	}
	return out, err
}

// Delete implements Store.
func (f *Folder) Delete(_ context.Context, name string) error {
	path, err := f.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_ = os.Remove(filepath.Dir(path)) // when it was the last
	return nil
}

// Check implements Store.
func (f *Folder) Check(context.Context) error {
	probe, err := os.CreateTemp(f.root, writing)
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
