package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"parvis/desktop/cache"
	"parvis/desktop/syncing"
	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store/storetest"
)

// line is how a way to the town behaves: bytes of how much a second, how late,
// and after how many bytes sent it breaks; 0 is without end.
type line struct {
	name        string
	rate        int // KiB a second
	late        int // ms
	breaksAfter int // bytes
}

// BenchmarkUpload: from choosing a file until its document is accepted, through
// the desktop's sealed outbox and the server's folder, against a plain PUT of
// the same bytes to a server that writes them to a disk for sure. The bad line
// is slow and late, and breaks each connection after 3 MiB: a plain PUT of 8
// never arrives over it, so the same line without the breaks stands for it.
func BenchmarkUpload(b *testing.B) {
	t := newTown(b, storetest.SQLite(b))
	sink := plainServer(b)
	for _, l := range []line{{name: "clean"}, {"bad", 512, 80, 3 << 20}} {
		b.Run(l.name, func(b *testing.B) {
			const size = 8 << 20
			var plain, ours time.Duration
			for b.Loop() {
				through := l
				through.breaksAfter = 0
				plain += putPlain(b, through.to(b, sink.Listener.Addr().String()), size)
				ours += giveDocument(b, t, l.to(b, strings.TrimPrefix(t.url, "http://")), size)
			}
			b.ReportMetric(milliseconds(plain)/float64(b.N), "plain_ms")
			b.ReportMetric(milliseconds(ours)/float64(b.N), "parvis_ms")
			b.ReportMetric(float64(ours)/float64(plain), "parvis:plain")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// to is the address of a line to a server.
func (l line) to(b *testing.B, server string) string {
	b.Helper()
	if l.rate == 0 && l.late == 0 && l.breaksAfter == 0 {
		return "http://" + server
	}
	p := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), l.name, "127.0.0.1:0", server)
	if err := p.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.Stop)
	toxics := []string{
		fmt.Sprintf(`{"name":"thin","type":"bandwidth","stream":"upstream","attributes":{"rate":%d}}`, l.rate),
		fmt.Sprintf(`{"name":"late","type":"latency","stream":"downstream","attributes":{"latency":%d}}`, l.late),
	}
	if l.breaksAfter > 0 {
		toxics = append(toxics, fmt.Sprintf(`{"name":"breaks","type":"limit_data","stream":"upstream","attributes":{"bytes":%d}}`, l.breaksAfter))
	}
	for _, toxic := range toxics {
		if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			b.Fatal(err)
		}
	}
	return "http://" + p.Listen
}

// plainServer keeps what is put, and answers when the disk has it.
func plainServer(b *testing.B) *httptest.Server {
	folder := b.TempDir()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, err := os.Create(filepath.Join(folder, "file"))
		if err == nil {
			_, err = io.Copy(f, r.Body)
			err = errors.Join(err, f.Sync(), f.Close())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	b.Cleanup(s.Close)
	return s
}

func putPlain(b *testing.B, url string, size int) time.Duration {
	data := pdf(size)
	began := time.Now()
	r, err := http.NewRequest(http.MethodPut, url, bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s %v", answer.Status, err)
	}
	return time.Since(began)
}

func pdf(size int) []byte {
	const head, tail = "%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n% ", "\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
	filling := bytes.Repeat([]byte("abcdefghijklmnop"), size/16)[:size-len(head)-len(tail)]
	return append(append([]byte(head), filling...), tail...)
}

// giveDocument sends a document as the desktop does, and gives the time until
// the town hall has accepted it.
func giveDocument(b *testing.B, t *town, url string, size int) time.Duration {
	f := t.families[0]
	c, e := t.desktop(b, f, url)
	e.Start()
	await(e, func(s syncing.Status) bool { return s.State == syncing.UpToDate })
	data := pdf(size)
	u := cache.Upload{ID: portal.NewID(), Document: portal.NewID(), Type: documents.PDF}
	body, err := wire.NewCommand(portal.NewID(), wire.DocumentSubmit, wire.SubmitDocument{Document: u.Document, Upload: u.ID, Kind: "family-quotient", Name: "attestation.pdf"})
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if _, wrong := documents.Inspect("", data); wrong != nil {
		b.Fatal(wrong)
	}
	if _, err := e.SubmitFile(body, cache.Note{}, u, data); err != nil {
		b.Fatal(err)
	}
	await(e, func(syncing.Status) bool { return len(c.Outbox()) == 0 })
	took := time.Since(began)
	if r := c.Refused(); len(r) > 0 {
		b.Fatalf("refused: %v", r[0].Verdict.Error)
	}
	e.Close()
	if err := c.Close(); err != nil {
		b.Fatal(err)
	}
	return took
}
