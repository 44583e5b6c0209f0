package kit

// stirred is told that somebody is at the window.
var stirred = func() {}

// OnStir has f called at every key, click, turn of the wheel and move of the
// mouse that reaches a widget: by it a window knows that somebody is there.
// The toolkit has no such hook of its own. f must cost next to nothing.
func OnStir(f func()) { stirred = f }

// stir is called by whatever receives an event from a person; a test holds
// every such method to it.
func stir() { stirred() }
