package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"crux/bot"
	"crux/bot/store"
	"crux/config"
)

// examinedWithin bounds what crux doctor waits for: a platform that doesn't answer is broken too.
const examinedWithin = time.Minute

// doctorPlatforms make the checks of the platforms, by the platform's name. Each
// is asked only where the platform has a token.
type doctorPlatforms map[string]func(context.Context, *config.Config) []bot.Check

func newDoctorCommand(platforms doctorPlatforms) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the bot's configuration, and say how to mend what is wrong",
		Long: `Checks all that the bot needs: the configuration, the store, the engine, and on
each platform that has a token, Discord or Slack, the token and what it allows. It
prints a line for each, and below it how to mend what is wrong. It posts nothing and
changes nothing. A language model is asked about a made-up debate of two messages,
which uses a few thousand tokens.

The configuration comes from a file, from CRUX_... in the environment and from
flags; a later one overrules an earlier one.

Exit codes: 0 nothing is broken, 1 something is, 2 wrong usage, 130 interrupted.`,
		Example: `  crux doctor
  crux doctor --config /etc/crux/crux.yaml
  CRUX_DISCORD_TOKEN_FILE=/run/secrets/discord crux doctor --json`,
		Args: noArgs,
	}
	f := cmd.Flags()
	f.SortFlags = false
	config.Flags(f)
	f.BoolVar(&asJSON, "json", false, "print the checks as JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, cancel := context.WithTimeout(cmd.Context(), examinedWithin)
		defer cancel()
		checks := examine(ctx, f, platforms)
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		if err := printChecks(cmd.OutOrStdout(), checks, asJSON); err != nil {
			return err
		}
		if n := countBroken(checks); n > 0 {
			return fmt.Errorf("broken: %d of %d checks", n, len(checks))
		}
		return nil
	}
	return cmd
}

// examine makes all checks. Where the configuration is broken there is nothing to make the others with.
func examine(ctx context.Context, flags *pflag.FlagSet, platforms doctorPlatforms) []bot.Check {
	c, err := config.Load(config.Options{Env: os.Environ(), Flags: flags})
	if err != nil {
		return checkFaults(err)
	}
	// A model may take as long as there is, which takes no time from the platforms.
	var engine bot.Check
	var asked sync.WaitGroup
	asked.Go(func() { engine = checkEngine(ctx, c.Engine) })
	found := checkPlatforms(ctx, c, platforms)
	asked.Wait()
	return append([]bot.Check{checkConfig(c), checkStore(ctx, c.Store.URL), engine}, found...)
}

func checkFaults(err error) []bot.Check {
	faults, ok := errors.AsType[config.Faults](err)
	if !ok {
		return []bot.Check{{What: "config", Level: bot.Broken, Found: err.Error()}}
	}
	var checks []bot.Check
	for _, f := range faults {
		if f.Key == "" {
			checks = append(checks, bot.Check{What: "config", Level: bot.Broken, Found: f.Error()})
			continue
		}
		checks = append(checks, bot.Check{What: f.Key, Level: bot.Broken, Found: f.Where + ": " + f.Problem})
	}
	last := &checks[len(checks)-1]
	last.Mend = "Mend the configuration first: nothing else can be checked before."
	return checks
}

// checkConfig says where the settings came from, and whether a token lies open.
func checkConfig(c *config.Config) bot.Check {
	var from []string
	if s := c.Sources; s.File != "" {
		from = append(from, fmt.Sprintf("%s, %s", s.File, countOf(len(s.FileKeys), "key")))
	}
	if len(c.Sources.Env) > 0 {
		from = append(from, "environment: "+strings.Join(c.Sources.Env, ", "))
	}
	if len(c.Sources.Flags) > 0 {
		from = append(from, "flags: "+strings.Join(c.Sources.Flags, ", "))
	}
	if len(from) == 0 {
		from = []string{"nothing is set; the defaults alone"}
	}
	check := bot.Check{What: "config", Found: strings.Join(from, "; ")}
	for _, path := range c.Sources.SecretFiles {
		// Who may read it as a member of its group was let in on purpose.
		if about, err := os.Stat(path); err == nil && about.Mode().IsRegular() && about.Mode().Perm()&0o004 != 0 {
			check.Level = bot.Poor
			check.Found += "; everyone on this machine can read " + path + ", which holds a secret"
			check.Mend = "chmod o-r " + path
		}
	}
	return check
}

func checkStore(ctx context.Context, url string) bot.Check {
	check := bot.Check{What: "store"}
	info, err := store.Inspect(ctx, url)
	switch {
	case err != nil:
		check.Level, check.Found = bot.Broken, err.Error()
		check.Mend = "Set store.url to a file that crux may write, in a folder that it may write: SQLite keeps its log there."
	case !info.Exists:
		check.Found = "will be created at " + info.Path
	case info.OthersRead:
		check.Level = bot.Poor
		check.Found = fmt.Sprintf("other users of this machine can read SQLite file %s, which holds messages", info.Path)
		check.Mend = "chmod 600 " + info.Path
	case info.Pending:
		check.Found = fmt.Sprintf("SQLite file %s, can be read and written; its schema will be brought up to date at the next start", info.Path)
	default:
		check.Found = fmt.Sprintf("SQLite file %s, can be read and written, schema up to date", info.Path)
	}
	return check
}

// checkPlatforms looks at each platform that has a token, at all at once, so that
// one that doesn't answer takes no time from the others.
func checkPlatforms(ctx context.Context, c *config.Config, platforms doctorPlatforms) []bot.Check {
	configured := configuredPlatforms(c)
	if len(configured) == 0 {
		return []bot.Check{{
			What:  "platforms",
			Level: bot.Broken,
			Found: "no platform has a token, so there is nowhere to answer",
			Mend: "For Discord make an application at https://discord.com/developers/applications, copy its token from Bot, " +
				"and set discord.token, discord.token_file or CRUX_DISCORD_TOKEN. " +
				"For Slack make an app with what \"crux manifest slack\" prints, " +
				"and set slack.bot_token and slack.app_token, or the same with _file.",
		}}
	}
	found := make([][]bot.Check, len(configured))
	var all sync.WaitGroup
	for i, p := range configured {
		check, ok := platforms[p.name]
		if !ok {
			found[i] = []bot.Check{{What: p.name, Level: bot.Poor, Found: "this build can't check it"}}
			continue
		}
		all.Go(func() { found[i] = check(ctx, c) })
	}
	all.Wait()
	return slices.Concat(found...)
}

func countBroken(checks []bot.Check) int {
	n := 0
	for _, c := range checks {
		if c.Level == bot.Broken {
			n++
		}
	}
	return n
}

func levelWord(l bot.Level) string {
	switch l {
	case bot.Good:
		return "ok"
	case bot.Poor:
		return "poor"
	case bot.Broken:
		return "broken"
	}
	return fmt.Sprintf("level %d", int(l))
}

// printChecks prints a line for each check, and below it how to mend what is wrong.
func printChecks(w io.Writer, checks []bot.Check, asJSON bool) error {
	if asJSON {
		return printChecksJSON(w, checks)
	}
	width := 12
	for _, c := range checks {
		width = max(width, len([]rune(c.What)))
	}
	var out strings.Builder
	for _, c := range checks {
		fmt.Fprintf(&out, "%-6s  %-*s  %s\n", levelWord(c.Level), width, oneLine(c.What), oneLine(c.Found))
		if c.Mend != "" {
			fmt.Fprintf(&out, "        → %s\n", oneLine(c.Mend))
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func printChecksJSON(w io.Writer, checks []bot.Check) error {
	type row struct {
		What  string `json:"what"`
		Level string `json:"level"`
		Found string `json:"found"`
		Mend  string `json:"mend,omitempty"`
	}
	rows := make([]row, len(checks))
	for i, c := range checks {
		rows[i] = row{What: c.What, Level: levelWord(c.Level), Found: c.Found, Mend: c.Mend}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(rows)
}

// oneLine keeps text from elsewhere, such as a channel's name, from moving about the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
