package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parvis/shared/payments"
	"parvis/syncserver/payfip"
	"parvis/syncserver/payfip/simulator"
)

// built is the program as whoever tries a server out starts it.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "payfip-simulator")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// started has the program listen on a port of its own and gives what it says of
// itself; at the test's end it is told to end, and ends well.
func started(t *testing.T, args ...string) (service, page, admin string) {
	t.Helper()
	p := exec.Command(built(t), append([]string{"--listen", "127.0.0.1:0"}, args...)...)
	p.Stderr = os.Stderr
	says, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(p.Process.Signal(syscall.SIGTERM), p.Wait()); err != nil {
			t.Errorf("it ends with %v", err)
		}
	})
	lines := bufio.NewScanner(says)
	for admin == "" && lines.Scan() {
		line := lines.Text()
		if at, is := strings.CutPrefix(line, "PARVIS_PAYFIP_SERVICE="); is {
			service = at
		} else if at, is := strings.CutPrefix(line, "PARVIS_PAYFIP_PAGE="); is {
			page = at
		} else if _, at, is := strings.Cut(line, "pannes et retards : "); is {
			admin = at
		}
	}
	if service == "" || page == "" || admin == "" {
		t.Fatalf("it says %q, %q and %q", service, page, admin)
	}
	return service, page, admin
}

// posted is what a page answers to what is sent in its form.
func posted(t *testing.T, to string, form url.Values) (int, string) {
	t.Helper()
	r, err := http.PostForm(to, form)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

// A payment as a server on this machine has it: opened by its questions, paid on
// the page, told by the notice, asked about; with a fault of PayFiP's own between.
func TestTheProgramStandsForPayFiP(t *testing.T) {
	service, page, admin := started(t, "--desks", "006382=Régie de restauration,006383=Régie des loisirs")
	client, err := payfip.New(service, page, payfip.ModeTest)
	if err != nil {
		t.Fatal(err)
	}
	news := make(chan string, 1)
	town := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { news <- r.PostFormValue("idop") }))
	defer town.Close()
	ctx := context.Background()
	if name, err := client.Desk(ctx, "006383"); err != nil || name != "Régie des loisirs" {
		t.Errorf("the desk is %q, %v", name, err)
	}
	order := payments.Order{Client: "006383", Amount: 4250, Reference: "REF0001", Object: "COMPTE", Mail: "claire.martel@exemple.fr", Exercise: "2026",
		Notice: town.URL + "/avis", Return: town.URL + "/retour?p=REF0001"}
	operation, err := client.Open(ctx, order)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := client.Result(ctx, operation); err != nil || r.Answer != payments.NotYet {
		t.Errorf("before anybody paid it is %+v, %v", r, err)
	}
	for _, fault := range []string{simulator.Unavailable, simulator.Malfunction} {
		if status, text := posted(t, admin, url.Values{"technical": {fault}}); status != http.StatusOK || !strings.Contains(text, "selected>"+fault) {
			t.Errorf("the fault is set with %d: %s", status, text)
		}
		r, err := client.Result(ctx, operation)
		var told *payments.Fault
		if r.Answer != payments.Silent || !errors.As(err, &told) || told.Code != "" || !strings.Contains(err.Error(), fault) {
			t.Errorf("with %s it is %+v, %v", fault, r, err)
		}
		if _, err := client.Open(ctx, order); !errors.As(err, &told) || told.Code != "" {
			t.Errorf("with %s opening is %v", fault, err)
		}
	}
	// A fault that there is none of is none.
	if status, text := posted(t, admin, url.Values{"technical": {"<b>"}}); status != http.StatusOK || strings.Contains(text, "selected") || !strings.Contains(text, "P4 : ") {
		t.Errorf("the faults are taken away with %d: %s", status, text)
	}
	at, err := http.Get(client.Page(operation))
	if err != nil {
		t.Fatal(err)
	}
	at.Body.Close()
	if at.StatusCode != http.StatusOK {
		t.Errorf("the page answers %d", at.StatusCode)
	}
	if status, text := posted(t, page, url.Values{"idop": {operation}, "card": {simulator.Cards[0]}, "do": {"card"}}); status != http.StatusOK || !strings.Contains(text, "Paiement accepté") {
		t.Fatalf("paying is answered by %d: %s", status, text)
	}
	select {
	case told := <-news:
		if told != operation {
			t.Errorf("the notice is of %q", told)
		}
	case <-time.After(20 * time.Second):
		t.Error("no notice comes")
	}
	if r, err := client.Result(ctx, operation); err != nil || r.Of(order) != payments.PaidByCard {
		t.Errorf("paid it is %+v, %v", r, err)
	}
}

// Anybody could pay on it without money, so that nobody but this machine may.
func TestTheProgramListensHereAlone(t *testing.T) {
	path := built(t)
	for _, args := range [][]string{{"--listen", "0.0.0.0:0"}, {"--desks", "6382=Régie"}, {"--desks", "006382"}} {
		out, err := exec.Command(path, args...).CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) || ended.ExitCode() != 1 || !strings.Contains(string(out), "payfip-simulator:") {
			t.Errorf("%v: %v, %s", args, err, out)
		}
	}
}
