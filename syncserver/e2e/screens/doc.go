// Package screens holds tests of whole windows against the real server: what a
// person clicks on one computer, and when others can read it on theirs. It
// stands apart from e2e, whose tests run under the race detector: the
// toolkit's do not.
package screens
