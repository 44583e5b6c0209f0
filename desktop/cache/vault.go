package cache

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"parvis/shared/portal"
)

// Vault is the folder of the caches of this installation. Nothing in it can
// be read of anybody: names of files are keyed hashes, and whose a file is
// stands sealed under the device's secret. It is safe for concurrent use.
type Vault struct {
	dir     string
	opts    options
	device  portal.ID
	secret  []byte
	names   []byte // the key of the names of files
	lost    bool
	ring    bool // the secret lies in the keyring
	mu      sync.Mutex
	box     *box
	open    map[string]*Cache
	pending map[string]tries // throttles that could not be written

	settings sync.Mutex // apart, since a password may take a while
}

// Known is an account that has a cache here.
type Known struct {
	Town    portal.ID `json:"town"`
	Account portal.ID `json:"account"`
	Login   string    `json:"login"`
	Name    string    `json:"name"` // as the person is shown
	Kind    string    `json:"kind"` // wire.Family or wire.Agent
	// Offline says that the password alone opens the cache on this computer.
	Offline bool `json:"-"`
	file    string
}

// OpenVault opens or makes the vault in a folder. Without a keyring (nil, or
// one that does not answer) the device's secret is kept in a file; but when it
// was put into a keyring that does not answer now, that is
// portal.Unavailable at "keyring": the person unlocks it, or StartAnew.
func OpenVault(dir string, keyring Keyring, opts ...Option) (*Vault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, typed(err)
	}
	_ = os.Chmod(dir, 0o700) // one that was there before; where the system knows of such
	o := choose(opts)
	d, lost, err := openDevice(dir, keyring, o.ids)
	if err != nil {
		return nil, err
	}
	v := &Vault{
		dir: dir, opts: o, device: d.ID, secret: d.Secret, lost: lost, ring: !d.inFile,
		names: derive(d.Secret, "names of files"), box: newBox(derive(d.Secret, "device")),
		open: map[string]*Cache{}, pending: map[string]tries{},
	}
	_ = removeFiles(filesIn(dir, tempPrefix, "")...) // of writings that a power cut ended
	return v, nil
}

// Device is the installation's id.
func (v *Vault) Device() portal.ID { return v.device }

// Lost reports whether the device's secret was gone when the vault was
// opened, so that a new one was made and all caches were set aside.
func (v *Vault) Lost() bool { return v.lost }

// path is where a thing of the vault lies: the name says nothing.
func (v *Vault) path(ending string, about ...string) string {
	h := hmac.New(sha256.New, v.names)
	for _, s := range about {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return filepath.Join(v.dir, hex.EncodeToString(h.Sum(nil)[:16])+ending)
}

// seal and unseal close small values under the device's secret, bound to what
// they are.
func (v *Vault) seal(what string, value []byte) []byte {
	return v.box.seal(nil, []byte(what), value)
}

func (v *Vault) unseal(what string, sealed []byte) ([]byte, error) {
	return v.box.open(slices.Clone(sealed), []byte(what))
}

const (
	cacheEnding = ".cache"
	keysEnding  = ".keys"
)

// cachePath is where an account's cache lies; its keys lie beside it.
func (v *Vault) cachePath(town, account portal.ID) string {
	return v.path(cacheEnding, "account", string(town), string(account))
}

func keysPath(cachePath string) string {
	return strings.TrimSuffix(cachePath, cacheEnding) + keysEnding
}

// Accounts are the accounts of a town that have a cache here, by name.
func (v *Vault) Accounts(town portal.ID) []Known {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.accounts(town)
}

func (v *Vault) accounts(town portal.ID) []Known {
	var out []Known
	for _, f := range filesIn(v.dir, "", keysEnding) {
		if _, known, err := v.keysOf(f); err == nil && known.Town == town {
			out = append(out, known)
		}
	}
	slices.SortFunc(out, func(a, b Known) int {
		return strings.Compare(a.Name+"\x00"+a.Login, b.Name+"\x00"+b.Login)
	})
	return out
}

// label reads whose the keys in a file are.
func (v *Vault) label(file string, k keys) (Known, error) {
	raw, err := v.unseal("label "+filepath.Base(file), k.Label)
	if err != nil {
		return Known{}, err
	}
	known := Known{Offline: k.Offline != nil, file: strings.TrimSuffix(file, keysEnding) + cacheEnding}
	return known, json.Unmarshal(raw, &known)
}

// Public is the cache of what anybody may read of a town, for the time before
// somebody signs in. Where another window has it open (InUse), Memory("")
// does as well.
func (v *Vault) Public(town portal.ID) (*Cache, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	path := v.path(cacheEnding, "public", string(town))
	return v.openAt(path, "", derive(v.secret, "public cache of "+string(town)))
}

// openAt opens a cache once.
func (v *Vault) openAt(path string, account portal.ID, key []byte) (*Cache, error) {
	if v.open[path] != nil {
		return nil, portal.E(InUse, "")
	}
	c, err := openCache(path, account, key, v.opts.ids)
	if err != nil {
		return nil, err
	}
	v.open[path] = c
	c.release = func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.open, path)
	}
	return c, nil
}

// Forget removes an account's cache with all its keys; nothing of it can be
// had back. An open one is closed.
func (v *Vault) Forget(town, account portal.ID) error {
	path := v.cachePath(town, account)
	v.mu.Lock()
	c := v.open[path]
	v.mu.Unlock()
	if c != nil {
		_ = c.Close()
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	// The keys first: without them the rest is noise. Every file of a cache
	// begins with its name.
	rest := filesIn(v.dir, strings.TrimSuffix(filepath.Base(path), cacheEnding), "")
	paths := append([]string{keysPath(path), v.secretPath(triesOf(path))}, rest...)
	delete(v.pending, path)
	return removeFiles(paths...)
}
