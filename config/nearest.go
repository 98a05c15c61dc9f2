package config

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest is the known key that somebody may have meant by name, "" where none is close.
func nearest(name string, known []key) string {
	const most = 64 // runes; comparing what is longer would be slow, and no key is
	if len(name) > 4*most {
		return ""
	}
	name = strings.ToLower(name)
	best, least := "", 2+len(name)/5 // so many slips, and no more
	for _, k := range known {
		if d := levenshtein.ComputeDistance(name, k.name); d < least {
			best, least = k.name, d
		}
	}
	if best != "" {
		return best
	}
	// Part of the word in the right section.
	section, word := name[:strings.LastIndex(name, ".")+1], name[strings.LastIndex(name, ".")+1:]
	for _, k := range known {
		if section != "" && strings.HasPrefix(k.name, section) && strings.HasSuffix(k.name, "_"+word) {
			return k.name
		}
	}
	// The right word in the wrong section, or in none.
	for _, k := range known {
		if strings.HasSuffix(k.name, "."+word) {
			if best != "" {
				return ""
			}
			best = k.name
		}
	}
	return best
}

// keysIn are the names of the keys of a section, without the section's.
func keysIn(section string, known []key) []string {
	var names []string
	for _, k := range known {
		if name, ok := strings.CutPrefix(k.name, section+"."); ok {
			names = append(names, name)
		}
	}
	return names
}
