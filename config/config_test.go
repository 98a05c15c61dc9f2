package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

const token = "MTAwMDAwMDAwMDAwMDAwMDAw.Gabcde.s3cr3t-s3cr3t-s3cr3t-s3cr3t"

// unsetEngine is the engine as it is where nothing is set.
const unsetEngine = `"engine":{"name":"embedded","model":"","base_url":"","api_key":"","timeout":"5m0s","retries":3,"concurrency":4,"max_input_tokens":100000,"names":false,"budget_tokens":0,"budget_usd":0,"price_input":0,"price_cached":0,"price_output":0}`

// home is an environment with folders of its own, so that the tests read nothing of whoever runs them.
func home(t *testing.T, more ...string) []string {
	t.Helper()
	dir := t.TempDir()
	return append([]string{"XDG_CONFIG_HOME=" + dir, "XDG_STATE_HOME=/state"}, more...)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func flags(t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	set := pflag.NewFlagSet("crux", pflag.ContinueOnError)
	Flags(set)
	if err := set.Parse(args); err != nil {
		t.Fatal(err)
	}
	return set
}

// faultsOf loads what must not load, and returns the faults a line each, with the file's folder taken out.
func faultsOf(t *testing.T, o Options) []string {
	t.Helper()
	c, err := Load(o)
	faults, ok := errors.AsType[Faults](err)
	if !ok || c != nil || len(faults) == 0 {
		t.Fatalf("got %v and %v, want faults alone", c, err)
	}
	text := err.Error()
	if o.File != "" {
		text = strings.ReplaceAll(text, filepath.Dir(o.File)+"/", "")
	}
	return strings.Split(text, "\n")
}

func TestDefaults(t *testing.T) {
	c, err := Load(Options{Env: home(t)})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"discord":{"token":"","api_url":"https://discord.com","guild_id":""},` +
		`"slack":{"bot_token":"","app_token":"","signing_secret":"","listen":"","api_url":"https://slack.com/api/","shared_channels":false,"managers":[]},` + unsetEngine + `,` +
		`"store":{"url":"sqlite:///state/crux/crux.db","retention":"30d"},"http":{"listen":""},` +
		`"log":{"level":"INFO","format":"text"},"limits":{"person":6,"server":60,"messages":5000},"time_zone":"UTC"}`
	if got := c.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(c.Secrets()) > 0 || !cmp.Equal(c.Sources, Sources{}) {
		t.Errorf("nothing is set, yet there are %d secrets, from %+v", len(c.Secrets()), c.Sources)
	}
}

// The same settings in both languages, with all kinds of values in them.
func TestFile(t *testing.T) {
	files := map[string]string{
		"crux.yaml": `discord:
  token: ` + token + `
  api_url: http://127.0.0.1:8080/
  guild_id: 1234567890123456789 # more digits than a float holds
slack: {bot_token: xoxb-s3cr3t, signing_secret: s3cr3t, listen: localhost:80, api_url: "http://h/api/", shared_channels: True, managers: [U012AB3CD, W045EF6GH]}
store:
  url: sqlite:data/crux.db
  retention: 2w
http.listen: :9090
log: {level: debug, format: json}
limits:
  messages: 100
time_zone: Europe/Berlin
`,
		"crux.toml": `"http.listen" = ":9090"
time_zone = "Europe/Berlin"
log = {level = "debug", format = "json"}
limits.messages = 100
[discord]
token = "` + token + `"
api_url = "http://127.0.0.1:8080/"
guild_id = 1234567890123456789
[slack]
bot_token = "xoxb-s3cr3t"
signing_secret = "s3cr3t"
listen = "localhost:80"
api_url = "http://h/api/"
shared_channels = true
managers = ["U012AB3CD", "W045EF6GH"]
[store]
url = "sqlite:data/crux.db"
retention = "2w"
`,
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			path := write(t, name, text)
			c, err := Load(Options{File: path, Env: home(t)})
			if err != nil {
				t.Fatal(err)
			}
			want := `{"discord":{"token":"(set)","api_url":"http://127.0.0.1:8080","guild_id":"1234567890123456789"},` +
				`"slack":{"bot_token":"(set)","app_token":"","signing_secret":"(set)","listen":"localhost:80","api_url":"http://h/api/","shared_channels":true,"managers":["U012AB3CD","W045EF6GH"]},` +
				unsetEngine + `,"store":{"url":"sqlite://` + filepath.Dir(path) + `/data/crux.db","retention":"14d"},` +
				`"http":{"listen":":9090"},"log":{"level":"DEBUG","format":"json"},` +
				`"limits":{"person":6,"server":60,"messages":100},"time_zone":"Europe/Berlin"}`
			if got := c.String(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := c.Discord.Token.Reveal(); got != token {
				t.Errorf("the token is %q", got)
			}
			if len(c.Sources.FileKeys) != 16 || c.Sources.File != path {
				t.Errorf("sources: %+v", c.Sources)
			}
		})
	}
}

func TestRisingOrder(t *testing.T) {
	file := write(t, "crux.yaml", "log.level: debug\nlog.format: json\nhttp.listen: :1\nlimits.person: 1\n")
	c, err := Load(Options{
		Env:   home(t, "CRUX_LOG_FORMAT=text", "CRUX_HTTP_LISTEN=:2", "CRUX_LIMITS_SERVER=7", "CRUX_LIMITS_PERSON=", "crux_other=1"),
		Flags: flags(t, "--config", file, "--http-listen", ":3"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Log.Level != slog.LevelDebug || c.Log.Format != "text" || c.HTTP.Listen != ":3" || c.Limits.Person != 1 || c.Limits.Server != 7 {
		t.Errorf("got %v", c)
	}
	want := Sources{File: file, FileKeys: []string{"log.level", "limits.person"}, Env: []string{"CRUX_LOG_FORMAT", "CRUX_LIMITS_SERVER"}, Flags: []string{"--http-listen"}}
	if diff := cmp.Diff(want, c.Sources); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFaultAtOnce(t *testing.T) {
	file := write(t, "crux.yaml", `discord:
  tokn: x
  api_url: discord.com/api
log:
  level: loud
  color: true
limits:
  person: many
  server: 0
  messages: [5]
store: here
slack:
  token: x
`)
	env := home(t, "CRUX_DISCORD_GUILD_ID=My server", "CRUX_STORE_RETENTON=3d", "CRUX_WHATEVER=1", "CRUX_TIME_ZONE=Mars/Olympus",
		"CRUX_PORT=tcp://10.0.0.1:80", "CRUX_SERVICE_HOST=10.0.0.1", "CRUX_PORT_80_TCP_ADDR=10.0.0.1")
	got := faultsOf(t, Options{File: file, Env: env, Flags: flags(t, "--store-url", "postgres://crux:hunter2@db/crux", "--http-listen", "8080")})
	want := []string{
		`discord.tokn (crux.yaml:2): there is no such key; did you mean discord.token?`,
		`log.color (crux.yaml:6): there is no such key`,
		`store (crux.yaml:11): expected a section with url, retention, got text`,
		`slack.token (crux.yaml:13): there is no such key; did you mean slack.bot_token?`,
		`CRUX_STORE_RETENTON (environment): there is no such key; did you mean CRUX_STORE_RETENTION?`,
		`CRUX_WHATEVER (environment): there is no such key`,
		`discord.api_url (crux.yaml:3): expected http:// or https:// and a host, such as https://discord.com`,
		`discord.guild_id (CRUX_DISCORD_GUILD_ID): expected the id of a server, digits only, got "My server"`,
		`store.url (--store-url): stores of the kind postgres are not supported; supported is SQLite, as in sqlite:///var/lib/crux/crux.db or sqlite:crux.db`,
		`http.listen (--http-listen): expected a host and a port, such as 127.0.0.1:9090, or a port alone, such as :9090, got "8080"`,
		`log.level (crux.yaml:5): expected one of debug, info, warn, error, got "loud"`,
		`limits.person (crux.yaml:8): expected a whole number from 1 to 1000, got text`,
		`limits.server (crux.yaml:9): expected a whole number from 1 to 10000, got 0`,
		`limits.messages (crux.yaml:10): expected a whole number from 1 to 100000, got a list`,
		`time_zone (CRUX_TIME_ZONE): expected the IANA name of a time zone, such as Europe/Berlin, got "Mars/Olympus"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFileFaults(t *testing.T) {
	tests := map[string]struct {
		name, text string
		want       []string
	}{
		"not YAML":          {"a.yaml", "log:\n  level: info\n level: [" + token, []string{"a.yaml:2: is not YAML here: expected key: value, with sections indented by blanks"}},
		"a scalar":          {"a.yaml", token, []string{"a.yaml:1: expected key: value, got text"}},
		"twice":             {"a.yaml", "log.level: info\nlog:\n  level: debug\n", []string{"log.level (a.yaml:3): is set in line 1 already"}},
		"two documents":     {"a.yaml", "time_zone: UTC\n---\ntime_zone: UTC\n", []string{"a.yaml:2: expected one document, without a line --- in it"}},
		"an alias":          {"a.yaml", "engine.name: &x embedded\nlog.format: *x\n", []string{"log.format (a.yaml:2): aliases (*name) are not supported; write out the value"}},
		"an unknown anchor": {"a.yaml", "discord.token: *" + strings.ReplaceAll(token, ".", "") + "\n", []string{"a.yaml: is not YAML here: expected key: value, with sections indented by blanks"}},
		"upper case":        {"a.yaml", "Log.Level: info\n", []string{"Log.Level (a.yaml:1): there is no such key; did you mean log.level?"}},
		"no value":          {"a.yaml", "discord:\n  token:\nlog:\n", []string{"discord.token (a.yaml:2): has no value; give it one, or take the line out"}},
		"a section":         {"a.yaml", "time_zone: {}\nlimits.person: {of: 3}\n", []string{"limits.person.of (a.yaml:2): there is no such key; did you mean limits.person?", "time_zone (a.yaml:1): expected the IANA name of a time zone, such as Europe/Berlin, got a section"}},
		"not TOML":          {"a.toml", "[discord]\n# no quotes\ntoken = " + token + "\n", []string{`a.toml:3: is not TOML here: expected key = value, with text in "quotes", each key once`}},
		"lines in TOML":     {"a.toml", "\n[log]\nformat = \"text\"\n\"level\" = true\nsize.max = 3\n[[limits]]\nperson = 3\n", []string{"limits (a.toml:6): expected a section with person, server, messages, got a list", "log.size.max (a.toml:5): there is no such key", "log.level (a.toml:4): expected one of debug, info, warn, error, got true or false"}},
		"twice in TOML":     {"a.toml", "\"log.level\" = \"info\"\n[log]\nlevel = \"info\"\n", []string{"log.level (a.toml:3): is set twice"}},
		"another ending":    {"a.json", "{}", []string{"a.json: expected a name that ends in .yaml, .yml or .toml"}},
		"too long":          {"a.yaml", strings.Repeat("#", maxFile+1), []string{"a.yaml: can't be read: it is longer than 1048576 bytes"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := faultsOf(t, Options{File: write(t, test.name, test.text), Env: home(t)})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhichFile(t *testing.T) {
	env := home(t)
	dir := filepath.Join(strings.TrimPrefix(env[0], "XDG_CONFIG_HOME="), "crux")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("crux.toml")
	if c, err := Load(Options{Env: env}); err != nil || c.Sources.File != filepath.Join(dir, "crux.toml") {
		t.Errorf("got %v, %v", c, err)
	}
	put("crux.yaml")
	want := []string{dir + ": there is both a crux.yaml and a crux.toml; keep one, or name one with --config"}
	if diff := cmp.Diff(want, faultsOf(t, Options{Env: env})); diff != "" {
		t.Error(diff)
	}
	missing := filepath.Join(dir, "none.yaml")
	if diff := cmp.Diff([]string{missing + ": can't be read: no such file or directory"}, faultsOf(t, Options{Env: env, Flags: flags(t, "--config", missing)})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"--config: expected the path of a file"}, faultsOf(t, Options{Env: env, Flags: flags(t, "--config", "")})); diff != "" {
		t.Error(diff)
	}
}

func TestSecretFiles(t *testing.T) {
	read := write(t, "token", "\n "+token+" \n")
	c, err := Load(Options{Env: home(t, "CRUX_DISCORD_TOKEN_FILE="+read)})
	if err != nil || c.Discord.Token.Reveal() != token {
		t.Errorf("from the environment: %v, %v", c, err)
	}
	file := filepath.Join(filepath.Dir(read), "crux.yaml")
	if err := os.WriteFile(file, []byte("discord.token_file: token"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err = Load(Options{File: file, Env: home(t)})
	if err != nil || c.Discord.Token.Reveal() != token || len(c.Secrets()) != 1 {
		t.Errorf("beside the file: %v, %v", c, err)
	}
	if want := []string{read}; !cmp.Equal(c.Sources.SecretFiles, want) {
		t.Errorf("secrets come from %q, want %q", c.Sources.SecretFiles, want)
	}

	both := faultsOf(t, Options{File: file, Env: home(t, "CRUX_DISCORD_TOKEN="+token)})
	if want := []string{"discord.token (CRUX_DISCORD_TOKEN): discord.token_file is set too (crux.yaml:1); set only one of them"}; !cmp.Equal(both, want) {
		t.Errorf("both set: %q", both)
	}
	for problem, path := range map[string]string{
		"is empty":                          write(t, "empty", " \n"),
		"it is longer than 16384 bytes":     write(t, "long", strings.Repeat("x", maxSecret+1)),
		"is a directory":                    t.TempDir(),
		"no such file or directory":         "/none/such",
		"it looks like the secret itself":   token,
		"there are blanks or line breaks":   write(t, "two", "Bot "+token),
		"there are blanks or line breaks i": write(t, "lines", token+"\n"+token),
	} {
		got := faultsOf(t, Options{Env: home(t, "CRUX_DISCORD_TOKEN_FILE="+path)})
		if len(got) != 1 || !strings.HasPrefix(got[0], "discord.token_file (CRUX_DISCORD_TOKEN_FILE): ") || !strings.Contains(got[0], problem) || strings.Contains(got[0], token) {
			t.Errorf("want a fault with %q, got %q", problem, got)
		}
	}
}

func TestSecretsNeverShow(t *testing.T) {
	c, err := Load(Options{Env: home(t, "CRUX_DISCORD_TOKEN="+token, "CRUX_SLACK_BOT_TOKEN="+aBotToken, "CRUX_SLACK_APP_TOKEN="+anAppToken,
		"CRUX_SLACK_SIGNING_SECRET=s3cr3t-s3cr3t", "CRUX_SLACK_LISTEN=:0", "CRUX_ENGINE_API_KEY=sk-s3cr3t")})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, shown := range []any{c, *c, c.Slack, c.Engine, c.Discord, c.Discord.Token, &c.Discord.Token, struct{ hidden Config }{*c}, []any{c.Secrets()}} {
			fmt.Fprintf(&out, verb+"\n", shown)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("loaded", "config", c, "by value", *c, "discord", c.Discord, "token", c.Discord.Token)
	}
	if err := json.NewEncoder(&out).Encode(map[string]any{"config": c, "token": c.Discord.Token}); err != nil {
		t.Fatal(err)
	}
	hex := fmt.Sprintf("%x", token)
	if strings.Contains(out.String(), token) || strings.Contains(out.String(), "s3cr3t") || strings.Contains(out.String(), hex) {
		t.Errorf("the token shows:\n%s", out.String())
	}
	if len(c.Secrets()) != 5 || c.Discord.Token.String() != "(set)" || (Secret{}).String() != "" || (Secret{}).Reveal() != "" {
		t.Error("a secret doesn't say whether it is set")
	}
}

func TestStoreURL(t *testing.T) {
	file := write(t, "crux.yaml", "")
	dir := filepath.Dir(file)
	tests := map[string]string{
		"sqlite:/var/crux.db":          "/var/crux.db",
		"sqlite:///var/crux.db":        "/var/crux.db",
		"sqlite:///var/a%20b/c.db":     "/var/a%20b/c.db",
		"sqlite:/var/a b/50%.db":       "/var/a b/50%.db",
		"sqlite:crux.db":               dir + "/crux.db",
		"sqlite:../crux.db":            filepath.Dir(dir) + "/crux.db",
		"sqlite:///var/../etc/crux.db": "/etc/crux.db",
	}
	for text, want := range tests {
		if err := os.WriteFile(file, []byte("store.url: '"+text+"'"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(Options{File: file, Env: home(t)})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		again := &Config{}
		if err := storeURL(again, value{text: c.Store.URL}); err != nil || c.Store.Path != want || again.Store != (Store{URL: c.Store.URL, Path: want}) {
			t.Errorf("%s: got %q (%v), want %q", text, c.Store.Path, err, want)
		}
	}
	for _, text := range []string{"crux.db", "/var/crux.db", "sqlite:", "sqlite://", "sqlite:/var/", "sqlite::memory:", "sqlite:a?mode=ro", "sqlite://crux.db", "mysql://u:hunter2@h/d", "hunter2:x"} {
		err := storeURL(&Config{}, value{text: text})
		if err == nil || !strings.Contains(err.Error(), "sqlite:///var/lib/crux/crux.db") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", text, err)
		}
	}
	c, err := Load(Options{Env: home(t, "STATE_DIRECTORY=/var/lib/crux:/var/lib/other")})
	if err != nil || c.Store.Path != "/var/lib/crux/crux.db" {
		t.Errorf("under systemd: %v, %v", c, err)
	}
}

func TestValues(t *testing.T) {
	good := map[string][]string{
		"discord.api_url": {"http://localhost:1", "https://proxy.example/", "http://[::1]:80"},
		"http.listen":     {":0", "localhost:65535", "[::1]:9090"},
		"store.retention": {"1h", "520w", "3650d", "36h30m"},
		"time_zone":       {"Asia/Kathmandu", "Etc/UTC"},
		"limits.messages": {"1", "100000"},
	}
	bad := map[string][]string{
		"discord.token":    {"two words", "line\nbreak"},
		"discord.api_url":  {"ftp://h", "https://", "https://h/api", "https://h?x", "https://h#x", "https://u:p@h", "https://h/%zz", "discord.com"},
		"discord.guild_id": {"0", "-1", "99999999999999999999", "1e18", "x"},
		"engine.name":      {"oracle", "Embedded"},
		"store.retention":  {"0", "59m", "3651d", "-1d", "d", "8192w", "90", "1.5d"},
		"http.listen":      {"localhost", ":65536", ":http", "http://localhost:80", "::1:9090"},
		"log.level":        {"INFO", "trace"},
		"limits.person":    {"0", "1001", "6.0", "six", "1_0"},
		"limits.messages":  {"100001"},
		"time_zone":        {"Local", "../UTC", "Berlin"},
	}
	check := func(name, text string, ok bool) {
		_, err := Load(Options{Env: home(t, key{name: name}.env()+"="+text)})
		if (err == nil) != ok {
			t.Errorf("%s=%q: %v", name, text, err)
		}
	}
	for name, texts := range good {
		for _, text := range texts {
			check(name, text, true)
		}
	}
	for name, texts := range bad {
		for _, text := range texts {
			check(name, text, false)
		}
	}
}

// The reference loads as it stands and sets the defaults; with its examples
// uncommented it loads too, and then every key is set.
func TestReference(t *testing.T) {
	defaults, err := Load(Options{Env: home(t)})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(Options{File: write(t, "crux.yaml", Reference()), Env: home(t)})
	if err != nil {
		t.Fatal(err)
	}
	if c.String() != defaults.String() {
		t.Errorf("got  %v\nwant %v", c, defaults)
	}
	full := regexp.MustCompile(`(?m)^( *)#(\w+: )`).ReplaceAllString(Reference(), "$1$2")
	full = regexp.MustCompile(`(?m)^ *\w+_file: .*\n`).ReplaceAllString(full, "")
	c, err = Load(Options{File: write(t, "crux.yaml", full), Env: home(t)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(c.Sources.FileKeys), len(keys(""))-5; got != want {
		t.Errorf("%d of %d keys are in the reference", got, want)
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[Duration]string{Duration(90 * day): "90d", Duration(90 * time.Minute): "1h30m0s", 0: "0s"} {
		if got := d.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Whatever a file holds, Load either returns faults or a store's URL that it would take again.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{Reference(), "discord:\n  token: " + token, "discord.token: [" + token + "]", "a: &a [*a]", "? [x]\n: y", "store.url: sqlite:%", "---\n---", "[discord]\ntoken = '" + token + "'"} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, isTOML bool) {
		path := "/crux.yaml"
		if isTOML {
			path = "/crux.toml"
		}
		file := &content{path: path}
		file.parse(data)
		c, err := load(file, map[string]string{"STATE_DIRECTORY": "/state"}, nil)
		if err != nil {
			if faults, ok := errors.AsType[Faults](err); !ok || len(faults) == 0 {
				t.Errorf("an error without faults: %v", err)
			}
			return
		}
		again := &Config{}
		if err := storeURL(again, value{text: c.Store.URL}); err != nil || again.Store.Path != c.Store.Path {
			t.Errorf("%q is read as %q: %v", c.Store.URL, again.Store.Path, err)
		}
	})
}
