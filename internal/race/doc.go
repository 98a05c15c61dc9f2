// Package race lets tests do less of what takes long under the race detector,
// which makes everything many times slower.
package race
