package finding

import "parvis/desktop/ui/screen"

// What a family has on screens of its own.
func init() {
	allPlaces = append(allPlaces,
		place{name: "relations", icon: "users", to: screen.To(screen.Relations), whose: family},
		place{name: "invite", icon: "user-plus", to: screen.To(screen.Invite), whose: family},
		place{name: "openings", icon: "clock-countdown", to: screen.To(screen.Openings), whose: family},
		place{name: "payments", icon: "wallet", to: screen.To(screen.Payments), whose: family},
		place{name: "statement", icon: "list-bullets", to: screen.To(screen.Statement), whose: family},
		place{name: "quotient", icon: "coins", to: screen.To(screen.Quotient), whose: family},
		place{name: "quotientSend", icon: "upload-simple", to: screen.To(screen.QuotientSend), whose: family})
}
