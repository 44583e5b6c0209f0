// Package view is what the screens read: the rows a desktop holds, indexed in
// memory, with the commands that still wait applied to them by the shared
// rules. It knows the shared packages and the types of the cache, and nothing
// of the network, the disk or the window.
//
// Reading never waits for more than a change of state takes, and gives values
// that are the caller's own. A screen subscribes to the topics it shows and
// is told when they change, on its own goroutine, once however many changes
// there were.
//
// What a command will do is shown at once and looks pending. When the state
// under it changes, what still waits is applied to the new state; a command
// that the rules would refuse there has no effect any more and is told as
// doubtful: it is the server that decides.
package view
