package cache

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"parvis/shared/portal"
)

const secretEnding = ".secret"

// A secret is a small value sealed by the device alone: it can be read on
// this computer without anybody's password. The unfinished registration form
// is one, and what can only end a session.
type secret struct {
	Name  string `json:"name"`
	Value []byte `json:"value"`
}

func (v *Vault) secretPath(name string) string { return v.path(secretEnding, "secret", name) }

// PutSecret keeps a value under a name.
func (v *Vault) PutSecret(name string, value []byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.putSecret(name, value)
}

func (v *Vault) putSecret(name string, value []byte) error {
	raw, err := json.Marshal(secret{name, value})
	if err != nil {
		return err
	}
	path := v.secretPath(name)
	return writeFile(path, v.seal("secret "+filepath.Base(path), raw))
}

// GetSecret gives the value under a name; portal.NotFound when there is none
// that can be read.
func (v *Vault) GetSecret(name string) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, err := v.readSecret(v.secretPath(name))
	return s.Value, err
}

func (v *Vault) readSecret(path string) (secret, error) {
	var s secret
	sealed, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return s, portal.E(portal.NotFound, "secret")
	}
	if err != nil {
		return s, typed(err)
	}
	raw, err := v.unseal("secret "+filepath.Base(path), sealed)
	if err != nil || json.Unmarshal(raw, &s) != nil {
		return s, portal.E(portal.NotFound, "secret")
	}
	return s, nil
}

// DeleteSecret forgets a value; there need not be one.
func (v *Vault) DeleteSecret(name string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return removeFiles(v.secretPath(name))
}

// Secrets names the values whose names begin with a prefix, sorted.
func (v *Vault) Secrets(prefix string) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var names []string
	for _, f := range filesIn(v.dir, "", secretEnding) {
		s, err := v.readSecret(f)
		if err == nil && strings.HasPrefix(s.Name, prefix) && !strings.HasPrefix(s.Name, "\x00") {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names
}
