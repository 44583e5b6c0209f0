package screen

// The screens about what parents let others see, or see and book.
const (
	Invite = "inviter-un-proche" // child, chosen beforehand; refused, whose answers are taken up again
	Access = "un-acces"          // id
)
