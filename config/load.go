package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/adrg/xdg"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// Options say where to read the configuration from.
type Options struct {
	// File is the path of the file. Where it is "", the flag --config names it, or
	// else it is crux/crux.yaml or crux.toml in $XDG_CONFIG_HOME, if that is there.
	File string
	// Env is the environment, as from [os.Environ].
	Env []string
	// Flags are those that [Flags] registered, parsed; nil for none.
	Flags *pflag.FlagSet
}

// Load reads and checks the configuration. Its error is [Faults]: everything that
// is wrong, including every key that is not known.
func Load(o Options) (*Config, error) {
	c, faults := o.load()
	if len(faults) > 0 {
		return nil, faults
	}
	return c, nil
}

// LoadEngine is Load for who needs the engine alone: what is wrong elsewhere is passed over.
func LoadEngine(o Options) (Engine, error) {
	c, faults := o.load()
	faults = slices.DeleteFunc(faults, func(f Fault) bool {
		return f.Key != "" && !strings.HasPrefix(f.Key, engineSection) && !strings.HasPrefix(f.Key, key{name: engineSection}.env())
	})
	if len(faults) > 0 {
		return Engine{}, faults
	}
	return c.Engine, nil
}

// engineSection begins the names of the engine's keys.
const engineSection = "engine."

func (o Options) load() (*Config, Faults) {
	env := environment(o.Env)
	path, err := o.file(env)
	if err != nil {
		return nil, Faults{{Where: path, Problem: err.Error()}}
	}
	file := &content{}
	if path != "" {
		file = readFile(path)
	}
	return load(file, env, o.Flags)
}

// file is the path of the file to read, "" for none.
func (o Options) file(env map[string]string) (string, error) {
	if o.File != "" {
		return o.File, nil
	}
	if o.Flags != nil && o.Flags.Changed(fileFlag) {
		path, _ := o.Flags.GetString(fileFlag) // it is a string, as Flags registered it
		if path == "" {
			return "--" + fileFlag, errors.New("expected the path of a file")
		}
		return path, nil
	}
	dir := filepath.Join(folder(env["XDG_CONFIG_HOME"], xdg.ConfigHome), "crux")
	var there []string
	for _, name := range []string{"crux.yaml", "crux.toml"} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
			there = append(there, path)
		}
	}
	switch len(there) {
	case 0:
		return "", nil
	case 1:
		return there[0], nil
	}
	return dir, errors.New("there is both a crux.yaml and a crux.toml; keep one, or name one with --config")
}

// load lays defaults, file, environment and flags over one another, and checks what comes
// out. Where there are faults, the Config holds what is right.
func load(file *content, env map[string]string, flags *pflag.FlagSet) (*Config, Faults) {
	known := keys(stateFolder(env))
	byName := map[string]key{}
	for _, k := range known {
		byName[k.name] = k
	}
	fromFile, faults := knownInFile(file, known, byName)
	fromEnv, unknown := knownInEnv(env, known)
	faults = append(faults, unknown...)

	layers := viper.New()
	for _, k := range known {
		layers.SetDefault(k.name, value{key: k.name, text: k.fallback, where: "the default"})
	}
	// Viper takes the environment from the process alone, so it comes as a file that overrules the file.
	for _, layer := range [][]value{fromFile, fromEnv} {
		if err := layers.MergeConfigMap(nested(layer)); err != nil {
			return nil, Faults{{Problem: err.Error()}}
		}
	}
	for _, k := range known {
		if k.flag == "" || flags == nil {
			continue
		}
		if flag := flags.Lookup(k.flag); flag != nil && flag.Changed {
			layers.Set(k.name, value{key: k.name, text: flag.Value.String(), layer: asFlag, where: "--" + k.flag})
		}
	}

	c, inForce := &Config{Sources: Sources{File: file.path}}, map[string]value{}
	for _, k := range known {
		if k.set == nil {
			continue
		}
		v, twin := effective(layers, k.name), value{}
		if k.twin != "" {
			twin = effective(layers, k.twin)
		}
		c.Sources.note(v)
		c.Sources.note(twin)
		c.Sources.noteSecret(v, twin, k)
		faults = append(faults, setKey(c, k, v, twin)...)
		if twin.layer != byDefault && v.text == "" {
			v = twin
		}
		inForce[k.name] = v
	}
	c.Engine.resolve(inForce)
	faults = append(faults, slackFaults(inForce)...)
	return c, append(faults, engineFaults(c, inForce)...)
}

func effective(layers *viper.Viper, name string) value {
	v, _ := layers.Get(name).(value) // every known key has one
	return v
}

// setKey puts a value into the Config, or says why it can't be.
func setKey(c *Config, k key, v, twin value) Faults {
	if twin.layer != byDefault && (twin.text != "" || !twin.isText()) {
		if v.text != "" {
			return Faults{{Key: k.name, Where: v.where, Problem: fmt.Sprintf("%s is set too (%s); set only one of them", k.twin, twin.where)}}
		}
		read, err := readSecret(twin)
		if err != nil {
			return Faults{{Key: k.twin, Where: twin.where, Problem: err.Error()}}
		}
		v = value{key: k.twin, text: read, where: twin.where}
	}
	if v.shape == nothing {
		return Faults{{Key: v.key, Where: v.where, Problem: "has no value; give it one, or take the line out"}}
	}
	if err := k.set(c, v); err != nil {
		return Faults{{Key: v.key, Where: v.where, Problem: err.Error()}}
	}
	return nil
}

// knownInFile are the values in the file whose keys there are, and the faults of all others.
func knownInFile(file *content, known []key, byName map[string]key) ([]value, Faults) {
	var kept []value
	faults := slices.Clone(file.faults)
	for _, v := range file.values {
		below := keysIn(v.key, known)
		switch _, ok := byName[v.key]; {
		case ok:
			kept = append(kept, v)
		case len(below) == 0:
			faults = append(faults, Fault{Key: v.key, Where: v.where, Problem: "there is no such key" + didYouMean(nearest(v.key, known))})
		case v.shape != nothing && v.shape != section: // a section with nothing in it is fine
			faults = append(faults, Fault{Key: v.key, Where: v.where, Problem: fmt.Sprintf("expected a section with %s, got %v", strings.Join(below, ", "), v.shape)})
		}
	}
	return kept, faults
}

// knownInEnv are the values in the environment. One that is set to nothing is not set, as
// compose files and the like set variables that are to have no value.
func knownInEnv(env map[string]string, known []key) ([]value, Faults) {
	var kept []value
	taken := map[string]bool{}
	for _, k := range known {
		taken[k.env()] = true
		if text := env[k.env()]; text != "" {
			kept = append(kept, value{key: k.name, text: text, layer: inEnv, where: k.env()})
		}
	}
	var faults Faults
	for name := range env {
		if !strings.HasPrefix(name, envPrefix) || taken[name] || ofKubernetes(name) {
			continue
		}
		meant := nearest(strings.ToLower(strings.Replace(strings.TrimPrefix(name, envPrefix), "_", ".", 1)), known)
		if meant != "" {
			meant = key{name: meant}.env()
		}
		faults = append(faults, Fault{Key: name, Where: "environment", Problem: "there is no such key" + didYouMean(meant)})
	}
	slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.Key, b.Key) })
	return kept, faults
}

// ofKubernetes says whether a variable is one that Kubernetes sets in every pod beside a service called crux.
func ofKubernetes(name string) bool {
	return regexp.MustCompile(`^CRUX_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_[A-Z]+(_\w+)?)?)$`).MatchString(name)
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "; did you mean " + name + "?"
}

// note remembers that a value is in force.
func (s *Sources) note(v value) {
	switch v.layer {
	case byDefault:
	case inFile:
		s.FileKeys = append(s.FileKeys, v.key)
	case inEnv:
		s.Env = append(s.Env, v.where)
	case asFlag:
		s.Flags = append(s.Flags, v.where)
	}
}

// noteSecret remembers the file that a secret comes from.
func (s *Sources) noteSecret(v, twin value, k key) {
	switch {
	case k.twin == "":
	case twin.layer != byDefault && twin.text != "":
		if path, err := absolute(twin.dir, twin.text); err == nil {
			s.SecretFiles = append(s.SecretFiles, path)
		}
	case v.layer == inFile:
		s.SecretFiles = append(s.SecretFiles, s.File)
	}
}

// nested makes the values into the maps that viper wants, a map a section.
func nested(values []value) map[string]any {
	root := map[string]any{}
	for _, v := range values {
		section, name, found := strings.Cut(v.key, ".")
		if !found {
			root[v.key] = v
			continue
		}
		inner, _ := root[section].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
			root[section] = inner
		}
		inner[name] = v
	}
	return root
}

// environment is the process's environment by name; of two settings the last holds, as for the process.
func environment(env []string) map[string]string {
	byName := map[string]string{}
	for _, setting := range env {
		name, text, _ := strings.Cut(setting, "=")
		byName[name] = text
	}
	return byName
}

// stateFolder is where crux keeps what it must not lose: what systemd gives it, or the user's folder for that.
func stateFolder(env map[string]string) string {
	given, _, _ := strings.Cut(env["STATE_DIRECTORY"], ":") // systemd may give several
	if filepath.IsAbs(given) {
		return given
	}
	return filepath.Join(folder(env["XDG_STATE_HOME"], xdg.StateHome), "crux")
}

// folder is path, or other where path is not absolute: then it doesn't count, by the XDG rules.
func folder(path, other string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return other
}
