// Package report is what the program writes about itself onto the disk: a log,
// and a report when it dies. Both may be sent to whoever looks after the
// computer, so neither holds what a family wrote: an error is told by its codes
// and kinds, a panic by the kind of its value and by where it happened.
//
// It knows the errors of the shared packages and nothing of what they are
// about.
package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"parvis/shared/client"
	"parvis/shared/portal"
)

// The files, in the folder of the program's data.
const (
	LogFile   = "parvis.log"
	CrashFile = "crash.log"
)

// crash is where a report of this process goes; nil before Open.
var crash struct {
	sync.Mutex
	file *os.File
}

// Open begins the log of this run, and has crashes reported to a file that
// outlives them. done ends both.
func Open(dir string) (log *slog.Logger, done func(), err error) {
	file, err := os.OpenFile(filepath.Join(dir, LogFile), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, nil, err
	}
	reports, err := os.OpenFile(filepath.Join(dir, CrashFile), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	// For what Guard cannot catch: the runtime's own fatal errors.
	if err := debug.SetCrashOutput(reports, debug.CrashOptions{}); err != nil {
		return nil, nil, errors.Join(err, file.Close(), reports.Close())
	}
	crash.Lock()
	crash.file = reports
	crash.Unlock()
	return slog.New(handler(file)), func() {
		crash.Lock()
		crash.file = nil
		crash.Unlock()
		_ = errors.Join(debug.SetCrashOutput(nil, debug.CrashOptions{}), file.Close(), reports.Close())
	}, nil
}

func handler(w io.Writer) slog.Handler {
	return slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if err, ok := a.Value.Any().(error); ok {
			a.Value = slog.StringValue(Plain(err))
		}
		return a
	}})
}

// Guard is deferred at the root of each goroutine of ours. A panic that nobody
// caught ends the program there, as it would anyway, but what is written of it
// leaves out its value, which the runtime would print: it may quote anything.
// Before Open it lets the panic go its way.
func Guard() {
	crash.Lock()
	defer crash.Unlock()
	if crash.file == nil {
		return
	}
	v := recover()
	if v == nil {
		return
	}
	text := fmt.Sprintf("%s\npanic: %s\n\n%s\n", time.Now().UTC().Format(time.RFC3339), Plain(v), debug.Stack())
	_, _ = crash.file.WriteString(text)
	_, _ = os.Stderr.WriteString(text)
	os.Exit(2)
}

// Plain tells what may be told of an error or of a panic's value.
func Plain(v any) string {
	err, is := v.(error)
	if !is {
		return fmt.Sprintf("a %T", v)
	}
	var said []string
	plain(err, &said)
	return strings.Join(said, ": ")
}

// plain walks an error's tree. What is not known to hold nothing but constants
// is told by its type: a text may quote what somebody typed.
func plain(err error, said *[]string) {
	say := func(format string, args ...any) { *said = append(*said, fmt.Sprintf(format, args...)) }
	switch e := err.(type) {
	case *client.Error:
		say("%s (HTTP %d, %s)", e.Told.Code, e.Status, e.Cause)
		if e.Err != nil {
			plain(e.Err, said)
		}
		return
	case *portal.Error:
		say("%s at %q", e.Code, e.Field) // its Args are for the person
		return
	case *os.PathError:
		say("%s", e.Op)
	case *os.SyscallError:
		say("%s", e.Syscall)
	case *net.OpError:
		say("%s %s", e.Op, e.Net)
	case syscall.Errno, sqlite3.Error, runtime.Error:
		say("%v", e)
		return
	}
	switch {
	case err == context.Canceled, err == context.DeadlineExceeded, err == io.EOF, err == io.ErrUnexpectedEOF, err == net.ErrClosed, err == os.ErrClosed:
		say("%v", err)
		return
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, below := range e.Unwrap() {
			plain(below, said)
		}
	case interface{ Unwrap() error }:
		if below := e.Unwrap(); below != nil {
			plain(below, said)
		}
	default:
		say("%T", err)
	}
}
