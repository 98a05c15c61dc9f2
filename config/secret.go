package config

import (
	"fmt"
	"log/slog"
)

// Secret is a value that never shows: however it is printed, logged or encoded,
// it says only whether it is set.
type Secret struct {
	// A pointer, since fmt prints the fields of a struct that it can't call methods
	// on, but of a pointer there only the address.
	value *string
}

// NewSecret returns a Secret that holds value; "" is a Secret that is not set.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{&value}
}

// Reveal returns the value, "" where it is not set.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.value != nil }

// String returns "(set)", or "" where there is no value.
func (s Secret) String() string {
	if s.IsSet() {
		return "(set)"
	}
	return ""
}

// Format prints String, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, s.String()) }

// MarshalText encodes String, also for JSON, YAML and TOML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue logs String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
