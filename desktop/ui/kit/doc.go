// Package kit is the set of widgets every screen of Parvis is made of: texts,
// cards, rows, buttons, fields and forms, the month grid, tables, dialogs and
// the shell that holds them.
//
// It knows the look and the texts of its own small words, and nothing of the
// portal: no account, no request, no day that may be booked. Screens tell a
// widget what to show and are told what a person did.
//
// Three things hold for every widget here. It can be reached and used by the
// keyboard, with a focus ring that is seen. It takes its sizes, colours and
// words anew whenever it is refreshed, so a change of theme, text size or
// language shows at once. And its height follows from its width (see Flows),
// so a page never scrolls sideways.
package kit
