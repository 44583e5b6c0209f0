package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"parvis/desktop/cache"
	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/kit/kittest"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/desktop/ui/task"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

const (
	townID   portal.ID = "0190b000-0000-7000-8000-0000000000a1"
	claireID portal.ID = "0190b000-0000-7000-8000-0000000000a2"
	phrase             = "soleil vert marche tabouret"
)

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

// town is a portal that answers as a test wants.
type town struct {
	*httptest.Server
	mu     sync.Mutex
	info   wire.TownInfo
	answer map[string]func(body []byte) (int, any)
	bodies map[string][][]byte
}

func newTown(t *testing.T) *town {
	w := &town{
		info:   wire.TownInfo{Portal: "parvis", ID: townID, Name: "Saint-Aubin-sur-Vesle", Protocol: wire.Version},
		answer: map[string]func([]byte) (int, any){}, bodies: map[string][][]byte{},
	}
	w.Server = httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(w.Close)
	return w
}

func (w *town) serve(out http.ResponseWriter, r *http.Request) {
	var body json.RawMessage
	_ = json.NewDecoder(r.Body).Decode(&body)
	w.mu.Lock()
	answer, info := w.answer[r.URL.Path], w.info
	w.bodies[r.URL.Path] = append(w.bodies[r.URL.Path], body)
	w.mu.Unlock()
	status, value := http.StatusServiceUnavailable, any(wire.Problem{Code: portal.Unavailable})
	switch {
	case answer != nil:
		status, value = answer(body)
	case r.URL.Path == wire.RouteTown:
		status, value = http.StatusOK, info
	}
	if p, ok := value.(wire.Problem); ok {
		out.Header().Set("Content-Type", "application/problem+json")
		value = p
	}
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(value)
}

func (w *town) on(route string, status int, value any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer[route] = func([]byte) (int, any) { return status, value }
}

func (w *town) refuse(route string, status int, code portal.Code, field string, args ...string) {
	e := portal.E(code, field, args...)
	w.on(route, status, wire.Problem{Code: e.Code, Field: e.Field, Args: e.Args})
}

// got is the last body that a route was sent.
func (w *town) got(t *testing.T, route string, into any) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.bodies[route]
	if len(all) == 0 {
		t.Fatalf("%s was never called", route)
	}
	if err := json.Unmarshal(all[len(all)-1], into); err != nil {
		t.Fatal(err)
	}
}

func (w *town) calls(route string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.bodies[route])
}

func claire() wire.Session {
	return wire.Session{
		Token: "t", Revoke: "r", Town: townID, Share: base64.StdEncoding.EncodeToString([]byte("a share of at least 16 bytes")),
		Account: wire.Account{ID: claireID, Kind: wire.Family, Login: "claire.martel", FirstName: "Claire", LastName: "Martel"},
	}
}

// desk is one window of the program over a folder.
type desk struct {
	t       *testing.T
	session *session.Session
	runner  *task.Runner
	queue   *task.Queue
	window  fyne.Window
	dialogs *kit.Dialogs
	toasts  *kit.Toasts
	context *screen.Context
	route   screen.Route
	behind  []screen.Route
	browsed []string
	cut     *atomic.Bool
}

var builds = map[string]screen.Build{
	screen.First: First, screen.SignIn: SignIn, screen.Register: Register, screen.Activate: Activate, screen.WindowCode: WindowCode, screen.DemoMails: DemoMails,
	screen.Lost: Lost, screen.Profile: Profile, screen.Details: Details, screen.Change: Change,
	screen.Devices: Devices, screen.MyData: MyData, screen.CloseAccount: CloseAccount,
}

type options struct {
	dir     string
	kiosk   bool
	address string
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

// open starts the program on a folder; with a town it is the one chosen.
func open(t *testing.T, w *town, o options) *desk {
	t.Helper()
	if o.dir == "" {
		o.dir = t.TempDir()
	}
	d := &desk{t: t, cut: &atomic.Bool{}}
	d.runner, d.queue = task.NewQueued(func(err error) { t.Errorf("a task panicked: %v", err) })
	dial := o.dial
	if dial == nil {
		var plain net.Dialer
		dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if d.cut.Load() {
				return nil, &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}
			}
			return plain.DialContext(ctx, network, address)
		}
	}
	var err error
	d.session, err = session.Open(session.Options{
		Dir: o.dir, Kiosk: o.kiosk, Address: o.address, Dial: dial, Dispatch: d.runner.Do, Device: "essai",
		Clock: func() time.Time { return noon }, CacheOptions: []cache.Option{cache.WithKDF(cache.CheapKDF)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	if _, chosen := d.session.Portal(); w != nil && !chosen {
		info, base, err := d.session.Probe(context.Background(), w.URL)
		if err == nil {
			err = d.session.Choose(info, base)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if fyne.CurrentApp() == nil || look.Current().Scale() == 0 {
		t.Fatal("a test app comes first")
	}
	d.window = test.NewWindow(nil)
	d.window.SetPadded(false)
	d.window.Resize(kittest.Small)
	d.dialogs = kit.NewDialogs(d.window.Canvas())
	d.toasts = kit.NewToasts(nil)
	d.queue.Drain()
	return d
}

func (d *desk) close() {
	if d.session == nil {
		return
	}
	if d.context != nil {
		d.context.Leave()
		d.context = nil
	}
	d.settle()
	if err := d.session.Close(); err != nil {
		d.t.Errorf("closing: %v", err)
	}
	d.session = nil
	d.window.Close()
}

func (d *desk) build(r screen.Route) screen.Screen {
	if d.context != nil {
		d.context.Leave()
	}
	d.route = r
	d.context = &screen.Context{
		Session: d.session, View: d.session.View(), Scope: d.runner.Scope(), Dialogs: d.dialogs, Toasts: d.toasts, Window: d.window,
		Go:      func(r screen.Route) { d.behind = append(d.behind, d.route); d.show(r) },
		Replace: d.show, Back: d.back, Up: d.show,
		AfterSignIn: func(screen.Route) {}, Browse: func(a string) { d.browsed = append(d.browsed, a) },
	}
	if b := builds[r.Name]; b != nil {
		return b(d.context, r)
	}
	return screen.Screen{Content: kit.NewPage(kit.Title("Accueil"))}
}

func (d *desk) show(r screen.Route) {
	s := d.build(r)
	d.window.SetContent(s.Content)
	d.window.Resize(kittest.Small)
	kittest.Settle(d.window)
	if s.Focus != nil {
		d.window.Canvas().Focus(s.Focus)
	}
}

func (d *desk) back() {
	r := screen.To(screen.Home)
	if n := len(d.behind); n > 0 {
		r, d.behind = d.behind[n-1], d.behind[:n-1]
	}
	d.show(r)
}

// at opens a screen and lets it come to rest.
func (d *desk) at(r screen.Route) *desk {
	d.show(r)
	d.settle()
	return d
}

func (d *desk) settle() {
	d.queue.Settle(d.runner)
	if d.window != nil && d.session != nil {
		kittest.Settle(d.window)
	}
}

func (d *desk) field(label string) *kit.Field {
	d.t.Helper()
	for _, f := range kittest.All[*kit.Field](d.window) {
		if f.Label() == label {
			return f
		}
	}
	d.t.Fatalf("no field %q; there is %q", label, kittest.Texts(d.window))
	return nil
}

// write types into a field and leaves it.
func (d *desk) write(label, text string) {
	d.t.Helper()
	put(d.context, d.field(label), "")
	kittest.Type(d.window, text)
	d.window.Canvas().Unfocus()
	d.settle()
}

// birth types a date into its three boxes.
func (d *desk) birth(day, month, year string) {
	d.t.Helper()
	d.field("Date de naissance").SetValue("")
	d.field("Date de naissance").Focus()
	for i, text := range []string{day, month, year} {
		if i > 0 {
			d.window.Canvas().FocusNext()
		}
		kittest.Type(d.window, text)
	}
	// The boxes are judged when the focus is anywhere else.
	d.field("Prénom").Focus()
	d.settle()
}

func (d *desk) press(label string) {
	d.t.Helper()
	kittest.Press(d.t, d.window, label)
	d.settle()
}

func (d *desk) enter() {
	kittest.Key(d.window, fyne.KeyReturn)
	d.settle()
}

func (d *desk) shows(parts ...string) {
	d.t.Helper()
	for _, p := range parts {
		if !kittest.Shows(d.window, p) {
			d.t.Errorf("%q is not shown; there is %q", p, kittest.Texts(d.window))
		}
	}
	for _, s := range kittest.Texts(d.window) {
		if strings.HasPrefix(s, "[") {
			d.t.Errorf("a text is missing: %s", s)
		}
	}
}

func (d *desk) hides(parts ...string) {
	d.t.Helper()
	for _, p := range parts {
		if kittest.Shows(d.window, p) {
			d.t.Errorf("%q is shown", p)
		}
	}
}

func (d *desk) is(want screen.Route) {
	d.t.Helper()
	if d.route.String() != want.String() {
		d.t.Errorf("the window is at %s, not at %s; it says %q", d.route, want, kittest.Texts(d.window))
	}
}

func (d *desk) mistake(label, want string) {
	d.t.Helper()
	if got := d.field(label).Mistake(); (want == "") != (got == "") || !strings.Contains(got, want) {
		d.t.Errorf("beside %q stands %q, not %q", label, got, want)
	}
}
