package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"crux/summarize"
)

func TestHeading(t *testing.T) {
	report := func(statuses ...summarize.Status) []Section {
		d := summarize.Debate{}
		for _, s := range statuses {
			d.Objections = append(d.Objections, summarize.Objection{Status: s})
		}
		return []Section{{Report: &summarize.Report{Debates: []summarize.Debate{d}}}}
	}
	one, none := report(summarize.Unanswered, summarize.Answered), report(summarize.Conceded)
	two := slices.Concat(report(summarize.Unanswered, summarize.Acknowledged), none)
	cases := []struct {
		command         Command
		sections        []Section
		place, topic    string
		title, counting string
	}{
		{Summary, one, "#agora", "", "Debates in #agora", "1 debate, 1 objection still open"},
		{Summary, two, "#agora", "rats", "Debates in #agora, about “rats”", "2 debates, 2 objections still open"},
		{Summary, none, "", "", "Debates", "1 debate, no open objection found"},
		{Open, two, "#agora", "", "Still open in #agora", "2 objections"},
		{Open, none, "", "rats", "Still open, about “rats”", "no open objection found"},
		{Mine, one, "#agora", "", "Objections that concern you in #agora", ""},
		{Answered, one, "#agora", "", "What became of it in #agora", ""},
	}
	for _, c := range cases {
		a := &Answer{Request: Request{Command: c.command}, Sections: c.sections}
		if title, counting := a.Heading(c.place, c.topic); title != c.title || counting != c.counting {
			t.Errorf("%s: %q and %q, want %q and %q", c.command, title, counting, c.title, c.counting)
		}
	}
	if n := (&Answer{Sections: two}).Debates(); n != 2 {
		t.Errorf("%d debates", n)
	}
}

func TestCaveats(t *testing.T) {
	degraded := &summarize.Report{Engine: summarize.EngineInfo{Degraded: "Read by the other engine."}}
	a := &Answer{Private: "Not for all.", Notes: []string{"Not all.", "", "Not all."}, Sections: []Section{{Report: degraded}, {Report: degraded}, {Report: &summarize.Report{}}}}
	if got := strings.Join(a.Caveats(), "|"); got != "🔒 Not for all.|⚠️ Not all.|⚠️ Read by the other engine." {
		t.Errorf("got %s", got)
	}
	if got := (&Answer{}).Caveats(); len(got) > 0 {
		t.Errorf("with nothing to say: %q", got)
	}
}

func TestCountsInWords(t *testing.T) {
	for n, want := range map[int][2]string{
		0: {"no open objection found", "none found open"}, 1: {"1 objection still open", "1 open"}, 1200: {"1,200 objections still open", "1,200 open"},
	} {
		if got := [2]string{OpenCount(n), OpenBriefly(n)}; got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := ReadBy("embedded"); got != "Read by machine (embedded). It may be wrong: follow the links." {
		t.Errorf("got %q", got)
	}
	if got := ReadBy(""); got != "Read by machine. It may be wrong: follow the links." {
		t.Errorf("got %q", got)
	}
}

func TestDetail(t *testing.T) {
	for c, want := range map[Command]Detail{Summary: Everything, Open: OnlyOpen, Mine: OnlyObjections, Answered: OnlyObjections, Watch: Everything} {
		if got := c.Detail(); got != want {
			t.Errorf("%s shows %d, want %d", c, got, want)
		}
	}
}

func TestSayKeptNamesPlatformAndTime(t *testing.T) {
	got := SayKept("Slack", 48*time.Hour)
	if !strings.Contains(got, "deleted in Slack") || !strings.Contains(got, "for 2 days") {
		t.Errorf("got %s", got)
	}
}

func TestName(t *testing.T) {
	a := &Answer{Names: map[string]string{"U1": "ann", "U2": "U2"}}
	for id, want := range map[string]string{"U1": "ann", "U2": "", "U3": ""} {
		if got := a.Name(id); got != want {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
}
