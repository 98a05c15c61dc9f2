package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	anOpenAIKey     = "sk-proj-s3cr3t-s3cr3t"
	anAnthropicKey  = "sk-ant-api03-s3cr3t-s3cr3t"
	setOpenAIKey    = "CRUX_ENGINE_API_KEY=" + anOpenAIKey
	setAnthropicKey = "CRUX_ENGINE_API_KEY=" + anAnthropicKey
	setOllama       = "CRUX_ENGINE_BASE_URL=http://127.0.0.1:11434/v1"
)

// Which engine reads, by which model, and how long its prompts may be.
func TestEngineIsResolved(t *testing.T) {
	tests := []struct {
		set         []string
		name, model string
		input       int
	}{
		{nil, "embedded", "", 100_000},
		{[]string{setOpenAIKey}, "openai", "gpt-6.1-sol", 100_000},
		{[]string{setAnthropicKey}, "anthropic", "claude-sonnet-5-5", 100_000},
		{[]string{setAnthropicKey, "CRUX_ENGINE_MODEL=claude-opus-5-5"}, "anthropic", "claude-opus-5-5", 100_000},
		{[]string{setOllama, "CRUX_ENGINE_MODEL=qwen3:14b"}, "openai", "qwen3:14b", 8_000},
		{[]string{setOllama, "CRUX_ENGINE_MODEL=m", "CRUX_ENGINE_MAX_INPUT_TOKENS=30000"}, "openai", "m", 30_000},
		// A key of Anthropic's that goes elsewhere, such as to a gateway, says nothing of the protocol there.
		{[]string{setAnthropicKey, "CRUX_ENGINE_BASE_URL=https://gateway.example/v1", "CRUX_ENGINE_MODEL=m"}, "openai", "m", 100_000},
		{[]string{setAnthropicKey, "CRUX_ENGINE_BASE_URL=https://api.anthropic.com"}, "anthropic", "claude-sonnet-5-5", 100_000},
		{[]string{setOpenAIKey, "CRUX_ENGINE_NAME=embedded"}, "embedded", "", 100_000},
		{[]string{"CRUX_ENGINE_API_KEY=k", "CRUX_ENGINE_NAME=anthropic", "CRUX_ENGINE_BASE_URL=http://desk:80/"}, "anthropic", "claude-sonnet-5-5", 8_000},
	}
	for _, test := range tests {
		c, err := Load(Options{Env: home(t, test.set...)})
		if err != nil {
			t.Errorf("%q: %v", test.set, err)
			continue
		}
		if e := c.Engine; e.Name != test.name || e.Model != test.model || e.MaxInputTokens != test.input || e.IsModel() != (test.name != "embedded") {
			t.Errorf("%q: %+v", test.set, e)
		}
	}
}

func TestEngineKeysThatNeedOneAnother(t *testing.T) {
	const (
		public = "engine.base_url (CRUX_ENGINE_BASE_URL): over http:// the messages and the key could be read on their way; expected https://, or an address of this machine or of a private network"
	)
	tests := []struct{ set, want []string }{
		{[]string{"CRUX_ENGINE_NAME=openai"},
			[]string{"engine.name (CRUX_ENGINE_NAME): needs a key or an address: set engine.api_key or engine.api_key_file for OpenAI (from https://platform.openai.com), engine.base_url for a server that speaks its protocol, or both"}},
		{[]string{"CRUX_ENGINE_NAME=anthropic"},
			[]string{"engine.name (CRUX_ENGINE_NAME): needs a key: set engine.api_key or engine.api_key_file, CRUX_ENGINE_API_KEY or CRUX_ENGINE_API_KEY_FILE (from https://platform.claude.com)"}},
		{[]string{setOllama}, []string{"engine.base_url (CRUX_ENGINE_BASE_URL): is not enough: set engine.model too, to what the server there calls the model"}},
		{[]string{"CRUX_ENGINE_MODEL=m"}, []string{"engine.model (CRUX_ENGINE_MODEL): is of no use without engine.api_key or engine.base_url; set one of them too"}},
		{[]string{setAnthropicKey, "CRUX_ENGINE_NAME=openai"}, []string{"engine.api_key (CRUX_ENGINE_API_KEY): expected a key of OpenAI's; this looks like one of Anthropic's"}},
		{[]string{setOpenAIKey, "CRUX_ENGINE_NAME=anthropic"}, []string{"engine.api_key (CRUX_ENGINE_API_KEY): expected a key of Anthropic's, which begins with sk-ant-; this looks like one of another vendor"}},
		{[]string{setAnthropicKey, "CRUX_ENGINE_NAME=anthropic", "CRUX_ENGINE_BASE_URL=https://h/v1/"}, []string{"engine.base_url (CRUX_ENGINE_BASE_URL): for anthropic, expected the address without /v1 at its end"}},
		{[]string{setOpenAIKey, "CRUX_ENGINE_BUDGET_USD=2.5", "CRUX_ENGINE_PRICE_INPUT=2"},
			[]string{"engine.budget_usd (CRUX_ENGINE_BUDGET_USD): can't be kept without prices: set engine.price_input and engine.price_output, in US dollars for a million tokens, or bound the tokens with engine.budget_tokens"}},
		{[]string{"CRUX_ENGINE_BASE_URL=http://api.example.com/v1"}, []string{public}},
		{[]string{"CRUX_ENGINE_BASE_URL=http://8.8.8.8/v1", "CRUX_ENGINE_MODEL=m"}, []string{public}},
	}
	for _, test := range tests {
		got := faultsOf(t, Options{Env: home(t, test.set...)})
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%q: %s", test.set, diff)
		}
		if strings.Contains(strings.Join(got, ""), "s3cr3t") {
			t.Errorf("a key shows: %q", got)
		}
	}
}

func TestEngineValues(t *testing.T) {
	tests := map[string]struct{ good, bad []string }{
		"engine.name": {EngineNames(), []string{"oracle", "Embedded", "chatgpt"}},
		"engine.base_url": {
			[]string{"https://openrouter.ai/api/v1", "http://localhost:1234/v1/", "http://[::1]:1", "http://10.1.2.3/v1", "http://192.168.0.9", "http://ollama:11434/v1", "http://box.local/v1", "http://host.docker.internal:1234", "http://m.ns.svc", "http://100.64.1.2", "http://[fd00::1]/v1", "http://[::ffff:127.0.0.1]:1"},
			[]string{"ollama:11434", "ftp://h", "https://", "https://u:p@h/v1", "https://h/v1?key=x", "https://h#x", "http://100.128.0.1", "http://evil.com.", "http://127.0.0.1.nip.io", "http://local.example.com"},
		},
		"engine.model":            {[]string{"claude-opus-5-5", "qwen3:14b", "anthropic/claude-sonnet-5.5", "/models/a.gguf"}, []string{"two words", "line\nbreak", strings.Repeat("x", 201)}},
		"engine.timeout":          {[]string{"1s", "90s", "1d"}, []string{"0", "999ms", "25h", "60"}},
		"engine.retries":          {[]string{"0", "10"}, []string{"-1", "11"}},
		"engine.concurrency":      {[]string{"1", "100"}, []string{"0", "101"}},
		"engine.max_input_tokens": {[]string{"4000", "2000000"}, []string{"0", "3999", "2000001", "8k"}},
		"engine.names":            {[]string{"true"}, []string{"yes"}},
		"engine.budget_tokens":    {[]string{"0", "1000000000"}, []string{"-1", "1e6"}},
		"engine.price_input":      {[]string{"0", "2.50", "1e2"}, []string{"-1", "NaN", "Inf", "2,50", "$2", "100001"}},
	}
	for name, test := range tests {
		for ok, texts := range map[bool][]string{true: test.good, false: test.bad} {
			for _, text := range texts {
				// A key and a model, so that each name and address has what it needs.
				env := home(t, "CRUX_ENGINE_API_KEY=k3y", "CRUX_ENGINE_MODEL=m", key{name: name}.env()+"="+text)
				if _, err := Load(Options{Env: env}); (err == nil) != ok {
					t.Errorf("%s=%q: %v", name, text, err)
				}
			}
		}
	}
	file := write(t, "crux.yaml", "engine:\n  price_input: 0.75\n  price_output: 4\n  budget_usd: '3'\n")
	want := []string{"engine.budget_usd (crux.yaml:4): expected a number from 0 to 1000000, such as 2.50, got text"}
	if diff := cmp.Diff(want, faultsOf(t, Options{File: file, Env: home(t)})); diff != "" {
		t.Error(diff)
	}
}

func TestCachedTokensCostAsMuchUnlessTold(t *testing.T) {
	env := home(t, "CRUX_ENGINE_PRICE_INPUT=2", "CRUX_ENGINE_PRICE_OUTPUT=10", "CRUX_ENGINE_BUDGET_USD=0.5")
	c, err := Load(Options{Env: env})
	if err != nil || c.Engine.PriceCached != 2 || c.Engine.BudgetUSD != 0.5 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = Load(Options{Env: append(env, "CRUX_ENGINE_PRICE_CACHED=0")}); err != nil || c.Engine.PriceCached != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

// Who needs the engine alone is not stopped by what is wrong elsewhere, but by all that concerns it.
func TestLoadEngine(t *testing.T) {
	file := write(t, "crux.yaml", "discord.token_file: /none/such\nlimits.person: 0\nengine: {model: m, retries: 1}\nnonsense: 1\n")
	set := flags(t, "--base-url", "http://127.0.0.1:1/v1", "--model", "n")
	e, err := LoadEngine(Options{File: file, Env: home(t, "CRUX_STORE_RETENTON=1d"), Flags: set})
	if err != nil || e.Name != "openai" || e.Model != "n" || e.BaseURL != "http://127.0.0.1:1/v1" || e.Retries != 1 || e.Host() != "127.0.0.1:1" || !e.IsPrivate() {
		t.Errorf("%+v, %v", e, err)
	}
	for _, env := range []string{"CRUX_ENGINE_RETRIES=many", "CRUX_ENGINE_RETRY=1"} {
		if e, err := LoadEngine(Options{File: file, Env: home(t, env)}); err == nil || e != (Engine{}) || strings.Contains(err.Error(), "limits") {
			t.Errorf("%s: %+v, %v", env, e, err)
		}
	}
	if _, err := LoadEngine(Options{File: write(t, "crux.yaml", "["), Env: home(t)}); err == nil {
		t.Error("a file that is not YAML is passed over")
	}
	if e, err := LoadEngine(Options{Env: home(t, setAnthropicKey)}); err != nil || e.Host() != "anthropic" || e.IsPrivate() {
		t.Errorf("%+v, %v", e, err)
	}
}
