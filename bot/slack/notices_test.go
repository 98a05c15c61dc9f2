package slack

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/answers"
)

func TestProgressIsWordsAlone(t *testing.T) {
	m := drawProgress(bot.Progress{Stage: bot.Judging, Done: 2, Total: 5})
	if m.Text != "⚖️ Weighing… 40 %" || len(m.Blocks) > 0 {
		t.Errorf("got %q with %d blocks", m.Text, len(m.Blocks))
	}
	checkLimits(t, m)
}

func TestRefusalIsEscapedAndBounded(t *testing.T) {
	got := drawRefusal("You can't read #*secret* @everyone & co.\nAsk <@U1>, or type /invite @crux.").Text
	if want := "You can't read #∗secret∗ @" + zeroWidthSpace + "everyone &amp; co. Ask @" + zeroWidthSpace + "someone, or type /invite @crux."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	checkLimits(t, drawRefusal(strings.Repeat("*long* & ", 1000)))
}

func TestTakenDown(t *testing.T) {
	m := drawTakenDown("A message that this report quoted was deleted.", answers.Token)
	checkLimits(t, m)
	golden(t, "taken-down", asRead(m))
	if m := drawTakenDown("Gone.", ""); len(m.Blocks) != 0 || m.Blocks == nil {
		t.Errorf("without a request the blocks are %v", m.Blocks)
	}
	m = drawTakenDown(strings.Repeat("*long* <!here> & ", 1000), answers.Token)
	checkLimits(t, m)
	checkForeign(t, m, nil)
}

func TestHelp(t *testing.T) {
	m := drawHelp(30 * 24 * time.Hour)
	checkLimits(t, m)
	got := asRead(m)
	golden(t, "help", got)
	// What people are told to choose must be there to choose.
	manifest, err := Manifest(ManifestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`(?m)^ +- name: (.+)\n +type: message`).FindAllStringSubmatch(string(manifest), -1) {
		if !strings.Contains(got, "*"+strings.Trim(name[1], `'"`)+"*") {
			t.Errorf("help does not name the shortcut %s", name[1])
		}
	}
}
