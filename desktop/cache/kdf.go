package cache

import (
	"crypto/sha256"
	"sync"

	"golang.org/x/crypto/argon2"
)

// KDF makes a key out of a password. Its name is kept beside what it made:
// another one does not open it.
type KDF struct {
	Name   string
	Derive func(password string, salt []byte) []byte
}

// oneAtATime keeps argon2id's 46 MiB from being taken more than once.
var oneAtATime sync.Mutex

// Argon2id is what a password goes through: t=1, 46 MiB, p=1.
var Argon2id = KDF{"argon2id t=1 m=47104 p=1", func(password string, salt []byte) []byte {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	return argon2.IDKey([]byte(password), salt, 1, 46<<10, 1, keySize)
}}

// CheapKDF stands in for Argon2id in tests and simulations, where thousands
// of people sign in.
var CheapKDF = KDF{"cheap, for tests", func(password string, salt []byte) []byte {
	sum := sha256.Sum256(append(append([]byte(nil), salt...), password...))
	return sum[:]
}}
