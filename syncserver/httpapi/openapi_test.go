package httpapi_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"parvis/shared/wire"
	"parvis/syncserver/host/hosttest"
	"parvis/syncserver/store/storetest"
)

// routes is every route of the API with its method; a new one without a row
// fails below, for the description and gin's own table are held against it.
var routes = map[string]string{
	wire.RouteTown: "get", wire.RouteCommands: "post", wire.RoutePull: "get", wire.RouteSessions: "post", wire.RouteSession: "delete",
	wire.RouteHere: "post", wire.RouteRevoke: "post", wire.RouteRegistrations: "post", wire.RouteResend: "post", wire.RouteActivationCode: "post",
	wire.RouteUpload: "put", wire.RouteDocumentContent: "get",
	wire.RouteLive: "get", wire.RouteActivationName: "post", wire.RouteActivations: "post", wire.RouteActivationWin: "post",
	wire.RouteRecoveryLogin: "post", wire.RouteRecoveryPassword: "post", wire.RouteRecoveryCode: "post", wire.RouteRecoveryReset: "post",
	wire.RouteAccountPassword: "post", wire.RouteAccountMail: "post", wire.RouteAccountMailCode: "post", wire.RouteAccountMailStop: "post",
	wire.RouteAccountSessions: "get", wire.RouteAccountEnd: "post", wire.RouteAccountData: "get", wire.RouteAccountClose: "post", wire.RouteAddresses: "post", wire.RouteTownSearch: "post", wire.RouteClosurePreview: "post",
	wire.RoutePayments: "post",
}

func TestTheDescriptionSaysAllAndNothingElse(t *testing.T) {
	s := hosttest.New(t, storetest.SQLite(t))
	a := s.Ask(http.MethodGet, wire.RouteOpenAPI, "")
	if a.Status != 200 || a.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %s", a.Status, a.Header.Get("Content-Type"))
	}
	var doc struct {
		OpenAPI    string                               `json:"openapi"`
		Info       struct{ Title, Version string }      `json:"info"`
		Paths      map[string]map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(a.Body, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Info.Title == "" || doc.Info.Version == "" {
		t.Errorf("it is %+v", doc.Info)
	}
	for path, method := range routes {
		path = strings.Replace(path, ":id", "{id}", 1)
		op := doc.Paths[path][method]
		if op == nil {
			t.Errorf("%s %s is not described", method, path)
			continue
		}
		responses, _ := op["responses"].(map[string]any)
		if op["operationId"] == "" || op["summary"] == "" || responses["default"] == nil || len(responses) != 2 {
			t.Errorf("%s %s says too little: %v", method, path, op)
		}
		if (op["requestBody"] != nil) != (method == "post" || method == "put") {
			t.Errorf("%s %s: a body is %v", method, path, op["requestBody"])
		}
	}
	if len(doc.Paths) != len(routes) {
		t.Errorf("%d paths are described, %d known", len(doc.Paths), len(routes))
	}
	for _, c := range wire.Commands {
		name := reflect.TypeOf(c.Args()).Elem().Name()
		if doc.Components.Schemas[name] == nil {
			t.Errorf("the arguments of %s, %s, are not described", c.Type, name)
		}
	}
	for _, row := range []string{"Booking", "Child", "Request", "QueueItem", "HeadCount", "Balance", "Activity", "Tariff", "Command", "Frame", "Problem"} {
		if doc.Components.Schemas[row] == nil {
			t.Errorf("%s is not described", row)
		}
	}
	// Each reference leads somewhere, and ids are used once.
	var whole any
	if err := json.Unmarshal(a.Body, &whole); err != nil {
		t.Fatal(err)
	}
	ids := map[any]bool{}
	references := 0
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				references++
				name, local := strings.CutPrefix(ref, "#/components/schemas/")
				if !local || doc.Components.Schemas[name] == nil {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			if id, ok := v["operationId"]; ok {
				if ids[id] {
					t.Errorf("%v is used twice", id)
				}
				ids[id] = true
			}
			for _, e := range v {
				walk(e)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(whole)
	if references < len(routes) {
		t.Errorf("only %d references", references)
	}
	// What is described answers, and what needs a session says so.
	for path, methods := range doc.Paths {
		for method, op := range methods {
			got := s.Ask(strings.ToUpper(method), path, "")
			if got.Status == 404 || got.Status == 405 {
				t.Errorf("%s %s is described and answers %d", method, path, got.Status)
			}
			security, _ := op["security"].([]any)
			if only := len(security) == 1; only != (got.Status == 401) {
				t.Errorf("%s %s needs a session: %v, and answers %d without", method, path, only, got.Status)
			}
		}
	}
}
