package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

func (c *content) parseTOML(data []byte) {
	var root map[string]any
	if err := toml.Unmarshal(data, &root); err != nil {
		line := 0
		if at, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ = at.Position()
		}
		// The reader's own words may quote the file, so they are not passed on.
		c.fault("", line, `is not TOML here: expected key = value, with text in "quotes", each key once`)
		return
	}
	c.walkTOML("", root, tomlLines(data), map[string]bool{})
}

// walkTOML takes in what stands in a table; seen are the keys so far.
func (c *content) walkTOML(prefix string, table map[string]any, lines map[string]int, seen map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(table)) {
		key, below := join(prefix, name), table[name]
		if inner, ok := below.(map[string]any); ok && len(inner) > 0 {
			c.walkTOML(key, inner, lines, seen)
			continue
		}
		// A quoted key with dots in it is the same key as its parts without quotes.
		if seen[key] {
			c.fault(key, lines[key], "is set twice")
			continue
		}
		seen[key] = true
		if items, ok := below.([]any); ok {
			c.addList(key, tomlScalars(items), lines[key])
			continue
		}
		written, s := tomlValue(below)
		c.add(key, written, s, lines[key])
	}
}

func tomlScalars(all []any) []string {
	items := make([]string, len(all))
	for i, item := range all {
		items[i], _ = tomlValue(item)
	}
	return items
}

func tomlValue(v any) (string, shape) {
	switch v := v.(type) {
	case string:
		return v, text
	case int64, float64:
		return fmt.Sprint(v), number
	case bool:
		return fmt.Sprint(v), boolean
	case []any:
		return "", list
	case map[string]any:
		return "", section
	}
	return "", moment
}

// tomlLines are the lines of the keys of a file that is TOML, save those in
// inline tables, which stand in the line of their table's key.
func tomlLines(data []byte) map[string]int {
	var parser unstable.Parser
	parser.Reset(data)
	lines := map[string]int{}
	table := ""
	for parser.NextExpression() {
		expression := parser.Expression()
		var names []string
		line := 0
		for parts := expression.Key(); parts.Next(); {
			names = append(names, string(parts.Node().Data))
			line = parser.Shape(parts.Node().Raw).Start.Line
		}
		name := strings.Join(names, ".")
		switch expression.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = name
			lines[name] = line
		case unstable.KeyValue:
			lines[join(table, name)] = line
		}
	}
	return lines
}
