package platformtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"crux/bot"
	"crux/summarize"
)

// answering is what people are shown.
func answering() []check[*town] {
	return []check[*town]{
		{"a request says who asks, where and about what", asksForItself},
		{"asked in a thread, it means the thread", asksForThread},
		{"an answer quotes and links", quotesAndLinks},
		{"an answer without debates says so", emptyReportSaysSo},
		{"an answer that reports nothing is told", saidIsTold},
		{"asked in private, the asker alone sees it", privateStaysPrivate},
		{"asked aloud, everyone sees it", aloudIsForAll},
		{"what must stay private does", mustStayPrivate},
		{"what people wrote stays words", wordsStayWords},
		{"names in a refusal stay words", wordsOfRefusals},
		{"a refusal is told as it is", refusalIsTold},
		{"a fault is told without its cause", faultIsTold},
		{"buttons ask again", buttonsAskAgain},
		{"a button posts it for all", buttonPosts},
		{"a long report has pages", longReportHasPages},
		{"a report is taken down", takenDown},
		{"a private report is taken down", privateTakenDown},
		{"what was deleted needs no taking down", takenDownAlready},
	}
}

// town is a World with a debate in it, which an Oracle reports.
type town struct {
	World
	oracle   *Oracle
	ann, bob string
	agora    bot.Place
	// point and objection are the links to what ann and bob said.
	point, objection string
	stop             func() error
}

// newTown starts the adapter.
func newTown(w World) *town {
	c := &town{World: w, ann: w.Person("ann"), bob: w.Person("bob")}
	c.oracle = NewOracle(c.answer)
	c.begin()
	c.stop = w.Start(c.oracle)
	return c
}

// begin makes a new agora, in which nobody has asked anything yet, and has every
// request answered with report.
func (c *town) begin() {
	c.agora = c.Channel("agora")
	first := c.Post(c.agora, Message{Author: c.ann, Text: "Tabs let everyone choose a width"})
	second := c.Post(c.agora, Message{Author: c.bob, Text: "They misalign tables", ReplyTo: first})
	c.point, c.objection = c.Link(c.agora, first), c.Link(c.agora, second)
	c.oracle.Begin(c.answer)
}

func (c *town) answer(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
	return c.report(r), nil
}

// report is an answer about the town's debate.
func (c *town) report(r bot.Request) *bot.Answer {
	return &bot.Answer{
		Request: r,
		Token:   "token-" + string(r.Command),
		Channel: bot.Channel{Name: "agora"},
		Names:   map[string]string{c.ann: "ann", c.bob: "bob"},
		Sections: []bot.Section{{Report: &summarize.Report{
			Schema:  summarize.Schema,
			Window:  summarize.Window{Messages: 2, People: 2},
			Debates: []summarize.Debate{c.debate("Should we use tabs?", "misalign")},
		}}},
	}
}

// debate is one about a question, in which every objection has words of its own.
func (c *town) debate(question string, objections ...string) summarize.Debate {
	d := summarize.Debate{
		ID: "d", Question: question, Messages: []string{"1", "2"},
		Sides:   []summarize.Side{{ID: "a", Label: "Tabs", Members: []string{c.ann}}, {ID: "b", Label: "Spaces", Members: []string{c.bob}}},
		Neutral: []string{}, Agreements: []summarize.Agreement{},
		Points: []summarize.Point{{
			ID: "p", Side: "a", By: []string{c.ann}, Gist: "Everyone chooses a width",
			Quotes: []summarize.Quote{{Message: "1", Text: "Tabs let everyone choose", URL: c.point}},
		}},
		Stats: summarize.Stats{Messages: 2, People: 2},
	}
	for i, words := range objections {
		d.Objections = append(d.Objections, summarize.Objection{
			ID: fmt.Sprint("o", i), Side: "b", By: []string{c.bob}, Gist: "Objection: " + words, Target: "p",
			Quotes: []summarize.Quote{{Message: "2", Text: "They " + words + " tables", URL: c.objection}},
			Status: summarize.Unanswered, Responses: []summarize.Response{}, Confidence: 0.9,
		})
	}
	return d
}

// says accepts what shows these words.
func says(words string) func(Shown) bool {
	return func(s Shown) bool { return strings.Contains(s.Text, words) }
}

func asksForItself(t *testing.T, c *town) {
	asked := make(chan bot.Request, 2)
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		return c.report(r), nil
	})
	for _, aloud := range []bool{false, true} {
		c.Ask(c.ann, c.agora, aloud).Answer()
		r := <-asked
		if r.Command != bot.Summary || r.Asker != c.ann || r.Place != c.agora || r.Here.Channel != c.agora.Channel ||
			r.Here.Server != c.agora.Server || r.Share != aloud || r.Window != (bot.Window{}) || r.Topic != "" {
			t.Errorf("aloud %v: asked %+v", aloud, r)
		}
	}
}

func asksForThread(t *testing.T, c *town) {
	thread := c.Thread(c.agora, c.Post(c.agora, Message{Author: c.ann, Text: "And semicolons?"}))
	asked := make(chan bot.Request, 1)
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		asked <- r
		return c.report(r), nil
	})
	got := c.Ask(c.ann, thread, true).Answer()
	if r := <-asked; r.Place != thread || r.Here != thread || !r.Share {
		t.Errorf("asked %+v", r)
	}
	if got.Private || !says("misalign")(got) {
		t.Errorf("private %v: %q", got.Private, got.Text)
	}
	if post := c.oracle.WaitFiled(t, thread, 1)[0].Post; post.Message != got.ID {
		t.Errorf("filed as %+v, and it stands as %s", post, got.ID)
	}
}

func emptyReportSaysSo(t *testing.T, c *town) {
	const words = "I found no open objection to what you said. I may have missed some."
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		a := c.report(r)
		a.Sections[0].Empty, a.Sections[0].Report.Debates = words, nil
		return a, nil
	})
	got := c.Ask(c.ann, c.agora, false).Answer()
	if !says(words)(got) || len(got.Links) > 0 {
		t.Errorf("it says %q and links to %q", got.Text, got.Links)
	}
	for _, label := range got.Buttons {
		if strings.Contains(label, "Post") || strings.Contains(label, "Full") {
			t.Errorf("it has a button %q", label)
		}
	}
}

func saidIsTold(t *testing.T, c *town) {
	const words = "I follow #agora from now on."
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		return &bot.Answer{Request: r, Token: "token", Said: words}, nil
	})
	got := c.Ask(c.ann, c.agora, false).Answer()
	if got.Text != words || !got.Private || len(got.Buttons) > 0 {
		t.Errorf("told %q, private %v, with buttons %q", got.Text, got.Private, got.Buttons)
	}
}

func quotesAndLinks(t *testing.T, c *town) {
	got := c.Ask(c.ann, c.agora, false).Answer()
	for _, words := range []string{"Should we use tabs?", "Tabs", "Spaces", "Everyone chooses a width", "misalign", "Tabs let everyone choose", "They misalign tables", "ann", "bob", "agora"} {
		if !strings.Contains(got.Text, words) {
			t.Errorf("it lacks %q:\n%s", words, got.Text)
		}
	}
	for _, link := range []string{c.point, c.objection} {
		if !slices.Contains(got.Links, link) {
			t.Errorf("it lacks the link %q, and has %q", link, got.Links)
		}
	}
	for _, link := range got.Links {
		if link != c.point && link != c.objection {
			t.Errorf("it links to %q", link)
		}
	}
	if len(got.Pings) > 0 {
		t.Errorf("it calls %q", got.Pings)
	}
}

func privateStaysPrivate(t *testing.T, c *town) {
	got := c.Ask(c.ann, c.agora, false).Answer()
	if !got.Private || !says("misalign")(got) {
		t.Errorf("private %v: %q", got.Private, got.Text)
	}
	if seen := c.Public(c.agora); len(seen) > 0 {
		t.Errorf("everyone sees %+v", seen)
	}
	filed := c.oracle.WaitFiled(t, c.agora, 1)
	if post := filed[0].Post; post.Hook == "" || post.Place.Channel != c.agora.Channel || post.Message == "" {
		t.Errorf("filed as %+v, which no deletion takes down", post)
	}
}

func aloudIsForAll(t *testing.T, c *town) {
	got := c.Ask(c.ann, c.agora, true).Answer()
	if got.Private || !says("misalign")(got) {
		t.Errorf("private %v: %q", got.Private, got.Text)
	}
	if seen := c.Public(c.agora); len(seen) != 1 || seen[0].ID != got.ID {
		t.Errorf("everyone sees %+v", seen)
	}
	post := c.oracle.WaitFiled(t, c.agora, 1)[0].Post
	if post.Hook != "" || post.Message != got.ID || post.Place.Channel != c.agora.Channel || post.Place.Server != c.agora.Server {
		t.Errorf("filed as %+v, and it stands as %s", post, got.ID)
	}
	if slices.ContainsFunc(got.Buttons, func(label string) bool { return strings.Contains(label, "Post") }) {
		t.Errorf("what everyone sees can be posted: %q", got.Buttons)
	}
}

// mustStayPrivate: where not everyone may see it, the asker sees it alone, and why.
func mustStayPrivate(t *testing.T, c *town) {
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		a := c.report(r)
		a.Private = "Only you see this, because not everyone here may read #stoa."
		return a, nil
	})
	got := c.Ask(c.ann, c.agora, true).Aside(says("not everyone here may read #stoa"))
	if !got.Private || !says("misalign")(got) {
		t.Errorf("private %v: %q", got.Private, got.Text)
	}
	if seen := c.Public(c.agora); len(seen) > 0 {
		t.Errorf("everyone sees %+v", seen)
	}
}

func refusalIsTold(t *testing.T, c *town) {
	const reason = "You may not read #stoa. Ask whoever manages it & try again < 5 times."
	c.oracle.Begin(func(context.Context, bot.Request, func(bot.Progress)) (*bot.Answer, error) {
		refusal := &bot.Refusal{Reason: reason, Err: errors.New("the cause beneath")}
		return nil, fmt.Errorf("deep down: %w", refusal)
	})
	got := c.Ask(c.ann, c.agora, false).Answer()
	if got.Text != reason || !got.Private {
		t.Errorf("told %q, private %v; want %q", got.Text, got.Private, reason)
	}
}

func faultIsTold(t *testing.T, c *town) {
	faults := []func() (*bot.Answer, error){
		func() (*bot.Answer, error) { return nil, errors.New("the disk is full") },
		func() (*bot.Answer, error) { panic("the disk is full") },
		func() (*bot.Answer, error) { return nil, context.DeadlineExceeded },
	}
	var next atomic.Int32
	c.oracle.Begin(func(_ context.Context, r bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		if n := int(next.Add(1)); n <= len(faults) {
			return faults[n-1]()
		}
		return c.report(r), nil
	})
	for n := range faults {
		got := c.Ask(c.ann, c.agora, false).Answer()
		if !strings.HasPrefix(got.Text, "Something went wrong") || strings.Contains(got.Text, "disk") || strings.Contains(got.Text, "deadline") || !got.Private {
			t.Errorf("fault %d: told %q, private %v", n, got.Text, got.Private)
		}
	}
	if got := c.Ask(c.ann, c.agora, false).Answer(); !says("misalign")(got) {
		t.Errorf("after the faults: %q", got.Text)
	}
}

func progressGivesWay(t *testing.T, c *town) {
	shown := make(chan struct{})
	c.oracle.Begin(func(ctx context.Context, r bot.Request, progress func(bot.Progress)) (*bot.Answer, error) {
		progress(bot.Progress{Stage: bot.Judging, Done: 2, Total: 5})
		select {
		case <-shown:
		case <-ctx.Done():
		}
		return c.report(r), nil
	})
	talk := c.Ask(c.ann, c.agora, true)
	talk.Until(says("40 %"))
	close(shown)
	if got := talk.Answer(); !says("misalign")(got) {
		t.Errorf("answered with %q", got.Text)
	}
	for _, s := range append(talk.Standing(), c.Public(c.agora)...) {
		if says("40 %")(s) {
			t.Errorf("the progress still stands: %q", s.Text)
		}
	}
}

// restartIsTold: whoever waits when crux stops is told, and what was asked ends.
func restartIsTold(t *testing.T, c *town) {
	begun, ended := make(chan struct{}), make(chan struct{})
	c.oracle.Begin(func(ctx context.Context, _ bot.Request, _ func(bot.Progress)) (*bot.Answer, error) {
		close(begun)
		defer close(ended)
		<-ctx.Done()
		return nil, context.Cause(ctx)
	})
	talk := c.Ask(c.ann, c.agora, false)
	<-begun
	if err := c.stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	<-ended
	if got := talk.Answer(); !says("restarted")(got) || !got.Private {
		t.Errorf("told %q, private %v", got.Text, got.Private)
	}
}
