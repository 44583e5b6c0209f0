// Package print makes the pages that people print or keep: a recap of a
// request, a receipt. All have the same look: the town at the top, what it is
// and of what day, questions with their answers, and the number of each page.
//
// It makes PDF from words given to it. It knows no screen, no network and no
// clock; handing the file to the system's viewer, which prints it, is Show.
package print
