// Command parvis-server is the server of a town hall's family portal: one
// program that serves, shows a demonstration, migrates its database, looks
// for what is wrong, and keeps the agents' accounts.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"parvis/syncserver/config"
)

const usage = `parvis-server: the server of a town hall's family portal

  parvis-server serve     answer families and agents
  parvis-server demo      the invented town of Saint-Aubin-sur-Vesle, on this computer only
  parvis-server migrate   bring the database to what this program needs
  parvis-server doctor    look for what is wrong, and say so
  parvis-server town      example | check | apply: schools, activities, places and prices
  parvis-server user      list | add | move | reset-factor | reset-password: the agents' accounts

Settings come from the environment or from flags, which win:

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		var mistakes config.Mistakes
		if errors.As(err, &mistakes) {
			fmt.Fprintln(os.Stderr, "parvis-server: these settings cannot stand:")
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	commands := map[string]func(context.Context, []string) error{
		"serve": serve, "demo": runDemo, "migrate": migrate, "doctor": doctor, "user": user, "town": townFile,
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		fmt.Print(usage)
		config.Usage(os.Stdout)
		return nil
	}
	f, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("parvis-server: there is no command %q; parvis-server help lists them", args[0])
	}
	return f(ctx, args[1:])
}
