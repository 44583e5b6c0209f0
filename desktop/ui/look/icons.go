package look

import (
	"bytes"
	"fmt"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"parvis/assets"
)

// icon is an embedded Phosphor icon filled with the colour its role has when
// it is drawn, so one resource serves all palettes.
type icon struct {
	name string
	role fyne.ThemeColorName
}

// Icon returns an icon in the colour of a role. A name that does not exist
// shows as a question mark, and a test over the source finds it.
func Icon(name string, role fyne.ThemeColorName) fyne.Resource {
	return icon{name: name, role: role}
}

// HasIcon tells whether there is an icon of that name.
func HasIcon(name string) bool {
	_, ok := assets.Icon(name)
	return ok
}

// Name holds the colour because Fyne caches what it has drawn under it.
func (i icon) Name() string {
	return fmt.Sprintf("%s-%s.svg", i.name, hex(Color(i.role)))
}

// Content is the SVG with its fill set.
func (i icon) Content() []byte {
	name := i.Name()
	iconMu.Lock()
	defer iconMu.Unlock()
	if data, ok := iconCache[name]; ok {
		return data
	}
	data, ok := assets.Icon(i.name)
	if !ok {
		data, _ = assets.Icon("question")
	}
	fill := []byte(hex(Color(i.role)))
	data = bytes.ReplaceAll(data, []byte("currentColor"), fill)
	data = bytes.ReplaceAll(data, []byte("<path "), []byte(`<path fill="`+string(fill)+`" `))
	data = plainPaths(data)
	iconCache[name] = data
	return data
}

var (
	iconMu    sync.Mutex
	iconCache = map[string][]byte{}
)

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// AppIcon is Parvis's own mark, in its own colours.
func AppIcon() fyne.Resource {
	data, _ := assets.Icon("parvis")
	return fyne.NewStaticResource("parvis.svg", data)
}

// WindowIcon is the mark as a picture: the toolkit paints a drawing anew for
// each window, which took 40 ms of the program's start.
func WindowIcon() fyne.Resource {
	data, _ := assets.FS.ReadFile("icons/parvis.png")
	return fyne.NewStaticResource("parvis.png", data)
}

// replaced are the toolkit's icons that its entries, menus and file dialog
// show; the others are never seen in Parvis.
var replaced = map[fyne.ThemeIconName]string{
	theme.IconNameCancel:          "x",
	theme.IconNameConfirm:         "check",
	theme.IconNameDelete:          "trash",
	theme.IconNameSearch:          "magnifying-glass",
	theme.IconNameMenu:            "list",
	theme.IconNameMenuExpand:      "caret-right",
	theme.IconNameCheckButton:     "square",
	theme.IconNameCheckButtonFill: "square",
	theme.IconNameRadioButton:     "circle",
	theme.IconNameContentAdd:      "plus",
	theme.IconNameContentRemove:   "minus",
	theme.IconNameContentClear:    "x",
	theme.IconNameContentCopy:     "copy",
	theme.IconNameInfo:            "info",
	theme.IconNameQuestion:        "question",
	theme.IconNameWarning:         "warning",
	theme.IconNameError:           "warning-circle",
	theme.IconNameDocument:        "file-text",
	theme.IconNameDocumentSave:    "floppy-disk",
	theme.IconNameNavigateBack:    "arrow-left",
	theme.IconNameNavigateNext:    "arrow-right",
	theme.IconNameMoveDown:        "arrow-down",
	theme.IconNameMoveUp:          "arrow-up",
	theme.IconNameArrowDropDown:   "caret-down",
	theme.IconNameArrowDropUp:     "caret-up",
	theme.IconNameFile:            "file",
	theme.IconNameFileText:        "file-text",
	theme.IconNameFileImage:       "image",
	theme.IconNameHelp:            "question",
	theme.IconNameHome:            "house",
	theme.IconNameSettings:        "gear",
	theme.IconNameViewRefresh:     "arrows-clockwise",
	theme.IconNameVisibility:      "eye",
	theme.IconNameVisibilityOff:   "eye-slash",
	theme.IconNameAccount:         "user-circle",
	theme.IconNameCalendar:        "calendar",
	theme.IconNameLogin:           "sign-in",
	theme.IconNameLogout:          "sign-out",
	theme.IconNameMoreHorizontal:  "dots-three",
	theme.IconNameMoreVertical:    "dots-three-vertical",
	theme.IconNameWindowClose:     "x",
	theme.IconNameList:            "list-bullets",
	theme.IconNameDownload:        "download-simple",
	theme.IconNameUpload:          "upload-simple",
	theme.IconNameMailAttachment:  "paperclip",
	theme.IconNameMailCompose:     "note-pencil",
	theme.IconNameDocumentPrint:   "printer",
	theme.IconNameHistory:         "clock-counter-clockwise",
	theme.IconNameDocumentCreate:  "pencil-simple",
	theme.IconNameContentUndo:     "arrow-counter-clockwise",
}

// Icon answers for the toolkit's widgets.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	if ours, ok := replaced[name]; ok {
		return Icon(ours, Ink)
	}
	return theme.DefaultTheme().Icon(name)
}
