package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"parvis/shared/documents"
	"parvis/shared/portal"
	"parvis/syncserver/files"
	"parvis/syncserver/host"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store"
	"parvis/syncserver/store/storetest"
)

// toxics are what a line does to a file on its way.
var toxics = []string{
	`{"name":"thin","type":"bandwidth","stream":"upstream","attributes":{"rate":200}}`,
	`{"name":"late","type":"latency","stream":"downstream","attributes":{"latency":300,"jitter":200}}`,
	`{"name":"deaf","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`,
	`{"name":"mute","type":"timeout","stream":"upstream","attributes":{"timeout":0}}`,
	`{"name":"reset","type":"reset_peer","stream":"upstream","attributes":{"timeout":60}}`,
	`{"name":"drip","type":"slicer","stream":"upstream","attributes":{"average_size":4000,"size_variation":2000,"delay":2000}}`,
	`{"name":"short","type":"limit_data","stream":"upstream","attributes":{"bytes":150000}}`,
}

// A document sent over a line that is thin, late, deaf, mute, reset, dripping or
// cut in the middle arrives whole, and once, when the line is good again.
func TestSoakDocumentsOverALineThatFailsInEveryWay(t *testing.T) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // the proxy tells each of its steps
	hosttest.Soak(t, func(t *testing.T, random *rand.Rand, _ uint64) {
		shelf, err := files.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		s := hosttest.NewWith(t, storetest.SQLite(t), func(o *host.Options) { o.Files = shelf })
		line := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "line", "127.0.0.1:0", strings.TrimPrefix(s.URL, "http://"))
		if err := line.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(line.Stop)
		c := newComputer(t, s, t.TempDir(), func(c *computer) { c.address = "http://" + line.Listen })
		c.signIn("claire.martel")
		c.eventually("the kinds are known", func() bool { _, known := c.View().DocumentKind("family-quotient"); return known })
		sent := map[portal.ID]bool{}
		for i, toxic := range toxics {
			added, err := line.Toxics.AddToxicJson(strings.NewReader(toxic))
			if err != nil {
				t.Fatal(err)
			}
			filling := make([]byte, 400_000+random.IntN(400_000))
			for k := range filling {
				filling[k] = byte('a' + random.IntN(26))
			}
			data := fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%% %d %s\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%%%EOF\n", i, filling)
			document, _, err := c.SendDocument(data, "family-quotient", "", "attestation.pdf")
			if err != nil {
				t.Fatal(err)
			}
			sent[sumOf(data)] = true
			time.Sleep(500*time.Millisecond + time.Duration(random.IntN(700))*time.Millisecond) // the fault's own length
			if err := line.Toxics.RemoveToxic(t.Context(), added.Name); err != nil {
				t.Fatal(err)
			}
			if random.IntN(2) == 0 { // and it breaks altogether
				line.Stop()
				if err := line.Start(); err != nil {
					t.Fatal(err)
				}
			}
			c.TryNow()
			c.eventually(added.Name+": it is at the town hall", func() bool {
				d, there := c.View().Document(document)
				return there && !d.Pending && len(c.Unsent()) == 0
			})
		}
		if err := s.Store.Read(t.Context(), func(tx *store.Tx) error {
			a, _, err := tx.AccountByLogin("claire.martel")
			if err != nil {
				return err
			}
			all, err := tx.DocumentsOf(a.ID)
			for _, d := range all {
				data, err := files.ReadAll(t.Context(), shelf, d.File, documents.MaxSize)
				if sum := sumOf(data); err != nil || !sent[sum] {
					t.Errorf("a document came otherwise, or twice: %v", err)
				} else {
					delete(sent, sum)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(sent) > 0 {
			t.Errorf("%d documents did not come", len(sent))
		}
	})
}
