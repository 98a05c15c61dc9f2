//go:build race

package main

// underRace is true where the race detector makes everything many times slower.
const underRace = true
