package photos

import (
	"bytes"

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

// KindOf tells what bytes are. A PDF may begin a little later than its file:
// readers look for its mark in the first kibibyte, and so is it done here.
func KindOf(data []byte) Kind {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return PDF
	case documents.IsHEIF(data):
		return HEIC
	}
	return Unknown
}
