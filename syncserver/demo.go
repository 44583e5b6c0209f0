package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/config"
	"parvis/syncserver/demo"
	"parvis/syncserver/host"
	"parvis/syncserver/mail/sink"
	"parvis/syncserver/payfip/simulator"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// runDemo shows the invented town: its own database under the user's data
// folder, its own mail sink, on loopback only, and the window if one is named.
func runDemo(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	desktop := flags.String("desktop", "", "the desktop program to start, and to end with")
	data := flags.String("data", dataFolder(), "folder of the demonstration's database")
	address := flags.String("listen", "127.0.0.1:0", "loopback address to listen on")
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder, err := filepath.Abs(*data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	l, err := net.Listen("tcp", *address)
	if err != nil {
		return err
	}
	if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		return errors.Join(fmt.Errorf("parvis-server demo: %s is not loopback: its passwords are known to anybody", *address), l.Close())
	}
	mails, err := sink.Start(sink.Options{})
	if err != nil {
		return err
	}
	defer mails.Close()
	fund, ended, err := serveFund()
	if err != nil {
		return err
	}
	defer ended()
	paying, closed, err := servePayFiP()
	if err != nil {
		return err
	}
	defer closed()
	c := config.Demonstration(folder, l.Addr().String(), mails.Host(), mails.Port(), fund, paying+simulator.Service, paying+simulator.Page)
	log := newLog(c)
	o, err := hostOptions(c, log, prometheus.NewRegistry())
	if err != nil {
		return err
	}
	o.Demo, o.StartingCredit = demo.Tell(), demo.StartingCredit
	o.Exempt = func(string) bool { return true } // everybody here is one person who tries things
	o.Mails = func() []wire.DemoMail { return arrived(mails) }
	o.Prepare = func(ctx context.Context, st *store.Store, svc *service.Service) error {
		_, err := demo.Seed(ctx, st, svc, o.Hasher, true)
		return err
	}
	h, err := host.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		if err := h.Close(context.WithoutCancel(ctx)); err != nil {
			log.Error("the stop was not clean", "error", err)
		}
	}()
	tell(c.PublicURL, paying+simulator.Admin, h.Service.Town())
	if *desktop == "" {
		return until(ctx, h, l)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	window := exec.CommandContext(ctx, *desktop, "--server", c.PublicURL)
	window.Stdout, window.Stderr = os.Stdout, os.Stderr
	window.Cancel = func() error { return window.Process.Signal(os.Interrupt) }
	window.WaitDelay = 5 * time.Second
	if err := window.Start(); err != nil {
		return err
	}
	left := make(chan error, 1)
	go func() {
		left <- window.Wait()
		cancel()
	}()
	if err := until(ctx, h, l); err != nil {
		return err
	}
	cancel()
	if err := <-left; err != nil && ctx.Err() == nil {
		return fmt.Errorf("the window ended: %w", err)
	}
	return nil
}

// serveFund answers as the family fund does, about the demonstration's people.
func serveFund() (address string, ended func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: demo.Fund(config.DemoFundToken, portal.DateOf(time.Now())), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }() // until it is closed
	return "http://" + l.Addr().String(), func() { _ = server.Close() }, nil
}

// servePayFiP stands for PayFiP: no money is moved.
func servePayFiP() (address string, ended func(), err error) {
	s, err := demo.PayFiP()
	if err != nil {
		return "", nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(l) }() // until it is closed
	return "http://" + l.Addr().String(), func() { _ = server.Close(); s.Close() }, nil
}

func dataFolder() string {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "parvis-demo")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return filepath.Join(os.TempDir(), "parvis-demo")
	}
	return filepath.Join(home, ".local", "share", "parvis-demo")
}

// arrived are the mails in the sink, the newest first.
func arrived(mails *sink.Sink) []wire.DemoMail {
	list := mails.Mails()
	out := make([]wire.DemoMail, 0, len(list))
	for _, m := range list {
		out = append(out, wire.DemoMail{ID: m.MessageID, From: m.From, To: m.To, Subject: m.Subject, Text: m.Text, At: m.Received.UnixMicro()})
	}
	return out
}

// tell prints who one may be, where the mail is, and where payments go wrong on
// demand.
func tell(url, paying string, info wire.TownInfo) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s : démonstration de Parvis\n  portail    %s\n  courriels  %s%s\n  paiements  %s\n\n", info.Name, url, url, info.Demo.Mail, paying)
	for _, a := range info.Demo.Accounts {
		code := ""
		if a.OTP != "" {
			code = "  code " + a.OTP + " (il change ; la fenêtre de connexion le montre)"
		}
		fmt.Fprintf(&b, "  %-16s %-22s %s%s\n", a.Login, a.Password, a.About, code)
	}
	fmt.Println(b.String())
}
