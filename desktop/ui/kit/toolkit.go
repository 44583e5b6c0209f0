package kit

import (
	"encoding/json"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"parvis/desktop/i18n"
)

// toolkitKeys are the texts that Fyne's own parts show: the file dialog and
// the menu of an entry.
var toolkitKeys = []string{
	"Advanced", "Cancel", "Confirm", "Copy", "Create Folder", "Cut", "Enter filename", "Error", "Favourites", "File",
	"Folder", "New Folder", "No", "OK", "Open", "Paste", "Quit", "Redo", "Save", "Select all", "Show Hidden Files", "Undo", "Yes",
	"file.name", "file.parent",
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
	"monday.short", "tuesday.short", "wednesday.short", "thursday.short", "friday.short", "saturday.short", "sunday.short",
}

// TranslateToolkit gives Fyne's own parts our texts in the language in force,
// and again after each change of it. Fyne has no switch of language, so the
// texts are put in place of those of the system's language, whatever that is.
func TranslateToolkit() (stop func(), err error) {
	if err := overrideToolkit(); err != nil {
		return nil, err
	}
	return i18n.Listen(func() {
		if err := overrideToolkit(); err != nil {
			fyne.LogError("The toolkit's texts stay in the language before", err)
		}
	}), nil
}

func overrideToolkit() error {
	texts := make(map[string]any, len(toolkitKeys))
	for _, k := range toolkitKeys {
		texts[k] = map[string]string{"other": i18n.T("toolkit."+k, nil)}
	}
	data, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	return lang.AddTranslationsForLocale(data, lang.SystemLocale())
}
