package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// listener carries wake-ups between the processes of one town: an empty
// NOTIFY outside every business transaction (PostgreSQL commits those that
// notify one after the other), and a LISTEN on a connection of its own. Either
// may fail: a reader's timer covers it.
type listener struct {
	config  *pgx.ConnConfig
	channel string
	say     chan struct{}
	end     context.CancelFunc
	done    sync.WaitGroup
}

func newListener(config *pgx.ConnConfig, channel string) *listener {
	return &listener{config: config, channel: channel, say: make(chan struct{}, 1)}
}

// tell has the other processes woken, without waiting.
func (l *listener) tell() {
	select {
	case l.say <- struct{}{}:
	default:
	}
}

func (l *listener) start(s *Store) {
	var ctx context.Context
	ctx, l.end = context.WithCancel(context.Background())
	l.done.Go(func() {
		l.keep(ctx, s.log, func(conn *pgx.Conn) error {
			if _, err := conn.Exec(ctx, "LISTEN "+l.channel); err != nil {
				return err
			}
			// Whatever was committed while nobody listened.
			s.wakes.ring()
			for {
				waiting, cancel := context.WithTimeout(ctx, time.Minute)
				_, err := conn.WaitForNotification(waiting)
				quiet := err != nil && waiting.Err() != nil && ctx.Err() == nil
				cancel()
				if quiet {
					// A line that died without a word is found by asking.
					err = ping(ctx, conn)
				} else if err == nil {
					s.wakes.ring()
				}
				if err != nil {
					return err
				}
			}
		})
	})
	l.done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-l.say:
			}
			bounded, cancel := context.WithTimeout(ctx, patience)
			if _, err := s.read.ExecContext(bounded, "NOTIFY "+l.channel); err != nil && ctx.Err() == nil {
				s.log.Warn("store: other processes were not woken", "error", err)
			}
			cancel()
		}
	})
}

func ping(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return conn.Ping(ctx)
}

// keep holds a connection and gives it to use, again and again until ctx ends.
func (l *listener) keep(ctx context.Context, log *slog.Logger, use func(*pgx.Conn) error) {
	wait := 100 * time.Millisecond
	for ctx.Err() == nil {
		began := time.Now()
		err := func() error {
			connecting, cancel := context.WithTimeout(ctx, patience)
			conn, err := pgx.ConnectConfig(connecting, l.config)
			cancel()
			if err != nil {
				return err
			}
			defer func() {
				closing, cancel := context.WithTimeout(context.Background(), time.Second)
				defer cancel()
				_ = conn.Close(closing)
			}()
			return use(conn)
		}()
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > time.Minute {
			wait = 100 * time.Millisecond
		}
		log.Warn("store: the wake-ups between server processes are interrupted", "error", err, "again_in", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, 10*time.Second)
	}
}

func (l *listener) stop() {
	if l.end != nil {
		l.end()
		l.done.Wait()
	}
}
