package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// stopPage adds the page that ends mails about notices. Opening it changes
// nothing, for whatever scans a mail opens its links; the button does, and so
// does a mail program's own (RFC 8058), which posts to the same address.
func (s *Server) stopPage(g *gin.Engine) {
	guard := http.NewCrossOriginProtection()
	g.GET(wire.PageNotices, func(c *gin.Context) {
		p := s.page(c, "page.stop.title")
		token := c.Query("j")
		if err := s.o.Service.PeekStop(c.Request.Context(), token); err != nil {
			s.deadStop(c, p, err)
			return
		}
		p.Paragraphs, p.Stop, p.Action = []string{p.T("page.stop.text")}, token, wire.PageNotices
		s.show(c, http.StatusOK, p)
	})
	g.POST(wire.PageNotices, func(c *gin.Context) {
		p := s.page(c, "page.stop.title")
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 16<<10)
		if err := guard.Check(c.Request); err != nil || c.Request.ParseForm() != nil {
			p.Mistake = p.T("error.forbidden")
			s.show(c, http.StatusForbidden, p)
			return
		}
		if err := s.o.Service.StopMails(c.Request.Context(), c.Request.Form.Get("j")); err != nil {
			s.deadStop(c, p, err)
			return
		}
		p.Title, p.Paragraphs = p.T("page.stop.done"), []string{p.T("page.stop.doneText")}
		s.show(c, http.StatusOK, p)
	})
}

func (s *Server) deadStop(c *gin.Context, p page, err error) {
	if portal.CodeOf(err) == portal.Invalid {
		err = portal.E(wire.CodeExpired, "")
	}
	s.deadLink(c, p, "page.stop.dead", err)
}
