package syncing

import (
	"time"

	"parvis/desktop/cache"
	"parvis/shared/portal"
	"parvis/shared/wire"
)

// Cache is what the engine needs of a cache; *cache.Cache is one.
type Cache interface {
	Load() (cache.Snapshot, error)
	Cursor() (wire.Cursor, error)
	ApplyPull(cache.Pulled) (cache.Applied, error)
	ApplyFrame(wire.Frame) (bool, error)
	SetLastContact(time.Time) error

	Enqueue(id portal.ID, body []byte, note cache.Note, at time.Time) (cache.Pending, error)
	DropUnsent(id portal.ID) error
	Number(ids []portal.ID) ([]cache.Pending, error)
	Outbox() []cache.Pending
	OutboxID() portal.ID
	NewOutbox() error
	Decided() int64

	EnqueueFile(id portal.ID, body []byte, note cache.Note, at time.Time, u cache.Upload, data []byte) (cache.Pending, error)
	EnqueueHeld(id portal.ID, body []byte, note cache.Note, at time.Time, uploads []cache.Upload) (cache.Pending, error)
	File(document portal.ID) (data []byte, kind string, err error)
	Uploads() []cache.Upload
	UploadDone(id portal.ID) error
	RefuseUpload(command portal.ID, why *portal.Error) error

	Refused() []cache.Refusal
	MarkRead(id portal.ID) error
}

// Sink is told what the cache holds, in the order in which it came to hold
// it; *view.View is one. Its methods do not wait for anybody.
type Sink interface {
	Replace(cache.Snapshot)
	Apply(changed cache.Applied, outbox []cache.Pending, refused []cache.Refusal)
	SetClockError(time.Duration)
	SetPresence(request portal.ID, names []string)
}

var _ Cache = (*cache.Cache)(nil)
