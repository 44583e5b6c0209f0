package portal

import (
	"crypto/sha256"

	"github.com/google/uuid"
)

// Derived is the id of a part of a thing, made out of the thing's own id and
// what names the part: whoever knows the two knows the third, so that a
// thousand parts need not be written down. It bears the time of its whole.
func (id ID) Derived(part ...string) ID {
	h := sha256.New()
	for _, p := range append([]string{string(id)}, part...) {
		h.Write([]byte(p))
		h.Write([]byte{0}) // no part holds it, so no two lists are one text
	}
	var u uuid.UUID
	copy(u[:], h.Sum(nil))
	if whole, err := uuid.Parse(string(id)); err == nil {
		copy(u[:6], whole[:6])
	}
	u[6] = u[6]&0x0f | 0x70 // version 7
	u[8] = u[8]&0x3f | 0x80 // RFC 9562's variant
	return ID(u.String())
}
