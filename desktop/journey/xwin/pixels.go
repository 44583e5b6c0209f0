//go:build linux

package xwin

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
)

// Pixels reads the screen's memory, without asking X and so without holding up
// anybody who draws: every nth line of it, four bytes a pixel.
func (d *Display) Pixels(nth int) ([]byte, error) {
	f, err := os.Open(filepath.Join(d.dir, "Xvfb_screen0"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// It is the memory of an XWD picture: a header of numbers, a table of
	// colours of twelve bytes each, the lines.
	var head [100]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	field := func(n int) int { return int(binary.BigEndian.Uint32(head[4*n:])) }
	const headerSize, version, height, bits, lineBytes, colours = 0, 1, 5, 11, 12, 19
	if field(version) != 7 || field(bits) != 32 {
		return nil, errors.New("xwin: the screen's memory is of an unknown form")
	}
	var out []byte
	line := make([]byte, field(lineBytes))
	for y := 0; y < field(height); y += nth {
		if _, err := f.ReadAt(line, int64(field(headerSize)+12*field(colours)+y*len(line))); err != nil {
			return nil, err
		}
		out = append(out, line...)
	}
	return out, nil
}
