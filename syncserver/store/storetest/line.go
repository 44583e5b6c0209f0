package storetest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Line is a line to PostgreSQL that counts journeys: how often whoever writes
// waited for an answer.
type Line struct {
	// Journeys of the connection that takes the town's lock.
	Journeys atomic.Int64
}

// Through gives the address of a line to the database at another one, until the
// test ends.
func (l *Line) Through(t testing.TB, dsn string) string {
	t.Helper()
	config, err := pgconn.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	network, server := pgconn.NetworkAddress(config.Host, config.Port)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(network, server)
			if err != nil {
				near.Close()
				return
			}
			go l.forth(far, near)
			go func() {
				_, _ = io.Copy(near, far)
				near.Close()
				far.Close()
			}()
		}
	}()
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	address.Host = listener.Addr().String()
	query := address.Query()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	address.RawQuery = query.Encode()
	return address.String()
}

// forth passes on what is sent to the server. It is answered after a Sync and
// after a simple query.
func (l *Line) forth(far, near net.Conn) {
	defer far.Close()
	defer near.Close()
	in, out := bufio.NewReader(near), bufio.NewWriter(far)
	writer := false
	for first := true; ; first = false {
		head := make([]byte, 5)
		if first {
			head = head[:4] // the first message has no kind
		}
		if _, err := io.ReadFull(in, head); err != nil {
			return
		}
		message := make([]byte, len(head)-4+int(binary.BigEndian.Uint32(head[len(head)-4:])))
		copy(message, head)
		if _, err := io.ReadFull(in, message[len(head):]); err != nil {
			return
		}
		writer = writer || bytes.Contains(message, []byte("pg_advisory_xact_lock"))
		if writer && !first && (message[0] == 'S' || message[0] == 'Q') {
			l.Journeys.Add(1)
		}
		if _, err := out.Write(message); err != nil {
			return
		}
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
	}
}
