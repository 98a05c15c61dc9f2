//go:build race

package race

// Enabled is whether the race detector runs, which makes everything many times slower.
const Enabled = true
