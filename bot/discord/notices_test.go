package discord

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/answers"
)

func TestProgressWords(t *testing.T) {
	cases := map[bot.Progress]string{
		{Stage: bot.Queued}:                           "⏳ Yours is next.",
		{Stage: bot.Queued, Done: 1}:                  "⏳ 1 request ahead of yours.",
		{Stage: bot.Queued, Done: 3}:                  "⏳ 3 requests ahead of yours.",
		{Stage: bot.Reading}:                          "📖 Reading…",
		{Stage: bot.Reading, Done: 1200}:              "📖 Reading… 1,200 messages",
		{Stage: bot.Judging}:                          "⚖️ Weighing…",
		{Stage: bot.Judging, Done: 2, Total: 5}:       "⚖️ Weighing… 40 %",
		{Stage: bot.Judging, Done: 9, Total: 5}:       "⚖️ Weighing… 100 %",
		{Stage: bot.Judging, Done: -1, Total: 5}:      "⚖️ Weighing… 0 %",
		{Stage: "something new", Done: 3, Total: 100}: "⚖️ Weighing…",
	}
	for p, want := range cases {
		if got := drawProgress(p).Content; got != want {
			t.Errorf("%+v is %q, want %q", p, got, want)
		}
	}
}

// In an edit only what is there replaces what was there: null and absence would leave the old embeds standing.
func TestMessagesClearWhatWasThere(t *testing.T) {
	for _, m := range []message{drawProgress(bot.Progress{}), drawRefusal("No."), drawTakenDown("Gone.", "")} {
		content, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"embeds":[]`, `"components":[]`, `"allowed_mentions":{"parse":[]`} {
			if !strings.Contains(string(content), want) {
				t.Errorf("%s is missing in %s", want, content)
			}
		}
	}
}

func TestRefusalIsEscapedAndBounded(t *testing.T) {
	got := drawRefusal("You can't read #*secret* @everyone.\nAsk <@1>.").Content
	if want := `You can't read #\*secret\* @` + zeroWidthSpace + `everyone. Ask @` + zeroWidthSpace + `someone.`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if long := drawRefusal(strings.Repeat("*long* ", 1000)).Content; units(long) > contentLimit {
		t.Errorf("%d units", units(long))
	}
}

func TestTakenDown(t *testing.T) {
	m := drawTakenDown("A message that this report quoted was deleted.", answers.Token)
	golden(t, "taken-down", asRead(m))
	if m := drawTakenDown("Gone.", ""); len(m.Components) != 0 {
		t.Error("there is a button without a request")
	}
}

func TestHelp(t *testing.T) {
	m := drawHelp(30 * 24 * time.Hour)
	golden(t, "help", asRead(m))
	checkLimits(t, m)
}
