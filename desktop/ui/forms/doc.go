// Package forms holds the screens of what a family asks the town hall for: the
// catalogue of procedures, one procedure read before it is started, its form
// page by page, the recap, the confirmation, and the requests made so far.
//
// A procedure is data: no screen here knows any of them. What a form asks, when
// a question is shown and what is wrong with an answer is decided by
// shared/requests, which the town hall's portal runs too. The package reads
// the view, keeps drafts and submits commands through Desk, and knows nothing
// of the network.
package forms
