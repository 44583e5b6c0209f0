package photos

import "encoding/binary"

// orientation is how a picture must be shown, as a camera wrote it down:
// mirrored left to right first, then turned clockwise by quarters.
type orientation struct {
	mirrored bool
	quarters int
}

// exifOrientations are the eight values of the EXIF tag.
var exifOrientations = map[uint16]orientation{
	1: {}, 2: {true, 0}, 3: {false, 2}, 4: {true, 2}, 5: {true, 3}, 6: {false, 1}, 7: {true, 1}, 8: {false, 3},
}

// turned is the orientation turned on by some quarters.
func (o orientation) turned(quarters int) orientation {
	o.quarters = ((o.quarters+quarters)%4 + 4) % 4
	return o
}

// header is what the head of a picture tells besides its size.
type header struct {
	orientation orientation
	progressive bool
}

// readHeader reads the segments of a JPEG up to its pixels, or the chunks of a
// PNG. Whatever it cannot read is left at its default: the decoder judges.
func readHeader(data []byte) header {
	switch KindOf(data) {
	case JPEG:
		return readJPEG(data)
	case PNG:
		return readPNG(data)
	}
	return header{}
}

func readJPEG(data []byte) (h header) {
	for at := 2; at+4 <= len(data); {
		if data[at] != 0xff {
			return h
		}
		marker := data[at+1]
		if marker == 0xff { // padding
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if length < 2 || at+2+length > len(data) {
			return h
		}
		body := data[at+4 : at+2+length]
		switch {
		case marker == 0xe1 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00":
			h.orientation = readTIFF(body[6:])
		case marker == 0xc2:
			h.progressive = true
		case marker == 0xda:
			return h
		}
		at += 2 + length
	}
	return h
}

func readPNG(data []byte) (h header) {
	for at := 8; at+12 <= len(data); {
		length := int64(binary.BigEndian.Uint32(data[at:]))
		if length > int64(len(data)-at-12) {
			return h
		}
		if string(data[at+4:at+8]) == "eXIf" {
			h.orientation = readTIFF(data[at+8 : at+8+int(length)])
			return h
		}
		at += 12 + int(length)
	}
	return h
}

// readTIFF finds the orientation in the first directory of an EXIF block.
func readTIFF(b []byte) orientation {
	if len(b) < 8 {
		return orientation{}
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
	default:
		return orientation{}
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return orientation{}
	}
	count := int64(order.Uint16(b[at:]))
	for i := range count {
		entry := at + 2 + i*12
		if entry+12 > int64(len(b)) {
			break
		}
		if order.Uint16(b[entry:]) == 0x0112 {
			return exifOrientations[order.Uint16(b[entry+8:])]
		}
	}
	return orientation{}
}
