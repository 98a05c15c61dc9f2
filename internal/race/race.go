// Package race lets tests do less of what takes long under the race detector.
// A test package whose properties are checked with rapid imports it: under the
// detector, which looks at what goroutines share and not at how many cases a
// property holds for, a sixth of the usual cases is tried.
package race

import (
	"flag"

	_ "pgregory.net/rapid" // defines the flag
)

// checks is how many cases of a property are tried under the race detector, where -rapid.checks does not say.
const checks = "15"

func init() {
	if !Enabled {
		return
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
	}
}
