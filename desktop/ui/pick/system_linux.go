package pick

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"github.com/godbus/dbus/v5"

	"parvis/desktop/i18n"
)

// Names of the desktop's portal, which shows the dialog that all programs of
// that desktop have. It is called over the bus itself: the library for it
// (rymdport/portal) begins to listen after it has asked, takes any signal of
// the program's for the answer, cannot be cancelled, and reads a plus in a
// file's name as a space.
const (
	portalName  = "org.freedesktop.portal.Desktop"
	portalPath  = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	openFile    = "org.freedesktop.portal.FileChooser.OpenFile"
	request     = "org.freedesktop.portal.Request"
	requestPath = "/org/freedesktop/portal/desktop/request/"
	// portalTime is how long a portal may take to answer, the person aside.
	portalTime = 10 * time.Second
)

// rule and filter are as the portal reads them: a kind of file by its type.
type rule struct {
	Type    uint32 // 1: MIME
	Pattern string
}

type filter struct {
	Name  string
	Rules []rule
}

// systemDialog asks the portal and waits for the person, off the window's
// goroutine. Where there is no portal, ok is false.
func systemDialog(ctx context.Context, parent fyne.Window, w Want) (paths []string, ok bool) {
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return nil, false
	}
	defer conn.Close()
	uris, err := askPortal(ctx, conn, parentHandle(parent), w)
	if err != nil {
		return nil, ctx.Err() != nil // left: no other dialog must open
	}
	for _, u := range uris {
		if parsed, err := url.Parse(u); err == nil && parsed.Scheme == "file" {
			paths = append(paths, parsed.Path)
		}
	}
	return paths, true
}

func askPortal(ctx context.Context, conn *dbus.Conn, parent string, w Want) ([]string, error) {
	token := "parvis" + rand.Text()
	self := strings.ReplaceAll(strings.TrimPrefix(conn.Names()[0], ":"), ".", "_")
	handle := dbus.ObjectPath(requestPath + self + "/" + token)
	if err := conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(handle), dbus.WithMatchInterface(request), dbus.WithMatchMember("Response")); err != nil {
		return nil, err
	}
	signals := make(chan *dbus.Signal, 4)
	conn.Signal(signals)
	types := []string{"image/jpeg", "image/png", "image/heic", "image/heif"}
	if !w.Pictures {
		types = append(types, "application/pdf")
	}
	f := filter{Name: kinds(w)}
	for _, t := range types {
		f.Rules = append(f.Rules, rule{1, t})
	}
	// Asking is answered at once and is not cancelled: a dialog that is on its
	// way could then be closed by nobody.
	asking, done := context.WithTimeout(context.WithoutCancel(ctx), portalTime)
	defer done()
	var given dbus.ObjectPath
	err := conn.Object(portalName, portalPath).CallWithContext(asking, openFile, 0, parent, w.Title, map[string]dbus.Variant{
		"handle_token":   dbus.MakeVariant(token),
		"accept_label":   dbus.MakeVariant(i18n.T("pick.open", nil)),
		"multiple":       dbus.MakeVariant(w.Several),
		"modal":          dbus.MakeVariant(true),
		"filters":        dbus.MakeVariant([]filter{f}),
		"current_filter": dbus.MakeVariant(f),
	}).Store(&given)
	if err != nil {
		return nil, err
	}
	for {
		select {
		case <-ctx.Done():
			closing, done := context.WithTimeout(context.WithoutCancel(ctx), portalTime)
			defer done()
			conn.Object(portalName, given).CallWithContext(closing, request+".Close", 0)
			return nil, ctx.Err()
		case s, ok := <-signals:
			if !ok {
				return nil, errors.New("pick: the bus is gone")
			}
			if s.Path == given && s.Name == request+".Response" {
				return chosenURIs(s.Body)
			}
		}
	}
}

// chosenURIs reads the portal's answer; a person who cancels has chosen none.
func chosenURIs(body []any) ([]string, error) {
	if len(body) != 2 {
		return nil, errors.New("pick: the portal's answer has " + strconv.Itoa(len(body)) + " parts")
	}
	status, isStatus := body[0].(uint32)
	results, isResults := body[1].(map[string]dbus.Variant)
	switch {
	case !isStatus || !isResults:
		return nil, errors.New("pick: the portal's answer is of another form")
	case status != 0:
		return nil, nil
	}
	uris, _ := results["uris"].Value().([]string)
	return uris, nil
}

// parentHandle names the window that the dialog belongs to, where the display
// is X11.
func parentHandle(w fyne.Window) (handle string) {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return ""
	}
	fyne.DoAndWait(func() {
		native.RunNative(func(context any) {
			if x, ok := context.(driver.X11WindowContext); ok {
				handle = "x11:" + strconv.FormatUint(uint64(x.WindowHandle), 16)
			}
		})
	})
	return handle
}
