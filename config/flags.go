package config

import (
	"strings"

	"github.com/spf13/pflag"
)

// fileFlag names the configuration file.
const fileFlag = "config"

// Flags registers --config and a flag for each key that may be one. Give the set
// to [Load] once it is parsed.
func Flags(flags *pflag.FlagSet) {
	register(flags, "")
}

// EngineFlags registers --config and the flags of the engine's keys alone, for [LoadEngine].
func EngineFlags(flags *pflag.FlagSet) {
	register(flags, engineSection)
}

// register registers --config and the flags of the keys of a section, "" for all.
func register(flags *pflag.FlagSet, section string) {
	flags.String(fileFlag, "", "read the configuration from this `FILE`, YAML or TOML;\nby default crux/crux.yaml or crux.toml in $XDG_CONFIG_HOME")
	for _, k := range keys("") {
		if k.flag != "" && strings.HasPrefix(k.name, section) {
			flags.String(k.flag, "", k.usage)
		}
	}
}
