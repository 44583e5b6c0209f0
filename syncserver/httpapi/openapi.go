package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parvis/shared/bookings"
	"parvis/shared/ledger"
	"parvis/shared/wire"
)

// describe makes the OpenAPI description of the endpoints from the very types
// they decode and encode.
func describe(endpoints []endpoint) ([]byte, error) {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schema := func(t reflect.Type) *huma.Schema { return registry.Schema(t, true, t.Name()) }
	api := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "Parvis", Version: strconv.Itoa(wire.Version), Description: "What a Parvis desktop says to its town hall's server."},
		Paths:   map[string]*huma.PathItem{},
		Components: &huma.Components{
			Schemas:         registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{"session": {Type: "http", Scheme: "bearer"}},
		},
	}
	problem := schema(reflect.TypeFor[wire.Problem]())
	for _, e := range endpoints {
		op := &huma.Operation{
			OperationID: operationID(e), Summary: e.summary,
			Responses: map[string]*huma.Response{
				"default": {Description: "An error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}},
			},
		}
		if e.out == reflect.TypeFor[none]() {
			op.Responses["204"] = &huma.Response{Description: "Done"}
		} else if e.out == reflect.TypeFor[download]() {
			op.Responses["200"] = &huma.Response{Description: "A file", Content: map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
		} else {
			op.Responses["200"] = &huma.Response{Description: "The answer", Content: map[string]*huma.MediaType{"application/json": {Schema: schema(e.out)}}}
		}
		if e.in != nil {
			op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schema(e.in)}}}
		}
		if e.signedIn {
			op.Security = []map[string][]string{{"session": {}}}
		}
		if e.anybody {
			op.Security = []map[string][]string{{"session": {}}, {}}
		}
		if e.path == wire.RoutePull {
			for _, name := range []string{"epoch", "run", "at", "outbox", "number"} {
				op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "query", Schema: &huma.Schema{Type: "string"}})
			}
		}
		item := api.Paths[e.path]
		if item == nil {
			item = &huma.PathItem{}
			api.Paths[e.path] = item
		}
		switch e.method {
		case http.MethodGet:
			item.Get = op
		case http.MethodPost:
			item.Post = op
		case http.MethodDelete:
			item.Delete = op
		}
	}
	api.Paths[wire.RouteLive] = &huma.PathItem{Get: &huma.Operation{
		OperationID: "get-live", Summary: "The live socket (WebSocket): frames in either direction", Security: []map[string][]string{{"session": {}}},
		Responses: map[string]*huma.Response{
			"101":     {Description: "Frames, one a text message", Content: map[string]*huma.MediaType{"application/json": {Schema: schema(reflect.TypeFor[wire.Frame]())}}},
			"default": {Description: "An error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}},
		},
	}}
	// What travels raw within another type is told where it travels: huma
	// leaves out what nothing refers to.
	inside := func(t reflect.Type, property string, of []*huma.Schema) {
		registry.SchemaFromRef(schema(t).Ref).Properties[property] = &huma.Schema{OneOf: of}
	}
	var args []*huma.Schema
	for _, c := range wire.Commands {
		args = append(args, schema(reflect.TypeOf(c.Args()).Elem()))
	}
	inside(reflect.TypeFor[wire.Command](), "args", args)
	inside(reflect.TypeFor[wire.Envelope](), "body", []*huma.Schema{schema(reflect.TypeFor[wire.Command]())})
	var rows []*huma.Schema
	for _, t := range rowTypes {
		rows = append(rows, schema(t))
	}
	inside(reflect.TypeFor[wire.Change](), "body", rows)
	return json.Marshal(api)
}

// rowTypes are what the rows of feeds hold. Procedures are not among them:
// they are described by their own schema, in the catalogue.
var rowTypes = []reflect.Type{
	reflect.TypeFor[wire.Town](), reflect.TypeFor[bookings.Site](), reflect.TypeFor[bookings.Activity](), reflect.TypeFor[bookings.Calendar](),
	reflect.TypeFor[bookings.Closure](), reflect.TypeFor[ledger.Tariff](), reflect.TypeFor[wire.DayLevel](),
	reflect.TypeFor[wire.Account](), reflect.TypeFor[wire.Child](), reflect.TypeFor[bookings.Enrolment](), reflect.TypeFor[wire.Booking](),
	reflect.TypeFor[wire.Request](), reflect.TypeFor[wire.Balance](), reflect.TypeFor[wire.QueueItem](), reflect.TypeFor[wire.HeadCount](),
}

func operationID(e endpoint) string {
	path := strings.ReplaceAll(strings.TrimPrefix(e.path, "/v1/"), "/", "-")
	return strings.ToLower(e.method) + "-" + path
}
