package account

import (
	"context"

	"fyne.io/fyne/v2"

	"parvis/desktop/cache"
	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// SignIn asks for login and password, and an agent for the second factor once
// the password was right. With the line cut it offers what this computer
// holds of those who have signed in here before.
func SignIn(c *screen.Context, r screen.Route) screen.Screen {
	s := &signIn{c: c, frame: newFrame()}
	s.login = kit.TextField(t("signin.login")).Named("login").Needed(t("signin.loginMissing"))
	s.password = kit.PasswordField(t("signin.password")).Named("password").Needed(t("signin.passwordMissing"))
	s.otp = kit.TextField(t("signin.otp")).Named("otp").Hint(t("signin.otpHint")).Width(200).Needed(t("signin.otpMissing"))
	s.toOTP = newEntrance(c, s.frame)
	s.toOTP.within = true
	s.second = kit.Column(0, s.toOTP, s.otp)
	asked, _ := c.Kept.(otpAsked)
	s.showOTP(bool(asked))
	s.login.OnChanged(func(string) { s.another() })
	s.password.OnChanged(func(string) { s.another() })
	s.otp.OnChanged(func(string) { s.hush() })
	s.form = kit.NewForm(t("signin.do"), s.submit)
	enter := newEntrance(c, s.frame)
	who, in := c.Session.Person()
	again := in && who.OffLine // who they are is known: the password is enough
	if again {
		s.login.SetValue(who.Login)
		s.form.Add(s.login, kit.Column(0, enter, s.password), s.second)
	} else {
		s.form.Add(s.login, s.password, s.second)
	}
	if c.Session.MayStay() {
		s.stay = kit.CheckField(t("signin.stay")).Named("stay").Hint(t("signin.stayHint"))
		s.form.Add(s.stay)
	}
	s.demo = newDemoFold(c, s.fill)

	town, _ := c.Session.Portal()
	lead, atHead := t("signin.lead", "Town", town.Name), enter
	if again {
		lead, atHead = t("signin.again", "Name", who.Name), nil
	}
	page := s.build(t("signin.title"), lead, atHead, []fyne.CanvasObject{s.form, kit.Line(0, s.lost()), s.demo.box}, s.aside(again))
	s.demo.page = page
	if p, known := c.View.Procedure(r.Arg("for")); known {
		s.tell(look.ToneInfo, trouble{t("signin.for", "What", p.Title.In(i18n.Language())), t("signin.forText")})
	}
	if why := r.Arg("why"); why != "" {
		s.tell(look.ToneInfo, about("signin.ended."+why))
	}
	return screen.Screen{Content: page, Title: t("signin.title"), Focus: enter}
}

// lost leads to who has forgotten something.
func (s *signIn) lost() *kit.LinkButton {
	return kit.Link(t("lost.link"), func() { s.c.Go(screen.To(screen.Lost)) })
}

// otpAsked is kept of a sign-in that had come to the second factor.
type otpAsked bool

type signIn struct {
	*frame
	c                    *screen.Context
	login, password, otp *kit.Field
	stay                 *kit.Field // nil where nobody can stay signed in
	form                 *kit.Form
	second               *fyne.Container // the second factor's field, with the way to it
	toOTP                *entrance
	demo                 *demoFold
}

// aside is the other ways in: who was here before, and but for somebody who
// only comes back, a new account or a code.
func (s *signIn) aside(again bool) fyne.CanvasObject {
	var cards []fyne.CanvasObject
	if known := s.c.Session.Known(); len(known) > 0 {
		var rows []fyne.CanvasObject
		for _, k := range known {
			rows = append(rows, kit.NewRow(k.Name, k.Login, func() { s.fill(k.Login, "") }).Icon("user-circle").NoChevron())
		}
		cards = append(cards, kit.Column(look.S, kit.Strong(t("signin.known")), kit.RowsCard(rows...)))
	}
	if again {
		return kit.Column(look.L, cards...)
	}
	cards = append(cards, kit.Card(kit.Column(look.M,
		kit.Column(look.XS, kit.Strong(t("signin.newTitle")), kit.Muted(t("signin.newText"))),
		kit.Secondary(t("signin.register"), func() { s.c.Go(screen.To(screen.Register)) }).Icon("user-plus"),
		kit.Plain(t("signin.code"), func() { s.c.Go(screen.To(screen.WindowCode)) }).Icon("key"))))
	return kit.Column(look.L, cards...)
}

// fill puts a login, and perhaps a password, into the fields.
func (s *signIn) fill(login, password string) {
	put(s.c, s.login, login)
	put(s.c, s.password, password)
	s.login.SetMistake("")
	s.password.SetMistake("")
	s.another()
	s.page.Top()
}

// another takes back what was said of the login and password before.
func (s *signIn) another() {
	s.hush()
	if s.otp.Visible() {
		s.otp.SetValue("")
		s.otp.SetMistake("")
		s.showOTP(false)
		s.form.Refresh()
		s.page.Refresh()
	}
}

func (s *signIn) submit() {
	login, password, otp := s.login.Value(), s.password.Value(), ""
	if s.otp.Visible() {
		otp = s.otp.Value()
	}
	stay := s.stay != nil && s.stay.Value() != ""
	s.hush()
	s.form.MainButton().Busy(t("signin.busy"))
	screen.Run(s.c, "signin", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.c.Session.SignIn(ctx, login, password, otp, stay)
	}, func(_ struct{}, err error) {
		s.form.MainButton().Ready()
		s.done(err)
	})
}

func (s *signIn) done(err error) {
	switch code := portal.CodeOf(err); {
	case err == nil:
		s.c.Replace(screen.To(screen.Home))
	case code == wire.OTPNeeded:
		s.askOTP()
	case code == wire.BadCredentials:
		s.tell(look.ToneError, about("signin.wrong"), s.lost())
		retype(s.c, s.password)
	case unreachable(err):
		s.offer(err)
	default:
		s.tell(look.ToneError, troubleOf(err))
	}
}

func (s *signIn) showOTP(on bool) {
	s.c.Kept = otpAsked(on)
	if on {
		s.second.Show()
		s.otp.Show()
	} else {
		// The field as well as its room: the form judges what is visible.
		s.otp.Hide()
		s.second.Hide()
	}
}

// askOTP shows the field of the second factor, or says that the code was not
// the right one.
func (s *signIn) askOTP() {
	if s.otp.Visible() {
		retype(s.c, s.otp)
		s.otp.SetMistake(t("signin.otpWrong"))
		s.page.Refresh()
		return
	}
	s.showOTP(true)
	s.form.Refresh()
	s.page.Refresh()
	s.toOTP.enter()
	s.page.Reveal(s.form.MainButton())
	s.demo.code(s.login.Value(), func(code string) {
		if s.otp.Visible() && s.otp.Value() == "" {
			s.otp.SetValue(code)
		}
	})
}

// known is what this computer holds of the login that was typed.
func (s *signIn) known() (cache.Known, bool) {
	login := accounts.NormaliseLogin(s.login.Value())
	for _, k := range s.c.Session.Known() {
		if accounts.NormaliseLogin(k.Login) == login {
			return k, true
		}
	}
	return cache.Known{}, false
}

// offer says that there is no line and what can be done without it.
func (s *signIn) offer(err error) {
	why := troubleOf(err)
	known, found := s.known()
	switch {
	case !found:
		s.tell(look.ToneWarning, trouble{why.title, why.text + "\n" + t("offline.unknown")})
	case known.Kind != wire.Family:
		s.tell(look.ToneWarning, trouble{why.title, why.text + "\n" + t("offline.agent")})
	case !known.Offline:
		s.tell(look.ToneWarning, trouble{why.title, why.text + "\n" + t("offline.locked")})
	default:
		open := kit.Secondary(t("offline.open"), s.openOffLine).Icon("lock-open")
		s.tell(look.ToneWarning, trouble{why.title, t("offline.text", "Name", known.Name)}, open)
		s.c.Window.Canvas().Focus(open)
	}
}

// openOffLine opens what this computer holds by the password alone.
func (s *signIn) openOffLine() {
	if !s.form.Check() {
		return
	}
	login, password := s.login.Value(), s.password.Value()
	s.form.MainButton().Busy(t("offline.busy"))
	screen.Run(s.c, "signin", func(context.Context) (struct{}, error) {
		return struct{}{}, s.c.Session.OpenOffLine(login, password)
	}, func(_ struct{}, err error) {
		s.form.MainButton().Ready()
		switch portal.CodeOf(err) {
		case "":
			s.c.Replace(screen.To(screen.Home))
		case wire.BadCredentials:
			s.tell(look.ToneError, about("offline.wrong"), kit.Secondary(t("offline.open"), s.openOffLine).Icon("lock-open"))
			retype(s.c, s.password)
		case portal.Forbidden:
			s.tell(look.ToneWarning, trouble{text: t("offline.agent")})
		default:
			s.tell(look.ToneError, troubleOf(err))
		}
	})
}
