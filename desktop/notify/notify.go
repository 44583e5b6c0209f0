// Package notify tells the system to show a notice while the program runs. It
// knows neither what happened nor to whom: it is given words that anybody
// beside the screen may read.
package notify

// Notifier shows a notice.
type Notifier func(title, text string) error
