package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/service"
)

const (
	// silence is how long an upload may send nothing before it is broken off;
	// what has come until then is kept.
	silence = 30 * time.Second
	// longestUpload bounds one request; a slower line goes on with another.
	longestUpload = 10 * time.Minute
)

// octets stands for bytes in the description of the API.
type octets struct{}

// fileEndpoints are the routes of bytes, which answer by themselves.
func (s *Server) fileEndpoints() []endpoint {
	upload, content := reflect.TypeFor[wire.Upload](), reflect.TypeFor[octets]()
	raw := func(method, path, summary string, in, out reflect.Type, answer func(c *gin.Context, actor service.Actor) error) endpoint {
		return endpoint{method: method, path: path, summary: summary, in: in, out: out, signedIn: true, raw: func(c *gin.Context) {
			actor, err := s.o.Service.Authenticate(c.Request.Context(), bearer(c.Request))
			if err == nil {
				err = answer(c, actor)
			}
			if err != nil && !c.Writer.Written() {
				s.problem(c, err)
			}
		}}
	}
	return []endpoint{
		raw(http.MethodGet, wire.RouteUpload, "How far an upload has come", nil, upload, s.uploadStatus),
		raw(http.MethodHead, wire.RouteUpload, "The same, in headers", nil, upload, s.uploadStatus),
		raw(http.MethodPut, wire.RouteUpload, "Send a piece of a file, told by Content-Range", content, upload, s.upload),
		raw(http.MethodDelete, wire.RouteUpload, "Forget an upload", nil, reflect.TypeFor[none](), func(c *gin.Context, a service.Actor) error {
			if err := s.o.Service.CancelUpload(c.Request.Context(), a, portal.ID(c.Param("id"))); err != nil {
				return err
			}
			c.Status(http.StatusNoContent)
			return nil
		}),
		raw(http.MethodGet, wire.RouteDocumentContent, "A document's bytes, with ranges", nil, content, s.content),
	}
}

func (s *Server) uploadStatus(c *gin.Context, a service.Actor) error {
	u, err := s.o.Service.UploadStatus(c.Request.Context(), a, portal.ID(c.Param("id")))
	if err != nil {
		return err
	}
	answerUpload(c, u)
	return nil
}

func answerUpload(c *gin.Context, u wire.Upload) {
	c.Header(wire.UploadOffset, strconv.FormatInt(u.Offset, 10))
	c.Header(wire.UploadLength, strconv.FormatInt(u.Size, 10))
	c.JSON(http.StatusOK, u)
}

// upload takes a piece of a file. A slow line is waited for as long as
// anything comes.
func (s *Server) upload(c *gin.Context, a service.Actor) error {
	span, wrong := wire.ParseContentRange(c.GetHeader("Content-Range"))
	if wrong != nil {
		return wrong
	}
	if n := c.Request.ContentLength; n >= 0 && n != span.Size {
		return portal.E(portal.Invalid, "content-length")
	}
	control := http.NewResponseController(c.Writer)
	body := &patient{from: c.Request.Body, control: control, end: time.Now().Add(longestUpload)}
	u, err := s.o.Service.Upload(c.Request.Context(), a, portal.ID(c.Param("id")), c.ContentType(), span, body)
	// What is left of the body is for nobody: the connection ends with the
	// answer, rather than to be read to its end.
	_ = control.SetReadDeadline(time.Now().Add(silence))
	if err != nil {
		return err
	}
	answerUpload(c, u)
	return nil
}

// patient reads a body whose sender may take its time, but not be silent.
type patient struct {
	from    io.Reader
	control *http.ResponseController
	end     time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	until := time.Now().Add(silence)
	if until.After(p.end) {
		until = p.end
	}
	if err := p.control.SetReadDeadline(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.from.Read(b)
}

// content serves a document's bytes: to be kept in a file, never to be opened
// by a browser.
func (s *Server) content(c *gin.Context, a service.Actor) error {
	d, err := s.o.Service.OpenContent(c.Request.Context(), a, portal.ID(c.Param("id")))
	if err != nil {
		return err
	}
	defer d.Close()
	c.Header("Content-Type", d.Type)
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Header("ETag", `"`+c.Param("id")+`"`) // a document's bytes never change
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, d)
	return nil
}
