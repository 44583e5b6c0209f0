// Package photos reads the pictures that people send (JPEG and PNG), turns and
// crops them, and binds several of them into one PDF that a town hall takes.
//
// It works on bytes and images alone: no window, no network, no clock. What it
// refuses it refuses with a code that has a sentence in the translations.
package photos
