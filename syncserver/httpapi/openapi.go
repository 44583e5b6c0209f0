package httpapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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
	// What travels inside an envelope or a frame is described as well.
	for _, c := range wire.Commands {
		schema(reflect.TypeOf(c.Args()).Elem())
	}
	for _, t := range []reflect.Type{reflect.TypeFor[wire.Command](), reflect.TypeFor[wire.Frame](), reflect.TypeFor[wire.Request](), reflect.TypeFor[wire.Booking](), reflect.TypeFor[wire.Child]()} {
		schema(t)
	}
	return json.Marshal(api)
}

func operationID(e endpoint) string {
	path := strings.ReplaceAll(strings.TrimPrefix(e.path, "/v1/"), "/", "-")
	return strings.ToLower(e.method) + "-" + path
}
