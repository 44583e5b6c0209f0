package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"parvis/shared/payments"
	"parvis/syncserver/config"
	"parvis/syncserver/payfip"
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
		if err := askDesks(ctx, args, st, svc); err != nil {
			return err
		}
		fmt.Printf("Nothing is wrong: the books agree, the feeds hold what they should, and the audit trail of %d lines is whole.\n", lines)
		return nil
	})
}

// askDesks tells of payments that the town hall has to look into, and asks PayFiP,
// where payments are taken on line, whether it knows the cash desks.
func askDesks(ctx context.Context, args []string, st *store.Store, svc *service.Service) error {
	c, err := config.Load(config.Tools, args, os.Environ())
	if err != nil {
		return err
	}
	var desks []service.Client
	if err := st.Read(ctx, func(tx *store.Tx) error {
		unclear, err := tx.UnclearPayments()
		if err != nil {
			return err
		}
		for _, p := range unclear {
			fmt.Printf("Payment %s of %s € at cash desk %s has no clear result: ask PayFiP about it, and the family.\n", p.Reference, p.Amount.Decimal(), p.CashDesk)
		}
		desks, err = svc.Clients(tx)
		return err
	}); err != nil || c.PayFiPService == "" {
		return err
	}
	asks, err := payfip.New(c.PayFiPService, c.PayFiPPage, c.PayFiPMode)
	if err != nil {
		return err
	}
	unknown := 0
	for _, d := range desks {
		name, err := asks.Desk(ctx, d.Number)
		var fault *payments.Fault
		switch {
		case err == nil:
			fmt.Printf("Cash desk %s is known to PayFiP as %q.\n", d.Key, name)
		case errors.As(err, &fault) && fault.Code != "":
			unknown++
			fmt.Printf("Cash desk %s is not known to PayFiP: %v\n", d.Key, err)
		default:
			fmt.Printf("PayFiP could not be asked about cash desk %s: %v\n", d.Key, err)
		}
	}
	if unknown > 0 {
		return fmt.Errorf("parvis-server doctor: %d cash desks on which nobody can pay", unknown)
	}
	return nil
}
