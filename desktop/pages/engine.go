package pages

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"parvis/shared/portal"
)

const (
	// memoryPages bounds the memory of one open PDF: 256 MiB.
	memoryPages = 256 << 20 >> 16
	// openAtOnce is how many PDF may be open at the same time.
	openAtOnce = 4
	// fillTime is how long the child may take to compile.
	fillTime = 2 * time.Minute
	// filledMark is written last into a folder that is ready to be used.
	filledMark = "ready"
	// fillEnv tells a child process which folder to fill.
	fillEnv = "PARVIS_FILL_PAGES"
)

var errClosed = errors.New("pages: closed")

// Opener opens documents; a program has one. Its methods may be called from
// any goroutine.
type Opener struct {
	dir  string
	fill func(ctx context.Context, dir string) error
	// How long opening and drawing a page may take.
	openTime, drawTime time.Duration

	mu     sync.Mutex
	start  *start
	closed bool
}

// start is the engine on its way, or there.
type start struct {
	done chan struct{}
	pool pdfium.Pool
	err  error
}

// New makes an opener that keeps what was compiled in dir; fill puts it there,
// Child in the program. It does nothing yet.
func New(dir string, fill func(ctx context.Context, dir string) error) *Opener {
	return &Opener{dir: dir, fill: fill, openTime: 15 * time.Second, drawTime: 10 * time.Second}
}

// Close ends the engine. Documents still open can draw no more. One that is
// still on its way is not waited for: compiling may take a minute on a slow
// computer, and a window that was closed is to end. The child goes on filling
// its folder, for the next time.
func (o *Opener) Close() {
	o.mu.Lock()
	s := o.start
	o.closed, o.start = true, nil
	o.mu.Unlock()
	if s == nil {
		return
	}
	end := func() {
		<-s.done
		if s.pool != nil {
			_ = s.pool.Close()
		}
	}
	select {
	case <-s.done:
		end()
	default:
		go end()
	}
}

// engine waits for the engine, starting it where nobody has. Who gives up
// waiting leaves it to start for the next.
func (o *Opener) engine(ctx context.Context) (pdfium.Pool, error) {
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		return nil, portal.E(CodeUnavailable, "")
	}
	s := o.start
	if s == nil {
		s = &start{done: make(chan struct{})}
		o.start = s
		go func() {
			s.pool, s.err = o.begin()
			if s.err != nil {
				o.mu.Lock()
				if o.start == s {
					o.start = nil // the next to ask tries again
				}
				o.mu.Unlock()
			}
			close(s.done)
		}()
	}
	o.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.done:
		if s.err != nil {
			return nil, portal.E(CodeUnavailable, "")
		}
		return s.pool, nil
	}
}

func (o *Opener) begin() (pdfium.Pool, error) {
	dir := folderIn(o.dir)
	if o.dir != "" && !filled(dir) && o.fill != nil {
		ctx, cancel := context.WithTimeout(context.Background(), fillTime)
		defer cancel()
		// Where the child fails, this process compiles: slower, never wrong.
		_ = o.fill(ctx, o.dir)
		o.mu.Lock()
		closed := o.closed
		o.mu.Unlock()
		if closed {
			return nil, errClosed
		}
	}
	if o.dir != "" && filled(dir) {
		if pool, err := startWith(dir); err == nil {
			return pool, nil
		}
		// What was kept is damaged; it is made anew the next time.
		_ = os.RemoveAll(dir)
	}
	return startWith("")
}

// startWith starts the engine on what is kept in a folder; "" compiles it.
func startWith(dir string) (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCloseOnContextDone(true). // or a call that never ends could not be ended
		WithMemoryLimitPages(memoryPages)
	if dir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(dir)
		if err != nil {
			return nil, err
		}
		config = config.WithCompilationCache(cache)
	}
	return webassembly.Init(webassembly.Config{
		MaxTotal:      openAtOnce,
		RuntimeConfig: config,
		FSConfig:      wazero.NewFSConfig(), // the default is the whole disk
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
}

// folderIn is the folder for what these versions compile to on this kind of
// machine.
func folderIn(dir string) string {
	name := "pages-" + runtime.GOOS + "-" + runtime.GOARCH
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "github.com/klippa-app/go-pdfium" || d.Path == "github.com/tetratelabs/wazero" {
				name += "-" + d.Version
			}
		}
	}
	return filepath.Join(dir, name)
}

func filled(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, filledMark))
	return err == nil
}

// Fill compiles the engine into a folder and takes away what other versions
// left there. Several processes may do so at once: a folder is made beside its
// place and put there whole.
func Fill(_ context.Context, dir string) error {
	folder := folderIn(dir)
	if filled(folder) {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	making, err := os.MkdirTemp(dir, "making-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(making)
	pool, err := startWith(making)
	if err != nil {
		return err
	}
	if err := pool.Close(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(making, filledMark), nil, 0o600); err != nil {
		return err
	}
	others, err := filepath.Glob(filepath.Join(dir, "pages-*"))
	if err != nil {
		return err
	}
	for _, o := range others {
		if !filled(folder) || o != folder {
			if err := os.RemoveAll(o); err != nil {
				return err
			}
		}
	}
	if err := os.Rename(making, folder); err != nil && !filled(folder) {
		return err
	}
	return nil
}

// Child has this very program fill the folder in a process of its own, whose
// main begins with FillIfAsked.
func Child(ctx context.Context, dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), fillEnv+"="+dir)
	if err := cmd.Run(); err != nil {
		return err
	}
	if !filled(folderIn(dir)) {
		return errors.New("pages: the child has filled nothing")
	}
	return nil
}

// FillIfAsked does what Child asks for, in the child, and tells whether this
// process is one: it then has nothing else to do.
func FillIfAsked() bool {
	dir := os.Getenv(fillEnv)
	if dir == "" {
		return false
	}
	if err := Fill(context.Background(), dir); err != nil {
		os.Exit(1)
	}
	return true
}
