package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/shared/portal"
	"parvis/shared/wire"
)

// returnWaits is how long a browser that comes back waits for what PayFiP says:
// most often the notice has come before it.
const returnWaits = 4 * time.Second

func (s *Server) paymentEndpoints() []endpoint {
	return []endpoint{
		signedIn(post(wire.RoutePayments, "Start a payment that tops up one's account, or be told the same again", func(ctx context.Context, c call, in wire.StartPayment) (wire.Payment, error) {
			return s.o.Service.StartPayment(ctx, c.actor, in)
		})),
	}
}

// paymentPages adds what PayFiP and the payer's browser come to. Neither
// credits: the one has PayFiP asked, the other says how the payment stands.
func (s *Server) paymentPages(g *gin.Engine) {
	g.POST(wire.PagePaymentNotice, func(c *gin.Context) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 16<<10)
		if c.Request.ParseForm() != nil {
			c.String(http.StatusBadRequest, "\n")
			return
		}
		operation := c.Request.PostForm.Get("idop")
		if operation == "" {
			operation = c.Request.PostForm.Get("idOp")
		}
		if err := s.o.Service.PaymentNews(c.Request.Context(), operation); err != nil {
			s.problem(c, err) // PayFiP says it again; and we ask of our own accord
			return
		}
		// The same answer for what is known and what is not.
		c.String(http.StatusOK, "ok\n")
	})
	back := func(c *gin.Context) {
		p := s.page(c, "page.payment.title")
		ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Timeout)
		defer cancel()
		seen, err := s.o.Service.PaymentReturned(ctx, c.Query("p"), returnWaits)
		if portal.CodeOf(err) == portal.NotFound {
			p.Paragraphs = []string{p.T("page.payment.unknown")}
			s.show(c, http.StatusNotFound, p)
			return
		}
		if err != nil {
			s.o.Log.Error("page failed", "request", requestID(c), "error", err)
			p.Mistake = p.T("error.internal")
			s.show(c, http.StatusInternalServerError, p)
			return
		}
		key := "page.payment." + string(seen.State)
		p.Title = p.T(key + ".title")
		p.Paragraphs = []string{p.fill(key+".text", "amount", pageMoney(p.Lang, seen.Amount)), p.T("page.payment.close")}
		s.show(c, http.StatusOK, p)
	}
	// PayFiP sends browsers back by a link or by a form.
	g.GET(wire.PagePaymentReturn, back)
	g.POST(wire.PagePaymentReturn, back)
}

// pageMoney writes an amount for a page.
func pageMoney(lang string, m portal.Money) string {
	if lang == "fr" {
		return strings.ReplaceAll(m.Decimal(), ".", ",") + " €"
	}
	return "€" + m.Decimal()
}
