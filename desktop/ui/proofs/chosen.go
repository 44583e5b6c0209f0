package proofs

import (
	"context"

	"parvis/desktop/photos"
	"parvis/desktop/ui/pick"
	"parvis/desktop/ui/screen"
	"parvis/shared/documents"
)

// chosen is a file that is ready to be sent.
type chosen struct {
	name   string
	data   []byte
	photos bool // made of the photos
}

// judged is what came of a choice of files: PDF that the town hall will take,
// pictures to be prepared, and what was not taken, with why.
type judged struct {
	files   []chosen
	photos  []photos.Photo
	refused []pick.Refused
}

// judge looks at what was chosen, so that nobody waits for a document that
// will be refused. It takes a moment and is called from a task.
func judge(ctx context.Context, c pick.Chosen) (judged, error) {
	j := judged{refused: c.Refused}
	for _, f := range c.Files {
		if err := ctx.Err(); err != nil {
			return j, err
		}
		if f.Kind != photos.PDF {
			s, err := photos.NewSource(f.Name, f.Data)
			if err != nil {
				j.refused = append(j.refused, pick.Refused{Name: f.Name, Err: err})
				continue
			}
			j.photos = append(j.photos, photos.Photo{Source: s, Area: photos.Whole})
			continue
		}
		if _, wrong := documents.Inspect(documents.PDF, f.Data); wrong != nil {
			j.refused = append(j.refused, pick.Refused{Name: f.Name, Err: wrong})
			continue
		}
		j.files = append(j.files, chosen{name: f.Name, data: f.Data})
	}
	return j, nil
}

// why is what a list of refused files says, a line each.
func why(all []pick.Refused) (text string) {
	for i, r := range all {
		if i > 0 {
			text += "\n"
		}
		text += say("send.refusedFile", "Name", r.Name, "Why", screen.Sentence(r.Err))
	}
	return text
}
