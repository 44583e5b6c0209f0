package files_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"parvis/syncserver/files"
)

// each runs a test on a folder, and on a server that speaks S3.
func each(t *testing.T, test func(t *testing.T, s files.Store)) {
	t.Run("folder", func(t *testing.T) {
		s, err := files.OpenFolder(filepath.Join(t.TempDir(), "files"))
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
	t.Run("s3", func(t *testing.T) {
		bucket := s3mem.New()
		if err := bucket.CreateBucket("mairie"); err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(gofakes3.New(bucket).Server())
		t.Cleanup(server.Close)
		place, err := files.ParsePlace("s3+http://" + strings.TrimPrefix(server.URL, "http://") + "/mairie/parvis")
		if err != nil {
			t.Fatal(err)
		}
		s, err := files.OpenS3(place, "eu-west-3", "clef", "secret")
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
}

func TestWhatIsPutIsThere(t *testing.T) {
	each(t, func(t *testing.T, s files.Store) {
		ctx := context.Background()
		if err := s.Check(ctx); err != nil {
			t.Fatal(err)
		}
		folder, other := files.NewFolder(), files.NewFolder()
		contents := map[string][]byte{
			files.PartName(folder):  []byte("un"),
			files.PartName(other):   []byte("ailleurs"),
			files.WholeName(folder): bytes.Repeat([]byte("0123456789"), 100_000),
		}
		for name, data := range contents {
			if err := s.Put(ctx, name, data); err != nil {
				t.Fatal(err)
			}
		}
		for name, data := range contents {
			for _, from := range []int64{0, 1, int64(len(data)) - 1, int64(len(data))} {
				r, err := s.Open(ctx, name, from)
				if errors.Is(err, io.EOF) && from == int64(len(data)) {
					continue
				}
				if err != nil {
					t.Fatalf("from %d: %v", from, err)
				}
				got, err := io.ReadAll(r)
				if err != nil || !bytes.Equal(got, data[from:]) {
					t.Errorf("from %d of %d there are %d bytes: %v", from, len(data), len(got), err)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			}
			if got, err := files.ReadAll(ctx, s, name, int64(len(data))); err != nil || !bytes.Equal(got, data) {
				t.Errorf("read as a whole: %v", err)
			}
			if _, err := files.ReadAll(ctx, s, name, int64(len(data))-1); err == nil {
				t.Error("a limit is passed over")
			}
		}
		if names, err := s.List(ctx, folder); err != nil || len(names) != 2 || slices.ContainsFunc(names, func(n string) bool { return contents[n] == nil }) {
			t.Errorf("the folder has %v: %v", names, err)
		}
		if err := files.Drop(ctx, s, folder); err != nil {
			t.Fatal(err)
		}
		for name := range contents {
			_, err := s.Open(ctx, name, 0)
			if gone := errors.Is(err, files.ErrNotFound); gone != strings.HasPrefix(name, folder) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if names, err := s.List(ctx, folder); err != nil || len(names) != 0 {
			t.Errorf("%v are left: %v", names, err)
		}
		if err := s.Delete(ctx, files.WholeName(folder)); err != nil {
			t.Errorf("what is gone: %v", err)
		}
	})
}

// A name that did not come from here leads nowhere.
func TestNamesAreNoPaths(t *testing.T) {
	each(t, func(t *testing.T, s files.Store) {
		ctx := context.Background()
		for _, name := range []string{"", "..", "../../etc/passwd", "/etc/passwd", files.NewFolder() + "/../x", files.NewFolder() + "/whole-" + strings.Repeat("z", 12), `..\x`} {
			_, opened := s.Open(ctx, name, 0)
			_, listed := s.List(ctx, name)
			for what, err := range map[string]error{"put": s.Put(ctx, name, []byte("x")), "opened": opened, "listed": listed, "deleted": s.Delete(ctx, name)} {
				if err == nil || errors.Is(err, files.ErrNotFound) {
					t.Errorf("%q is %s: %v", name, what, err)
				}
			}
		}
	})
}

func TestAWritingCutShortIsNotThere(t *testing.T) {
	root := t.TempDir()
	s, err := files.OpenFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	ctx, folder := context.Background(), files.NewFolder()
	if err := s.Put(ctx, files.WholeName(folder), []byte("x")); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(root, folder[:2], folder, ".writing-123")
	if err := os.WriteFile(left, []byte("moitié"), 0o600); err != nil {
		t.Fatal(err)
	}
	if names, err := s.List(ctx, folder); err != nil || len(names) != 1 {
		t.Errorf("%v: %v", names, err)
	}
	if err := files.Drop(ctx, s, folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, folder[:2], folder)); !os.IsNotExist(err) {
		t.Errorf("the folder stays: %v", err)
	}
}

func TestPlaces(t *testing.T) {
	for s, want := range map[string]files.Place{
		"s3://s3.fr-par.scw.cloud/mairie":      {Host: "s3.fr-par.scw.cloud", Bucket: "mairie"},
		"s3://s3.exemple.fr:9000/mairie/a/b/":  {Host: "s3.exemple.fr:9000", Bucket: "mairie", Prefix: "a/b/"},
		"s3+http://127.0.0.1:9000/mairie/test": {Host: "127.0.0.1:9000", Bucket: "mairie", Prefix: "test/", Plain: true},
	} {
		if got, err := files.ParsePlace(s); err != nil || got != want {
			t.Errorf("%s is %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "s3://", "s3://hote", "s3:///seau", "http://hote/seau", "s3://clef:secret@hote/seau", "s3://hote/seau?region=x", "s3://hote/%zz"} {
		if got, err := files.ParsePlace(s); err == nil {
			t.Errorf("%s is taken as %+v", s, got)
		}
	}
}
