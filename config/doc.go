// Package config reads crux's settings from a file, the environment and flags,
// in rising order, into one typed [Config].
//
// keys.go holds the table of keys; names, defaults, environment variables, flags
// and [Reference] all come from it. A new key is one row there and one field in
// config.go. slack.go and engine.go say which of their keys need one another. What is
// wrong is reported all at once, as [Faults].
package config
