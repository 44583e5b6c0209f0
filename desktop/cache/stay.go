package cache

import (
	"encoding/json"
	"path/filepath"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// staying is what opens a cache at the next start without a password.
type staying struct {
	Key     []byte `json:"key"`
	Session []byte `json:"session"`
}

// stayAAD binds a staying to its file.
func stayAAD(path string) string { return "stay " + filepath.Base(path) }

// MayStay reports whether a person can be kept signed in here: only where the
// device's secret lies in the system's keyring, never where it is a file that
// whoever copies the folder has as well.
func (v *Vault) MayStay() bool { return v.ring }

// Stay has an open cache opened again at the next start by the keyring alone,
// together with what its session needs. It is for families who chose it; an
// agent's cache is portal.Forbidden. Of one installation one person stays.
func (v *Vault) Stay(town, account portal.ID, session []byte) error {
	if err := v.Leave(town); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	path := v.cachePath(town, account)
	c := v.open[path]
	if c == nil || !v.ring {
		return portal.E(portal.Unavailable, "keyring")
	}
	k, known, err := v.keysOf(keysPath(path))
	if err != nil {
		return err
	}
	if known.Kind != wire.Family {
		return portal.E(portal.Forbidden, "")
	}
	raw, err := json.Marshal(staying{c.key, session})
	if err != nil {
		return err
	}
	k.Stay = v.seal(stayAAD(path), raw)
	return v.writeKeys(path, k)
}

// Stayed opens the cache of who stayed signed in, and gives what Stay kept of
// the session; portal.NotFound when nobody did.
func (v *Vault) Stayed(town portal.ID) (*Cache, Known, []byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range filesIn(v.dir, "", keysEnding) {
		k, known, err := v.keysOf(f)
		if err != nil || known.Town != town || k.Stay == nil || !v.ring || known.Kind != wire.Family {
			continue
		}
		raw, err := v.unseal(stayAAD(known.file), k.Stay)
		var s staying
		if err != nil || json.Unmarshal(raw, &s) != nil || len(s.Key) != keySize {
			continue
		}
		c, err := v.openAt(known.file, known.Account, s.Key)
		return c, known, s.Session, err
	}
	return nil, Known{}, nil, portal.E(portal.NotFound, "")
}

// Leave has nobody stay signed in any more.
func (v *Vault) Leave(town portal.ID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range filesIn(v.dir, "", keysEnding) {
		k, known, err := v.keysOf(f)
		if err != nil || known.Town != town || k.Stay == nil {
			continue
		}
		k.Stay = nil
		if err := v.writeKeys(known.file, k); err != nil {
			return err
		}
	}
	return nil
}

// keysOf reads a file of keys and whose they are.
func (v *Vault) keysOf(file string) (keys, Known, error) {
	k, err := v.readKeys(file)
	if err != nil {
		return k, Known{}, typed(err)
	}
	known, err := v.label(file, k)
	return k, known, err
}

func (v *Vault) writeKeys(cachePath string, k keys) error {
	raw, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return writeFile(keysPath(cachePath), raw)
}
