package account

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"

	"parvis/desktop/session"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
)

// The steps of a registration, as they stand in its route.
const (
	stepForm  = ""
	stepRecap = "recap"
	stepSent  = "sent"
)

// The parts of the form, as the recap's Modifier names them in the route.
const (
	partIdentity = "identity"
	partAddress  = "address"
	partContact  = "contact"
)

// partOf is the part a field stands in.
func partOf(field string) string {
	switch field {
	case "title", "firstName", "lastName", "birthDate":
		return partIdentity
	case "mail", "mailAgain", "mobile":
		return partContact
	}
	return partAddress
}

// Register asks for an account in three steps: the form, the recap, and the
// code that came by mail.
func Register(c *screen.Context, r screen.Route) screen.Screen {
	switch r.Arg("step") {
	case stepRecap:
		return recap(c)
	case stepSent:
		return sent(c)
	}
	if r.Arg("part") == "" {
		if left, found := c.Session.RegistrationLeft(); found && worthKeeping(left) {
			return goOn(c, left)
		}
		if c.Session.Handle() != "" {
			return sent(c) // what is still to do; all else can be changed from there
		}
	}
	return registrationForm(c, r.Arg("part"))
}

// worthKeeping tells whether anything was typed at all.
func worthKeeping(r session.Registration) bool {
	p := r.Profile
	return r.Handle != "" || p.FirstName+p.LastName+p.Mail+p.Mobile+string(p.BirthDate) != "" || !p.Address.Empty()
}

// goOn asks whether to go on with what an earlier run of the program kept.
func goOn(c *screen.Context, left session.Registration) screen.Screen {
	f := newFrame()
	text := t("left.text")
	if left.Handle != "" {
		text = t("left.sent")
	}
	keep := &keeper{c: c}
	resume := kit.Primary(t("left.resume"), func() {
		keep.now(left, func() {
			if left.Handle != "" {
				c.Replace(screen.To(screen.Register, "step", stepSent))
				return
			}
			c.Replace(screen.To(screen.Register))
		})
	})
	anew := kit.Secondary(t("left.anew"), func() {
		keep.forget(func(err error) {
			if err != nil {
				f.tell(look.ToneError, troubleOf(err))
				return
			}
			c.Replace(screen.To(screen.Register))
		})
	})
	card := kit.Card(kit.Column(look.M, kit.Section(t("left.title")), kit.Body(text), kit.Line(look.S+4, resume, anew)))
	page := f.build(t("register.title"), "", nil, []fyne.CanvasObject{card}, nil)
	return screen.Screen{Content: page, Title: t("register.title"), Focus: resume}
}

// keeper keeps what is typed at every change, off the window's goroutine. Of
// several that wait the newest is what is written, in whichever order they
// come to it.
type keeper struct {
	c      *screen.Context
	mu     sync.Mutex
	newest session.Registration
	gone   bool // forgotten: nothing late may bring it back
	warned bool
}

// keep is called at every change.
func (k *keeper) keep(r session.Registration) { k.now(r, nil) }

// now keeps and then goes on, also when this computer has no room for it: what
// was typed is then held by the window alone.
func (k *keeper) now(r session.Registration, then func()) {
	k.mu.Lock()
	k.newest = r
	k.mu.Unlock()
	screen.Run(k.c, "keep", func(context.Context) (struct{}, error) {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.gone {
			return struct{}{}, nil
		}
		return struct{}{}, k.c.Session.KeepRegistration(k.newest)
	}, func(_ struct{}, err error) {
		if err != nil && !k.warned {
			k.warned = true
			k.c.Toasts.Say(look.ToneWarning, t("register.notKept"))
		}
		if then != nil {
			then()
		}
	})
}

// forget drops what was kept.
func (k *keeper) forget(then func(error)) {
	screen.Run(k.c, "keep", func(context.Context) (struct{}, error) {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.gone = true
		return struct{}{}, k.c.Session.ForgetRegistration()
	}, func(_ struct{}, err error) { then(err) })
}
