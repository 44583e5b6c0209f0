// Package scan asks ClamAV's daemon whether bytes hold a virus, by the
// protocol INSTREAM: nothing of a family's file is written to a disk for it.
package scan

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// piece is how much goes over at once: less than the daemon's StreamMaxLength.
const piece = 64 << 10

// limit bounds one question; a large PDF takes seconds.
const limit = 2 * time.Minute

// Clamd is a daemon.
type Clamd struct{ network, address string }

// New names a daemon by host:port, or by unix: and the path of its socket.
func New(address string) *Clamd {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		return &Clamd{"unix", path}
	}
	return &Clamd{"tcp", address}
}

// Scan asks about a file. It is clean when found is "" and there is no error;
// an error says that nobody knows.
func (c *Clamd) Scan(ctx context.Context, data []byte) (found string, err error) {
	answer, err := c.ask(ctx, "zINSTREAM\x00", func(w io.Writer) error {
		size := make([]byte, 4)
		for len(data) > 0 {
			n := min(piece, len(data))
			binary.BigEndian.PutUint32(size, uint32(n))
			if _, err := w.Write(append(size[:4:4], data[:n]...)); err != nil {
				return err
			}
			data = data[n:]
		}
		_, err := w.Write(make([]byte, 4)) // the end
		return err
	})
	if err != nil {
		return "", err
	}
	verdict, ours := strings.CutPrefix(answer, "stream: ")
	name, infected := strings.CutSuffix(verdict, " FOUND")
	switch {
	case ours && verdict == "OK":
		return "", nil
	case ours && infected && name != "":
		return name, nil
	}
	return "", fmt.Errorf("scan: the daemon answers %q", answer)
}

// Check says whether the daemon is there.
func (c *Clamd) Check(ctx context.Context) error {
	answer, err := c.ask(ctx, "zPING\x00", func(io.Writer) error { return nil })
	if err == nil && answer != "PONG" {
		err = fmt.Errorf("scan: the daemon answers %q", answer)
	}
	return err
}

// ask sends a command with what follows it, and reads the answer.
func (c *Clamd) ask(ctx context.Context, command string, send func(io.Writer) error) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("scan: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_, sent := io.WriteString(conn, command)
	if sent == nil {
		sent = send(conn)
	}
	// Also when it hung up amid the file: it says why, as that the limit of a
	// stream is passed.
	answer, err := io.ReadAll(io.LimitReader(conn, 4096))
	answer, _, whole := bytes.Cut(answer, []byte{0})
	if !whole && len(answer) == 0 {
		return "", fmt.Errorf("scan: no answer: %w", errors.Join(sent, err, ctx.Err()))
	}
	return strings.TrimSpace(string(answer)), nil
}
