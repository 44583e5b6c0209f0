package httpapi

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/assets"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "pages/page.html"))

// page is what the one template of the web pages shows: these pages are few,
// plain, and need no script.
type page struct {
	Lang, Town, Title, Mistake, Action, Code string
	Stop                                     string // the token of a link that ends mails
	Demo                                     bool
	Paragraphs                               []string
	Form                                     *activationForm
	Reset                                    *resetForm
	Ask                                      *askForm
	Mails                                    []pageMail
}

type activationForm struct{ Link, Login string }

// pageMail is a mail on the demo's page.
type pageMail struct {
	Subject, To, At string
	Parts           []mailPart
}

// mailPart is a piece of a mail's text: a link, or what lies between.
type mailPart struct{ Text, Link string }

var links = regexp.MustCompile(`https?://[^\s<>"]+`)

// mailParts cuts a mail's text at its links.
func mailParts(text string) []mailPart {
	var out []mailPart
	for at := links.FindStringIndex(text); at != nil; at = links.FindStringIndex(text) {
		out = append(out, mailPart{Text: text[:at[0]]}, mailPart{Link: text[at[0]:at[1]]})
		text = text[at[1]:]
	}
	return append(out, mailPart{Text: text})
}

// T is a sentence of the page in its language.
func (p page) T(key string) string { return sentence(p.Lang, key) }

// sentences of the pages, and of the mistakes they tell, by language.
var sentences = loadSentences()

func loadSentences() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, lang := range []string{"fr", "en"} {
		out[lang] = map[string]string{}
		for _, file := range []string{"pages", "rules"} {
			raw, err := assets.FS.ReadFile("translations/" + lang + "/" + file + ".json")
			if err != nil {
				panic(err) // it is embedded: a mistake made while building
			}
			var flat map[string]string
			if err := json.Unmarshal(raw, &flat); err != nil {
				panic(fmt.Errorf("translations/%s/%s.json: %w", lang, file, err))
			}
			for k, v := range flat {
				out[lang][k] = v
			}
		}
	}
	return out
}

func sentence(lang, key string) string {
	if s, ok := sentences[lang][key]; ok {
		return s
	}
	return "[" + key + "]"
}

// mistake is the sentence of an error: of its code at its field, or of its
// code alone.
func mistake(lang string, err error) string {
	e, ok := errors.AsType[*portal.Error](err)
	if !ok {
		return sentence(lang, "error.internal")
	}
	text, ok := sentences[lang]["error."+string(e.Code)+"."+e.Field]
	if !ok {
		if text, ok = sentences[lang]["error."+string(e.Code)]; !ok {
			return sentence(lang, "error.internal")
		}
	}
	for name, value := range e.Args {
		text = strings.ReplaceAll(text, "{{."+name+"}}", value)
	}
	return text
}

func pageLanguage(c *gin.Context) string {
	if strings.HasPrefix(strings.ToLower(c.GetHeader("Accept-Language")), "en") {
		return "en"
	}
	return "fr"
}

// pages adds the web pages: the activation of an account by its link.
func (s *Server) pages(g *gin.Engine) error {
	css, err := pageFiles.ReadFile("pages/parvis.css")
	if err != nil {
		return err
	}
	g.GET("/parvis.css", func(c *gin.Context) { c.Data(http.StatusOK, "text/css; charset=utf-8", css) })
	g.GET("/", func(c *gin.Context) {
		p := s.page(c, "page.home.title")
		p.Paragraphs = []string{p.T("page.home.text")}
		s.show(c, http.StatusOK, p)
	})
	g.GET(wire.PageActivate, func(c *gin.Context) {
		link := c.Query("j")
		p := s.page(c, "page.activate.title")
		live, err := s.o.Service.PeekLink(c.Request.Context(), link)
		if err != nil {
			s.deadLink(c, p, "page.dead", err)
			return
		}
		p.Paragraphs = []string{strings.ReplaceAll(p.T("page.activate.text"), "{{.name}}", live.FirstName)}
		p.Form = &activationForm{Link: link, Login: live.Login}
		s.show(c, http.StatusOK, p)
	})
	g.POST(wire.PageActivate, func(c *gin.Context) {
		p := s.page(c, "page.activate.title")
		if !s.ownForm(c, p) {
			return
		}
		form := &activationForm{Link: c.Request.PostForm.Get("j"), Login: c.Request.PostForm.Get("login")}
		password := c.Request.PostForm.Get("password")
		var err error
		var login, code string
		if password != c.Request.PostForm.Get("again") {
			err = portal.E("passwords_differ", "again")
		} else {
			login, code, err = s.o.Service.ActivateByLink(c.Request.Context(), form.Link, form.Login, password)
		}
		switch portal.CodeOf(err) {
		case "":
			p.Title = p.T("page.done.title")
			p.Paragraphs = []string{strings.ReplaceAll(p.T("page.done.text"), "{{.login}}", login)}
			p.Code = code[:4] + " " + code[4:]
			s.show(c, http.StatusOK, p)
		case wire.CodeExpired, portal.Internal:
			s.deadLink(c, p, "page.dead", err)
		default:
			p.Form = form
			s.again(c, p, err)
		}
	})
	return nil
}

// guard refuses forms that another site sends.
var guard = http.NewCrossOriginProtection()

// ownForm reads the form that one of our pages sent; what is none is answered.
func (s *Server) ownForm(c *gin.Context, p page) bool {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 16<<10)
	if err := guard.Check(c.Request); err != nil || c.Request.ParseForm() != nil {
		p.Mistake = p.T("error.forbidden")
		s.show(c, http.StatusForbidden, p)
		return false
	}
	return true
}

// again shows a page's form with what was wrong in it.
func (s *Server) again(c *gin.Context, p page, err error) {
	p.Mistake = mistake(p.Lang, err)
	if e, ok := errors.AsType[*portal.Error](err); ok && retryAfter(e) != "" {
		c.Header("Retry-After", retryAfter(e))
	}
	s.show(c, statusOf(portal.CodeOf(err)), p)
}

func (s *Server) page(c *gin.Context, title string) page {
	town := s.o.Service.Town()
	p := page{Lang: pageLanguage(c), Town: town.Name, Demo: town.Demo != nil, Action: c.FullPath()}
	p.Title = p.T(title)
	return p
}

// deadLink says that a link serves no more, in the words under key.
func (s *Server) deadLink(c *gin.Context, p page, key string, err error) {
	if portal.CodeOf(err) != wire.CodeExpired {
		s.o.Log.Error("page failed", "request", requestID(c), "error", err)
		p.Mistake = p.T("error.internal")
		s.show(c, http.StatusInternalServerError, p)
		return
	}
	p.Title = p.T("page.dead.title")
	p.Paragraphs = []string{p.T(key + ".text")}
	s.show(c, http.StatusGone, p)
}

// show writes a page with the headers that keep it to itself.
func (s *Server) show(c *gin.Context, status int, p page) {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		s.problem(c, err)
		return
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("X-Frame-Options", "DENY")
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
}

// demoMails adds the page that shows the demonstration's mail.
func (s *Server) demoMails(g *gin.Engine) {
	g.GET(wire.PageDemoMail, func(c *gin.Context) {
		p := s.page(c, "page.mails.title")
		for _, m := range s.o.Mails() {
			p.Mails = append(p.Mails, pageMail{Subject: m.Subject, To: strings.Trim(m.To, "<>"), At: pageTime(time.UnixMicro(m.At)), Parts: mailParts(m.Text)})
		}
		if len(p.Mails) == 0 {
			p.Paragraphs = []string{p.T("page.mails.none")}
		}
		s.show(c, http.StatusOK, p)
	})
}

// pageTime writes an instant for a page.
func pageTime(t time.Time) string { return t.In(portal.Paris).Format("02/01/2006 15:04:05") }
