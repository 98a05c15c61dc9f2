package platformtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"crux/bot"
)

// button is the label of a button that has these words in it.
func button(t *testing.T, s Shown, words string) string {
	t.Helper()
	for _, label := range s.Buttons {
		if strings.Contains(label, words) {
			return label
		}
	}
	t.Fatalf("no button %q among %q", words, s.Buttons)
	return ""
}

func buttonsAskAgain(t *testing.T, c *town) {
	asked := make(chan bot.Request, 8)
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		return c.report(r), nil
	})
	first := c.Ask(c.ann, c.agora, false).Answer()
	<-asked
	second := c.Press(c.ann, c.agora, first, button(t, first, "Only open")).Answer()
	if r := <-asked; r.Command != bot.Open || r.Asker != c.ann || r.Place != c.agora || r.Share {
		t.Errorf("“Only open” asked %+v", r)
	}
	if !second.Private || second.ID != first.ID {
		t.Errorf("the answer to a button is private %v and another message %v", second.Private, second.ID != first.ID)
	}
	third := c.Press(c.ann, c.agora, second, button(t, second, "Everything")).Answer()
	if r := <-asked; r.Command != bot.Summary {
		t.Errorf("“Everything” asked %+v", r)
	}
	c.Press(c.ann, c.agora, third, button(t, third, "Refresh")).Answer()
	if r := <-asked; r.Command != bot.Summary || !r.Fresh {
		t.Errorf("“Refresh” asked %+v", r)
	}
	// What everyone sees stays as it is, whoever presses its buttons.
	post := c.Ask(c.ann, c.agora, true).Answer()
	<-asked
	got := c.Press(c.bob, c.agora, post, button(t, post, "Only open")).Answer()
	if r := <-asked; r.Command != bot.Open || r.Asker != c.bob || r.Share {
		t.Errorf("another's “Only open” asked %+v", r)
	}
	if !got.Private || got.ID == post.ID {
		t.Errorf("another's answer is private %v, in the post %v", got.Private, got.ID == post.ID)
	}
	if seen := c.Public(c.agora); len(seen) != 1 || seen[0].Text != post.Text {
		t.Errorf("everyone sees %+v", seen)
	}
}

func buttonPosts(t *testing.T, c *town) {
	first := c.Ask(c.ann, c.agora, false).Answer()
	c.oracle.WaitFiled(t, c.agora, 1)
	c.Press(c.ann, c.agora, first, button(t, first, "Post"))
	filed := c.oracle.WaitFiled(t, c.agora, 2)
	seen := c.Public(c.agora)
	if len(seen) != 1 || !says("misalign")(seen[0]) || seen[0].Private {
		t.Fatalf("everyone sees %+v", seen)
	}
	if post := filed[1].Post; post.Message != seen[0].ID || post.Hook != "" || !filed[1].Answer.Request.Share {
		t.Errorf("filed as %+v", post)
	}
}

func longReportHasPages(t *testing.T, c *town) {
	const debates, objections = 8, 7
	var words []string
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		a := c.report(r)
		report := a.Sections[0].Report
		report.Debates = nil
		for d := range debates {
			report.Debates = append(report.Debates, c.debate(fmt.Sprintf("Question %d?", d), words[d*objections:(d+1)*objections]...))
		}
		return a, nil
	})
	for n := range debates * objections {
		words = append(words, fmt.Sprintf("n%02d ", n)+strings.Repeat("would misalign ", 12))
	}
	page := c.Ask(c.ann, c.agora, false).Answer()
	read, turned := page.Text, 0
	for slices.ContainsFunc(page.Buttons, func(label string) bool { return strings.Contains(label, "▶") }) {
		next := c.Press(c.ann, c.agora, page, button(t, page, "▶")).Answer()
		if turned++; next.Text == page.Text || turned > debates*objections {
			t.Fatalf("page %d is the one before:\n%s", turned, next.Text)
		}
		page = next
		read += page.Text
	}
	if turned < 2 {
		t.Errorf("%d pages", turned+1)
	}
	for n := range words {
		if !strings.Contains(read, fmt.Sprintf("n%02d ", n)) {
			t.Errorf("objection %d is on no page", n)
		}
	}
	back := c.Press(c.ann, c.agora, page, button(t, page, "◀")).Answer()
	if back.Text == page.Text {
		t.Error("the page before the last is the last")
	}
}
