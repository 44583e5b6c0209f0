// Package xwin plays with a real window on a real X server: it starts an
// Xvfb of its own, a program under it, moves a real mouse, presses the keys
// of a French keyboard and takes true screenshots. What the window shows is
// read through the probe (see parvis/desktop/journey/probe/proto), so that a
// journey waits for facts.
//
// It needs Xvfb, xdotool, setxkbmap with xkbcomp, and ImageMagick's import.
package xwin
