package config

import (
	"log/slog"
	"slices"
	"strings"
	"time"
)

// key is one setting.
type key struct {
	name string
	// doc says what it is, in a line or a few, for the reference.
	doc string
	// fallback is the default, "" where there is none.
	fallback string
	// example is shown in the reference instead of a default.
	example string
	// flag is the flag's name without dashes, "" where there is none. Secrets have
	// none, since everyone on the machine can read a command line.
	flag string
	// usage is the flag's help.
	usage string
	// twin is, for a secret, the key that names a file to read it from.
	twin string
	// set checks the value and puts it into the Config; its error says what was
	// expected. It is nil for a twin, which is read together with its secret.
	set func(*Config, value) error
}

// env is the name of the key's environment variable.
func (k key) env() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(k.name, ".", "_"))
}

const envPrefix = "CRUX_"

// keys are all settings, in the order of the reference. state is the folder in
// which crux keeps what it must not lose.
func keys(state string) []key {
	return withTwins([]key{
		{
			name:    "discord.token",
			doc:     "The bot's token: https://discord.com/developers/applications → your application → Bot.",
			example: "the-token",
			twin:    "discord.token_file",
			set:     secret(func(c *Config) *Secret { return &c.Discord.Token }),
		},
		{
			name:     "discord.api_url",
			doc:      "The scheme and host of Discord's API, should it be reached through a proxy.",
			fallback: "https://discord.com",
			set:      origin(func(c *Config) *string { return &c.Discord.APIURL }),
		},
		{
			name:    "discord.guild_id",
			doc:     "The id of one server, in which alone the commands are then registered, to be used at once.",
			example: "81384788765712384",
			set:     snowflake(func(c *Config) *string { return &c.Discord.Guild }),
		},
		{
			name:    "slack.bot_token",
			doc:     "The bot's token: https://api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token.",
			example: "xoxb-the-token",
			twin:    "slack.bot_token_file",
			set:     slackToken(func(c *Config) *Secret { return &c.Slack.BotToken }, slackBotToken()),
		},
		{
			name:    "slack.app_token",
			doc:     "Your app → Basic Information → App-Level Tokens, with the scope connections:write. With it crux uses Socket Mode.",
			example: "xapp-the-token",
			twin:    "slack.app_token_file",
			set:     slackToken(func(c *Config) *Secret { return &c.Slack.AppToken }, slackAppToken()),
		},
		{
			name:    "slack.signing_secret",
			doc:     "Your app → Basic Information → Signing Secret, with which Slack signs its requests to slack.listen; not used with an app token.",
			example: "the-secret",
			twin:    "slack.signing_secret_file",
			set:     slackToken(func(c *Config) *Secret { return &c.Slack.SigningSecret }, slackSigningSecret()),
		},
		{
			name:    "slack.listen",
			doc:     "The host and port for Slack's requests, behind something that speaks HTTPS; not used with an app token.",
			example: "127.0.0.1:3000",
			set:     address(func(c *Config) *string { return &c.Slack.Listen }),
		},
		{
			name:     "slack.api_url",
			doc:      "The address of Slack's API, with a slash at its end, should it be reached through a proxy.",
			fallback: "https://slack.com/api/",
			set:      folderURL(func(c *Config) *string { return &c.Slack.APIURL }),
		},
		{
			name:     "slack.shared_channels",
			doc:      "Whether crux may read and post in channels that are shared with other organisations.",
			fallback: "false",
			set:      yesOrNo(func(c *Config) *bool { return &c.Slack.SharedChannels }),
		},
		{
			name:    "slack.managers",
			doc:     "The ids of members who may set up digests and watch channels, besides administrators and who made the channel, with commas between them.",
			example: "U012AB3CD,U045EF6GH",
			set:     slackMembers,
		},
		{
			name: "engine.name",
			doc: "What reads the debates: embedded, on this machine; anthropic or openai, a language model, to which the messages then go; " +
				"or auto: the vendor whose key or address is set below, else embedded.",
			fallback: EngineAuto,
			flag:     "engine",
			usage:    "the `ENGINE` that reads the debates: " + strings.Join(EngineNames(), ", "),
			set:      oneOf(func(c *Config) *string { return &c.Engine.Name }, EngineNames()...),
		},
		{
			name: "engine.model",
			doc: "What the vendor calls the model; by default " + defaultAnthropicModel + " and " + defaultOpenAIModel + ". " +
				"It must be set where engine.base_url is.",
			example: defaultAnthropicModel,
			flag:    "model",
			usage:   "the language `MODEL` that reads them, as its vendor calls it",
			set:     word(func(c *Config) *string { return &c.Engine.Model }),
		},
		{
			name: "engine.base_url",
			doc: "Where OpenAI's protocol is spoken, by Ollama, vLLM, llama.cpp, LM Studio, OpenRouter and others, up to and with /v1; " +
				"or Anthropic's, up to /v1.",
			example: "http://127.0.0.1:11434/v1",
			flag:    "base-url",
			usage:   "the `URL` at which the model is asked, such as http://127.0.0.1:11434/v1",
			set:     baseURL(func(c *Config) *string { return &c.Engine.BaseURL }),
		},
		{
			name: "engine.api_key",
			doc: "The key of the vendor, where it wants one. The variables that the vendors' own tools read, " +
				"such as OPENAI_API_KEY, are not used.",
			example: "the-key",
			twin:    "engine.api_key_file",
			set:     secret(func(c *Config) *Secret { return &c.Engine.APIKey }),
		},
		{
			name:     "engine.timeout",
			doc:      "How long one try at an answer may take, such as 90s or 5m; then it is tried again.",
			fallback: "5m",
			set:      duration(func(c *Config) *Duration { return &c.Engine.Timeout }, Duration(time.Second), Duration(day), "90s or 5m"),
		},
		{
			name:     "engine.retries",
			doc:      "How often it is tried again; then the embedded engine answers, and says so.",
			fallback: "3",
			set:      count(func(c *Config) *int { return &c.Engine.Retries }, 0, 10),
		},
		{
			name:     "engine.concurrency",
			doc:      "How many prompts the model is given at a time.",
			fallback: "4",
			set:      count(func(c *Config) *int { return &c.Engine.Concurrency }, 1, 100),
		},
		{
			name: "engine.max_input_tokens",
			doc: "How many tokens a prompt may have; the rest of what the model has room for is for its answer. By default 100000, " +
				"and 8000 where engine.base_url is on this machine or in a private network.",
			example: "100000",
			set:     ifSet(count(func(c *Config) *int { return &c.Engine.MaxInputTokens }, 4000, 2_000_000)),
		},
		{
			name:     "engine.names",
			doc:      "Whether people's names go to the model. Without them it is given handles, such as P1.",
			fallback: "false",
			set:      yesOrNo(func(c *Config) *bool { return &c.Engine.Names }),
		},
		{
			name:     "engine.budget_tokens",
			doc:      "How many tokens each server or workspace may use in a day, in UTC; then the embedded engine answers, and says so. A prompt needs room for some 10000 and for the messages that it shows. 0 is no bound.",
			fallback: "0",
			set:      count(func(c *Config) *int { return &c.Engine.BudgetTokens }, 0, 1_000_000_000),
		},
		{
			name:     "engine.budget_usd",
			doc:      "How many US dollars each server or workspace may use in a day, in UTC, by the prices below. 0 is no bound.",
			fallback: "0",
			set:      amount(func(c *Config) *float64 { return &c.Engine.BudgetUSD }, 1_000_000),
		},
		{
			name:     "engine.price_input",
			doc:      "What a million tokens cost that the model reads, in US dollars.",
			fallback: "0",
			set:      amount(func(c *Config) *float64 { return &c.Engine.PriceInput }, 100_000),
		},
		{
			name:    "engine.price_cached",
			doc:     "What a million tokens cost that it reads from its vendor's cache; by default as much as others.",
			example: "0.2",
			set:     ifSet(amount(func(c *Config) *float64 { return &c.Engine.PriceCached }, 100_000)),
		},
		{
			name:     "engine.price_output",
			doc:      "What a million tokens cost that it writes, in US dollars.",
			fallback: "0",
			set:      amount(func(c *Config) *float64 { return &c.Engine.PriceOutput }, 100_000),
		},
		{
			name:     "store.url",
			doc:      "Where watched channels, their messages and requests are kept: a SQLite file.",
			fallback: defaultStore(state),
			example:  "sqlite:///var/lib/crux/crux.db",
			flag:     "store-url",
			usage:    "keep things in the store at this `URL`, such as sqlite:///var/lib/crux/crux.db",
			set:      storeURL,
		},
		{
			name:     "store.retention",
			doc:      "How long the messages of watched channels are kept, such as 30d, 4w or 36h.",
			fallback: "30d",
			set:      duration(func(c *Config) *Duration { return &c.Store.Retention }, Duration(time.Hour), Duration(3650*day), "30d, 4w or 36h"),
		},
		{
			name:    "http.listen",
			doc:     "The host and port for /healthz, /readyz and /metrics; off unless it is set.",
			example: "127.0.0.1:9090",
			flag:    "http-listen",
			usage:   "serve health and metrics at this `ADDRESS`, such as 127.0.0.1:9090",
			set:     address(func(c *Config) *string { return &c.HTTP.Listen }),
		},
		{
			name:     "log.level",
			doc:      "What is logged: debug, info, warn or error, and what is worse.",
			fallback: "info",
			flag:     "log-level",
			usage:    "log this `LEVEL` and what is worse: debug, info, warn, error",
			set:      logLevel,
		},
		{
			name:     "log.format",
			doc:      "How it is logged: text or json.",
			fallback: "text",
			flag:     "log-format",
			usage:    "log in this `FORMAT`: text, json",
			set:      oneOf(func(c *Config) *string { return &c.Log.Format }, "text", "json"),
		},
		{
			name:     "limits.person",
			doc:      "How many requests one person may make in a minute.",
			fallback: "6",
			set:      count(func(c *Config) *int { return &c.Limits.Person }, 1, 1000),
		},
		{
			name:     "limits.server",
			doc:      "How many requests all people of one server or workspace may make in a minute.",
			fallback: "60",
			set:      count(func(c *Config) *int { return &c.Limits.Server }, 1, 10_000),
		},
		{
			name:     "limits.messages",
			doc:      "How many messages one request reads at most.",
			fallback: "5000",
			set:      count(func(c *Config) *int { return &c.Limits.Messages }, 1, 100_000),
		},
		{
			name:     "time_zone",
			doc:      `The zone in which "yesterday" and the like are read, and digests are due where nobody names another; an IANA name, such as Europe/Berlin.`,
			fallback: "UTC",
			set:      zone,
		},
	})
}

// withTwins adds, behind each secret, the key that names its file.
func withTwins(all []key) []key {
	for i := 0; i < len(all); i++ {
		if all[i].twin == "" {
			continue
		}
		all = slices.Insert(all, i+1, key{
			name:    all[i].twin,
			doc:     "Or a file to read it from, such as a mounted secret. A path that is not absolute starts at this file's folder.",
			example: "/run/secrets/" + strings.ReplaceAll(all[i].name, ".", "_"),
		})
	}
	return all
}

// levels are the words for the levels of the log.
func levels() map[string]slog.Level {
	return map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
}
