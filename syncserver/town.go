package main

import (
	"context"

	"parvis/assets/calendars"
	"parvis/assets/catalogue"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/config"
	"parvis/syncserver/service"
	"parvis/syncserver/store"
)

// newTown gives a new database its town: the name and zone of the settings,
// the zone's calendar, and the catalogue of procedures. A town that is there
// already keeps its facts, but gets newer versions of the catalogue.
func newTown(ctx context.Context, c *config.Config, st *store.Store) error {
	procedures, err := catalogue.Load()
	if err != nil {
		return err
	}
	common, err := catalogue.LoadCommon()
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *store.Tx) error {
		id, _, err := tx.Meta(store.MetaTown)
		if err != nil {
			return err
		}
		var town wire.Town
		found, err := tx.Fact(wire.Towns, portal.ID(id), &town)
		if err != nil {
			return err
		}
		if town.Demo {
			// Its passwords and its agents' second factors are known to anybody.
			return config.Mistakes{{Name: config.Prefix + "DATABASE", Problem: "holds the demonstration's town", Right: "name another database, or an empty data folder"}}
		}
		if !found {
			town = wire.Town{ID: portal.ID(id), Name: c.TownName}
			if town.Name == "" || c.TownZone == "" {
				return config.Mistakes{{Name: config.Prefix + "TOWN_NAME and " + config.Prefix + "TOWN_ZONE", Problem: "are missing", Right: "a new database needs the town's name and its zone (A, B or C)"}}
			}
			calendar, err := calendars.Of(c.TownZone)
			if err != nil {
				return err
			}
			if err := tx.PutFact(wire.Towns, town.ID, town); err != nil {
				return err
			}
			if err := tx.PutFact(wire.Calendars, portal.ID(c.TownZone), calendar); err != nil {
				return err
			}
		}
		if err := service.Publish(tx, procedures); err != nil {
			return err
		}
		return service.PublishKinds(tx, common.DocumentKinds)
	})
}
