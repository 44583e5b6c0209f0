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
// may fail: a reader's timer covers it. Whispers go the same way on a channel
// of their own, and nothing covers their loss.
type listener struct {
	config         *pgx.ConnConfig
	channel, aside string
	say            chan struct{}
	words          chan string
	end            context.CancelFunc
	done           sync.WaitGroup
}

// whisperPause is between two whispers of a process, so that hints never crowd
// the one queue in which PostgreSQL commits what notifies.
const whisperPause = 10 * time.Millisecond

func newListener(config *pgx.ConnConfig, channel, aside string) *listener {
	return &listener{config: config, channel: channel, aside: aside, say: make(chan struct{}, 1), words: make(chan string, 256)}
}

// tell has the other processes woken, without waiting.
func (l *listener) tell() {
	select {
	case l.say <- struct{}{}:
	default:
	}
}

// whisper has the other processes told a text, without waiting.
func (l *listener) whisper(text string) {
	select {
	case l.words <- text:
	default:
	}
}

func (l *listener) start(s *Store) {
	var ctx context.Context
	ctx, l.end = context.WithCancel(context.Background())
	l.done.Go(func() {
		l.keep(ctx, s.log, func(conn *pgx.Conn) error {
			if _, err := conn.Exec(ctx, "LISTEN "+l.channel+"; LISTEN "+l.aside); err != nil {
				return err
			}
			// Whatever was committed while nobody listened.
			s.wakes.ring()
			for {
				waiting, cancel := context.WithTimeout(ctx, time.Minute)
				heard, err := conn.WaitForNotification(waiting)
				quiet := err != nil && waiting.Err() != nil && ctx.Err() == nil
				cancel()
				if quiet {
					// A line that died without a word is found by asking.
					err = ping(ctx, conn)
				} else if err == nil && heard.Channel == l.aside {
					s.whispers.pass(heard.Payload)
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
	l.done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				l.lastWords(s)
				return
			case text := <-l.words:
				bounded, cancel := context.WithTimeout(ctx, patience)
				if err := l.breathe(bounded, s, text); err != nil && ctx.Err() == nil {
					s.log.Warn("store: other processes were not told a hint", "error", err)
				}
				cancel()
			}
			select {
			case <-ctx.Done():
			case <-time.After(whisperPause):
			}
		}
	})
}

func (l *listener) breathe(ctx context.Context, s *Store, text string) error {
	_, err := s.read.ExecContext(ctx, "SELECT pg_notify($1, $2)", l.aside, text)
	return err
}

// lastWords tells what still waits when the store closes: that those who were
// here have left.
func (l *listener) lastWords(s *Store) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for {
		select {
		case text := <-l.words:
			if l.breathe(ctx, s, text) != nil {
				return
			}
		default:
			return
		}
	}
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
