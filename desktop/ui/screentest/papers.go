package screentest

import (
	"context"

	"parvis/shared/client"
	"parvis/shared/documents"
	"parvis/shared/portal"
)

// Contents is the bytes of documents that can be opened; any other is at the
// town hall, and there is no line.
type Contents map[portal.ID][]byte

// OpenDocument opens one.
func (d *Desk) OpenDocument(_ context.Context, id portal.ID) ([]byte, string, error) {
	if doc, there := d.Document(id); there && doc.Scan == documents.Infected {
		return nil, "", portal.E(documents.NotClean, "document")
	}
	data, there := d.Contents[id]
	if !there {
		return nil, "", &client.Error{Told: portal.E(portal.NotReachable, "", "cause", string(client.NoLine)), Cause: client.NoLine}
	}
	kind, e := documents.TypeOf(data)
	if e != nil {
		return nil, "", e
	}
	return data, kind, nil
}
