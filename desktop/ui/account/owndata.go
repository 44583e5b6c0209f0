package account

import (
	"context"
	"net/url"
	"path/filepath"

	"fyne.io/fyne/v2"

	"parvis/desktop/ui/kit"
	"parvis/desktop/ui/look"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/shared/portal"
)

// MyData has all that the town hall keeps of the account written into a file.
func MyData(c *screen.Context, _ screen.Route) screen.Screen {
	f := newFrame()
	var save *kit.Button
	save = kit.Primary(t("data.do"), func() {
		f.hush()
		save.Busy(t("data.busy"))
		screen.Run(c, "data", func(ctx context.Context) (string, error) {
			return c.Session.SaveData(ctx, pick.Downloads(), t("data.file", "Date", string(c.View.Today())))
		}, func(path string, err error) {
			save.Ready()
			switch code := portal.CodeOf(err); {
			case err == nil:
				f.tell(look.ToneSuccess, trouble{t("data.done.title"), t("data.done.text", "Path", path)},
					kit.Secondary(t("data.open"), func() { c.Browse((&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Dir(path))}).String()) }).Icon("arrow-square-out"))
			case code == portal.Forbidden:
				f.tell(look.ToneWarning, about("data.kiosk"))
			case code == portal.Throttled:
				f.tell(look.ToneWarning, about("data.often"))
			case code == portal.Unauthorized:
				f.tell(look.ToneWarning, about("profile.signedOut"))
			case code == portal.Internal:
				f.tell(look.ToneError, about("data.notWritten"))
			default:
				f.tell(look.ToneError, troubleOf(err))
			}
		})
	}).Icon("download-simple")
	content := []fyne.CanvasObject{
		kit.Card(kit.Column(look.M, kit.Body(t("data.what")), kit.Body(t("data.private")), needsLine(),
			kit.Line(look.S+4, save, kit.Plain(t("back"), c.Back)))),
	}
	page := f.build(t("data.title"), t("data.lead"), nil, content, nil)
	return screen.Screen{Content: page, Title: t("data.title"), Focus: save}
}
