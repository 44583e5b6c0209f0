//go:build !windows

package notify

// System is this system's notifier: the toolkit's.
func System(toolkit func(title, text string)) Notifier {
	return func(title, text string) error {
		toolkit(title, text)
		return nil
	}
}
