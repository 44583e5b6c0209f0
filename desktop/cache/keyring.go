package cache

import (
	"errors"

	"github.com/zalando/go-keyring"
)

// Keyring is the operating system's store of secrets.
type Keyring interface {
	// Get gives a secret, or ErrNoSecret when there is none of that name.
	Get(name string) (string, error)
	Set(name, secret string) error
	Delete(name string) error
}

// ErrNoSecret says that the keyring answers and has no such secret.
var ErrNoSecret = errors.New("cache: the keyring has no such secret")

// keyringService is what the system shows the owner of the secret as.
const keyringService = "Parvis"

// SystemKeyring is the keyring of this system. Where there is none, its
// methods return errors, and the vault keeps its secret in a file.
func SystemKeyring() Keyring { return systemKeyring{} }

type systemKeyring struct{}

func (systemKeyring) Get(name string) (string, error) {
	s, err := keyring.Get(keyringService, name)
	if errors.Is(err, keyring.ErrNotFound) {
		err = ErrNoSecret
	}
	return s, err
}

func (systemKeyring) Set(name, secret string) error { return keyring.Set(keyringService, name, secret) }

func (systemKeyring) Delete(name string) error {
	err := keyring.Delete(keyringService, name)
	if errors.Is(err, keyring.ErrNotFound) {
		err = nil
	}
	return err
}
