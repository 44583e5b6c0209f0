// Package syncing is the only part of the desktop that knows that a network
// exists. An Engine keeps one cache and the server in step: it sends what
// waits in the outbox, pulls what is new, and then listens on the live
// socket, which is only a faster pull. It knows the client and the types of
// the cache, and nothing of the window.
//
// One goroutine, the loop, decides all that happens on the line; what other
// goroutines have to say to it goes through one mailbox, in order, so that a
// simulated history replays. What changes the cache, from whatever goroutine,
// does so under one lock together with telling the view: the view sees the
// states of the cache in their order.
package syncing
