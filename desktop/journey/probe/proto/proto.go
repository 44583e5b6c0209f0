// Package proto is what a journey and the window it plays with say to each
// other over the probe's Unix socket. It knows neither Fyne nor X.
//
// The window listens on the socket named by the environment variable PARVIS_PROBE.
// Each request is one line of JSON, each answered by one line of JSON, in
// order. All answers describe one instant: they are made on the window's own
// goroutine, between two events.
//
//	{"cmd":"state"}                             → {"state":{…}}
//	{"cmd":"find","text":"Valider"}             → {"found":[…]}
//	{"cmd":"find","text":"Nom","kind":"field"}  → the field labelled so, or the first field after that label
//	{"cmd":"reveal","text":"Valider"}           → the same after scrolling the first match into sight
//	{"cmd":"go","text":"parvis://agenda"}       → {"ms":41.5}, from the word until the window rests again
//	{"cmd":"frame"}                             → {"ms":12.1}, how long it let anybody wait at most since that was last asked
//	{"cmd":"anew"}                              → {}, after everything was written and painted anew
//	{"cmd":"tree"}                              → {"found":[…]}, everything, for a failed step's report
//
// Only the topmost layer is searched: what lies under an open dialog cannot
// be clicked. Exact matches come before those that merely contain the text;
// among equals the order is that of the object tree. Rectangles are in pixels
// of the window, already cut to what can be seen; Shown is false for what a
// scroll hides.
package proto

// Env names the environment variable that holds the socket's path.
const Env = "PARVIS_PROBE"

// Commands.
const (
	CmdState  = "state"
	CmdFind   = "find"
	CmdReveal = "reveal"
	CmdTree   = "tree"
	CmdGo     = "go"
	CmdFrame  = "frame"
	CmdAnew   = "anew"
)

// Kinds of node.
const (
	Text   = "text"
	Button = "button"
	Link   = "link"
	Check  = "check"
	Select = "select"
	Field  = "field"
	Part   = "part"   // a named part of a widget that draws itself, such as a day of the agenda
	Widget = "widget" // anything else that can have the focus
)

// Request asks the window one thing.
type Request struct {
	Cmd  string `json:"cmd"`
	Text string `json:"text,omitempty"`
	Kind string `json:"kind,omitempty"` // any, when empty
}

// Reply answers a request. Error is for requests that make no sense; nothing
// found is an empty Found.
type Reply struct {
	Error string `json:"error,omitempty"`
	State *State `json:"state,omitempty"`
	Found []Node `json:"found,omitempty"`
	// Millis is a time that the window took, for go and stall.
	Millis float64 `json:"ms,omitempty"`
}

// Rect is a rectangle in pixels of the window.
type Rect struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

// Centre is where one clicks.
func (r Rect) Centre() (x, y int) { return r.X + r.W/2, r.Y + r.H/2 }

// Node is one thing a person could read or use.
type Node struct {
	Kind     string `json:"kind"`
	Text     string `json:"text,omitempty"`  // what it shows; of a field, what was typed
	Label    string `json:"label,omitempty"` // a field's placeholder or accessible name
	Rect     Rect   `json:"rect"`
	Shown    bool   `json:"shown"`
	Focused  bool   `json:"focused,omitempty"`
	Disabled bool   `json:"disabled,omitempty"`
	Checked  bool   `json:"checked,omitempty"`
}

// State is what the window tells about itself.
type State struct {
	Route    string            `json:"route"`
	Idle     bool              `json:"idle"` // no task runs that will change the screen
	Overlays int               `json:"overlays"`
	Focus    *Node             `json:"focus,omitempty"`
	Texts    []string          `json:"texts"` // what can be read now, in the order of the tree
	Facts    map[string]string `json:"facts,omitempty"`
	Width    int               `json:"width"`
	Height   int               `json:"height"`
	Scale    float32           `json:"scale"`
}
