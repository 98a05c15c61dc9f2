//go:build race

package digest

// underRace is whether the race detector runs, which makes walks of two years slow.
const underRace = true
