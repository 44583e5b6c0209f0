package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"parvis/assets/town"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// townFile keeps the town's schools, activities, places and prices, which
// stand in a file of the administrator's.
func townFile(ctx context.Context, args []string) error {
	const right = "parvis-server town example | check FILE | apply FILE"
	switch {
	case len(args) == 1 && args[0] == "example":
		fmt.Print(string(town.SaintAubin))
		return nil
	case len(args) < 2 || args[0] != "check" && args[0] != "apply":
		return errors.New(right)
	}
	raw, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	setup, err := service.ReadSetup(bytes.NewReader(raw))
	if err == nil {
		err = setup.Check()
	}
	if err != nil {
		return fmt.Errorf("%s cannot stand:\n%w", args[1], err)
	}
	if args[0] == "check" {
		fmt.Println("The file is right; nothing was changed.")
		return nil
	}
	return opened(ctx, args[2:], func(st *store.Store, svc *service.Service) error {
		if err := st.Start(ctx); err != nil {
			return err
		}
		if err := st.Write(ctx, func(tx *store.Tx) error { return svc.SetUp(tx, setup) }); err != nil {
			return err
		}
		fmt.Println("The town is as the file says. Families see it at once.")
		return nil
	})
}
