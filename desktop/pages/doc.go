// Package pages opens documents that people send (PDF, JPEG, PNG) and draws
// their pages as images for the window.
//
// What it opens was made by strangers. PDF is read by PDFium compiled to
// WebAssembly: it has no file, no network and no clock but what it is given
// here, its memory has a bound, and a call that takes too long is ended. So
// whatever the bytes are, the answer is pages or an error with a code that has
// a sentence in the translations.
//
// Nothing happens before the first PDF is opened. What PDFium was compiled to
// is then kept in a folder, because compiling takes seconds and some 300 MB; a
// child process does it, which gives that memory back when it ends.
package pages
