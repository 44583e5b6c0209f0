// Package family holds what adults decide together about a child: what must be
// known for its health, who may collect it, and with whom it is in which week.
// It is pure: no I/O, and no clock of its own.
package family

import "parvis/shared/portal"

// ChangedMeanwhile tells that what somebody changes is no longer what they had
// before them. Args: by, who changed it.
const ChangedMeanwhile portal.Code = "changed_meanwhile"
