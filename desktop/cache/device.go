package cache

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"parvis/shared/portal"
)

// deviceFile tells which installation this is, and where its secret lies.
type deviceFile struct {
	ID     portal.ID `json:"id"`
	Secret []byte    `json:"secret,omitempty"` // only where there was no keyring
	inFile bool
}

const deviceName = "device.json"

// openDevice finds the installation's id and secret, or makes them: in the
// keyring, and where there is none in a file that only its owner may read.
// lost says that there was a secret and that it is gone.
func openDevice(dir string, ring Keyring, ids portal.IDs) (d deviceFile, lost bool, err error) {
	path := filepath.Join(dir, deviceName)
	raw, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
	case err != nil:
		return d, false, typed(err)
	case json.Unmarshal(raw, &d) != nil || d.ID == "" || len(d.Secret) != 0 && len(d.Secret) != keySize:
		lost = true
	case d.Secret != nil:
		d.inFile = true
		return d, false, nil
	default:
		d.Secret, err = fromKeyring(ring, d.ID)
		if err == nil {
			return d, false, nil
		}
		if !errors.Is(err, ErrNoSecret) {
			// A locked keyring is opened by its owner; to begin a new
			// installation now would lock everybody out of their caches.
			return d, false, errors.Join(portal.E(portal.Unavailable, "keyring"), err)
		}
		lost = true
	}
	if lost {
		if err := shelve(dir); err != nil {
			return d, true, err
		}
	}
	d = deviceFile{ID: ids(), Secret: newKey()}
	d.inFile = !toKeyring(ring, d)
	kept := d
	if !d.inFile {
		kept.Secret = nil
	}
	if raw, err = json.Marshal(kept); err != nil {
		return d, lost, err
	}
	return d, lost, writeFile(path, raw)
}

func keyringName(id portal.ID) string { return "device " + string(id) }

func fromKeyring(ring Keyring, id portal.ID) ([]byte, error) {
	if ring == nil {
		return nil, errors.New("cache: the secret lies in a keyring, and none was given")
	}
	s, err := ring.Get(keyringName(id))
	if err != nil {
		return nil, err
	}
	var secret []byte
	if err := json.Unmarshal([]byte(`"`+s+`"`), &secret); err != nil || len(secret) != keySize {
		return nil, ErrNoSecret
	}
	return secret, nil
}

// toKeyring keeps the secret in the keyring and reads it back, and says
// whether it is safe there.
func toKeyring(ring Keyring, d deviceFile) bool {
	if ring == nil {
		return false
	}
	raw, _ := json.Marshal(d.Secret)
	if ring.Set(keyringName(d.ID), strings.Trim(string(raw), `"`)) != nil {
		return false
	}
	back, err := fromKeyring(ring, d.ID)
	return err == nil && string(back) == string(d.Secret)
}

// StartAnew begins a new installation in a folder whose keyring does not
// answer any more: what only the old secret opens is set aside in a folder of
// its own. The next OpenVault makes the new one.
func StartAnew(dir string) error { return shelve(dir) }

// shelve moves all that an installation sealed into a folder beside, where it
// waits for its secret in case that is found again. Settings stay.
func shelve(dir string) error {
	shelf, err := os.MkdirTemp(dir, "set-aside-")
	if err != nil {
		return typed(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return typed(err)
	}
	for _, e := range entries {
		if e.IsDir() || e.Name() == settingsName {
			continue
		}
		if err := os.Rename(filepath.Join(dir, e.Name()), filepath.Join(shelf, e.Name())); err != nil {
			return typed(err)
		}
	}
	return nil
}
