package httpapi

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// resetForm asks for a new password.
type resetForm struct {
	Link    string
	Pending bool // whether to end a change of address that waits is asked
}

// accountPages adds the web pages of links in mails about an account: each GET
// only shows, each POST does.
func (s *Server) accountPages(g *gin.Engine) {
	g.GET(wire.PageReset, func(c *gin.Context) {
		p := s.page(c, "page.reset.title")
		link := c.Query("r")
		live, err := s.o.Service.PeekReset(c.Request.Context(), link)
		if err != nil {
			s.deadLink(c, p, "page.reset.dead", err)
			return
		}
		p.Paragraphs = []string{p.fill("page.reset.text", "login", live.Login)}
		p.Reset = &resetForm{Link: link, Pending: live.Pending}
		s.show(c, http.StatusOK, p)
	})
	g.POST(wire.PageReset, func(c *gin.Context) {
		p := s.page(c, "page.reset.title")
		if !s.ownForm(c, p) {
			return
		}
		s.reset(c, p)
	})
	g.GET(wire.PageMailConfirm, func(c *gin.Context) {
		link := c.Query("c")
		address, err := s.o.Service.PeekMailChange(c.Request.Context(), link)
		s.ask(c, "page.confirm", askForm{Name: "c", Link: link}, address, err)
	})
	g.POST(wire.PageMailConfirm, func(c *gin.Context) {
		p := s.page(c, "page.confirmed.title")
		if !s.ownForm(c, p) {
			return
		}
		address, err := s.o.Service.ConfirmMailByLink(c.Request.Context(), c.Request.PostForm.Get("c"))
		if err != nil {
			s.deadLink(c, p, "page.confirm.dead", err)
			return
		}
		p.Paragraphs = []string{p.fill("page.confirmed.text", "mail", address)}
		s.show(c, http.StatusOK, p)
	})
	g.GET(wire.PageMailUndo, func(c *gin.Context) {
		link := c.Query("u")
		address, err := s.o.Service.PeekMailUndo(c.Request.Context(), link)
		s.ask(c, "page.undo", askForm{Name: "u", Link: link}, address, err)
	})
	g.POST(wire.PageMailUndo, func(c *gin.Context) {
		p := s.page(c, "page.reset.title")
		if !s.ownForm(c, p) {
			return
		}
		ctx := c.Request.Context()
		account, reset, err := s.o.Service.UndoMailChange(ctx, c.Request.PostForm.Get("u"))
		if err != nil {
			s.deadLink(c, p, "page.undo.dead", err)
			return
		}
		s.o.Hub.Recheck(ctx, account)
		live, err := s.o.Service.PeekReset(ctx, reset)
		if err != nil {
			s.deadLink(c, p, "page.reset.dead", err)
			return
		}
		p.Paragraphs = []string{p.fill("page.undone.text", "login", live.Login)}
		p.Reset = &resetForm{Link: reset}
		s.show(c, http.StatusOK, p)
	})
}

// askForm asks for one press of a button, since a look may be a program's.
type askForm struct{ Name, Link, Do string }

// ask shows a page with one button, in the words under key.
func (s *Server) ask(c *gin.Context, key string, form askForm, address string, err error) {
	p := s.page(c, key+".title")
	if err != nil {
		s.deadLink(c, p, key+".dead", err)
		return
	}
	p.Paragraphs = []string{p.fill(key+".text", "mail", address)}
	form.Do = p.T(key + ".do")
	p.Ask = &form
	s.show(c, http.StatusOK, p)
}

// reset sets the password of the form that was sent.
func (s *Server) reset(c *gin.Context, p page) {
	ctx, form := c.Request.Context(), c.Request.PostForm
	live, err := s.o.Service.PeekReset(ctx, form.Get("r"))
	var account portal.ID
	var login string
	switch {
	case err != nil:
	case form.Get("password") != form.Get("again"):
		err = portal.E("passwords_differ", "again")
	default:
		account, login, err = s.o.Service.ResetByLink(ctx, form.Get("r"), form.Get("password"), form.Get("end") != "")
	}
	switch portal.CodeOf(err) {
	case "":
		s.o.Hub.Recheck(ctx, account)
		p.Title = p.T("page.resetDone.title")
		p.Paragraphs = []string{p.fill("page.resetDone.text", "login", login), p.T("page.resetDone.where")}
		s.show(c, http.StatusOK, p)
	case wire.CodeExpired, portal.Internal:
		s.deadLink(c, p, "page.reset.dead", err)
	default:
		p.Reset = &resetForm{Link: form.Get("r"), Pending: live.Pending}
		s.again(c, p, err)
	}
}

// fill is a sentence of the page with a name in it replaced.
func (p page) fill(key, name, value string) string {
	return strings.ReplaceAll(p.T(key), "{{."+name+"}}", value)
}
