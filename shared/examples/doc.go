// Package examples holds worked examples that a town's agent can read, in
// French: what a day costs and until when it may be booked, each with its reason.
// They are tables of the files beside it; the rules are held to every line of
// them. It knows the rules and nothing else.
package examples
