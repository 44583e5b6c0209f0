package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"parvis/shared/accounts"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/config"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// opened is a store with its service, for the tools that run beside a server
// or without one.
func opened(ctx context.Context, args []string, f func(*store.Store, *service.Service) error) error {
	c, err := config.Load(config.Tools, args, os.Environ())
	if err != nil {
		return err
	}
	svc := service.New(service.Options{Hasher: service.NewArgon2(), PublicURL: func() string { return c.PublicURL }})
	st, err := store.Open(ctx, store.Options{DSN: dsn(c), Project: svc.Project, Projection: service.Projection})
	if err != nil {
		return err
	}
	return errors.Join(f(st, svc), st.Close(context.WithoutCancel(ctx)))
}

func migrate(ctx context.Context, args []string) error {
	return opened(ctx, args, func(st *store.Store, _ *service.Service) error {
		if err := st.Migrate(ctx); err != nil {
			return err
		}
		fmt.Println("The database is what this program needs.")
		return nil
	})
}

// doctor looks for what is wrong and fails when it found something.
func doctor(ctx context.Context, args []string) error {
	return opened(ctx, args, func(st *store.Store, svc *service.Service) error {
		if err := svc.Bind(ctx, st); err != nil {
			return err
		}
		var lines int64
		if err := st.Read(ctx, func(tx *store.Tx) (err error) {
			lines, err = tx.VerifyAudit()
			return err
		}); err != nil {
			return err
		}
		found, err := svc.Contradictions(ctx)
		if err != nil {
			return err
		}
		for _, c := range found {
			fmt.Println(c)
		}
		if len(found) > 0 {
			return fmt.Errorf("parvis-server doctor: %d contradictions", len(found))
		}
		older, _, err := st.Outdated(ctx, "", 1)
		if err != nil {
			return err
		}
		if len(older) > 0 {
			fmt.Println("The feeds still hold rows of an older version of this program. A server that runs brings them up to date by itself; look again afterwards.")
		}
		fmt.Printf("Nothing is wrong: the books agree, the feeds hold what they should, and the audit trail of %d lines is whole.\n", lines)
		return nil
	})
}

// user keeps the agents' accounts.
func user(ctx context.Context, args []string) error {
	const right = "parvis-server user list | add --login … --first-name … --last-name … --mail … --desks enfance,etat-civil | reset-factor --login …"
	if len(args) == 0 {
		return errors.New(right)
	}
	flags := flag.NewFlagSet("user", flag.ContinueOnError)
	login := flags.String("login", "", "the agent's login")
	first := flags.String("first-name", "", "first name")
	last := flags.String("last-name", "", "last name")
	address := flags.String("mail", "", "mail address")
	desks := flags.String("desks", "", "desks, separated by commas")
	sites := flags.String("sites", "", "ids of the sites whose day lists the agent sees, separated by commas")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	return opened(ctx, flags.Args(), func(st *store.Store, svc *service.Service) error {
		switch args[0] {
		case "list":
			return st.Read(ctx, func(tx *store.Tx) error {
				agents, err := tx.AccountsOf(wire.Agent)
				for _, a := range agents {
					fmt.Printf("%-24s %s %s  %s\n", a.Login, a.FirstName, a.LastName, strings.Join(store.Strings[string](a.Desks), ","))
				}
				return err
			})
		case "add":
			name, wrong := accounts.CheckLogin(*login)
			if wrong != nil || *first == "" || *last == "" || *address == "" || *desks == "" {
				return errors.New(right)
			}
			if err := st.Start(ctx); err != nil {
				return err
			}
			password := newPassword()
			phc, err := service.NewArgon2().Hash(ctx, accounts.Staff, password)
			if err != nil {
				return err
			}
			secret, err := newFactor(name)
			if err != nil {
				return err
			}
			n := service.NewAgent{Login: name, FirstName: *first, LastName: *last, Mail: *address, Desks: split[accounts.Desk](*desks), Sites: split[portal.ID](*sites)}
			if err := st.Write(ctx, func(tx *store.Tx) error {
				if _, taken, err := tx.AccountByLogin(name); err != nil || taken {
					return errors.Join(err, fmt.Errorf("the login %s is taken", name))
				}
				return svc.SeedAgent(tx, n, phc, secret, "[]")
			}); err != nil {
				return err
			}
			fmt.Printf("login     %s\npassword  %s\nfactor    %s\nThe factor goes into the agent's authenticator. Neither is shown again.\n", name, password, secret)
			return nil
		case "reset-factor":
			if err := st.Start(ctx); err != nil {
				return err
			}
			secret, err := newFactor(*login)
			if err != nil {
				return err
			}
			if err := st.Write(ctx, func(tx *store.Tx) error {
				a, found, err := tx.AccountByLogin(accounts.NormaliseLogin(*login))
				if err != nil || !found || a.Kind != wire.Agent {
					return errors.Join(err, fmt.Errorf("there is no agent %q", *login))
				}
				if err := tx.Audit("", "factor.reset", string(a.ID)); err != nil {
					return err
				}
				if err := tx.EndSessions(a.ID, time.Now().UnixMicro()); err != nil {
					return err
				}
				return tx.SetSecondFactor(a.ID, secret, "[]")
			}); err != nil {
				return err
			}
			fmt.Printf("factor    %s\nIt is not shown again; the agent's open sessions have ended.\n", secret)
			return nil
		}
		return errors.New(right)
	})
}

func newFactor(login string) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Parvis", AccountName: login})
	if err != nil {
		return "", err
	}
	return key.Secret(), nil
}

// newPassword is a random one that can be read out: 100 bits in groups.
func newPassword() string {
	text := strings.ToLower(rand.Text())[:20]
	return text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:]
}

func split[T ~string](list string) (out []T) {
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, T(part))
		}
	}
	return out
}
