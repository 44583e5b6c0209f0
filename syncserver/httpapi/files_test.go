package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// photo is a JPEG of some hundred KiB: what is in it comes by arithmetic.
func photo(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 900, 700))
	seed := uint32(1)
	for y := range 700 {
		for x := range 900 {
			seed = seed*1664525 + 1013904223
			img.Set(x, y, color.RGBA{uint8(seed >> 24), uint8(seed >> 16), uint8(seed >> 8), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pdf() []byte {
	return []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

// piece puts bytes of a file by hand.
func piece(s *hosttest.Server, token string, id portal.ID, kind, span string, data []byte) hosttest.Answer {
	return s.Ask(http.MethodPut, wire.UploadPath(id), string(data), "Authorization", "Bearer "+token, "Content-Type", kind, "Content-Range", span)
}

func TestAFileComesInPieces(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	data, id, ctx := photo(t), portal.NewID(), context.Background()
	total := int64(len(data))
	if _, err := d.UploadStatus(ctx, id); portal.CodeOf(err) != portal.NotFound {
		t.Errorf("before it begins: %v", err)
	}
	cut := []int64{0, 1, 70_000, 70_001, total}
	for i := 1; i < len(cut); i++ {
		from, to := cut[i-1], cut[i]
		sent := 0
		u, err := d.SendPiece(ctx, id, documents.JPEG, wire.ContentRange{From: from, Size: to - from, Total: total}, data[from:to], func(n int) { sent += n })
		if err != nil || u.Offset != to || u.Size != total || u.Ready != (to == total) || sent != int(to-from) {
			t.Fatalf("to %d: %+v %v, %d bytes told", to, u, err, sent)
		}
		told := s.Ask(http.MethodHead, wire.UploadPath(id), "", "Authorization", "Bearer "+d.Session.Token)
		if told.Status != 200 || told.Header.Get(wire.UploadOffset) != strconv.FormatInt(to, 10) || told.Header.Get(wire.UploadLength) != strconv.FormatInt(total, 10) || len(told.Body) != 0 {
			t.Errorf("HEAD at %d: %d %v", to, told.Status, told.Header)
		}
		if to < total {
			// A piece that is there already, or one beyond the end of what is.
			for _, at := range []int64{0, to + 1} {
				if at == to {
					continue
				}
				p := piece(s, d.Session.Token, id, documents.JPEG, wire.ContentRange{From: at, Size: 1, Total: total}.String(), data[at:at+1]).Problem(t)
				if p.Status != 409 || p.Args["offset"] != strconv.FormatInt(to, 10) {
					t.Errorf("at %d instead of %d: %+v", at, to, p)
				}
			}
		}
	}
	// The last one again, as after an answer that was lost: it is done.
	u, err := d.SendPiece(ctx, id, documents.JPEG, wire.ContentRange{From: total - 1, Size: 1, Total: total}, data[total-1:], nil)
	if err != nil || !u.Ready {
		t.Errorf("once more: %+v %v", u, err)
	}
}

// What came before the line broke is kept, to the byte.
func TestALineThatBreaksAmidAPiece(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	data, id := photo(t), portal.NewID()
	total, arrived := len(data), 123_457
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: image/jpeg\r\nContent-Range: bytes 0-%d/%d\r\nContent-Length: %d\r\n\r\n",
		wire.UploadPath(id), d.Session.Token, total-1, total, total)
	if _, err := conn.Write(data[:arrived]); err != nil {
		t.Fatal(err)
	}
	// The half that is written closes; what is in the pipe arrives.
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	conn.Close()
	if answer.StatusCode != 422 {
		t.Errorf("half a piece is answered %d", answer.StatusCode)
	}
	u, err := d.UploadStatus(context.Background(), id)
	if err != nil || u.Offset != int64(arrived) {
		t.Fatalf("it stands at %+v, not %d: %v", u, arrived, err)
	}
	rest := wire.ContentRange{From: u.Offset, Size: int64(total) - u.Offset, Total: int64(total)}
	if u, err = d.SendPiece(context.Background(), id, documents.JPEG, rest, data[arrived:], nil); err != nil || !u.Ready {
		t.Fatalf("the rest ends as %+v, %v", u, err)
	}
	kept := portal.NewID()
	d.Must(wire.DocumentSubmit, wire.SubmitDocument{Document: kept, Upload: id, Kind: "identity", Name: "carte.jpg"})
	got, err := d.Content(context.Background(), kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	if img, err := jpeg.Decode(bytes.NewReader(got)); err != nil || img.Bounds().Dx() != 900 {
		t.Errorf("what is kept is no such photo: %v", err)
	}
}

func TestMistakesInAnUploadNameTheirField(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	begun := portal.NewID()
	if a := piece(s, d.Session.Token, begun, documents.PDF, "bytes 0-4/90", []byte("%PDF-")); a.Status != 200 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	for what, c := range map[string]struct {
		token, id, kind, span string
		data                  string
		status                int
		code                  portal.Code
		field                 string
	}{
		"signed out":                {"", "", documents.PDF, "bytes 0-0/1", "x", 401, portal.Unauthorized, ""},
		"no id":                     {"", "x", documents.PDF, "bytes 0-0/1", "x", 422, portal.Invalid, "upload"},
		"no range":                  {"", "", documents.PDF, "", "x", 422, portal.Missing, "content-range"},
		"no numbers":                {"", "", documents.PDF, "bytes a-b/c", "x", 422, portal.Invalid, "content-range"},
		"backwards":                 {"", "", documents.PDF, "bytes 5-1/9", "x", 422, portal.Invalid, "content-range"},
		"beyond the end":            {"", "", documents.PDF, "bytes 0-9/9", "0123456789", 422, portal.Invalid, "content-range"},
		"of unknown size":           {"", "", documents.PDF, "bytes 0-0/*", "x", 422, portal.Invalid, "content-range"},
		"of another unit":           {"", "", documents.PDF, "pages 0-0/1", "x", 422, portal.Invalid, "content-range"},
		"endless":                   {"", "", documents.PDF, "bytes 0-0/99999999999999999999", "x", 422, portal.Invalid, "content-range"},
		"other than its length":     {"", "", documents.PDF, "bytes 0-4/9", "x", 422, portal.Invalid, "content-length"},
		"empty":                     {"", "", documents.PDF, "bytes */0", "", 422, documents.EmptyFile, "file"},
		"too large":                 {"", "", documents.PDF, "bytes 0-0/" + strconv.Itoa(documents.MaxSize+1), "x", 422, documents.FileTooLarge, "file"},
		"of no type":                {"", "", "", "bytes 0-0/1", "x", 422, documents.BadType, "file"},
		"of a type that is refused": {"", "", "text/html", "bytes 0-0/1", "x", 422, documents.BadType, "file"},
		"HEIC":                      {"", "", "image/heic", "bytes 0-0/1", "x", 422, documents.HEIC, "file"},
		"of another size than told": {"", string(begun), documents.PDF, "bytes 5-5/91", "x", 409, portal.Conflict, "upload"},
		"of another type than told": {"", string(begun), documents.PNG, "bytes 5-5/90", "x", 409, portal.Conflict, "upload"},
	} {
		token := d.Session.Token
		if what == "signed out" {
			token = "x"
		}
		id := portal.ID(c.id)
		if id == "" {
			id = portal.NewID()
		}
		p := piece(s, token, id, c.kind, c.span, []byte(c.data)).Problem(t)
		if p.Status != c.status || p.Code != c.code || p.Field != c.field {
			t.Errorf("%s: %+v", what, p)
		}
	}
}

// A file that is no good is refused with the last byte, and stays so.
func TestBadFilesAreRefusedByTheServerToo(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	for what, c := range map[string]struct {
		kind string
		data []byte
		code portal.Code
	}{
		"a text":           {documents.PDF, []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`), documents.BadType},
		"another type":     {documents.PNG, pdf(), documents.TypeDiffers},
		"a PDF of scripts": {documents.PDF, bytes.Replace(pdf(), []byte("/Catalog"), []byte("/Catalog /OpenAction << /S /JavaScript >>"), 1), documents.ActivePDF},
		"half a photo":     {documents.JPEG, photo(t)[:2000], documents.BrokenFile},
	} {
		id, span := portal.NewID(), wire.ContentRange{Size: int64(len(c.data)), Total: int64(len(c.data))}.String()
		for _, a := range []hosttest.Answer{
			piece(s, d.Session.Token, id, c.kind, span, c.data),
			piece(s, d.Session.Token, id, c.kind, span, c.data),
			s.Ask(http.MethodGet, wire.UploadPath(id), "", "Authorization", "Bearer "+d.Session.Token),
		} {
			if p := a.Problem(t); p.Status != 422 || p.Code != c.code || p.Field != "file" {
				t.Errorf("%s: %+v", what, p)
			}
		}
		d.Refused(c.code, wire.DocumentSubmit, wire.SubmitDocument{Document: portal.NewID(), Upload: id, Kind: "identity", Name: "a.pdf"})
	}
}

func TestUploadsAreLimitedAndExpire(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	var ids []portal.ID
	begin := func() hosttest.Answer {
		ids = append(ids, portal.NewID())
		return piece(s, d.Session.Token, ids[len(ids)-1], documents.PDF, "bytes 0-4/90", []byte("%PDF-"))
	}
	for range documents.MaxUploads {
		if a := begin(); a.Status != 200 {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
	}
	if p := begin().Problem(t); p.Code != documents.TooManyFiles || p.Args["max"] != strconv.Itoa(documents.MaxUploads) {
		t.Errorf("one more: %+v", p)
	}
	// Another account has its own; one that is cancelled makes room.
	if a := piece(s, s.SignIn("hugo.martel").Session.Token, portal.NewID(), documents.PDF, "bytes 0-4/90", []byte("%PDF-")); a.Status != 200 {
		t.Errorf("another account: %d", a.Status)
	}
	if err := d.CancelUpload(context.Background(), ids[0]); err != nil {
		t.Fatal(err)
	}
	if a := begin(); a.Status != 200 {
		t.Errorf("after a cancellation: %d", a.Status)
	}
	s.Clock.Add(8 * 24 * time.Hour)
	s.Housekeep(context.Background())
	d = s.SignIn("claire.martel")
	if _, err := d.UploadStatus(context.Background(), ids[1]); portal.CodeOf(err) != portal.NotFound {
		t.Errorf("after a week it is still there: %v", err)
	}
	s.Clock.Add(2 * time.Minute)
	if did, err := s.Service.DropFiles(context.Background(), 1000); err != nil || did < documents.MaxUploads {
		t.Errorf("%d folders are dropped: %v", did, err)
	}
	if a := begin(); a.Status != 200 {
		t.Errorf("after a week: %d", a.Status)
	}
}

// What is given up counts for its day too, or there would be no limit; it is not
// gone on with, and its bytes go.
func TestGivingUpDoesNotLengthenTheDay(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	var last portal.ID
	begin := func() hosttest.Answer {
		last = portal.NewID()
		return piece(s, d.Session.Token, last, documents.PDF, "bytes 0-4/90", []byte("%PDF-"))
	}
	for n := range documents.MaxUploaded {
		if a := begin(); a.Status != 200 {
			t.Fatalf("the %dth: %d %s", n+1, a.Status, a.Body)
		}
		if err := d.CancelUpload(context.Background(), last); err != nil {
			t.Fatal(err)
		}
	}
	given := last
	if p := begin().Problem(t); p.Code != documents.TooManyFiles || p.Args["max"] != strconv.Itoa(documents.MaxUploaded) {
		t.Errorf("one more: %+v", p)
	}
	if _, err := d.UploadStatus(context.Background(), given); portal.CodeOf(err) != portal.NotFound {
		t.Errorf("what was given up stands: %v", err)
	}
	if a := piece(s, d.Session.Token, given, documents.PDF, "bytes 5-9/90", []byte("1.7\n%")); a.Status != 404 {
		t.Errorf("what was given up is gone on with: %d", a.Status)
	}
	if err := d.CancelUpload(context.Background(), given); portal.CodeOf(err) != portal.NotFound {
		t.Errorf("it is given up again: %v", err)
	}
	s.Clock.Add(2 * time.Minute)
	if did, err := s.Service.DropFiles(context.Background(), 1000); err != nil || did != documents.MaxUploaded {
		t.Errorf("%d folders are dropped: %v", did, err)
	}
	s.Clock.Add(25 * time.Hour)
	d = s.SignIn("claire.martel")
	if a := begin(); a.Status != 200 {
		t.Errorf("the next day: %d", a.Status)
	}
}

// A document is kept by whoever gets it, and never opened by a browser.
func TestHowADocumentIsServed(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	d := s.SignIn("claire.martel")
	id, upload := portal.NewID(), portal.NewID()
	if a := piece(s, d.Session.Token, upload, documents.PDF, wire.ContentRange{Size: int64(len(pdf())), Total: int64(len(pdf()))}.String(), pdf()); a.Status != 200 {
		t.Fatal(a.Status)
	}
	d.Must(wire.DocumentSubmit, wire.SubmitDocument{Document: id, Upload: upload, Kind: "identity", Name: "carte d\"été\r\nX-Evil: 1.pdf"})
	get := func(headers ...string) hosttest.Answer {
		return s.Ask(http.MethodGet, wire.ContentPath(id), "", append(headers, "Authorization", "Bearer "+d.Session.Token)...)
	}
	a := get()
	for name, want := range map[string]string{
		"Content-Type": documents.PDF, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Accept-Ranges": "bytes",
		"Content-Security-Policy": "default-src 'none'; sandbox", "X-Evil": "",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if got := a.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename") {
		t.Errorf("it is to be opened: %q", got)
	}
	if a.Status != 200 || !bytes.Equal(a.Body, pdf()) {
		t.Errorf("%d with %d bytes", a.Status, len(a.Body))
	}
	for span, want := range map[string]string{"bytes=0-4": "%PDF-", "bytes=-6": "%%EOF\n", "bytes=5-7": "1.4"} {
		if a := get("Range", span); a.Status != 206 || string(a.Body) != want {
			t.Errorf("%s: %d %q", span, a.Status, a.Body)
		}
	}
	if a := get("Range", "bytes=9999-"); a.Status != 416 {
		t.Errorf("beyond the end: %d", a.Status)
	}
	for _, other := range []string{"x", "..%2f..%2fetc", string(portal.NewID())} {
		if p := s.Ask(http.MethodGet, wire.ContentPath(portal.ID(other)), "", "Authorization", "Bearer "+d.Session.Token).Problem(t); p.Status != 404 {
			t.Errorf("%s: %+v", other, p)
		}
	}
	raw := s.Ask(http.MethodGet, wire.UploadPath(upload), "", "Authorization", "Bearer "+d.Session.Token)
	var u wire.Upload
	if err := json.Unmarshal(raw.Body, &u); err != nil || !u.Used || !u.Ready {
		t.Errorf("its upload is told as %+v %v", u, err)
	}
	if err := d.CancelUpload(context.Background(), upload); portal.CodeOf(err) != portal.Conflict {
		t.Errorf("its upload is cancelled: %v", err)
	}
}
