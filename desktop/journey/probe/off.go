//go:build !probe

package probe

// Start does nothing in a program built without the tag "probe".
func Start(Program) (stop func(), err error) { return func() {}, nil }
