// Package town holds an invented town's schools, activities and prices: what
// the demonstration shows, and the example for a town's own file.
package town

import _ "embed"

// SaintAubin is the file of Saint-Aubin-sur-Vesle, as service.ReadSetup reads
// it.
//
//go:embed saint-aubin.json
var SaintAubin []byte
