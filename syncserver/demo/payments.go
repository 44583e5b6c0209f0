package demo

import (
	"bytes"
	"context"

	"parvis/assets/town"
	"parvis/shared/wire"
	"parvis/syncserver/payfip/simulator"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// PayFiP is a simulator that knows the town's cash desks.
func PayFiP() (*simulator.Simulator, error) {
	setup, err := service.ReadSetup(bytes.NewReader(town.SaintAubin))
	if err != nil {
		return nil, err
	}
	desks := map[string]string{}
	for _, d := range setup.CashDesks {
		if d.PayFiP != "" {
			desks[d.PayFiP] = d.Name
		}
	}
	return simulator.New(simulator.Options{Desks: desks, Control: true}), nil
}

// addCashDesks gives a town that an older program has seeded its cash desks.
func addCashDesks(ctx context.Context, st *store.Store) error {
	setup, err := service.ReadSetup(bytes.NewReader(town.SaintAubin))
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *store.Tx) error {
		facts, err := tx.Facts(wire.CashDesks)
		if err != nil || len(facts) > 0 {
			return err
		}
		return service.SetUpCashDesks(tx, setup)
	})
}
