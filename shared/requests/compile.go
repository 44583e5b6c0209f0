package requests

import (
	"fmt"
	"reflect"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"parvis/shared/accounts"
	"parvis/shared/portal"
)

// Bounds of an expression. The language has no loops but walks over lists, and
// the lists here are answers, never ranges of numbers: a walk within a walk
// stays quick, deeper ones would not.
const (
	maxNodes     = 150
	maxWalks     = 6
	memoryBudget = 10_000
)

// allowed is the functions of the language that expressions may use: those
// that look at a value. What makes large values, reads the clock or parses is
// left out.
var allowed = []string{"all", "any", "none", "one", "count", "filter", "sum", "len", "abs", "ceil", "floor", "round", "min", "max", "lower"}

// ourFunctions are the two questions about dates that forms ask.
var ourFunctions = []string{"age", "days"}

var exprOptions = func() []expr.Option {
	options := []expr.Option{
		expr.DisableAllBuiltins(),
		expr.MaxNodes(maxNodes),
		// age(birth, on) is whole years, 0 where a date is missing.
		expr.Function("age", func(p ...any) (any, error) {
			return accounts.Age(portal.Date(p[0].(string)), portal.Date(p[1].(string))), nil
		}, new(func(string, string) int)),
		// days(from, to) is days, 0 where a date is missing.
		expr.Function("days", func(p ...any) (any, error) {
			from, to := portal.Date(p[0].(string)), portal.Date(p[1].(string))
			if !from.Valid() || !to.Valid() {
				return 0, nil
			}
			return from.DaysUntil(to), nil
		}, new(func(string, string) int)),
	}
	for _, name := range allowed {
		options = append(options, expr.EnableBuiltin(name))
	}
	return options
}()

// addressType is an address as expressions see it.
var addressType = types.Map{"line1": types.String, "line2": types.String, "postcode": types.String, "city": types.String, "country": types.String}

// typeOf is the type of a field's answer in expressions.
func typeOf(f *Field) types.Type {
	switch f.Kind {
	case KindNumber, KindMoney:
		return types.Float64
	case KindYesNo:
		return types.Bool
	case KindSeveral, KindFile:
		return types.Array(types.String)
	case KindAddress:
		return addressType
	case KindGroup:
		row := types.Map{}
		for i := range f.Fields {
			if f.Fields[i].Kind.asks() {
				row[f.Fields[i].Key] = typeOf(&f.Fields[i])
			}
		}
		return types.Array(row)
	case KindComputed:
		return typeOf(&Field{Kind: f.Result})
	}
	return types.String
}

// zeroOf is what expressions see of a field that is hidden or not answered.
func zeroOf(f *Field) any {
	switch f.Kind {
	case KindNumber, KindMoney:
		return 0.0
	case KindYesNo:
		return false
	case KindSeveral, KindFile, KindGroup:
		return []any{}
	case KindAddress:
		return map[string]any{"line1": "", "line2": "", "postcode": "", "city": "", "country": ""}
	case KindComputed:
		return zeroOf(&Field{Kind: f.Result})
	}
	return ""
}

// compiler compiles the expressions of one procedure. A condition sees only
// what stands before it, so that one pass in the order of the screen decides
// what is shown; a check sees everything.
type compiler struct {
	proc   *Procedure
	before types.Map
	all    types.Map
}

func (p *Procedure) compile() error {
	c := compiler{proc: p, before: types.Map{"today": types.String}, all: types.Map{"today": types.String}}
	for i := range p.Pages {
		for j := range p.Pages[i].Fields {
			if f := &p.Pages[i].Fields[j]; f.Kind != KindExplanation {
				c.all[f.Key] = typeOf(f)
			}
		}
	}
	for i := range p.Pages {
		page := &p.Pages[i]
		var err error
		if page.when, err = c.condition(page.When, c.before, "page "+page.Key); err != nil {
			return err
		}
		for j := range page.Fields {
			if err := c.field(&page.Fields[j], c.before, c.all, ""); err != nil {
				return err
			}
		}
	}
	for i := range p.Documents {
		d := &p.Documents[i]
		var err error
		if d.when, err = c.condition(d.When, c.all, "document "+d.Kind); err != nil {
			return err
		}
	}
	return nil
}

// field compiles a field and adds it to what stands before the next one.
func (c *compiler) field(f *Field, before, all types.Map, inside string) error {
	where := "field " + inside + f.Key
	var err error
	if f.when, err = c.condition(f.When, before, where); err != nil {
		return err
	}
	if f.Kind == KindComputed {
		env := without(before, "today") // a request reads the same on every day
		if f.compute, err = c.program(f.Compute, env, where, resultOption(f.Result)); err != nil {
			return err
		}
	}
	for i := range f.Check {
		env := with(all, "value", typeOf(f))
		if f.Check[i].expr, err = c.program(f.Check[i].Expr, env, where, expr.AsBool()); err != nil {
			return err
		}
	}
	if f.Kind == KindGroup {
		// An entry's own questions come before those of the same name outside.
		row, rowAll := with(before, "", nil), all
		for i := range f.Fields {
			delete(row, f.Fields[i].Key)
			rowAll = with(rowAll, f.Fields[i].Key, typeOf(&f.Fields[i]))
		}
		for i := range f.Fields {
			if err := c.field(&f.Fields[i], row, rowAll, f.Key+"."); err != nil {
				return err
			}
		}
	}
	if f.Kind != KindExplanation {
		before[f.Key] = typeOf(f)
	}
	return nil
}

func with(env types.Map, key string, t types.Type) types.Map {
	more := make(types.Map, len(env)+1)
	for k, v := range env {
		more[k] = v
	}
	if key != "" {
		more[key] = t
	}
	return more
}

func without(env types.Map, key string) types.Map {
	less := with(env, "", nil)
	delete(less, key)
	return less
}

func resultOption(k Kind) expr.Option {
	switch k {
	case KindNumber, KindMoney:
		return expr.AsFloat64()
	case KindYesNo:
		return expr.AsBool()
	}
	return expr.AsKind(reflect.String)
}

func (c *compiler) condition(source string, env types.Map, where string) (*vm.Program, error) {
	if source == "" {
		return nil, nil
	}
	return c.program(source, env, where, expr.AsBool())
}

func (c *compiler) program(source string, env types.Map, where string, result expr.Option) (*vm.Program, error) {
	options := append([]expr.Option{expr.Env(env), result}, exprOptions...)
	program, err := expr.Compile(source, options...)
	if err == nil {
		err = quick(source)
	}
	if err != nil {
		return nil, fmt.Errorf("requests: procedure %s, %s, expression %q: %w", c.proc.ID, where, source, err)
	}
	return program, nil
}

// quick refuses expressions that could take long. It reads the source anew, as
// the compiler folds parts of it away.
func quick(source string) error {
	tree, err := parser.Parse(source)
	if err != nil {
		return err
	}
	var all walks
	ast.Walk(&tree.Node, &all)
	if all.ranges > 0 {
		return fmt.Errorf("a range of numbers")
	}
	if all.n > maxWalks {
		return fmt.Errorf("more than %d walks over lists", maxWalks)
	}
	if all.deepest > 2 {
		return fmt.Errorf("walks over lists more than two deep")
	}
	return nil
}

// walks counts the walks over lists in an expression, how deep they stand in
// each other at most, and the ranges.
type walks struct{ n, deepest, ranges int }

func (w *walks) Visit(node *ast.Node) {
	switch x := (*node).(type) {
	case *ast.PredicateNode:
		var inside walks
		ast.Walk(&x.Node, &inside)
		w.n++
		w.deepest = max(w.deepest, inside.n+1) // neighbours inside count as if they were nested
	case *ast.BinaryNode:
		if x.Operator == ".." {
			w.ranges++
		}
	}
}

// run gives an expression's value, or nil when it cannot be had: an index out
// of range, memory used up. What that means is for the caller to say.
func run(program *vm.Program, env map[string]any) any {
	machine := vm.VM{MemoryBudget: memoryBudget}
	value, err := machine.Run(program, env)
	if err != nil {
		return nil
	}
	return value
}

// holds reports whether a condition holds; none holds always. One that cannot
// be decided leaves its question on the screen.
func holds(program *vm.Program, env map[string]any) bool {
	if program == nil {
		return true
	}
	yes, ok := run(program, env).(bool)
	return yes || !ok
}
