// Package syncing is the only part of the desktop that knows the network.
package syncing

import (
	"log/slog"

	"parvis/desktop/cache"
	"parvis/desktop/view"
	"parvis/shared/client"
	"parvis/shared/portal"
)

// Options of an Engine.
type Options struct {
	Client      *client.Client
	Cache       *cache.Cache
	View        *view.View
	Clock       portal.Clock
	Log         *slog.Logger
	Public      bool
	OnStatus    func()
	OnSignedOut func()
}

// Engine moves commands and feeds.
type Engine struct{}

// Status is the truth about the line.
type Status struct{}

func New(Options) *Engine                                     { return &Engine{} }
func (e *Engine) Start()                                      {}
func (e *Engine) Close()                                      {}
func (e *Engine) Status() Status                              { return Status{} }
func (e *Engine) TryNow()                                     {}
func (e *Engine) Watch(portal.ID)                             {}
func (e *Engine) Submit(portal.ID, []byte, cache.Note) error  { return nil }
func (e *Engine) Undo(portal.ID) error                        { return nil }
func (e *Engine) MarkRead(portal.ID) error                    { return nil }
