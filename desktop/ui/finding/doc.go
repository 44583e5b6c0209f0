// Package finding is Ctrl+K: everything that whoever is at the window has and
// may do, looked for from anywhere. It reads the view only, so that nobody
// finds more than they may see, off line as well; nothing of it is ever
// written, and whoever leaves takes it along.
package finding
