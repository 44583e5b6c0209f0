package cache

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// keys is the file beside a cache: whose it is, and the cache's key, wrapped
// once for each way of opening it.
type keys struct {
	Label   []byte        `json:"label"` // a Known, sealed by the device
	Offline *passwordWrap `json:"offline,omitempty"`
	Online  []byte        `json:"online"`         // by the device's secret and the server's share
	Stay    []byte        `json:"stay,omitempty"` // a staying, sealed by the device
}

// passwordWrap is the key under a password and the device's secret.
type passwordWrap struct {
	KDF  string `json:"kdf"`
	Salt []byte `json:"salt"`
	Key  []byte `json:"key"`
}

// asideSuffix begins the ending of a cache that could not be unsealed; only
// its outbox is kept in it.
const asideSuffix = ".aside-"

// minShare is the least that a server's share must have to be one.
const minShare = 16

func (v *Vault) readKeys(path string) (keys, error) {
	var k keys
	raw, err := os.ReadFile(path)
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(raw, &k)
}

// wrapping is the box in which a key is wrapped, by two secrets that are both
// needed.
func (v *Vault) wrapping(way string, secret []byte) *box {
	both := slices.Concat(v.secret, secret)
	return newBox(derive(both, "wrapping "+way))
}

func wrapAAD(way, path string) []byte { return []byte(way + " " + filepath.Base(path)) }

func (v *Vault) wrapOnline(path string, key, share []byte) []byte {
	return v.wrapping("online", share).seal(nil, wrapAAD("online", path), key)
}

func (v *Vault) unwrapOnline(path string, k keys, share []byte) []byte {
	return v.unwrap("online", path, share, k.Online)
}

func (v *Vault) unwrap(way, path string, secret, sealed []byte) []byte {
	key, err := v.wrapping(way, secret).open(slices.Clone(sealed), wrapAAD(way, path))
	if err != nil || len(key) != keySize {
		return nil
	}
	return key
}

func (v *Vault) wrapOffline(path string, key []byte, password string) *passwordWrap {
	w := &passwordWrap{KDF: v.opts.kdf.Name, Salt: newKey()[:16]}
	w.Key = v.wrapping("offline", v.opts.kdf.Derive(password, w.Salt)).seal(nil, wrapAAD("offline", path), key)
	return w
}

func (v *Vault) unwrapOffline(path string, w *passwordWrap, password string) []byte {
	if w == nil || w.KDF != v.opts.kdf.Name || password == "" {
		return nil
	}
	return v.unwrap("offline", path, v.opts.kdf.Derive(password, w.Salt), w.Key)
}

// OpenOnline opens an account's cache after a full sign-in, or makes it, and
// wraps its key anew: by the server's share, and for a family by the password
// with which it can be opened off line. Without a password (a window signed
// in by a code) it opens by the share, and off line only after the next
// sign-in by password. When neither way opens what is there, it is set aside
// and Snapshot.SetAside tells so.
func (v *Vault) OpenOnline(town, account portal.ID, login, displayName, password string, share []byte, kind string) (*Cache, error) {
	if len(share) < minShare {
		return nil, portal.E(portal.Invalid, "share")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	path := v.cachePath(town, account)
	if v.open[path] != nil {
		return nil, portal.E(InUse, "")
	}
	var key []byte
	old, err := v.readKeys(keysPath(path))
	if err == nil {
		if key = v.unwrapOnline(path, old, share); key == nil {
			key = v.unwrapOffline(path, old.Offline, password)
		}
	}
	aside, isNew := false, key == nil
	if isNew {
		if aside, err = v.putAside(path); err != nil {
			return nil, err
		}
		key = newKey()
	}
	label, err := json.Marshal(Known{Town: town, Account: account, Login: login, Name: displayName, Kind: kind})
	if err != nil {
		return nil, err
	}
	k := keys{Label: v.seal("label "+filepath.Base(keysPath(path)), label), Online: v.wrapOnline(path, key, share)}
	if kind == wire.Family && password != "" {
		k.Offline = v.wrapOffline(path, key, password)
	}
	// On a full disk a cache that opened is still read, under its old wraps.
	if err := v.writeKeys(path, k); err != nil && (isNew || portal.CodeOf(err) != DiskFull) {
		return nil, err
	}
	v.succeed(path)
	c, err := v.openAt(path, account, key)
	if err != nil {
		return nil, err
	}
	c.aside = aside
	return c, nil
}

// OpenOffline opens the cache of a login by its password. Wrong ones are
// wire.BadCredentials, the same for a login that has no cache here, and
// portal.Throttled after some. An agent's cache is portal.Forbidden: only the
// server's share opens it.
func (v *Vault) OpenOffline(town portal.ID, login, password string, now time.Time) (*Cache, Known, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	known := v.accounts(town)
	i := slices.IndexFunc(known, func(k Known) bool { return sameLogin(k.Login, login) })
	if i < 0 {
		v.opts.kdf.Derive(password, make([]byte, 16)) // as long as a wrong password takes
		return nil, Known{}, portal.E(wire.BadCredentials, "")
	}
	who := known[i]
	if who.Kind != wire.Family {
		return nil, Known{}, portal.E(portal.Forbidden, "")
	}
	if err := v.admit(who.file, now); err != nil {
		return nil, Known{}, err
	}
	k, err := v.readKeys(keysPath(who.file))
	if err != nil {
		return nil, Known{}, typed(err)
	}
	key := v.unwrapOffline(who.file, k.Offline, password)
	if key == nil {
		return nil, Known{}, portal.E(wire.BadCredentials, "")
	}
	v.succeed(who.file)
	c, err := v.openAt(who.file, who.Account, key)
	return c, who, err
}

// Rewrap has an open cache of a family open off line by another password from
// now on. The server's share opens its key.
func (v *Vault) Rewrap(town, account portal.ID, password string, share []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	path := v.cachePath(town, account)
	k, err := v.readKeys(keysPath(path))
	if err != nil {
		return typed(err)
	}
	key := v.unwrapOnline(path, k, share)
	if key == nil {
		return portal.E(portal.Invalid, "share")
	}
	known, err := v.label(keysPath(path), k)
	if err != nil || known.Kind != wire.Family {
		return err
	}
	k.Offline = v.wrapOffline(path, key, password)
	return v.writeKeys(path, k)
}

// sameLogin compares logins as people type them.
func sameLogin(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// putAside moves a cache that cannot be unsealed out of the way and says
// whether there was one. Its outbox stays sealed in it, with the keys that
// may open it one day; the rest of it, which the server has, goes.
func (v *Vault) putAside(path string) (bool, error) {
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return false, nil
	}
	if d, err := openDB(path); err == nil {
		_ = d.run("DELETE FROM rows")
		_ = d.close()
	}
	n := 1
	for {
		if _, err := os.Stat(path + asideSuffix + strconv.Itoa(n)); os.IsNotExist(err) {
			break
		}
		n++
	}
	// The keys go first: a cache without keys is set aside at the next try.
	to := asideSuffix + strconv.Itoa(n)
	if err := os.Rename(keysPath(path), keysPath(path)+to); err != nil && !os.IsNotExist(err) {
		return false, typed(err)
	}
	return true, typed(setAside(path, path+to))
}
