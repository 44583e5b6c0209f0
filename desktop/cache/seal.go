package cache

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"math/bits"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	keySize   = chacha20poly1305.KeySize
	nonceSize = chacha20poly1305.NonceSizeX
	tagSize   = chacha20poly1305.Overhead
)

// errSealed says that a sealed thing does not open: another key, another
// place, or other bytes than were sealed.
var errSealed = errors.New("cache: a sealed record does not open")

// derive makes a key for one purpose out of a secret.
func derive(secret []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "parvis "+purpose, keySize)
	if err != nil {
		panic(err) // only for lengths that are constants here
	}
	return key
}

// newKey draws a random key.
func newKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails, since Go 1.24
	return key
}

// bucket rounds a size up to the next of 128, 192, 256, 384, 512, 768, …, so
// that the size of a row tells little about what is in it.
func bucket(n int) int {
	if n <= 128 {
		return 128
	}
	top := 1 << bits.Len(uint(n-1)) // the next power of two
	if middle := top / 4 * 3; n <= middle {
		return middle
	}
	return top
}

// box seals and opens. It is not safe for concurrent use: it reuses its
// buffers, since a pull seals thousands of rows.
type box struct {
	aead   cipher.AEAD
	mac    hash.Hash
	plain  []byte
	nonces []byte
	used   int
}

// newBox makes a box of a key.
func newBox(key []byte) *box {
	aead, err := chacha20poly1305.NewX(derive(key, "sealing"))
	if err != nil {
		panic(err) // only for a wrong key size
	}
	return &box{aead: aead, mac: hmac.New(sha256.New, derive(key, "tallies"))}
}

// nonce draws the next random nonce, a hundred at a time.
func (b *box) nonce() []byte {
	if b.used+nonceSize > len(b.nonces) {
		if b.nonces == nil {
			b.nonces = make([]byte, 100*nonceSize)
		}
		rand.Read(b.nonces)
		b.used = 0
	}
	b.used += nonceSize
	return b.nonces[b.used-nonceSize : b.used]
}

// seal appends to dst the nonce and the sealed content, padded to its bucket
// and bound to aad.
func (b *box) seal(dst, aad, content []byte) []byte {
	size := bucket(4 + len(content))
	if cap(b.plain) < size {
		b.plain = make([]byte, size*2)
	}
	plain := b.plain[:size]
	binary.LittleEndian.PutUint32(plain, uint32(len(content)))
	n := 4 + copy(plain[4:], content)
	clear(plain[n:])
	nonce := b.nonce()
	return b.aead.Seal(append(dst, nonce...), nonce, plain, aad)
}

// open opens what seal made, within the bytes of sealed itself, which are
// spent thereby.
func (b *box) open(sealed, aad []byte) ([]byte, error) {
	if len(sealed) < nonceSize+tagSize+4 {
		return nil, errSealed
	}
	nonce, body := sealed[:nonceSize], sealed[nonceSize:]
	plain, err := b.aead.Open(body[:0], nonce, body, aad)
	if err != nil {
		return nil, errSealed
	}
	n := int(binary.LittleEndian.Uint32(plain))
	if n > len(plain)-4 {
		return nil, errSealed
	}
	return plain[4 : 4+n : 4+n], nil
}

// tally is the count and the additive hash of a set of sealed records. The
// hash of each is keyed, so that nobody without the key can find another set
// with the same sum.
type tally struct {
	Count int    `json:"n"`
	Low   uint64 `json:"l"`
	High  uint64 `json:"h"`
}

// mark is the keyed hash of one sealed record.
type mark struct{ low, high uint64 }

// mark hashes a record's place with its nonce and tag, which stand for all of
// its bytes.
func (b *box) mark(table byte, id int64, sealed []byte) mark {
	var buf [1 + 8 + nonceSize + tagSize + sha256.Size]byte
	buf[0] = table
	binary.BigEndian.PutUint64(buf[1:], uint64(id))
	copy(buf[9:], sealed[:nonceSize])
	copy(buf[9+nonceSize:], sealed[len(sealed)-tagSize:])
	b.mac.Reset()
	b.mac.Write(buf[:9+nonceSize+tagSize])
	sum := b.mac.Sum(buf[9+nonceSize+tagSize : 9+nonceSize+tagSize])
	return mark{binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])}
}

func (t *tally) add(m mark) {
	var carry uint64
	t.Count++
	t.Low, carry = bits.Add64(t.Low, m.low, 0)
	t.High, _ = bits.Add64(t.High, m.high, carry)
}

func (t *tally) remove(m mark) {
	var borrow uint64
	t.Count--
	t.Low, borrow = bits.Sub64(t.Low, m.low, 0)
	t.High, _ = bits.Sub64(t.High, m.high, borrow)
}
