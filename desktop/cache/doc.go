// Package cache is what a desktop keeps on the disk of the computer it runs
// on: for each account of a town one SQLite file whose rows are sealed one by
// one, with the outbox of what was done and not yet decided, and beside it the
// Vault, which holds the wrapped keys, the installation's own secret and the
// settings that are not a person's.
//
// It knows the shared packages and SQL, nothing of the network or the
// screens, and it has no clock: every instant is an argument.
//
// # What a stolen disk tells
//
// The number of rows, their sizes rounded up to steps, and when files were
// written. No name, no id, no feed and no login: a row's plain column is only
// a running number, names of files are keyed hashes, and which account a file
// belongs to is sealed under the device's secret.
//
// # What a damaged file does
//
// A row that does not open, is missing, or was put back from an older state
// is noticed, because the count and an additive keyed hash of each collection
// stand in a sealed manifest written in the same transaction. What does not
// match is dropped and its feed pulled anew; the outbox is somebody's work, so
// each of its rows that still opens is kept, if need be by reading the bytes
// of a file that SQLite itself cannot read any more. A file that was rolled
// back as a whole is consistent, and is no more than an older cursor.
package cache

import (
	"errors"
	"fmt"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"

	"parvis/shared/portal"
)

// Codes of this package; the rest are portal's and wire's.
const (
	// DiskFull: nothing could be written; what is cached can still be read.
	DiskFull portal.Code = "disk_full"
	// InUse: another window on this computer has this cache open.
	InUse portal.Code = "cache_in_use"
	// Damaged: the file broke while it was open; opening it anew mends it.
	Damaged portal.Code = "cache_damaged"
	// OutcomeUnknown is the verdict on a command that was decided so long ago
	// that the server no longer remembers how.
	OutcomeUnknown portal.Code = "outcome_unknown"
)

// typed gives the errors of SQLite and of the system the code by which the
// screens explain them, and keeps the cause for the log.
func typed(err error) error {
	if err == nil {
		return nil
	}
	var known *portal.Error
	if errors.As(err, &known) {
		return err
	}
	code := portal.Internal
	var se sqlite3.Error
	if errors.As(err, &se) {
		switch se.Code {
		case sqlite3.ErrFull:
			code = DiskFull
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			code = InUse
		case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
			code = Damaged
		}
		if noSpace(se.SystemErrno) {
			code = DiskFull
		}
	}
	if noSpace(err) {
		code = DiskFull
	}
	return fmt.Errorf("cache: %w: %w", portal.E(code, ""), err)
}

// noSpace knows a full disk by every name it has.
func noSpace(err error) bool {
	const windowsDiskFull, windowsHandleDiskFull = syscall.Errno(112), syscall.Errno(39)
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		onWindows && (errors.Is(err, windowsDiskFull) || errors.Is(err, windowsHandleDiskFull))
}
