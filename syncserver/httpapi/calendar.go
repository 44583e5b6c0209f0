package httpapi

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// calendar adds the private address at which a calendar program asks for
// somebody's booked days, again and again: it has no other password than the
// address itself.
func (s *Server) calendar(g *gin.Engine) {
	g.GET(wire.PageCalendar+":secret", func(c *gin.Context) {
		secret, is := strings.CutSuffix(c.Param("secret"), ".ics")
		if !is {
			s.problem(c, portal.E(portal.NotFound, ""))
			return
		}
		file, err := s.o.Service.Calendar(c.Request.Context(), secret)
		if err != nil {
			s.problem(c, err)
			return
		}
		c.Header("X-Robots-Tag", "noindex")
		c.Header("Content-Disposition", `attachment; filename="agenda.ics"`)
		c.Data(http.StatusOK, "text/calendar; charset=utf-8", file)
	})
}
