package config

import (
	"fmt"
	"strconv"
	"strings"
)

// Reference is a YAML file with every key, what it is, and its default. What has
// no default stands in it behind a #.
func Reference() string {
	var b strings.Builder
	b.WriteString("# Each key can also be set in the environment, which overrules this file: discord.token is CRUX_DISCORD_TOKEN.\n")
	section := ""
	for _, k := range keys("") {
		inner, name, found := strings.Cut(k.name, ".")
		indent := "  "
		if !found {
			inner, name, indent = "", k.name, ""
		}
		if inner != section || !found {
			b.WriteString("\n")
		}
		if inner != section && found {
			fmt.Fprintf(&b, "%s:\n", inner)
		}
		section = inner

		doc := k.doc
		if k.flag != "" {
			doc += " Also --" + k.flag + "."
		}
		fmt.Fprintf(&b, "%s# %s\n", indent, doc)
		if k.example != "" { // what has an example has no default that is the same everywhere
			fmt.Fprintf(&b, "%s#%s: %s\n", indent, name, yamlScalar(k.example))
			continue
		}
		fmt.Fprintf(&b, "%s%s: %s\n", indent, name, yamlScalar(k.fallback))
	}
	return b.String()
}

// yamlScalar quotes what YAML would not read as it stands.
func yamlScalar(s string) string {
	if strings.Contains(s, ": ") || strings.HasPrefix(s, ":") || strings.ContainsAny(s, "#\"'{}[]&*!|>%@`") {
		return strconv.Quote(s)
	}
	return s
}
