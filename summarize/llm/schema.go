package llm

import (
	"encoding/json"
	"slices"
)

// The schemas are written in the part of JSON Schema that both vendors take as strict: every
// property is required, nothing else is allowed, and there are no bounds on numbers or lengths.

type properties map[string]any

func objectOf(order []string, p properties) map[string]any {
	return map[string]any{"type": "object", "properties": p, "required": order, "additionalProperties": false}
}

func listOf(item any) map[string]any { return map[string]any{"type": "array", "items": item} }

func oneOf(words ...string) map[string]any {
	return map[string]any{"type": "string", "enum": words}
}

var (
	text   = map[string]any{"type": "string"}
	number = map[string]any{"type": "integer"}
	degree = map[string]any{"type": "number"}
	quotes = listOf(objectOf([]string{"n", "text"}, properties{"n": number, "text": text}))
)

// extractSchema is of what the first pass answers, moreSchema where debates are known already.
var extractSchema, moreSchema = debatesSchema(false), debatesSchema(true)

func debatesSchema(known bool) Schema {
	row := func(more ...string) map[string]any {
		order := slices.Concat([]string{"id", "side", "gist"}, more, []string{"quotes"})
		of := properties{"quotes": quotes}
		for _, name := range order[:len(order)-1] {
			of[name] = text
		}
		return objectOf(order, of)
	}
	order := []string{"question", "messages", "sides", "neutral", "points", "objections", "agreements"}
	of := properties{
		"question": text,
		"messages": text,
		"sides": listOf(objectOf([]string{"id", "label", "members"}, properties{
			"id": text, "label": text, "members": listOf(text),
		})),
		"neutral":    listOf(text),
		"points":     listOf(row()),
		"objections": listOf(row("target")),
		"agreements": listOf(objectOf([]string{"gist", "quotes"}, properties{"gist": text, "quotes": quotes})),
	}
	if known {
		order, of["continues"] = append([]string{"continues"}, order...), text
	}
	return schemaOf("debates", objectOf([]string{"debates"}, properties{"debates": listOf(objectOf(order, of))}))
}

var judgeSchema = schemaOf("verdicts", objectOf([]string{"verdicts"}, properties{
	"verdicts": listOf(objectOf([]string{"objection", "why", "status", "responses", "sure"}, properties{
		"objection": text,
		"why":       text,
		"status":    oneOf("unanswered", "acknowledged", "answered", "conceded", "withdrawn"),
		"responses": listOf(objectOf([]string{"n", "text", "kind"}, properties{
			"n": number, "text": text, "kind": oneOf("answer", "concession", "deferral", "withdrawal"),
		})),
		"sure": degree,
	})),
}))

func schemaOf(name string, schema map[string]any) Schema {
	raw, err := json.Marshal(schema)
	if err != nil { // it is made of maps and strings
		panic(err)
	}
	return Schema{Name: name, JSON: raw}
}
