package main

import (
	"context"
	"errors"
	"fmt"
	"os"

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
