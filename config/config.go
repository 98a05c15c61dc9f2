package config

import (
	"encoding/json"
	"log/slog"
	"time"
)

// Config is everything that can be set, checked and with its defaults filled in.
type Config struct {
	Discord Discord `json:"discord"`
	Slack   Slack   `json:"slack"`
	Engine  Engine  `json:"engine"`
	Store   Store   `json:"store"`
	HTTP    HTTP    `json:"http"`
	Log     Log     `json:"log"`
	Limits  Limits  `json:"limits"`
	// TimeZone is the zone in which people's words such as "yesterday" are read, and digests are due where nobody names another. It is never nil.
	TimeZone Zone `json:"time_zone"`

	// Sources say where what is set was set.
	Sources Sources `json:"-"`
}

// Discord is how to reach Discord.
type Discord struct {
	// Token is the bot's token, from discord.token or the file that discord.token_file names.
	Token Secret `json:"token"`
	// APIURL is a scheme and a host, without a path or a slash at its end.
	APIURL string `json:"api_url"`
	// Guild is the id of the server in which the commands are registered, "" for everywhere.
	Guild string `json:"guild_id"`
}

// Slack is how to reach Slack. Where BotToken is set, so is AppToken, or SigningSecret with Listen, or all three.
type Slack struct {
	// BotToken is the bot's token, from slack.bot_token or the file that slack.bot_token_file names.
	BotToken Secret `json:"bot_token"`
	// AppToken is the app-level token, with which crux uses Socket Mode.
	AppToken Secret `json:"app_token"`
	// SigningSecret proves that a request comes from Slack.
	SigningSecret Secret `json:"signing_secret"`
	// Listen is a host and a port as for [net.Listen] at which Slack's requests are taken, "" for none.
	Listen string `json:"listen"`
	// APIURL is the address of Slack's Web API, with a slash at its end.
	APIURL string `json:"api_url"`
	// SharedChannels allows channels that are shared with other organisations.
	SharedChannels bool `json:"shared_channels"`
	// Managers are the ids of members who may do what administrators may, as far as crux is concerned. It is never nil.
	Managers []string `json:"managers"`
}

// Store is where things are kept, and for how long.
type Store struct {
	// URL is sqlite:// and an absolute path, which is read as it stands, without any escapes.
	URL string `json:"url"`
	// Path is the path in URL.
	Path string `json:"-"`
	// Retention is how long the messages of watched channels are kept.
	Retention Duration `json:"retention"`
}

// HTTP is the listener for health and metrics.
type HTTP struct {
	// Listen is a host and a port as for [net.Listen], "" for no listener.
	Listen string `json:"listen"`
}

// Log is what is logged, and how.
type Log struct {
	// Level is the least level that is logged.
	Level slog.Level `json:"level"`
	// Format is "text" or "json".
	Format string `json:"format"`
}

// Limits bound what people may ask.
type Limits struct {
	// Person and Server are requests a minute, by one person and by all of a server.
	Person int `json:"person"`
	Server int `json:"server"`
	// Messages is how many messages a request reads at most.
	Messages int `json:"messages"`
}

// Zone is a time zone that prints as its IANA name.
type Zone struct{ *time.Location }

// MarshalText encodes the name.
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.String()), nil }

// Sources are the places that settings were read from.
type Sources struct {
	// File is the path of the file, "" where none was read.
	File string
	// FileKeys are the keys set in the file, Env the names of the environment
	// variables, Flags the flags that were given, each in the order of the reference.
	FileKeys, Env, Flags []string
	// SecretFiles are the files that hold a secret: those of a ..._file key, and File where a secret stands in it.
	SecretFiles []string
}

// Secrets are the secrets that are set, for whoever must keep them out of sight.
func (c *Config) Secrets() []Secret {
	var set []Secret
	for _, s := range []Secret{c.Discord.Token, c.Slack.BotToken, c.Slack.AppToken, c.Slack.SigningSecret, c.Engine.APIKey} {
		if s.IsSet() {
			set = append(set, s)
		}
	}
	return set
}

// String is the configuration as JSON, without the secrets.
func (c Config) String() string {
	text, err := json.Marshal(c)
	if err != nil { // not reached: nothing in it can fail to be encoded
		return "config: " + err.Error()
	}
	return string(text)
}

// LogValue logs String.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }
