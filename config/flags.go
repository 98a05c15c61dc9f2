package config

import "github.com/spf13/pflag"

// fileFlag names the configuration file.
const fileFlag = "config"

// Flags registers --config and a flag for each key that may be one. Give the set
// to [Load] once it is parsed.
func Flags(flags *pflag.FlagSet) {
	flags.String(fileFlag, "", "read the configuration from this `FILE`, YAML or TOML;\nby default crux/crux.yaml or crux.toml in $XDG_CONFIG_HOME")
	for _, k := range keys("") {
		if k.flag != "" {
			flags.String(k.flag, "", k.usage)
		}
	}
}
