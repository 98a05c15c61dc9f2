package bot

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const slackLink = "https://acme.slack.com/archives/C0ABC/p1700000000123456"

func TestParseWords(t *testing.T) {
	var (
		back     = func(d time.Duration) Window { return Window{Since: tuesday.Add(-d)} }
		monday   = Window{Since: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
		missed   = Window{Mine: true}
		c1       = Place{Channel: "C123"}
		message  = "1700000000.123456"
		from     = Window{From: message}
		linked   = Place{Channel: "C0ABC"}
		inThread = Place{Channel: "C0ABC", Thread: "1699999999.000100"}
	)
	const threadLink = "<" + slackLink + "?thread_ts=1699999999.000100&amp;cid=C0ABC>"
	tests := []struct {
		words string
		want  Typed
	}{
		{"", Typed{Command: Summary}},
		{"  ", Typed{Command: Summary}},
		{"summary", Typed{Command: Summary}},
		{"Summary please!", Typed{Command: Summary}},
		{"summarize", Typed{Command: Summary}},
		{"summarise the debate", Typed{Command: Summary}},
		{"Hey, can you summarize this discussion for us, please?", Typed{Command: Summary}},
		{"could you please give us a quick summary of this channel", Typed{Command: Summary}},
		{"summary of the debate", Typed{Command: Summary}},
		{"sum up", Typed{Command: Summary}},
		{"sum it up for me", Typed{Command: Summary}},
		{"tl;dr", Typed{Command: Summary}},
		{"TLDR?", Typed{Command: Summary}},
		{"*recap*", Typed{Command: Summary}},
		{"I'd like an overview", Typed{Command: Summary}},
		{"catch me up", Typed{Command: Summary}},
		{"what are the main points?", Typed{Command: Summary}},
		{"What’s the debate about?", Typed{Command: Summary}},
		{"what are people arguing about", Typed{Command: Summary}},
		{"summarize this", Typed{Command: Summary}},
		{"summarize it :pray:", Typed{Command: Summary}},
		{"summary, thanks 🙏", Typed{Command: Summary}},

		{"what did I miss", Typed{Command: Summary, Window: missed}},
		{"What did I miss?", Typed{Command: Summary, Window: missed}},
		{"what'd i miss here?", Typed{Command: Summary, Window: missed}},
		{"what have I missed while I was away?", Typed{Command: Summary, Window: missed}},
		{"summarize what I missed", Typed{Command: Summary, Window: missed}},
		{"what did I miss since monday?", Typed{Command: Summary, Window: monday}},
		{"what did I miss in <#C123|evals>", Typed{Command: Summary, Window: missed, Place: c1}},
		{"what did i miss about evals", Typed{Command: Summary, Window: missed, Topic: "evals"}},

		{"3d", Typed{Command: Summary, Window: back(3 * day)}},
		{"last 200", Typed{Command: Summary, Window: Window{Last: 200}}},
		{"the last 200 please", Typed{Command: Summary, Window: Window{Last: 200}}},
		{"just the last 3 days", Typed{Command: Summary, Window: back(3 * day)}},
		{"since yesterday", Typed{Command: Summary, Window: Window{Since: monday.Since}}},
		{"everything", Typed{Command: Summary, Window: Window{Whole: true}}},
		{"this thread", Typed{Command: Summary, Window: Window{Whole: true}}},
		{"summary 3d", Typed{Command: Summary, Window: back(3 * day)}},
		{"summary of the last 24 hours", Typed{Command: Summary, Window: back(24 * time.Hour)}},
		{"summary for the past week", Typed{Command: Summary, Window: back(week)}},
		{"summary from monday", Typed{Command: Summary, Window: monday}},
		{"summary on monday", Typed{Command: Summary, Window: monday}},
		{"summarize the last 50 messages in this channel", Typed{Command: Summary, Window: Window{Last: 50}}},
		{"summarize this thread", Typed{Command: Summary, Window: Window{Whole: true}}},
		{"summary of everything", Typed{Command: Summary, Window: Window{Whole: true}}},
		{"since monday, what's open?", Typed{Command: Open, Window: monday}},
		{"summary since 2 days and 3 hours ago, please.", Typed{Command: Summary, Window: back(51 * time.Hour)}},
		{"summary since my last message", Typed{Command: Summary, Window: missed}},

		{"summary 3d about evals", Typed{Command: Summary, Window: back(3 * day), Topic: "evals"}},
		{"summary about evals since monday", Typed{Command: Summary, Window: monday, Topic: "evals"}},
		{"summary about evals over the last 3 days", Typed{Command: Summary, Window: back(3 * day), Topic: "evals"}},
		{"summary of the inner alignment debate", Typed{Command: Summary, Topic: "inner alignment debate"}},
		{"summary of the debate on evals", Typed{Command: Summary, Topic: "evals"}},
		{"summary of the debate club rules", Typed{Command: Summary, Topic: "debate club rules"}},
		{"summary on 3d printing", Typed{Command: Summary, Topic: "3d printing"}},
		{"summary of 2026 plans", Typed{Command: Summary, Topic: "2026 plans"}},
		{"summary about the iPhone 5s", Typed{Command: Summary, Topic: "iPhone 5s"}},
		{"summary about “R&amp;D budgets”, please", Typed{Command: Summary, Topic: "R&D budgets"}},
		{"summary about monday", Typed{Command: Summary, Topic: "monday"}},
		{"summary about the last 3 days", Typed{Command: Summary, Window: back(3 * day)}},
		{"summary about how to share weights", Typed{Command: Summary, Topic: "how to share weights"}},
		{"summary about healthcare for all", Typed{Command: Summary, Topic: "healthcare for all"}},
		{"summary about data since it matters", Typed{Command: Summary, Topic: "data since it matters"}},
		{"summary about C++ vs. C#?", Typed{Command: Summary, Topic: "C++ vs. C#"}},
		{"summary about <https://example.com/x|this paper>", Typed{Command: Summary, Topic: "this paper"}},
		{"summary about evals share", Typed{Command: Summary, Topic: "evals share"}},
		{"summary about data we share", Typed{Command: Summary, Topic: "data we share"}},
		{"summary about market share", Typed{Command: Summary, Topic: "market share"}},
		{"summary about evals and share it", Typed{Command: Summary, Topic: "evals", Share: true}},
		{"summary share about evals", Typed{Command: Summary, Topic: "evals", Share: true}},
		{"summary about evals in <#C123|general> since monday and share it", Typed{Command: Summary, Topic: "evals", Place: c1, Window: monday, Share: true}},

		{"summary in <#C123|some channel> share", Typed{Command: Summary, Place: c1, Share: true}},
		{"summary of <#C123>", Typed{Command: Summary, Place: c1}},
		{"<#C123>", Typed{Command: Summary, Place: c1}},
		{"summary for all", Typed{Command: Summary, Share: true}},
		{"summary 3d publicly", Typed{Command: Summary, Window: back(3 * day), Share: true}},
		{"summary for me", Typed{Command: Summary}},
		{"<" + slackLink + ">", Typed{Command: Summary, Window: from, Place: linked}},
		{"summary since " + slackLink + "?", Typed{Command: Summary, Window: from, Place: linked}},
		{"summary <" + slackLink + "|shown as this> about evals", Typed{Command: Summary, Window: from, Place: linked, Topic: "evals"}},
		{"summarize from " + threadLink + " share", Typed{Command: Summary, Window: from, Place: inThread, Share: true}},
		{"open about evals <" + slackLink + ">", Typed{Command: Open, Window: from, Place: linked, Topic: "evals"}},

		{"open", Typed{Command: Open}},
		{"what's still open since monday?", Typed{Command: Open, Window: monday}},
		{"whats open", Typed{Command: Open}},
		{"What is unanswered?", Typed{Command: Open}},
		{"open objections", Typed{Command: Open}},
		{"which objections are still open?", Typed{Command: Open}},
		{"are there any unanswered questions", Typed{Command: Open}},
		{"summary of open objections", Typed{Command: Open}},
		{"list the open objections", Typed{Command: Open}},
		{"unanswered 7d", Typed{Command: Open, Window: back(week)}},
		{"open in <#C123> about evals", Typed{Command: Open, Place: c1, Topic: "evals"}},
		{"list everything", Typed{Command: Summary, Window: Window{Whole: true}}},
		{"list the debates", Typed{Command: Summary}},

		{"mine", Typed{Command: Mine}},
		{"my objections", Typed{Command: Mine}},
		{"my open objections since monday", Typed{Command: Mine, Window: monday}},
		{"what do I owe?", Typed{Command: Mine}},
		{"what do I still owe in <#C123>", Typed{Command: Mine, Place: c1}},
		{"what's open for me", Typed{Command: Mine}},

		{"answered? <" + slackLink + ">", Typed{Command: Answered, Place: linked, Message: message}},
		{"is this answered?", Typed{Command: Answered}},
		{"is this answered " + threadLink, Typed{Command: Answered, Place: inThread, Message: message}},
		{"is <" + slackLink + "> answered?", Typed{Command: Answered, Place: linked, Message: message}},
		{"has <" + slackLink + "> been answered yet", Typed{Command: Answered, Place: linked, Message: message}},
		{"has anyone answered this: " + slackLink, Typed{Command: Answered, Place: linked, Message: message}},
		{"answered 1234567890123456789", Typed{Command: Answered, Message: "1234567890123456789"}},
		{"answered <" + slackLink + "> share", Typed{Command: Answered, Place: linked, Message: message, Share: true}},

		{"watch", Typed{Command: Watch}},
		{"follow this channel", Typed{Command: Watch}},
		{"please watch <#C123|evals>", Typed{Command: Watch, Place: c1}},
		{"unwatch", Typed{Command: Unwatch}},
		{"stop following", Typed{Command: Unwatch}},
		{"please stop watching the channel", Typed{Command: Unwatch}},
		{"watched", Typed{Command: Watched}},
		{"list", Typed{Command: Watched}},
		{"what do you follow?", Typed{Command: Watched}},
		{"which channels are you watching", Typed{Command: Watched}},

		{"help", Typed{Help: true}},
		{"?", Typed{Help: true}},
		{"??", Typed{Help: true}},
		{"Help me please", Typed{Help: true}},
		{"hi! what can you do?", Typed{Help: true}},
		{"how does this work", Typed{Help: true}},
	}
	if len(tests) < 80 {
		t.Errorf("only %d phrasings", len(tests))
	}
	for _, test := range tests {
		got, err := ParseWords(test.words, tuesday, nil)
		if err != nil {
			t.Errorf("%q: %v", test.words, err)
		} else if got != test.want {
			t.Errorf("%q means\n%+v, want\n%+v", test.words, got, test.want)
		}
	}
}

func TestParseWordsRefuses(t *testing.T) {
	tests := []struct{ words, says string }{
		{"summry", "I don't know “summry”. Did you mean “summary”?"},
		{"please summry 3d", "“summary”"},
		{"opne", "Did you mean “open”?"},
		{"unwach", "Did you mean “unwatch”?"},
		{"folow this channel", "Did you mean “follow”?"},
		{"what's stil open", "Did you mean “what's still open”?"},
		{"summary abuot evals", "I don't know “abuot”. Did you mean “about”?"},
		{"sum", "Did you mean “summary”?"},
		{"stop", "Did you mean “stop watching”?"},
		{"open in general", "which channel “general” is"},
		{"summary about", "missing after “about”"},
		{"summary evals", "I understood “summary”, but not “evals”"},
		{"summary about evals in #general", "can't tell which channel “#general” is"},
		{"summary in #general", "“#general”"},
		{"watch #general", "“#general”"},
		{"#general", "“#general”"},

		// What people say to each other, or in passing, starts nothing.
		{"thanks!", "I answer requests"},
		{"hey", "I answer requests"},
		{"👍", "I answer requests"},
		{"!", "I answer requests"},
		{"please", "I answer requests"},
		{"share", "I answer requests"},
		{"thank you, today", "I answer requests"},
		{"ok monday", "I answer requests"},
		{"you are wrong about X", "I don't understand “you are wrong about X”"},
		{"I disagree with the summary", "I don't understand"},
		{"monday is a holiday", "I don't understand “monday is a holiday”"},
		{"open source is great", "“source is great”"},
		{"mine is better", "“is better”"},
		{"summary was wrong", "“was wrong”"},
		{"great summary!", "great summary"},
		{"thanks for the summary", "thanks for"},
		{"watch out!", "“out”"},
		{"follow me", "“me”"},
		{"watch this!", "“this”"},
		{"don't summarize", "don't"},
		{"about evals", "about evals"},
		{"on thin ice", "on thin ice"},
		{"outstanding!", "outstanding"},
		{"all good?", "all good"},
		{"what about evals?", "what about evals"},
		{"a\u202eb", `“a\u202eb”`},
		{strings.Repeat("long words ", 30), "…”"},
		{strings.Repeat("summary ", 500), "…”"},

		{"summary last week", "7d"},
		{"summary of last month", "30d"},
		{"summary about last week", "7d"},
		{"summary since tomorrow", `"since tomorrow"`},
		{"since tomorrow", `"since tomorrow"`},
		{"summary today 18:00", "not come yet"},
		{"summary last 100001", "100,000"},
		{"summary <https://example.com/>", "link to a message"},
		{"summary 3d last 200", "one stretch"},
		{"summary in <#C123> in <#C456>", "one channel"},
		{"summary in <#C123> since <" + slackLink + ">", "one channel"},
		{"summary and open", "but not “and open”"},
		{"summary open", "one thing at a time"},
		{"answered 3d", "a link to it"},
		{"summary publicly just for me", "or only you"},
		{"answered since monday", "a link to it"},
		{"watch since monday", "nothing else"},
		{"watch share", "nothing else"},
		{"watched in <#C123>", "nothing else"},
		{"help 3d", "alone"},
	}
	for _, test := range tests {
		typed, err := ParseWords(test.words, tuesday, time.UTC)
		refused := refusal(err)
		switch {
		case refused == nil:
			t.Errorf("%q: not refused but %+v, %v", test.words, typed, err)
		case !strings.Contains(refused.Reason, test.says) || strings.Contains(refused.Reason, "\n") || utf8.RuneCountInString(refused.Reason) > 300:
			t.Errorf("%q: %s; want a word of %s", test.words, refused.Reason, test.says)
		case typed != (Typed{}):
			t.Errorf("%q is refused but means %+v", test.words, typed)
		}
	}
}

// FuzzParseWords holds that a request has at most one window, and that every window alone is a request for it.
func FuzzParseWords(f *testing.F) {
	for _, seed := range []string{
		"", "?", "summary 3d about evals in <#C123|x> share", "what's still open since monday?", "list list the debates", "summary of on about the last",
		"is <" + slackLink + "> answered", "answered", "thanks!", "digest of <#C1> daily", "opt out", "said", "<t:1700000000:R>", "summary last week about", "on monday on 3d on 5", "<#C1> <#C2> <", "12345678901234567",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		typed, err := ParseWords(words, tuesday, time.UTC)
		if w, windowErr := ParseWindow(words, tuesday, time.UTC); windowErr == nil && (err != nil || typed.Window != w || typed.Command != Summary) {
			t.Errorf("%q is the window %+v, but means %+v, %v", words, w, typed, err)
		}
		if err != nil {
			var refused *Refusal
			if !errors.As(err, &refused) || refused.Reason == "" || typed != (Typed{}) || strings.Contains(refused.Reason, "\n") {
				t.Fatalf("%q: %v and %+v", words, err, typed)
			}
			return
		}
		set := 0
		for _, is := range []bool{typed.Window.Last != 0, !typed.Window.Since.IsZero(), typed.Window.From != "", typed.Window.Mine, typed.Window.Asked, typed.Window.Whole} {
			if is {
				set++
			}
		}
		switch {
		case set > 1 || typed.Window.To != "" || typed.Place.Server != "":
			t.Errorf("%q: %+v", words, typed)
		case typed.Help != (typed.Command == ""), typed.Help && typed != (Typed{Help: true}):
			t.Errorf("%q asks for help and something: %+v", words, typed)
		case typed.Message != "" && typed.Command != Answered, typed.Command == Answered && set > 0:
			t.Errorf("%q is about no one message: %+v", words, typed)
		case (typed.Digest != nil) != (typed.Command == Digests), (typed.Privacy != nil) != (typed.Command == Privacy), typed.Item != "":
			t.Errorf("%q asks for no one thing: %+v", words, typed)
		case utf8.RuneCountInString(typed.Topic) > longestTopic, strings.TrimSpace(typed.Topic) != typed.Topic:
			t.Errorf("%q: topic %q", words, typed.Topic)
		}
	})
}

func BenchmarkParseWords(b *testing.B) {
	for name, words := range map[string]string{
		"request": "could you please give me a summary of the debate about evals in <#C123|general> since monday?",
		"digest":  "please make a quiet digest of <#C1|debates>, <#C3> and post it in <#C2|news> every weekday at 8:30 in Europe/Paris, only new and settled",
		"worst":   "summary on " + strings.Repeat("the debates since last list ", 16),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, _ = ParseWords(words, tuesday, time.UTC)
			}
		})
	}
}
