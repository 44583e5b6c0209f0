package portal

import (
	"database/sql/driver"
	"fmt"

	"github.com/google/uuid"
)

// ID names an entity or a command: a UUIDv7 in its canonical lower-case form,
// made by whoever creates the thing, so that a thing made off line keeps its
// name for ever.
type ID string

// IDs makes new ids. It is an argument wherever ids are made, so that a
// simulation replays exactly.
type IDs func() ID

// NewID makes an id from the system's clock and randomness.
func NewID() ID {
	return ID(uuid.Must(uuid.NewV7()).String())
}

// Valid reports whether id is a canonical UUIDv7.
func (id ID) Valid() bool {
	u, err := uuid.Parse(string(id))
	return err == nil && u.Version() == 7 && u.String() == string(id)
}

// Value stores an id as text.
func (id ID) Value() (driver.Value, error) { return string(id), nil }

// Scan reads an id from text; NULL is the empty id.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ""
	case string:
		*id = ID(v)
	case []byte:
		*id = ID(v)
	default:
		return fmt.Errorf("portal: an id cannot be read from %T", src)
	}
	return nil
}
