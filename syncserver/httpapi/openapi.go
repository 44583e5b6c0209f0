package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parvis/shared/bookings"
	"parvis/shared/documents"
	"parvis/shared/ledger"
	"parvis/shared/requests"
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
		binary := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
		switch e.out {
		case reflect.TypeFor[none]():
			op.Responses["204"] = &huma.Response{Description: "Done"}
		case reflect.TypeFor[download]():
			op.Responses["200"] = &huma.Response{Description: "A file", Content: map[string]*huma.MediaType{"application/zip": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
		case reflect.TypeFor[octets]():
			op.Responses["200"] = &huma.Response{Description: "The bytes", Content: binary}
		default:
			op.Responses["200"] = &huma.Response{Description: "The answer", Content: map[string]*huma.MediaType{"application/json": {Schema: schema(e.out)}}}
		}
		if e.in == reflect.TypeFor[octets]() {
			op.RequestBody = &huma.RequestBody{Required: true, Content: binary}
			op.Parameters = append(op.Parameters, &huma.Param{Name: "Content-Range", In: "header", Required: true, Schema: &huma.Schema{Type: "string"}})
		} else if e.in != nil {
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
		path := strings.Replace(e.path, ":id", "{id}", 1)
		if path != e.path {
			op.Parameters = append(op.Parameters, &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string", Format: "uuid"}})
		}
		item := api.Paths[path]
		if item == nil {
			item = &huma.PathItem{}
			api.Paths[path] = item
		}
		switch e.method {
		case http.MethodGet:
			item.Get = op
		case http.MethodPost:
			item.Post = op
		case http.MethodPut:
			item.Put = op
		case http.MethodHead:
			item.Head = op
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
	reflect.TypeFor[wire.Request](), reflect.TypeFor[wire.Balance](), reflect.TypeFor[ledger.Movement](), reflect.TypeFor[wire.QueueItem](), reflect.TypeFor[wire.HeadCount](), reflect.TypeFor[wire.ClosureDay](),
	reflect.TypeFor[wire.Absence](), reflect.TypeFor[wire.DeskAbsence](), reflect.TypeFor[wire.SiteAbsence](), reflect.TypeFor[bookings.AbsenceRule](),
	reflect.TypeFor[documents.Document](), reflect.TypeFor[wire.MessageFile](), reflect.TypeFor[requests.DocumentKind](),
}

func operationID(e endpoint) string {
	path := strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(e.path, "/v1/"), "/:id", ""), "/", "-")
	return strings.ToLower(e.method) + "-" + path
}
