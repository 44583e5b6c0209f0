package screen

// The screens about the persons linked to one's account.
const (
	Relations      = "mes-proches"
	Relation       = "un-proche"          // id
	RelationChange = "un-proche-modifier" // id, part: health, collect, weeks; refused, whose answers are taken up again
	StaffChildren  = "enfants-du-dossier" // staff: account, desk, request to go back to
)
