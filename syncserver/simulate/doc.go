// Package simulate plays whole histories of a town in simulated time: the
// server's real code, several real desktops without their windows, and a
// network that drops, delays, cuts, doubles, reorders and half-opens. Each
// seed is one history, checked while it runs and at its end, and replays
// exactly. It is the one place that knows both programs, and so it holds tests
// only.
package simulate
