package fakevendor

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// loose reports where a schema is not one that both vendors take as strict: every object says
// that nothing else is allowed and requires all its properties, and no keyword is used that either refuses.
func loose(raw json.RawMessage) []string {
	var schema map[string]any
	if err := json.Unmarshal(raw, &schema); err != nil {
		return []string{"the schema is no object"}
	}
	if schema["type"] != "object" {
		return []string{"the schema is not of an object"}
	}
	return looseAt("the schema", schema)
}

// keywords are those that both take in strict schemas.
var keywords = []string{"type", "properties", "required", "additionalProperties", "items", "enum", "description", "const", "anyOf"}

func looseAt(path string, schema map[string]any) []string {
	var wrong []string
	for _, keyword := range slices.Sorted(maps.Keys(schema)) {
		if !slices.Contains(keywords, keyword) {
			wrong = append(wrong, fmt.Sprintf("%s has %q", path, keyword))
		}
	}
	switch schema["type"] {
	case "object":
		properties, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		if schema["additionalProperties"] != false {
			wrong = append(wrong, path+" allows additional properties")
		}
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			if !slices.Contains(required, any(name)) {
				wrong = append(wrong, fmt.Sprintf("%s does not require %q", path, name))
			}
			wrong = append(wrong, looseIn(path+"."+name, properties[name])...)
		}
		if len(required) > len(properties) {
			wrong = append(wrong, path+" requires what it does not have")
		}
	case "array":
		wrong = append(wrong, looseIn(path+"[]", schema["items"])...)
	case "string", "integer", "number", "boolean", "null":
	default:
		if schema["anyOf"] == nil {
			wrong = append(wrong, fmt.Sprintf("%s is of the type %v", path, schema["type"]))
		}
	}
	return wrong
}

func looseIn(path string, schema any) []string {
	inner, ok := schema.(map[string]any)
	if !ok {
		return []string{path + " is no schema"}
	}
	return looseAt(path, inner)
}
