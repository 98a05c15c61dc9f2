package discord

import (
	"strings"
	"testing"
	"unicode/utf8"

	"crux/bot"
	"crux/bot/platformtest/answers"
)

// TestChoicesAreCalledAsAnswersCallThem, since nobody types these words on Discord.
func TestChoicesAreCalledAsAnswersCallThem(t *testing.T) {
	said := answers.Saying(t, bot.Privacy, "consent").Said + answers.Saying(t, bot.Status, "status").Said
	choices := privacyCommand().Options[0].Choices
	for action, name := range map[bot.PrivacyAction]string{bot.ShowModel: "language model", bot.ForbidModel: "forbid the language model"} {
		if !strings.Contains(said, "/debate privacy, and there “"+name+"”") {
			t.Errorf("no answer names “%s”", name)
		}
		found := false
		for _, c := range choices {
			found = found || c.Value == string(action) && strings.HasPrefix(strings.ToLower(c.Name), name)
		}
		if !found {
			t.Errorf("no choice of %q begins with “%s”", action, name)
		}
	}
	for _, c := range choices {
		if n := utf8.RuneCountInString(c.Name); n > 100 {
			t.Errorf("Discord refuses a choice of %d characters: %q", n, c.Name)
		}
	}
}
