// Package e2e holds tests of the two programs together: the desktop's
// session, cache and engine against the real server, on both databases, with
// a line that can be cut. It is the one place, besides the simulation, where
// tests import both sides.
package e2e
