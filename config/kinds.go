package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a container may have no time zones of its own
	"unicode"
)

// What follows makes a key's set function, a kind of value each. Their errors
// show the value, save that of a secret and of a URL, which may hold one.

func expected(what string, v value) error {
	return fmt.Errorf("expected %s, got %s", what, v.got())
}

func secret(field func(*Config) *Secret) func(*Config, value) error {
	return func(c *Config, v value) error {
		switch {
		case !v.isText():
			return fmt.Errorf("expected text, got %v", v.shape)
		case strings.ContainsFunc(v.text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
			return errors.New("expected one word; there are blanks or line breaks in it")
		}
		*field(c) = NewSecret(v.text)
		return nil
	}
}

func yesOrNo(field func(*Config) *bool) func(*Config, value) error {
	return func(c *Config, v value) error {
		const what = "true or false"
		if v.shape == text {
			return fmt.Errorf("expected %s, got text", what)
		}
		yes := strings.EqualFold(v.text, "true")
		if !yes && !strings.EqualFold(v.text, "false") || (v.shape != plain && v.shape != boolean) {
			return expected(what, v)
		}
		*field(c) = yes
		return nil
	}
}

func oneOf(field func(*Config) *string, words ...string) func(*Config, value) error {
	return func(c *Config, v value) error {
		if !v.isText() || !slices.Contains(words, v.text) {
			if len(words) == 1 {
				return expected(words[0], v)
			}
			return expected("one of "+strings.Join(words, ", "), v)
		}
		*field(c) = v.text
		return nil
	}
}

// word takes a name of somebody else's, which has no blanks in it; "" is none.
func word(field func(*Config) *string) func(*Config, value) error {
	return func(c *Config, v value) error {
		if !v.isText() || len(v.text) > 200 || strings.ContainsFunc(v.text, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }) {
			return expected("one word", v)
		}
		*field(c) = v.text
		return nil
	}
}

func logLevel(c *Config, v value) error {
	level, ok := levels()[v.text]
	if !ok {
		return expected("one of debug, info, warn, error", v)
	}
	c.Log.Level = level
	return nil
}

func count(field func(*Config) *int, least, most int) func(*Config, value) error {
	return func(c *Config, v value) error {
		what := fmt.Sprintf("a whole number from %d to %d", least, most)
		if v.shape == text {
			return fmt.Errorf("expected %s, got text", what)
		}
		n, err := strconv.Atoi(v.text)
		if err != nil || n < least || n > most || (v.shape != plain && v.shape != number) {
			return expected(what, v)
		}
		*field(c) = n
		return nil
	}
}

// ifSet leaves alone what is set nowhere and has no default.
func ifSet(set func(*Config, value) error) func(*Config, value) error {
	return func(c *Config, v value) error {
		if v.layer == byDefault {
			return nil
		}
		return set(c, v)
	}
}

func duration(field func(*Config) *Duration, least, most Duration, examples string) func(*Config, value) error {
	return func(c *Config, v value) error {
		d, ok := parseDuration(v.text)
		if !ok || !v.isText() || d < least || d > most {
			return expected(fmt.Sprintf("a duration from %s to %s, such as %s", time.Duration(least), most, examples), v)
		}
		*field(c) = d
		return nil
	}
}

func snowflake(field func(*Config) *string) func(*Config, value) error {
	return func(c *Config, v value) error {
		if v.isText() && v.text == "" {
			return nil
		}
		n, err := strconv.ParseUint(v.text, 10, 64)
		if err != nil || n == 0 || !v.isText() {
			return expected("the id of a server, digits only", v)
		}
		*field(c) = v.text
		return nil
	}
}

func zone(c *Config, v value) error {
	loc, err := time.LoadLocation(v.text)
	// Both mean something to Go that is no zone's name.
	if err != nil || !v.isText() || v.text == "" || v.text == "Local" {
		return expected("the IANA name of a time zone, such as Europe/Berlin", v)
	}
	c.TimeZone = Zone{loc}
	return nil
}

func address(field func(*Config) *string) func(*Config, value) error {
	return func(c *Config, v value) error {
		if v.isText() && v.text == "" {
			return nil
		}
		host, port, err := net.SplitHostPort(v.text)
		_, notPort := strconv.ParseUint(port, 10, 16)
		if err != nil || notPort != nil || !v.isText() || strings.ContainsAny(host, "/@ ") {
			return expected("a host and a port, such as 127.0.0.1:9090, or a port alone, such as :9090", v)
		}
		*field(c) = v.text
		return nil
	}
}

func origin(field func(*Config) *string) func(*Config, value) error {
	return func(c *Config, v value) error {
		u, err := url.Parse(v.text)
		switch {
		case err != nil || !v.isText() || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "":
			return errors.New("expected http:// or https:// and a host, such as https://discord.com")
		case u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
			return errors.New("expected a scheme and a host and nothing else, such as https://discord.com")
		}
		*field(c) = u.Scheme + "://" + u.Host
		return nil
	}
}

// folderURL takes an address to which names are appended.
func folderURL(field func(*Config) *string) func(*Config, value) error {
	return func(c *Config, v value) error {
		const example = ", such as https://slack.com/api/"
		u, err := url.Parse(v.text)
		switch {
		case err != nil || !v.isText() || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "":
			return errors.New("expected http:// or https://, a host and a path" + example)
		case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
			return errors.New("expected a scheme, a host and a path and nothing else" + example)
		case !strings.HasSuffix(u.EscapedPath(), "/"):
			return errors.New("expected a slash at its end" + example)
		}
		*field(c) = v.text
		return nil
	}
}

func defaultStore(state string) string { return storeAt(filepath.Join(state, "crux.db")) }

func storeAt(path string) string { return "sqlite://" + path }

// storeURL takes sqlite:PATH and sqlite:///PATH. The path is read as it stands, without any escapes.
func storeURL(c *Config, v value) error {
	const supported = "supported is SQLite, as in sqlite:///var/lib/crux/crux.db or sqlite:crux.db"
	if !v.isText() {
		return fmt.Errorf("expected text, got %v; %s", v.shape, supported)
	}
	scheme, rest, found := strings.Cut(v.text, ":")
	if !found {
		return errors.New("expected a URL; " + supported)
	}
	path, slashes := strings.CutPrefix(rest, "//")
	switch {
	// The word before a colon may be anything, but what stands before :// is a scheme.
	case scheme != "sqlite" && slashes && isWord(scheme):
		return fmt.Errorf("stores of the kind %s are not supported; %s", scheme, supported)
	case scheme != "sqlite":
		return errors.New("stores of this kind are not supported; " + supported)
	case strings.ContainsAny(rest, "?#"):
		return errors.New("options behind ? or # are not supported; " + supported)
	case slashes && !strings.HasPrefix(path, "/"):
		return errors.New("between // and / would stand a host; " + supported)
	case strings.Contains(rest, ":memory:"):
		return errors.New("a store in memory would be forgotten; " + supported)
	}
	if path == "" || strings.HasSuffix(path, "/") || strings.ContainsFunc(path, unicode.IsControl) {
		return errors.New("expected the path of a file; " + supported)
	}
	abs, err := absolute(v.dir, path)
	if err != nil {
		return errors.New("the working directory is unknown; give an absolute path")
	}
	c.Store.URL, c.Store.Path = storeAt(abs), abs
	return nil
}

func absolute(dir, path string) (string, error) {
	if filepath.IsAbs(path) {
		return filepath.Clean(path), nil
	}
	return filepath.Abs(filepath.Join(dir, path))
}

func isWord(s string) bool {
	return len(s) <= 20 && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '+')
	})
}
