// The program stands for PayFiP on this machine, for a server that is tried out:
// its questions, its page of payment, and a page on which faults are made.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"parvis/syncserver/payfip/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "payfip-simulator:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("payfip-simulator", flag.ContinueOnError)
	address := flags.String("listen", "127.0.0.1:8099", "loopback address to listen on")
	desks := flags.String("desks", "006382=Régie de restauration", "client numbers known, as number=name, separated by commas")
	if err := flags.Parse(args); err != nil {
		return err
	}
	known := map[string]string{}
	for _, d := range strings.Split(*desks, ",") {
		number, name, ok := strings.Cut(d, "=")
		if !ok || len(number) != 6 || name == "" {
			return fmt.Errorf("--desks: %q is not a number of six digits with a name", d)
		}
		known[number] = name
	}
	l, err := net.Listen("tcp", *address)
	if err != nil {
		return err
	}
	// Anybody could pay here without money.
	if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		return errors.Join(fmt.Errorf("%s is not loopback", *address), l.Close())
	}
	s := simulator.New(simulator.Options{Desks: known, Control: true})
	defer s.Close()
	base := "http://" + l.Addr().String()
	fmt.Printf("PARVIS_PAYFIP_SERVICE=%s%s\nPARVIS_PAYFIP_PAGE=%s%s\npannes et retards : %s%s\n", base, simulator.Service, base, simulator.Page, base, simulator.Admin)
	server := &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
