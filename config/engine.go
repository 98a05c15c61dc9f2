package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The engines that engine.name can name.
const (
	// EngineAuto is resolved by [Load] to one of the others.
	EngineAuto      = "auto"
	EngineEmbedded  = "embedded"
	EngineAnthropic = "anthropic"
	EngineOpenAI    = "openai"
)

// EngineNames are the engines that engine.name can name.
func EngineNames() []string {
	return []string{EngineAuto, EngineEmbedded, EngineAnthropic, EngineOpenAI}
}

// Of the models that the vendors name as current, these read long texts with care at a moderate price.
const (
	defaultAnthropicModel = "claude-sonnet-5-5"
	defaultOpenAIModel    = "gpt-6.1-sol"
)

// How many tokens a prompt may have where engine.max_input_tokens is not set. A model of
// one's own often has room for no more, and cuts off silently what is too long.
const (
	defaultMaxInput = 100_000
	privateMaxInput = 8_000
)

// Engine is what reads the debates. Where Name is [EngineEmbedded], all other fields are of no use.
type Engine struct {
	// Name is one of [EngineNames], and never [EngineAuto].
	Name string `json:"name"`
	// Model is what the vendor calls the model; it is set where Name is a vendor.
	Model string `json:"model"`
	// BaseURL is where the vendor's protocol is spoken, without a slash at its end; "" is the vendor's own.
	BaseURL string `json:"base_url"`
	// APIKey is the key, from engine.api_key or the file that engine.api_key_file names.
	APIKey Secret `json:"api_key"`
	// Timeout is for one try at an answer, and Retries is how many more there are.
	Timeout Duration `json:"timeout"`
	Retries int      `json:"retries"`
	// Concurrency is how many prompts are under way at a time.
	Concurrency int `json:"concurrency"`
	// MaxInputTokens is how many tokens a prompt may have.
	MaxInputTokens int `json:"max_input_tokens"`
	// Names allows people's names to go to the model; else it is given handles.
	Names bool `json:"names"`
	// BudgetTokens and BudgetUSD bound what a server may use in a day, 0 for no bound.
	BudgetTokens int     `json:"budget_tokens"`
	BudgetUSD    float64 `json:"budget_usd"`
	// PriceInput, PriceCached and PriceOutput are US dollars for a million tokens that are
	// read, read from the vendor's cache, and written.
	PriceInput  float64 `json:"price_input"`
	PriceCached float64 `json:"price_cached"`
	PriceOutput float64 `json:"price_output"`
}

// IsModel says whether the engine asks a language model, to which the messages then go.
func (e Engine) IsModel() bool { return e.Name != EngineEmbedded }

// Host is where the messages go: a host and maybe a port, or the vendor's name where it is the vendor's own.
func (e Engine) Host() string {
	if u, err := url.Parse(e.BaseURL); err == nil && u.Host != "" {
		return u.Host
	}
	return e.Name
}

// Vendor is how people call whoever runs the model: the vendor, or the host where it is not the vendor's own.
func (e Engine) Vendor() string {
	switch {
	case e.BaseURL != "":
		return e.Host()
	case e.Name == EngineAnthropic:
		return "Anthropic"
	case e.Name == EngineOpenAI:
		return "OpenAI"
	}
	return e.Name
}

// String names the engine and its model.
func (e Engine) String() string {
	switch {
	case !e.IsModel():
		return e.Name
	case e.BaseURL == "":
		return e.Name + " " + e.Model
	}
	return e.Name + " " + e.Model + " at " + e.Host()
}

// IsPrivate says whether the model is on this machine or in a private network.
func (e Engine) IsPrivate() bool {
	u, err := url.Parse(e.BaseURL)
	return err == nil && u.Host != "" && isPrivateHost(u.Hostname())
}

// anthropicKey begins the keys of Anthropic.
const anthropicKey = "sk-ant-"

// resolve settles what depends on other keys: which engine auto stands for, and the defaults of what was not set.
func (e *Engine) resolve(inForce map[string]value) {
	if e.Name == EngineAuto {
		e.Name = e.found()
	}
	if e.Model == "" {
		switch {
		case e.Name == EngineAnthropic:
			e.Model = defaultAnthropicModel
		case e.Name == EngineOpenAI && e.BaseURL == "":
			e.Model = defaultOpenAIModel
		}
	}
	if e.MaxInputTokens == 0 {
		e.MaxInputTokens = defaultMaxInput
		if e.IsPrivate() {
			e.MaxInputTokens = privateMaxInput
		}
	}
	if inForce["engine.price_cached"].layer == byDefault {
		e.PriceCached = e.PriceInput
	}
}

// found is the engine that auto stands for: the vendor whose key or address is there.
func (e *Engine) found() string {
	u, _ := url.Parse(e.BaseURL) // what can't be parsed was never set
	host := u.Hostname()
	switch {
	case host == "anthropic.com", strings.HasSuffix(host, ".anthropic.com"),
		host == "" && strings.HasPrefix(e.APIKey.Reveal(), anthropicKey):
		return EngineAnthropic
	case host != "" || e.APIKey.IsSet():
		return EngineOpenAI
	}
	return EngineEmbedded
}

// baseURL takes the address at which a vendor's protocol is spoken.
func baseURL(field func(*Config) *string) func(*Config, value) error {
	return func(c *Config, v value) error {
		const example = ", such as http://127.0.0.1:11434/v1"
		if v.isText() && v.text == "" {
			return nil
		}
		u, err := url.Parse(v.text)
		switch {
		case err != nil || !v.isText() || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "":
			return errors.New("expected http:// or https://, a host and maybe a path" + example)
		case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
			return errors.New("expected a scheme, a host and maybe a path, and nothing else" + example)
		case u.Scheme == "http" && !isPrivateHost(u.Hostname()):
			return errors.New("over http:// the messages and the key could be read on their way; expected https://, or an address of this machine or of a private network")
		}
		*field(c) = strings.TrimRight(v.text, "/")
		return nil
	}
}

// privateDomains end the names of hosts that are in no public network.
var privateDomains = []string{".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc"}

// isPrivateHost says whether a host is this machine or in a private network. A name without
// a dot is one, as containers call each other by such names.
func isPrivateHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap()
		// The last are those that carriers and overlay networks give out.
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || netip.MustParsePrefix("100.64.0.0/10").Contains(ip)
	}
	return !strings.Contains(host, ".") || slices.ContainsFunc(privateDomains, func(domain string) bool { return strings.HasSuffix(host, domain) })
}

// engineFaults are what is wrong with the engine's keys as a whole. c holds what is right in
// itself, resolved, and inForce are the values by key, whether or not they are.
func engineFaults(c *Config, inForce map[string]value) Faults {
	var faults Faults
	fault := func(key, problem string) {
		faults = append(faults, Fault{Key: inForce[key].key, Where: inForce[key].where, Problem: problem})
	}
	given := func(key string) bool {
		v := inForce[key]
		return v.layer != byDefault && (v.text != "" || !v.isText())
	}
	e, key := c.Engine, c.Engine.APIKey.Reveal()
	const name, apiKey, baseURL, model = "engine.name", "engine.api_key", "engine.base_url", "engine.model"
	switch {
	case e.Name == EngineAnthropic && !given(apiKey):
		fault(name, "needs a key: set engine.api_key or engine.api_key_file, CRUX_ENGINE_API_KEY or CRUX_ENGINE_API_KEY_FILE (from https://platform.claude.com)")
	case e.Name == EngineAnthropic && strings.HasSuffix(e.BaseURL, "/v1"):
		fault(baseURL, "for anthropic, expected the address without /v1 at its end")
	case e.Name == EngineAnthropic && e.BaseURL == "" && strings.HasPrefix(key, "sk-") && !strings.HasPrefix(key, anthropicKey):
		fault(apiKey, "expected a key of Anthropic's, which begins with "+anthropicKey+"; this looks like one of another vendor")
	case e.Name == EngineOpenAI && !given(apiKey) && !given(baseURL):
		fault(name, "needs a key or an address: set engine.api_key or engine.api_key_file for OpenAI (from https://platform.openai.com), engine.base_url for a server that speaks its protocol, or both")
	case e.Name == EngineOpenAI && e.BaseURL != "" && !given(model):
		fault(baseURL, "is not enough: set engine.model too, to what the server there calls the model")
	case e.Name == EngineOpenAI && e.BaseURL == "" && strings.HasPrefix(key, anthropicKey):
		fault(apiKey, "expected a key of OpenAI's; this looks like one of Anthropic's")
	case inForce[name].text == EngineAuto && e.Name == EngineEmbedded && given(model) && !given(apiKey) && !given(baseURL):
		fault(model, "is of no use without engine.api_key or engine.base_url; set one of them too")
	}
	if e.BudgetUSD > 0 && (e.PriceInput == 0 || e.PriceOutput == 0) {
		fault("engine.budget_usd", "can't be kept without prices: set engine.price_input and engine.price_output, in US dollars for a million tokens, or bound the tokens with engine.budget_tokens")
	}
	return faults
}

// amount takes money: a number that may have a fraction.
func amount(field func(*Config) *float64, most float64) func(*Config, value) error {
	return func(c *Config, v value) error {
		what := fmt.Sprintf("a number from 0 to %.0f, such as 2.50", most)
		if v.shape == text {
			return fmt.Errorf("expected %s, got text", what)
		}
		n, err := strconv.ParseFloat(v.text, 64)
		if err != nil || !(n >= 0 && n <= most) || // not a number is neither
			(v.shape != plain && v.shape != number) {
			return expected(what, v)
		}
		*field(c) = n
		return nil
	}
}
