// Package wire is what crosses the line between a desktop and the server:
// routes, commands, feeds and their rows, live frames, sign-in. Both programs
// are built from these types, and the API's description is made from them.
// Fields and codes are only ever added; a desktop ignores what it does not
// know, the server refuses it (see TooNew in portal).
package wire

// Version of the protocol. A desktop sends it with every request; a server
// that no longer speaks it answers TooNew or says what it needs.
const Version = 1

// Headers and limits of the protocol.
const (
	VersionHeader = "Parvis-Version"
	RequestHeader = "Parvis-Request" // the request id that an Internal error tells

	MaxBody        = 256 << 10 // bytes of a JSON body
	MaxBatch       = 100       // commands in one request
	MaxClientFrame = 64 << 10  // bytes of a frame from a client
	PullRows       = 2000      // rows a page of a pull holds at most
)

// Routes.
const (
	RouteTown           = "/v1/town"
	RouteCommands       = "/v1/commands"
	RoutePull           = "/v1/pull"
	RouteLive           = "/v1/live"
	RouteSessions       = "/v1/sessions"         // POST signs in
	RouteSession        = "/v1/sessions/current" // DELETE signs out
	RouteHere           = "/v1/sessions/here"    // POST says that somebody is at the window
	RouteRevoke         = "/v1/sessions/revoke"  // POST ends a session by its revocation secret
	RouteRegistrations  = "/v1/registrations"    // POST asks for an account
	RouteResend         = "/v1/registrations/resend"
	RouteActivationCode = "/v1/activations/code"   // POST opens a live activation by its mailed code
	RouteActivationName = "/v1/activations/login"  // POST asks whether a login is free
	RouteActivations    = "/v1/activations"        // POST sets login and password, and signs in
	RouteActivationWin  = "/v1/activations/window" // POST signs a window in by the code a browser showed
	RouteOpenAPI        = "/v1/openapi.json"

	RouteDemoMails = "/v1/demo/mails" // of a demonstration only

	PageActivate = "/activer" // ?j=<link token>: the web page that activates an account
	PageDemoMail = "/demo/courriels"
)
