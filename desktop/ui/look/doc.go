// Package look is the appearance of Parvis: one theme type with a palette, a
// text scale and a contrast, the colour roles, the sizes and the icons.
//
// It knows Fyne and the embedded assets and nothing else: no screen, no text
// of the portal, no state. Screens and widgets name roles ("the muted text",
// "the fill of a booked day") and never a colour; a test proves the contrast
// of every pair of roles that meet on screen.
package look
