package cache

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

func TestTwoPeopleOnOneComputerSeeOnlyTheirs(t *testing.T) {
	v := vaultIn(t, t.TempDir(), ringOf{})
	for _, who := range []struct {
		id    portal.ID
		login string
	}{{anne, "anne"}, {bruno, "bruno"}} {
		c, err := v.OpenOnline(town, who.id, who.login, strings.ToUpper(who.login), "the password of "+who.login, share, wire.Family)
		if err != nil {
			t.Fatal(err)
		}
		feed := wire.AccountFeed(who.id)
		pull(t, c, Pulled{Cursor: cursor(map[string]int64{feed: 1}), Changes: []wire.Change{row(feed, "child", who.id, 1, "of "+who.login)}})
		enqueue(t, c, 1)
		_ = c.Close()
	}
	known := v.Accounts(town)
	if len(known) != 2 || known[0].Login != "anne" || known[1].Name != "BRUNO" || !known[0].Offline || len(v.Accounts("other town")) != 0 {
		t.Fatalf("%+v", known)
	}
	if _, _, err := v.OpenOffline(town, "bruno", "the password of anne", noon); portal.CodeOf(err) != wire.BadCredentials {
		t.Fatalf("anne's password on bruno's cache: %v", err)
	}
	c, who, err := v.OpenOffline(town, "bruno", "the password of bruno", noon)
	if err != nil || who.Account != bruno {
		t.Fatal(err)
	}
	s := load(t, c)
	if len(s.Rows) != 1 || !strings.Contains(string(s.Rows[0].Body), "of bruno") || len(s.Outbox) != 1 {
		t.Fatalf("%+v", s)
	}
	if _, err := v.OpenOnline(town, bruno, "bruno", "B", "p", share, wire.Family); portal.CodeOf(err) != InUse {
		t.Fatalf("opened twice: %v", err)
	}
	// Forgetting one takes all of it, also while it is open, and only of it.
	if err := v.Forget(town, bruno); err != nil {
		t.Fatal(err)
	}
	if known := v.Accounts(town); len(known) != 1 || known[0].Account != anne {
		t.Fatalf("%+v", known)
	}
	files, _ := filepath.Glob(strings.TrimSuffix(v.cachePath(town, bruno), cacheEnding) + "*")
	if len(files) != 0 {
		t.Fatalf("left behind: %v", files)
	}
	if _, _, err := v.OpenOffline(town, "bruno", "the password of bruno", noon); portal.CodeOf(err) != wire.BadCredentials {
		t.Fatal(err)
	}
}

// The file is one window's alone, even between two vaults of one folder.
func TestOneWindowAtATime(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	c := online(t, vaultIn(t, dir, ring), anne, "anne")
	load(t, c)
	if _, _, err := vaultIn(t, dir, ring).OpenOffline(town, "anne", password, noon); portal.CodeOf(err) != InUse {
		t.Fatalf("opened twice: %v", err)
	}
	if len(load(t, c).Outbox) != 0 {
		t.Fatal("disturbed")
	}
}

func TestWrongPasswordsAreThrottled(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	_ = online(t, vaultIn(t, dir, ring), anne, "anne").Close()
	now := noon
	try := func(password string) error {
		// A new start of the program each time: the count is kept.
		c, _, err := vaultIn(t, dir, ring).OpenOffline(town, "anne", password, now)
		if c != nil {
			_ = c.Close()
		}
		return err
	}
	waits := func(seconds string) {
		t.Helper()
		var e *portal.Error
		if err := try(password); !errors.As(err, &e) || e.Code != portal.Throttled || e.Args["seconds"] != seconds {
			t.Fatalf("not throttled for %s s: %v", seconds, err)
		}
	}
	for range freeTries {
		if err := try("wrong"); portal.CodeOf(err) != wire.BadCredentials {
			t.Fatal(err)
		}
	}
	for _, minutes := range []time.Duration{1, 2, 4, 8, 15, 15} {
		now = now.Add(minutes*time.Minute - time.Second)
		waits("1")
		now = now.Add(time.Second)
		if err := try("wrong"); portal.CodeOf(err) != wire.BadCredentials {
			t.Fatal(err)
		}
	}
	// A clock set back ten years does not lock anybody out for ten years.
	now = now.AddDate(-10, 0, 0)
	waits("900")
	now = now.Add(10 * time.Minute)
	waits("300")
	now = now.Add(5 * time.Minute)
	if err := try(password); err != nil {
		t.Fatal(err)
	}
	if err := try("wrong"); portal.CodeOf(err) != wire.BadCredentials {
		t.Fatalf("success did not forget the failures: %v", err)
	}
}

func TestAForgottenPassword(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	v := vaultIn(t, dir, ring)
	c := online(t, v, anne, "anne")
	ids := enqueue(t, c, 2)
	_ = c.Close()
	// A new password after recovery: the server's share opens it.
	c, err := v.OpenOnline(town, anne, "anne", "Anne", "a new password", share, wire.Family)
	if err != nil {
		t.Fatal(err)
	}
	if s := load(t, c); s.SetAside || len(s.Outbox) != 2 || s.Outbox[0].ID != ids[0] {
		t.Fatalf("%+v", s)
	}
	_ = c.Close()
	if _, _, err := v.OpenOffline(town, "anne", password, noon); portal.CodeOf(err) != wire.BadCredentials {
		t.Fatalf("the old password opens: %v", err)
	}
	c, _, err = v.OpenOffline(town, "anne", "a new password", noon)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	// A new share (the old one was revoked) and the same password.
	other := []byte("another share of the server")
	c, err = v.OpenOnline(town, anne, "anne", "Anne", "a new password", other, wire.Family)
	if err != nil {
		t.Fatal(err)
	}
	if s := load(t, c); s.SetAside || len(s.Outbox) != 2 {
		t.Fatalf("%+v", s)
	}
	_ = c.Close()
	// Neither opens: set aside, told, and a new one made.
	for want := 1; want <= 2; want++ {
		_, err = v.OpenOnline(town, anne, "anne", "Anne", strings.Repeat("x", want), []byte("too short"), wire.Family)
		if portal.CodeOf(err) != portal.Invalid {
			t.Fatalf("too short a share: %v", err)
		}
		c, err = v.OpenOnline(town, anne, "anne", "Anne", strings.Repeat("x", want), []byte(strings.Repeat("share", 3+want)), wire.Family)
		if err != nil {
			t.Fatal(err)
		}
		if s := load(t, c); !s.SetAside || !c.SetAside() || len(s.Outbox) != 0 || s.Damaged != 0 {
			t.Fatalf("%+v", s)
		}
		_ = c.Close()
		aside, _ := filepath.Glob(filepath.Join(dir, "*"+asideSuffix+"*"))
		if len(aside) != 2*want {
			t.Fatalf("set aside: %v", aside)
		}
	}
	d, err := openDB(v.cachePath(town, anne) + asideSuffix + "1")
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	n := 0
	if err := d.records(outboxTable, func(int64, []byte) error { n++; return nil }); err != nil || n != 2 {
		t.Fatalf("%d outbox rows set aside: %v", n, err)
	}
}

func TestAnAgentsCacheOpensOnlyOnLine(t *testing.T) {
	v := vaultIn(t, t.TempDir(), ringOf{})
	for _, kind := range []string{wire.Family, wire.Agent} { // a parent who became an agent
		c, err := v.OpenOnline(town, anne, "anne", "Anne", password, share, kind)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
	}
	if _, _, err := v.OpenOffline(town, "anne", password, noon); portal.CodeOf(err) != portal.Forbidden {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(keysPath(v.cachePath(town, anne)))
	if err != nil || strings.Contains(string(raw), "offline") {
		t.Fatalf("an agent's key is wrapped by password: %s %v", raw, err)
	}
	if k := v.Accounts(town); len(k) != 1 || k[0].Offline {
		t.Fatalf("%+v", k)
	}
}

func TestASignInWithoutAPasswordOpensOnlyOnLine(t *testing.T) {
	v := vaultIn(t, t.TempDir(), ringOf{})
	c, err := v.OpenOnline(town, anne, "anne", "Anne", "", share, wire.Family)
	if err != nil {
		t.Fatal(err)
	}
	enqueue(t, c, 1)
	_ = c.Close()
	if _, _, err := v.OpenOffline(town, "anne", "", noon); portal.CodeOf(err) != wire.BadCredentials {
		t.Fatal(err)
	}
	if s := load(t, online(t, v, anne, "anne")); len(s.Outbox) != 1 {
		t.Fatalf("%+v", s)
	}
}

func TestThePublicCache(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	for i := range 2 {
		c, err := vaultIn(t, dir, ring).Public(town)
		if err != nil {
			t.Fatal(err)
		}
		if s := load(t, c); len(s.Rows) != i || c.Account() != "" {
			t.Fatalf("%+v", s)
		}
		pull(t, c, Pulled{Cursor: cursor(map[string]int64{"town": 1}), Changes: []wire.Change{row("town", "site", "s1", 1, "École")}})
		_ = c.Close()
	}
	if known := vaultIn(t, dir, ring).Accounts(town); len(known) != 0 {
		t.Fatalf("the public cache is nobody's: %+v", known)
	}
}

func TestSecretsAndSettings(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	v := vaultIn(t, dir, ring)
	for _, name := range []string{"revoke/2", "revoke/1", "registration"} {
		if err := v.PutSecret(name, []byte("value of "+name)); err != nil {
			t.Fatal(err)
		}
	}
	set := Settings{Server: "https://parvis.example", Town: town, Language: "fr", Scale: 1.5, Window: Window{Width: 900, X: -20, Placed: true}}
	if v.Settings() != (Settings{}) || v.SaveSettings(set) != nil {
		t.Fatal(v.Settings())
	}
	again := vaultIn(t, dir, ring)
	if again.Settings() != set || again.Device() != v.Device() || again.Lost() {
		t.Fatalf("%+v", again.Settings())
	}
	if got := again.Secrets("revoke/"); len(got) != 2 || got[0] != "revoke/1" {
		t.Fatal(got)
	}
	if got, err := again.GetSecret("revoke/1"); err != nil || string(got) != "value of revoke/1" {
		t.Fatal(got, err)
	}
	for range 2 {
		if err := again.DeleteSecret("revoke/1"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := again.GetSecret("revoke/1"); portal.CodeOf(err) != portal.NotFound {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, settingsName), []byte("{"), 0o600); err != nil || again.Settings() != (Settings{}) {
		t.Fatal("broken settings are not as on the first start")
	}
}

func TestFilesAreTheirOwnersAloneWhateverTheFolderIsCalled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Élodie 100% #1 & co [x")
	if runtime.GOOS != "windows" {
		dir += "?"
	}
	ring := ringOf{}
	v := vaultIn(t, dir, ring)
	c := online(t, v, anne, "anne")
	load(t, c)
	if err := errors.Join(v.PutSecret("a", nil), v.SaveSettings(Settings{Language: "fr"})); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 6 {
		t.Fatal(entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v %v", filepath.Ext(e.Name()), info.Mode(), err)
		}
	}
	enqueue(t, c, 1)
	_ = c.Close()
	v = vaultIn(t, dir, ring)
	c = online(t, v, anne, "anne")
	if shm := filesIn(dir, "", "-shm"); len(shm) != 0 {
		t.Fatal("the file is not one window's alone")
	}
	if s := load(t, c); len(s.Outbox) != 1 || len(v.Accounts(town)) != 1 || len(v.Secrets("")) != 1 {
		t.Fatal("not there after reopening")
	}
}

// lockedRing is a keyring that does not answer.
type lockedRing struct{}

var errLocked = errors.New("locked")

func (lockedRing) Get(string) (string, error) { return "", errLocked }
func (lockedRing) Set(string, string) error   { return errLocked }
func (lockedRing) Delete(string) error        { return errLocked }

func TestTheDevicesSecret(t *testing.T) {
	t.Run("without a keyring it is a file of its owner alone", func(t *testing.T) {
		dir := t.TempDir()
		v := vaultIn(t, dir, lockedRing{})
		_ = online(t, v, anne, "anne").Close()
		info, err := os.Stat(filepath.Join(dir, deviceName))
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Fatal(info.Mode(), err)
		}
		if again := vaultIn(t, dir, nil); again.Device() != v.Device() || len(again.Accounts(town)) != 1 {
			t.Fatal("not the same installation")
		}
	})
	t.Run("with a keyring it is nowhere else", func(t *testing.T) {
		dir, ring := t.TempDir(), ringOf{}
		v := vaultIn(t, dir, ring)
		raw, err := os.ReadFile(filepath.Join(dir, deviceName))
		if err != nil || strings.Contains(string(raw), "secret") || len(ring) != 1 {
			t.Fatalf("%s %v %v", raw, err, ring)
		}
		_ = online(t, v, anne, "anne").Close()
		_, err = OpenVault(dir, lockedRing{})
		var e *portal.Error
		if !errors.As(err, &e) || e.Code != portal.Unavailable || e.Field != "keyring" {
			t.Fatalf("a locked keyring: %v", err)
		}
		if again := vaultIn(t, dir, ring); len(again.Accounts(town)) != 1 || again.Lost() {
			t.Fatal("not there after unlocking")
		}
	})
	t.Run("lost, it takes the caches with it and the program goes on", func(t *testing.T) {
		dir := t.TempDir()
		v := vaultIn(t, dir, ringOf{})
		_ = online(t, v, anne, "anne").Close()
		again := vaultIn(t, dir, ringOf{})
		if !again.Lost() || again.Device() == v.Device() || len(again.Accounts(town)) != 0 {
			t.Fatal("the loss is not told")
		}
		c := online(t, again, anne, "anne")
		load(t, c)
		if kept, _ := filepath.Glob(filepath.Join(dir, "set-aside-*", "*"+cacheEnding)); len(kept) != 1 {
			t.Fatal("the old cache is gone")
		}
	})
	t.Run("a keyring given up", func(t *testing.T) {
		dir := t.TempDir()
		first := vaultIn(t, dir, ringOf{})
		if err := StartAnew(dir); err != nil {
			t.Fatal(err)
		}
		if v := vaultIn(t, dir, nil); v.Device() == first.Device() || v.Lost() {
			t.Fatal("not a new installation")
		}
	})
	t.Run("a broken file", func(t *testing.T) {
		dir := t.TempDir()
		vaultIn(t, dir, nil)
		if err := os.WriteFile(filepath.Join(dir, deviceName), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if v := vaultIn(t, dir, nil); !v.Lost() {
			t.Fatal("the loss is not told")
		}
	})
}

// The real password function, once: what it costs is measured by its
// benchmark.
func TestArgon2idOpensOffLine(t *testing.T) {
	dir, ring := t.TempDir(), ringOf{}
	v, err := OpenVault(dir, ring)
	if err != nil {
		t.Fatal(err)
	}
	_ = online(t, v, anne, "anne").Close()
	c, _, err := v.OpenOffline(town, "anne", password, noon)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if _, _, err := vaultIn(t, dir, ring).OpenOffline(town, "anne", password, noon); portal.CodeOf(err) != wire.BadCredentials {
		t.Fatalf("another function of the password opens it: %v", err)
	}
}
