package slack

import (
	"fmt"
	"strings"
	"testing"
	"time"

	api "github.com/slack-go/slack"
)

// homeBlocksLimit is Slack's limit for a view.
const homeBlocksLimit = 100

func homeAsRead(t *testing.T, followed []string) string {
	t.Helper()
	home := drawHome(30*24*time.Hour, followed)
	blocks := home.Blocks.BlockSet
	if home.Type != api.VTHomeTab || len(blocks) > homeBlocksLimit {
		t.Errorf("a %s of %d blocks", home.Type, len(blocks))
	}
	if n := checkBlocks(t, blocks); n > blocksUnitsLimit {
		t.Errorf("%d units", n)
	}
	var b strings.Builder
	readBlocks(&b, blocks)
	return strings.ReplaceAll(b.String(), zeroWidthSpace, "‹zwsp›")
}

func TestHome(t *testing.T) {
	golden(t, "home", homeAsRead(t, []string{"#agora", "#evals_team"}))
	if got := homeAsRead(t, nil); !strings.Contains(got, "None.") {
		t.Errorf("without followed channels:\n%s", got)
	}
}

func TestHomeNamesWithinLimits(t *testing.T) {
	var followed []string
	for _, name := range nasty {
		followed = append(followed, "#"+name)
	}
	for i := range 500 {
		followed = append(followed, fmt.Sprintf("#channel-%d", i))
	}
	got := homeAsRead(t, followed)
	for _, line := range strings.Split(got, "\n") {
		if name, found := strings.CutPrefix(line, "  • "); found {
			checkLiteral(t, strings.ReplaceAll(name, "‹zwsp›", zeroWidthSpace))
		}
	}
	if want := fmt.Sprintf("and %d more", len(followed)-followedShown); !strings.Contains(got, want) {
		t.Errorf("%q is missing:\n%s", want, got)
	}
}
