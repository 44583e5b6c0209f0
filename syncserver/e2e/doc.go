// Package e2e holds tests of the two programs together: the desktop's
// session, cache and engine against the real server, on both databases, with
// a line that can be cut, and as processes that are killed. It is the one place,
// besides the simulation and the benchmarks, where tests import both sides.
package e2e
