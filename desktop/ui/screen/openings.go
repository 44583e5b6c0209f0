package screen

// The screens of openings, and of the menus that an agent writes.
const (
	Openings      = "ouvertures"         // ask: one that is looked into
	StaffOpenings = "ouvertures-annonce" // staff: edit, "new" or the id of one
	Menus         = "menus"              // staff: site, day of the week; edit, a day that is written; saved
)
