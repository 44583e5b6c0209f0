package examples

import (
	"testing"

	"parvis/shared/ledger"
)

func TestEveryPriceIsAsItWasReckonedByHand(t *testing.T) {
	all := Prices()
	if len(all) < 55 {
		t.Fatalf("there are only %d", len(all))
	}
	for _, e := range all {
		got, err := ledger.PriceOf(&e.Tariff, e.Day, e.Payer, e.Child, e.Children)
		if err != nil || got.Amount != e.Want {
			t.Errorf("%s: %s, not %s (%+v, %v)", e.Case, got.Amount.Decimal(), e.Want.Decimal(), got, err)
		}
	}
}

func TestEveryCutoffIsAsItWasCountedByHand(t *testing.T) {
	all := Cutoffs()
	if len(all) < 60 {
		t.Fatalf("there are only %d", len(all))
	}
	for _, e := range all {
		if got := e.Rule.Until(e.Day, e.Calendar); !got.Equal(e.Want) {
			t.Errorf("%s: %v, not %v", e.Case, got, e.Want)
		}
	}
}
