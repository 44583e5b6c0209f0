//go:build browser

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"parvis/shared/client"
	"parvis/shared/payments"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/demo"
	"parvis/syncserver/service"
)

// demonstration is the real program as `make run` starts it, without its window.
func demonstration(t *testing.T) (address string) {
	t.Helper()
	command := exec.Command(program(t), "demo", "--data", t.TempDir(), "--desktop", "")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		_, _ = io.Copy(io.Discard, out) // what it still says keeps it from ending
		if err := command.Wait(); err != nil {
			t.Errorf("the demonstration did not end well: %v", err)
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if at, is := strings.CutPrefix(strings.TrimSpace(lines.Text()), "portail "); is {
			return strings.TrimSpace(at)
		}
	}
	t.Fatal("the demonstration does not say where it is")
	return ""
}

// A family tops its account up in a real browser: a mistake in the card's number,
// then paid, and back at the town hall; and once it goes away without paying.
func TestAPaymentInARealBrowser(t *testing.T) {
	ctx := context.Background()
	address := demonstration(t)
	token := ""
	c, err := client.New(client.Options{Address: address, Token: func() string { return token }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	in, err := c.SignIn(ctx, wire.SignIn{Login: "amina.diallo", Password: demo.FamilyPassword, Device: wire.Device{ID: portal.NewID()}})
	if err != nil {
		t.Fatal(err)
	}
	token = in.Token
	before, _, err := standing(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	begin := func(amount portal.Money) wire.Payment {
		t.Helper()
		p, err := c.StartPayment(ctx, wire.StartPayment{Payment: portal.NewID(), CashDesk: service.CashDesk, Amount: amount})
		if err != nil || p.State != payments.Pending {
			t.Fatalf("%+v %v", p, err)
		}
		return p
	}
	const card, do = "#card", `button[value="%"]`
	press := func(what string) chromedp.Action {
		return chromedp.Click(strings.Replace(do, "%", what, 1), chromedp.ByQuery)
	}
	p := begin(4250)
	browser := aBrowser(t)
	var text, mistake, done, back, again string
	if err := chromedp.Run(browser,
		chromedp.Navigate(p.URL),
		chromedp.Text("main", &text, chromedp.ByQuery),
		picture("payfip"),
		chromedp.SendKeys(card, "4000 0000 0000 0000", chromedp.ByQuery),
		press("card"),
		chromedp.Text(".mistake", &mistake, chromedp.ByQuery),
		picture("payfip-mistake"),
		chromedp.SendKeys(card, "5017 6740 0000 0002", chromedp.ByQuery),
		press("card"),
		chromedp.WaitVisible("a.button", chromedp.ByQuery),
		chromedp.Text("h1", &done, chromedp.ByQuery),
		picture("payfip-paid"),
		chromedp.Click("a.button", chromedp.ByQuery),
		chromedp.WaitNotPresent("a.button", chromedp.ByQuery),
		chromedp.Text("main", &back, chromedp.ByQuery),
		picture("payment-paid"),
		chromedp.Navigate(p.URL),
		chromedp.Text("h1", &again, chromedp.ByQuery),
		picture("payfip-used"),
	); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "42,50 €") || !strings.Contains(text, p.Reference) || mistake == "" || done != "Paiement accepté" || again != "Ce paiement est terminé" {
		t.Errorf("the page says %q, %q, %q and %q", text, mistake, done, again)
	}
	if !strings.Contains(back, "Paiement reçu") || !strings.Contains(back, "42,50 €") {
		t.Errorf("back at the town hall it says %q", back)
	}
	// Who goes away is told so, and nothing is credited.
	gone := begin(1000)
	if err := chromedp.Run(browser,
		chromedp.Navigate(gone.URL),
		press("abandon"),
		chromedp.WaitVisible("a.button", chromedp.ByQuery),
		picture("payfip-abandoned"),
		chromedp.Click("a.button", chromedp.ByQuery),
		chromedp.WaitNotPresent("a.button", chromedp.ByQuery),
		chromedp.Text("h1", &back, chromedp.ByQuery),
		picture("payment-abandoned"),
	); err != nil {
		t.Fatal(err)
	}
	if back != "Paiement abandonné" {
		t.Errorf("back from what was abandoned it says %q", back)
	}
	var balance portal.Money
	var open int
	if !eventually(20*time.Second, func() bool { balance, open, err = standing(ctx, c); return err == nil && open == 0 }) || balance != before+4250 {
		t.Errorf("in the end there are %s of %s, %d open: %v", balance.Decimal(), before.Decimal(), open, err)
	}
}
