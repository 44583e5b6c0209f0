// Package client speaks the API of package wire from Go: the desktop's
// syncing part and the server's own tests use it. It holds nothing but where
// the server is and how a request introduces itself; what is sent when, what
// is tried again and what is kept are its caller's affair.
package client
