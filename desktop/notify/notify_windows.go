package notify

import "github.com/gen2brain/beeep"

// System is this system's notifier. The toolkit's own starts a script on
// Windows, which programs against viruses report.
func System(func(title, text string)) Notifier {
	beeep.AppName = "Parvis"
	return func(title, text string) error { return beeep.Notify(title, text, "") }
}
