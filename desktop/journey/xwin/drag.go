//go:build linux

package xwin

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// dropPatience is how long each answer of the window is waited for.
const dropPatience = 20 * time.Second

// Drop drops files on the window at a pixel, as a file manager does: by X's drag
// and drop, of which we are the source. It ends when the window has said that it
// took them.
func (w *Window) Drop(x, y int, paths ...string) (err error) {
	d, err := w.drag()
	if err != nil {
		return fmt.Errorf("xwin: drop: %w", err)
	}
	defer d.c.Close()
	var list strings.Builder
	for _, path := range paths {
		list.WriteString((&url.URL{Scheme: "file", Path: path}).String() + "\r\n")
	}
	d.list = []byte(list.String())
	if _, err := w.run("xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y)); err != nil {
		return err
	}
	for _, step := range []func() error{d.enter, func() error { return d.over(x, y) }, d.release} {
		if err := step(); err != nil {
			return fmt.Errorf("xwin: drop: %w", err)
		}
	}
	return nil
}

// drag is a connection to the X server that plays the source of a drag.
type drag struct {
	c      *xgb.Conn
	own    xproto.Window // that asks and is answered
	target xproto.Window
	atoms  map[string]xproto.Atom
	list   []byte // the addresses of what is dragged
}

// connecting guards the variable by which the library finds the display's cookie.
var connecting sync.Mutex

func (w *Window) drag() (*drag, error) {
	id, err := strconv.ParseUint(w.id, 10, 32)
	if err != nil {
		return nil, err
	}
	xgb.Logger.SetOutput(io.Discard) // it tells what its answers tell anyway
	connecting.Lock()
	before, had := os.LookupEnv("XAUTHORITY")
	_ = os.Setenv("XAUTHORITY", w.authority())
	c, err := xgb.NewConnDisplay(w.Name)
	if had {
		_ = os.Setenv("XAUTHORITY", before)
	} else {
		_ = os.Unsetenv("XAUTHORITY")
	}
	connecting.Unlock()
	if err != nil {
		return nil, err
	}
	d := &drag{c: c, target: xproto.Window(id), atoms: map[string]xproto.Atom{}}
	if err := d.begin(); err != nil {
		c.Close()
		return nil, err
	}
	return d, nil
}

// begin makes the source's window and takes the selection that is dragged.
func (d *drag) begin() (err error) {
	for _, name := range []string{"XdndAware", "XdndEnter", "XdndPosition", "XdndStatus", "XdndDrop", "XdndFinished", "XdndSelection", "XdndActionCopy", "text/uri-list"} {
		reply, err := xproto.InternAtom(d.c, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		d.atoms[name] = reply.Atom
	}
	aware, err := xproto.GetProperty(d.c, false, d.target, d.atoms["XdndAware"], xproto.GetPropertyTypeAny, 0, 1).Reply()
	if err != nil || len(aware.Value) == 0 {
		return errors.Join(err, errors.New("the window takes nothing that is dropped"))
	}
	if d.own, err = xproto.NewWindowId(d.c); err != nil {
		return err
	}
	screen := xproto.Setup(d.c).DefaultScreen(d.c)
	if err := xproto.CreateWindowChecked(d.c, screen.RootDepth, d.own, screen.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOutput, screen.RootVisual, 0, nil).Check(); err != nil {
		return err
	}
	return xproto.SetSelectionOwnerChecked(d.c, d.own, d.atoms["XdndSelection"], xproto.TimeCurrentTime).Check()
}

// tell sends the target a message.
func (d *drag) tell(kind string, data ...uint32) error {
	words := make([]uint32, 5)
	words[0] = uint32(d.own)
	copy(words[1:], data)
	e := xproto.ClientMessageEvent{Format: 32, Window: d.target, Type: d.atoms[kind], Data: xproto.ClientMessageDataUnionData32New(words)}
	return xproto.SendEventChecked(d.c, false, d.target, xproto.EventMaskNoEvent, string(e.Bytes())).Check()
}

func (d *drag) enter() error {
	const version = 5
	return d.tell("XdndEnter", version<<24, uint32(d.atoms["text/uri-list"]))
}

// over says where the pointer is until the window would take what is dragged.
func (d *drag) over(x, y int) error {
	if err := d.tell("XdndPosition", 0, uint32(x)<<16|uint32(y), xproto.TimeCurrentTime, uint32(d.atoms["XdndActionCopy"])); err != nil {
		return err
	}
	return d.await("XdndStatus", func(data []uint32) error {
		if data[1]&1 == 0 {
			return errors.New("the window does not want it")
		}
		return nil
	})
}

// release drops what is dragged, and gives it when the window asks.
func (d *drag) release() error {
	if err := d.tell("XdndDrop", 0, xproto.TimeCurrentTime); err != nil {
		return err
	}
	return d.await("XdndFinished", func([]uint32) error { return nil })
}

// await waits for a message of the target, and gives what is dragged meanwhile.
func (d *drag) await(kind string, then func(data []uint32) error) error {
	for end := time.Now().Add(dropPatience); time.Now().Before(end); {
		event, wrong := d.c.PollForEvent()
		switch e := event.(type) {
		case nil:
			if wrong != nil {
				return wrong
			}
			time.Sleep(pause)
		case xproto.ClientMessageEvent:
			if e.Type == d.atoms[kind] {
				return then(e.Data.Data32)
			}
		case xproto.SelectionRequestEvent:
			if err := d.give(e); err != nil {
				return err
			}
		}
	}
	return errors.New("the window never answered with " + kind)
}

// give hands the addresses over.
func (d *drag) give(e xproto.SelectionRequestEvent) error {
	told := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target}
	if e.Target == d.atoms["text/uri-list"] {
		told.Property = e.Property
		if err := xproto.ChangePropertyChecked(d.c, xproto.PropModeReplace, e.Requestor, e.Property, e.Target, 8, uint32(len(d.list)), d.list).Check(); err != nil {
			return err
		}
	}
	return xproto.SendEventChecked(d.c, false, e.Requestor, xproto.EventMaskNoEvent, string(told.Bytes())).Check()
}
