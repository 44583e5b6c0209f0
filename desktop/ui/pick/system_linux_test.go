package pick

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"
)

// fakePortal answers OpenFile as a desktop's portal does: with a signal to the
// caller alone, on the path that the caller chose.
type fakePortal struct {
	conn   *dbus.Conn
	answer atomic.Pointer[response] // nil: nobody answers
	asked  chan map[string]dbus.Variant
	closed chan struct{}
}

type response struct {
	status  uint32
	results map[string]dbus.Variant
}

func (f *fakePortal) OpenFile(caller dbus.Sender, _, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	token, _ := options["handle_token"].Value().(string)
	handle := dbus.ObjectPath(requestPath + strings.ReplaceAll(strings.TrimPrefix(string(caller), ":"), ".", "_") + "/" + token)
	options["title"] = dbus.MakeVariant(title)
	f.asked <- options
	if err := f.conn.Export(closer{f}, handle, request); err != nil {
		return "", dbus.MakeFailedError(err)
	}
	if a := f.answer.Load(); a != nil {
		m := &dbus.Message{Type: dbus.TypeSignal, Body: []any{a.status, a.results}, Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldPath: dbus.MakeVariant(handle), dbus.FieldInterface: dbus.MakeVariant(request), dbus.FieldMember: dbus.MakeVariant("Response"),
			dbus.FieldDestination: dbus.MakeVariant(string(caller)), dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(a.status, a.results)),
		}}
		f.conn.Send(m, nil) // before the call itself is answered: the worst case
	}
	return handle, nil
}

type closer struct{ f *fakePortal }

func (c closer) Close() *dbus.Error {
	close(c.f.closed)
	return nil
}

// newBus starts a real bus and gives a portal of our own on it.
func newBus(t *testing.T) *fakePortal {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("this machine has no dbus-daemon")
	}
	// A test's own folder can have a name too long for a socket.
	dir, err := os.MkdirTemp("", "bus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	cmd := exec.Command(daemon, "--session", "--nofork", "--print-address=1", "--address=unix:tmpdir="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line := make([]byte, 500)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(string(line[:n])))
	return &fakePortal{conn: connect(t), asked: make(chan map[string]dbus.Variant, 1), closed: make(chan struct{})}
}

func connect(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (f *fakePortal) serve(t *testing.T) {
	t.Helper()
	if err := f.conn.Export(f, portalPath, "org.freedesktop.portal.FileChooser"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.conn.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
}

func TestThePortalIsAsked(t *testing.T) {
	f := newBus(t)
	if _, ok := systemDialog(context.Background(), nil, Want{}); ok {
		t.Error("a bus without a portal shows a dialog")
	}
	f.serve(t)
	f.answer.Store(&response{0, map[string]dbus.Variant{"uris": dbus.MakeVariant([]string{"file:///home/lea/Mes%20papiers/a+b%25.pdf", "https://exemple.fr/a"})}})
	paths, ok := systemDialog(context.Background(), nil, Want{Title: "Choisir un justificatif", Several: true})
	if !ok || len(paths) != 1 || paths[0] != "/home/lea/Mes papiers/a+b%.pdf" {
		t.Fatalf("%v %v", paths, ok)
	}
	asked := <-f.asked
	if asked["title"].Value() != "Choisir un justificatif" || asked["multiple"].Value() != true || !strings.Contains(asked["filters"].String(), "application/pdf") {
		t.Errorf("asked %v", asked)
	}
	f.answer.Store(&response{1, map[string]dbus.Variant{}})
	if paths, ok := systemDialog(context.Background(), nil, Want{Pictures: true}); !ok || len(paths) != 0 {
		t.Errorf("cancelled: %v %v", paths, ok)
	}
	if asked := <-f.asked; strings.Contains(asked["filters"].String(), "application/pdf") {
		t.Errorf("for pictures it asks for %v", asked["filters"])
	}
}

func TestADialogIsClosedWhenItsScreenIsLeft(t *testing.T) {
	f := newBus(t)
	f.serve(t)
	ctx, leave := context.WithCancel(context.Background())
	go func() {
		<-f.asked
		leave()
	}()
	if paths, ok := systemDialog(ctx, nil, Want{}); !ok || len(paths) != 0 {
		t.Errorf("%v %v", paths, ok)
	}
	<-f.closed
}

func TestAnswersOfAnotherFormAreNotBelieved(t *testing.T) {
	for _, body := range [][]any{nil, {uint32(0)}, {"0", map[string]dbus.Variant{}}, {uint32(0), "x"}, {1, 2, 3}} {
		if _, err := chosenURIs(body); err == nil {
			t.Errorf("%v is believed", body)
		}
	}
	for _, results := range []map[string]dbus.Variant{{}, {"uris": dbus.MakeVariant(3)}} {
		if uris, err := chosenURIs([]any{uint32(0), results}); err != nil || len(uris) != 0 {
			t.Errorf("%v: %v %v", results, uris, err)
		}
	}
}
