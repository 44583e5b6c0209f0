package documents

import (
	"bytes"
	"encoding/binary"
)

// orientation is how a JPEG is to be turned by its EXIF data, 1 (as it is)
// where there is none that can be read.
func orientation(jpeg []byte) int {
	exif := exifOf(jpeg)
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(exif[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return 1
	}
	entries := exif[at+2:]
	const size, tag, short = 12, 0x0112, 3
	for range order.Uint16(exif[at:]) {
		if len(entries) < size {
			return 1
		}
		if order.Uint16(entries) == tag {
			if v := order.Uint16(entries[8:]); order.Uint16(entries[2:]) == short && v >= 1 && v <= 8 {
				return int(v)
			}
			return 1
		}
		entries = entries[size:]
	}
	return 1
}

// exifOf is the EXIF block of a JPEG, nil when it has none.
func exifOf(jpeg []byte) []byte {
	const app1, startOfScan = 0xe1, 0xda
	for rest := jpeg[min(2, len(jpeg)):]; len(rest) >= 4 && rest[0] == 0xff; {
		marker, n := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xff { // padding before a marker
			rest = rest[1:]
			continue
		}
		if marker == startOfScan || n < 2 || 2+n > len(rest) {
			return nil
		}
		if body := rest[4 : 2+n]; marker == app1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return body[6:]
		}
		rest = rest[2+n:]
	}
	return nil
}
