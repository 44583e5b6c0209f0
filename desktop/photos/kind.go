package photos

import (
	"parvis/shared/documents"
	"parvis/shared/portal"
)

// Kind is what a file is by its first bytes; its name is never believed.
type Kind int

// The kinds of file that are told apart. HEIC, which iPhones make, is known so
// that it can be refused with what to do about it.
const (
	Unknown Kind = iota
	PDF
	JPEG
	PNG
	HEIC
)

// Why a picture is not taken.
const (
	CodeType    portal.Code = "picture_type"    // neither JPEG nor PNG
	CodeHEIC    portal.Code = "picture_heic"    // HEIC: it must be sent as JPEG
	CodeLarge   portal.Code = "picture_large"   // more than Args["max"] million pixels, or too heavy to be opened
	CodeDamaged portal.Code = "picture_damaged" // its bytes end early or make no sense
	CodeNone    portal.Code = "pictures_none"   // there is nothing to bind
	CodeMany    portal.Code = "pictures_many"   // more than Args["max"] pictures
	CodeHeavy   portal.Code = "pictures_heavy"  // more than the portal takes, however small they are made
)

// KindOf tells what bytes are, by the rule that the town hall has: what is
// opened here is what may be sent there.
func KindOf(data []byte) Kind {
	kind, wrong := documents.TypeOf(data)
	switch {
	case kind == documents.PDF:
		return PDF
	case kind == documents.JPEG:
		return JPEG
	case kind == documents.PNG:
		return PNG
	case wrong != nil && wrong.Code == documents.HEIC:
		return HEIC
	}
	return Unknown
}
