package slack

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crux/bot"
	"crux/bot/ledger"
	"crux/bot/platformtest/answers"
	"crux/summarize"
)

// said23 is when what the lists below hold was said, in November 2026.
func said23(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 5, 0, 0, time.UTC) }

// quoteOf is a quote of a message of the channel C06AGORA.
func quoteOf(n int, text string) summarize.Quote {
	ts := fmt.Sprintf("17953%05d.000100", n)
	return summarize.Quote{Message: ts, Text: text, URL: "https://acme.slack.com/archives/C06AGORA/p" + strings.Replace(ts, ".", "", 1)}
}

// leases are objections and points about leases, each in a state of its own.
func leases() map[string]bot.Item {
	return map[string]bot.Item{
		"open": {
			Key: "k1open", By: []string{"kofi"}, Quotes: []summarize.Quote{quoteOf(1, "Leases expire while the garbage collector runs, and then two of them write.")},
			Against: bot.Target{By: []string{"ada"}, Quotes: []summarize.Quote{quoteOf(2, "A lease is enough to have one writer.")}},
			Status:  summarize.Unanswered, Raised: said23(20, 9), Again: 2,
		},
		"unclear": {
			Key: "k2unclear", By: []string{"mei", "kofi"}, Gist: "Nobody has measured how long the pauses are.",
			Quotes:  []summarize.Quote{quoteOf(3, "has anybody measured these pauses?"), quoteOf(4, "still no numbers")},
			Against: bot.Target{Gist: "Pauses are short."}, Status: summarize.Acknowledged, Uncertain: true, Raised: said23(21, 14),
			Response: &summarize.Response{Quote: quoteOf(5, "Good question, I have no numbers yet."), Kind: summarize.Deferral}, ResponseBy: "ada",
		},
		"answered": {
			Key: "k3answered", By: []string{"kofi"}, Quotes: []summarize.Quote{quoteOf(6, "Fencing tokens need a store that checks them.")},
			Against: bot.Target{By: []string{"ada", "mei"}}, News: ledger.IsAnswered, Status: summarize.Answered, Raised: said23(19, 8),
			Response: &summarize.Response{Quote: quoteOf(7, "Ours does: it rejects a token that is older than the last."), Kind: summarize.Answer}, ResponseBy: "ada",
		},
		"corrected": {
			Key: "k4corrected", By: []string{"mei"}, Quotes: []summarize.Quote{quoteOf(8, "The clock of a virtual machine jumps.")},
			Status: summarize.Answered, Corrected: true, SaidBy: "ada", Raised: said23(18, 8), News: ledger.IsAnswered,
		},
		"reworded": {
			Key: "k5reworded", By: []string{"ada"}, Gist: "I only meant leases without fencing.", Own: true,
			Quotes: []summarize.Quote{quoteOf(9, "Leases are wrong.")}, Status: summarize.Unanswered, News: ledger.IsRaised, Raised: said23(22, 10),
		},
		"point": {
			Key: "k6point", By: []string{"ada"}, Side: "For leases", Quotes: []summarize.Quote{quoteOf(10, "A lease needs no second service.")}, Raised: said23(22, 11),
		},
		"nobody's": {
			By: nil, Gist: "Somebody's words.", Quotes: []summarize.Quote{{Message: "1", Text: "words", URL: "https://evil.example/x"}}, Status: summarize.Withdrawn,
		},
		"hostile": {
			Key: "k7hostile", By: []string{"evil", "U0UNKNOWN1"}, Channel: "<!here> *x* #y", Side: "_<@U1>_",
			Quotes: []summarize.Quote{quoteOf(11, "<!channel> see https://evil.example/?a=b|c> & *bold* `code`\n> quote @everyone")},
			Gist:   "@here <@U0000001|dan> ~gone~", Status: summarize.Answered, News: ledger.IsAnswered, Raised: said23(23, 12),
			Response: &summarize.Response{Quote: quoteOf(12, "<https://evil.example|click>"), Kind: summarize.Answer}, ResponseBy: "evil",
			Against: bot.Target{By: []string{"evil"}, Gist: "<!subteam^S1|@leads>", Quotes: []summarize.Quote{quoteOf(13, "</script>")}},
		},
	}
}

// listed is an answer to a command about #agora with lists of these items.
func listed(c bot.Command, lists ...bot.List) *bot.Answer {
	return &bot.Answer{
		Request: bot.Request{Command: c}, Token: answers.Token, Channel: bot.Channel{Name: "agora"}, Lists: lists,
		Names: map[string]string{"ada": "Ada", "kofi": "Kofi", "mei": "Mei", "evil": "*<!channel>* @everyone evil.example"},
	}
}

// in is the item as one of another channel.
func in(channel string, i bot.Item) bot.Item {
	i.Channel = channel
	return i
}

func TestListsGolden(t *testing.T) {
	all := leases()
	open := listed(bot.Open, bot.List{Items: []bot.Item{all["open"], all["unclear"], all["nobody's"]}})
	open.Notes = []string{"What was said before 1 Nov is kept no longer."}

	mine := listed(bot.Mine,
		bot.List{Title: "Objections to you that are still open", Items: []bot.Item{all["open"]}},
		bot.List{Title: "Your objections that are still open", Empty: "I found no open objection of yours. I may have missed some."})

	mistaken := listed(bot.Mistaken,
		bot.List{Title: "Your objections", Items: []bot.Item{all["reworded"]}}, bot.List{Title: "Your points", Items: []bot.Item{all["point"]}, More: 12})

	full := all["unclear"]
	full.Quotes = append(full.Quotes, quoteOf(14, strings.Repeat("A long one. ", 100)))
	one := listed(bot.One, bot.List{Items: []bot.Item{full}})
	one.Said = "This is what I have."
	one.Offers = []bot.Offer{
		{Action: bot.ActSayAnswered, Label: "It is answered", Item: full.Key}, {Action: bot.ActSayOpen, Label: "It is not answered", Item: full.Key},
		{Action: bot.ActReword, Label: "I meant something else…", Item: full.Key}, {Action: bot.ActNotMine, Label: "That is not mine", Item: full.Key, Danger: true},
	}

	digest := listed(bot.Open,
		bot.List{Title: "New objections", Items: []bot.Item{in("agora", all["reworded"])}},
		bot.List{Title: "Settled since", Items: []bot.Item{in("evals_team", all["answered"]), in("agora", all["corrected"])}},
		bot.List{Title: "Still open", Items: []bot.Item{in("agora", all["open"])}, More: 3},
		bot.List{Title: "New points", Items: []bot.Item{in("agora", all["point"])}})
	digest.Said = "Digest of #agora and #evals_team since Mon 23 Nov, 09:00.\nIt comes on weekdays at 09:00."
	digest.Request.Also = []bot.Place{{Server: "T1", Channel: "C2"}}
	digest.Offers = []bot.Offer{{Action: bot.ActOpen, Label: "What is still open"}}

	quiet := &bot.Answer{
		Request: bot.Request{Command: bot.Open}, Token: answers.Token, Said: "Nothing new in #agora since Mon 23 Nov, 09:00. 3 objections still stand.", Offers: digest.Offers,
	}

	privacy := &bot.Answer{
		Request: bot.Request{Command: bot.Privacy}, Token: answers.Token,
		Said:   "I keep 12 messages of yours, of 2 channels.\n\nYour messages are read: <!here> *none* is left out.",
		Offers: []bot.Offer{{Action: bot.ActOptOut, Label: "Leave me out"}, {Action: bot.ActErase, Label: "Delete everything about me…", Danger: true}},
	}

	digests := &bot.Answer{
		Request: bot.Request{Command: bot.Digests},
		Said:    "1. #agora to #news, weekdays 09:00 Europe/Berlin, next Mon 30 Nov, 09:00 CET\n2. everything watched to #*x*, every 6h UTC, paused",
	}

	hostile := listed(bot.Open, bot.List{Title: "<!here> *t*", Items: []bot.Item{all["hostile"]}})
	hostile.Said = "> @everyone\n<https://evil.example|x>"

	empty := listed(bot.Open, bot.List{Empty: "I found no open objection in #agora."})

	consent := answers.Saying(t, bot.Privacy, "consent",
		bot.Offer{Action: bot.ActAllowModel, Label: "Allow it"}, bot.Offer{Action: bot.ActForbidModel, Label: "Don't allow it"})

	for name, m := range map[string]message{
		"list-open": draw(open, 0, true), "list-mine": draw(mine, 0, true), "list-said": draw(mistaken, 0, false), "list-one": draw(one, 0, false),
		"digest": drawPublished(digest, answers.Token), "digest-quiet": drawPublished(quiet, answers.Token), "list-hostile": draw(hostile, 0, false), "list-empty": draw(empty, 0, true),
		"privacy": draw(privacy, 0, true), "digest-list": draw(digests, 0, false),
		"consent": draw(consent, 0, true), "status": draw(answers.Saying(t, bot.Status, "status"), 0, true),
	} {
		t.Run(name, func(t *testing.T) {
			checkLimits(t, m)
			golden(t, name, asRead(m))
		})
	}
}

func TestHostileWordsInListsStayWords(t *testing.T) {
	all := leases()
	a := listed(bot.Open, bot.List{Title: "<!here> *t*", Items: []bot.Item{all["hostile"]}, More: 3})
	a.Said, a.Notes, a.Private = "<!channel> *x*\n> @everyone", []string{"<@U1>"}, "<!here>"
	urls := map[string]bool{}
	for n := range 20 {
		urls[quoteOf(n, "").URL] = true
	}
	for _, m := range []message{draw(a, 0, true), drawPublished(a, answers.Token)} {
		checkLimits(t, m)
		words := checkForeign(t, m, urls)
		for _, want := range []string{"someone", "evil", "click", "and 3 more"} {
			if !strings.Contains(words, want) {
				t.Errorf("%q is missing:\n%s", want, words)
			}
		}
		if strings.Contains(words, "U0UNKNOWN1") {
			t.Errorf("an id is shown:\n%s", words)
		}
	}
}

// anyLists draws answers with lists, full of what breaks renderers.
func anyLists(t *rapid.T) (a *bot.Answer, urls map[string]bool, marks []string) {
	foreign := func(what string) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(nasty), rapid.String()), 0, 3).Draw(t, what), " ")
	}
	urls = map[string]bool{}
	n := 0
	quotes := func() []summarize.Quote {
		var all []summarize.Quote
		for range rapid.IntRange(0, 7).Draw(t, "quotes") {
			n++
			q := quoteOf(n, foreign("quote"))
			urls[q.URL] = true
			all = append(all, q)
		}
		return all
	}
	people := rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "U00000003", "", "<@U1>"}), 0, 9)
	a = &bot.Answer{
		Request: bot.Request{Command: rapid.SampledFrom([]bot.Command{bot.Open, bot.Mine, bot.Mistaken, bot.One, bot.Digests}).Draw(t, "command")},
		Token:   rapid.SampledFrom([]string{"", answers.Token}).Draw(t, "token"), Channel: bot.Channel{Name: foreign("channel")},
		Names: map[string]string{"1": foreign("name"), "2": foreign("name")}, Said: rapid.SampledFrom([]string{"", foreign("said")}).Draw(t, "any said"),
	}
	for range rapid.IntRange(1, 5).Draw(t, "lists") {
		l := bot.List{Title: rapid.SampledFrom([]string{"", foreign("title")}).Draw(t, "any title"), More: rapid.IntRange(0, 3).Draw(t, "more"), Empty: foreign("empty")}
		for range rapid.SampledFrom([]int{0, 1, 2, 5, 14}).Draw(t, "items") {
			n++
			mark := fmt.Sprintf("q%d;", n)
			marks = append(marks, mark)
			i := bot.Item{
				Key: rapid.SampledFrom([]string{"", fmt.Sprintf("k%d", n), "not|a key"}).Draw(t, "key"), By: people.Draw(t, "by"),
				Gist: mark + " " + foreign("gist"), Own: rapid.Bool().Draw(t, "own"), Quotes: quotes(),
				Against: bot.Target{By: people.Draw(t, "against"), Gist: foreign("target"), Quotes: quotes()}, Channel: foreign("channel"), Side: foreign("side"),
				News:   rapid.SampledFrom([]ledger.NewsKind{"", ledger.IsRaised, ledger.IsRaisedAgain, ledger.IsAnswered, ledger.IsReopened, ledger.IsStanding}).Draw(t, "news"),
				Status: rapid.SampledFrom([]summarize.Status{"", summarize.Unanswered, summarize.Answered, summarize.Withdrawn}).Draw(t, "status"),
				Again:  rapid.IntRange(0, 3).Draw(t, "again"), SaidBy: rapid.SampledFrom([]string{"", "1"}).Draw(t, "said by"), Corrected: rapid.Bool().Draw(t, "corrected"),
			}
			if rapid.Bool().Draw(t, "timed") {
				i.Raised = time.Unix(rapid.Int64Range(-1<<33, 1<<35).Draw(t, "raised"), 0)
			}
			if all := quotes(); len(all) > 0 {
				i.Response, i.ResponseBy = &summarize.Response{Quote: all[0], Kind: summarize.Answer}, "2"
			}
			l.Items = append(l.Items, i)
		}
		a.Lists = append(a.Lists, l)
	}
	return a, urls, marks
}

func TestListsKeepEveryLimitAndLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, urls, marks := anyLists(t)
		everything := ""
		for page, pages := 0, 1; page < pages; page++ {
			m := draw(a, page, true)
			if pages = m.pages; m.page != page {
				t.Errorf("page %d was drawn as %d", page, m.page)
			}
			checkLimits(t, m)
			everything += checkForeign(t, m, urls)
		}
		if a.Token != "" && a.Request.Command != bot.Digests {
			for _, mark := range marks {
				if !strings.Contains(everything, mark) {
					t.Errorf("what begins with %q is lost", mark)
				}
			}
		}
	})
}

// A digest is one message, and of what it leaves out it says how much that is. Every list keeps its first item.
func TestADigestIsOneMessage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, urls, marks := anyLists(t)
		all, shown := 0, 0
		for i := range a.Lists {
			all += len(a.Lists[i].Items) + a.Lists[i].More
		}
		m := drawPublished(a, answers.Token)
		checkLimits(t, m)
		words := checkForeign(t, m, urls)
		for _, mark := range marks {
			if strings.Contains(words, mark) {
				shown++
			}
		}
		for _, found := range regexp.MustCompile(`(?m)^and ([0-9]+) more$`).FindAllStringSubmatch(words, -1) {
			n := 0
			if _, err := fmt.Sscan(found[1], &n); err != nil {
				t.Fatal(err)
			}
			shown += n
		}
		if shown != all {
			t.Errorf("%d of %d items are shown or counted:\n%s", shown, all, words)
		}
	})
	all := leases()
	var lists []bot.List
	for _, title := range []string{"One", "Two", "Three"} {
		l := bot.List{Title: title}
		for range 20 {
			l.Items = append(l.Items, all["answered"])
		}
		lists = append(lists, l)
	}
	got := asRead(drawPublished(listed(bot.Open, lists...), answers.Token))
	for _, title := range []string{"One", "Two", "Three"} {
		if _, below, _ := strings.Cut(got, "**"+title+"**\n\n"); !strings.HasPrefix(below, "**") {
			t.Errorf("nothing stands below %q:\n%s", title, got)
		}
	}
}

func TestAListOfNothingSaysSo(t *testing.T) {
	for _, lists := range [][]bot.List{{{}}, {{Empty: " \n"}, {Title: "Still open"}}, {{Items: []bot.Item{{}}}}} {
		for _, m := range []message{draw(listed(bot.One, lists...), 0, false), drawPublished(listed(bot.Open, lists...), answers.Token)} {
			checkLimits(t, m)
			if len(m.Blocks) == 0 {
				t.Errorf("nothing is shown of %+v", lists)
			}
		}
	}
}

func TestSaidKeepsItsLines(t *testing.T) {
	long := strings.Repeat("a line of some length\n", 500)
	for words, text := range map[string]string{"one\n  two \n\nthree\n": "one\ntwo\n\nthree", "": nothingToShow, "\n": nothingToShow} {
		if m := drawWords(&bot.Answer{Said: words}); m.Text != text || len(m.Blocks) != 0 {
			t.Errorf("%q is said as %q with %d blocks", words, m.Text, len(m.Blocks))
		}
	}
	m := drawWords(&bot.Answer{Said: long})
	checkLimits(t, m)
	if got := asRead(m); strings.Count(got, "a line of some length\n") < 400 || !strings.Contains(got, "…") {
		t.Errorf("a long one comes out as\n%s", got)
	}
}
