package account

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"parvis/desktop/i18n"
	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// mailsEvery is how often the mails are asked for while they are looked at.
const mailsEvery = 2 * time.Second

// DemoMails lists the mails that a demonstration has sent to its invented
// people, or shows one of them, with the code and the link in it at hand.
func DemoMails(c *screen.Context, r screen.Route) screen.Screen {
	m := &mails{c: c, frame: newFrame(), id: r.Arg("id"), list: kit.NewSwap(nil)}
	content := []fyne.CanvasObject{m.list}
	switch {
	case m.id != "":
		m.back = kit.Back(t("mails.all"), m.all)
	case c.Session.Handle() == "":
		m.back = kit.Back(t("back"), c.Back)
	}
	if c.Session.Handle() != "" {
		// Who came here for a code has a field to bring it to.
		content = append([]fyne.CanvasObject{kit.Line(0,
			kit.Secondary(t("mails.toCode"), func() { c.Go(screen.To(screen.Activate)) }).Icon("key"))}, content...)
	}
	lead := t("mails.lead")
	if m.id != "" {
		lead = ""
	}
	page := m.build(t("mails.title"), lead, nil, content, nil)
	m.wait()
	m.ask()
	return screen.Screen{Content: page, Title: t("mails.title")}
}

type mails struct {
	*frame
	c     *screen.Context
	id    string // of the one that is read, "" for the list
	list  *kit.Swap
	shown []wire.DemoMail
	known bool // what there is has been told once
}

// wait stands until the first answer.
func (m *mails) wait() {
	p := kit.NewProgress("", nil)
	p.Set(t("mails.waiting"), -1)
	m.list.Set(kit.Card(p))
}

// ask asks for the mails now and again while the screen is open.
func (m *mails) ask() {
	screen.Run(m.c, "mails", func(ctx context.Context) ([]wire.DemoMail, error) {
		return m.c.Session.DemoMails(ctx)
	}, func(list []wire.DemoMail, err error) {
		if portal.CodeOf(err) == portal.NotFound {
			// A portal in earnest: there is nothing to wait for.
			m.list.Set(kit.EmptyState(kit.NothingFound, "envelope-simple", t("mails.notDemo"), t("back"), m.c.Back))
			m.page.Refresh()
			return
		}
		if err != nil {
			m.failed(err)
		} else {
			m.hush()
			m.show(list)
		}
		later(m.c, "mails-wait", mailsEvery, m.ask)
	})
}

// failed says that the mails could not be asked for; those that are known
// stay in sight.
func (m *mails) failed(err error) {
	if !m.notice.Visible() {
		m.tell(look.ToneWarning, troubleOf(err))
	}
	if !m.known {
		m.list.Set(kit.Gap(0))
		m.page.Refresh()
	}
}

func (m *mails) show(list []wire.DemoMail) {
	if m.known && slices.Equal(list, m.shown) {
		return
	}
	m.known, m.shown = true, list
	switch at := slices.IndexFunc(list, func(x wire.DemoMail) bool { return x.ID == m.id }); {
	case m.id != "" && at >= 0:
		m.list.Set(m.one(list[at]))
	case m.id != "":
		m.list.Set(kit.EmptyState(kit.NothingFound, "envelope-simple", t("mails.gone"), t("mails.all"), m.all))
	case len(list) == 0:
		m.list.Set(kit.EmptyState(kit.NothingYet, "envelope-simple", t("mails.none"), "", nil))
	default:
		rows := make([]fyne.CanvasObject, 0, len(list))
		for _, x := range list {
			rows = append(rows, kit.NewRow(x.Subject, t("mails.line", "To", bare(x.To), "When", sentAt(x)), func() {
				m.c.Go(screen.To(screen.DemoMails, "id", x.ID))
			}).Icon("envelope-simple"))
		}
		m.list.Set(kit.Column(look.M, kit.RowsCard(rows...), kit.Line(0, kit.Link(t("mails.browser"), m.browse))))
	}
	m.page.Refresh()
}

func (m *mails) all() { m.c.Up(screen.To(screen.DemoMails)) }

// browse shows the same mails as a page in the system's browser.
func (m *mails) browse() {
	if demo := m.c.Session.Demo(); demo != nil {
		town, _ := m.c.Session.Portal()
		m.c.Browse(town.Address + demo.Mail)
	}
}

func sentAt(x wire.DemoMail) string { return i18n.DateTime(time.UnixMicro(x.At).In(portal.Paris)) }

// bare is an address without the brackets it travels in.
func bare(address string) string {
	return strings.NewReplacer("\"", "", "<", "", ">", "").Replace(address)
}

// one is a mail as it is read.
func (m *mails) one(x wire.DemoMail) fyne.CanvasObject {
	parts := []fyne.CanvasObject{
		kit.Section(x.Subject),
		kit.Column(look.XS,
			kit.Pair(kit.Muted(t("mails.from")), kit.Body(bare(x.From))),
			kit.Pair(kit.Muted(t("mails.to")), kit.Body(bare(x.To))),
			kit.Pair(kit.Muted(t("mails.at")), kit.Body(sentAt(x)))),
		kit.Rule(),
	}
	var help []fyne.CanvasObject
	if code := mailedCode(x.Text); code != "" {
		help = append(help, kit.Secondary(t("mails.copyCode", "Code", code), func() { m.copy(code, t("mails.codeCopied")) }).Icon("key"))
	}
	text, foot := x.Text, ""
	if at := mailedFoot.FindStringIndex(x.Text); at != nil {
		text, foot = x.Text[:at[0]], x.Text[at[1]:]
	}
	for _, link := range slices.Compact(mailedLinks.FindAllString(text, -1)) {
		help = append(help,
			kit.Secondary(t("mails.openLink"), func() { m.c.Browse(link) }).Icon("arrow-square-out"),
			kit.Plain(t("mails.copyLink"), func() { m.copy(link, t("mails.linkCopied")) }).Icon("copy"))
	}
	if len(help) > 0 {
		parts = append(parts, kit.Line(look.S, help...))
	}
	parts = append(parts, kit.Body(strings.TrimSpace(x.Text)))
	// The link that every mail ends with is not what this one is about.
	for _, link := range slices.Compact(mailedLinks.FindAllString(foot, -1)) {
		parts = append(parts, kit.Line(0, kit.Link(t("mails.footLink"), func() { m.c.Browse(link) })))
	}
	return kit.Card(kit.Column(look.M, parts...))
}

// copy puts a text where it can be pasted from.
func (m *mails) copy(text, told string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	m.c.Toasts.Say(look.ToneSuccess, told)
}

var (
	mailedCodes = regexp.MustCompile(`(?m)^\s*(\d{4} \d{4})\s*$`)
	mailedFoot  = regexp.MustCompile(`(?m)^-- ?\r?$`)
	mailedLinks = regexp.MustCompile(`https?://[^\s<>"]+`)
)

// mailedCode is the code that stands on a line of its own in a mail, "" when
// there is none.
func mailedCode(text string) string {
	if found := mailedCodes.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}
