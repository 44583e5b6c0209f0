package service

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// newSecret is 256 random bits as text.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) //nolint:errcheck // it ends the program rather than fail
	return base64.RawURLEncoding.EncodeToString(b)
}

// newDigits is a random code of n decimal digits.
func newDigits(n int) string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	v, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%0*d", n, v)
}

// hashed is how a random secret is kept: long secrets need no slow hash.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// hashedCode is how a short code is kept: bound to what it opens, so that the
// same digits elsewhere hash differently.
func hashedCode(about portal.ID, code string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, code)
	return hashed(string(about) + ":" + digits)
}

// recoveryCodes is how many an agent is given at a time.
const recoveryCodes = 10

// NewRecovery makes the codes that open an agent's account once each without
// the second factor, and what an account keeps of them. They have 120 bits,
// so that a plain hash keeps them, in groups that can be read out.
func NewRecovery() (codes []string, kept string) {
	hashes := make([]string, recoveryCodes)
	for i := range hashes {
		text := strings.ToLower(rand.Text())[:24]
		codes = append(codes, strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-"))
		hashes[i] = hashedRecovery(codes[i])
	}
	return codes, list(hashes)
}

// hashedRecovery is how a recovery code is kept, however it is typed: in
// capitals, with its groups run together or parted otherwise.
func hashedRecovery(code string) string {
	return hashed(strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code)))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Hasher makes and checks passwords. Both wait for their turn and may answer
// Unavailable when too many wait already.
type Hasher interface {
	Hash(ctx context.Context, kind accounts.Kind, password string) (string, error)
	// Verify reports whether the password is right, and whether the hash
	// should be made anew with today's parameters.
	Verify(ctx context.Context, kind accounts.Kind, password, phc string) (ok, old bool, err error)
}

// cost of argon2id: passes and KiB.
type cost struct{ time, memory uint32 }

var costs = map[accounts.Kind]cost{
	accounts.Family: {1, 46 << 10},
	accounts.Staff:  {3, 64 << 10},
}

// Argon2 is the Hasher of the real server: at most one computation a core at
// a time, and a short queue.
type Argon2 struct{ turns, queue chan struct{} }

// NewArgon2 makes one that computes one password a core at a time.
func NewArgon2() *Argon2 { return NewArgon2Of(0) }

// NewArgon2Of makes one that computes n passwords at a time; 0 is one a core.
func NewArgon2Of(n int) *Argon2 {
	if n <= 0 {
		n = runtime.NumCPU()
	}
	return &Argon2{turns: make(chan struct{}, n), queue: make(chan struct{}, 32*n)}
}

func (h *Argon2) turn(ctx context.Context, f func()) error {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return portal.E(portal.Unavailable, "", "seconds", "2")
	}
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	f()
	return nil
}

// Hash implements Hasher.
func (h *Argon2) Hash(ctx context.Context, kind accounts.Kind, password string) (phc string, err error) {
	c := costs[kind]
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // it ends the program rather than fail
	err = h.turn(ctx, func() {
		key := argon2.IDKey([]byte(accounts.NormalisePassword(password)), salt, c.time, c.memory, 1, 32)
		phc = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, c.memory, c.time,
			base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
	})
	return phc, err
}

// Verify implements Hasher.
func (h *Argon2) Verify(ctx context.Context, kind accounts.Kind, password, phc string) (ok, old bool, err error) {
	var version int
	var c cost
	var threads uint8
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, false, fmt.Errorf("service: a stored password is not a PHC string")
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil {
		return false, false, err
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &threads); err != nil {
		return false, false, err
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, false, err
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, false, err
	}
	err = h.turn(ctx, func() {
		got := argon2.IDKey([]byte(accounts.NormalisePassword(password)), salt, c.time, c.memory, threads, uint32(len(want)))
		ok = subtle.ConstantTimeCompare(got, want) == 1
	})
	return ok, ok && c != costs[kind], err
}
