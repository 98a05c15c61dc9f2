package discord

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crux/bot"
	"crux/bot/ledger"
	"crux/bot/platformtest/answers"
	"crux/summarize"
)

// quoteOf is a quote of a message such as m7.
func quoteOf(message, text string) summarize.Quote {
	return summarize.Quote{Message: snowflake(message), Text: text, URL: link(testServer, testChannel, snowflake(message))}
}

// answerWith is an answer to a command with these lists.
func answerWith(c bot.Command, lists ...bot.List) *bot.Answer {
	return &bot.Answer{
		Request: bot.Request{Command: c},
		Token:   answers.Token,
		Channel: bot.Channel{Name: "general"},
		Lists:   lists,
		Names:   map[string]string{"ann": "Ann", "bob": "Bob", "cat": "*Cat* @everyone", "dan": "Dan"},
	}
}

// items are what the tests draw: objections in several states, and points.
func items() map[string]bot.Item {
	raised := time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)
	return map[string]bot.Item{
		"open": {
			Key: "KEYOPEN234567abc", By: []string{"ann"}, Gist: "Leases expire while the holder still writes",
			Quotes:  []summarize.Quote{quoteOf("m1", "what if the lease expires mid-write?"), quoteOf("m9", "still: the lease may be gone by then")},
			Against: bot.Target{By: []string{"bob"}, Gist: "Leases are enough", Quotes: []summarize.Quote{quoteOf("m2", "a lease is all we need here")}},
			Status:  summarize.Unanswered, Raised: raised, Again: 1,
		},
		"unclear": {
			Key: "KEYUNCLEAR234567", By: []string{"bob", "dan"}, Quotes: []summarize.Quote{quoteOf("m3", "Clocks drift.")},
			Against: bot.Target{By: []string{"ann"}, Gist: "Side A"},
			Status:  summarize.Acknowledged, Uncertain: true, Raised: raised.Add(time.Hour), Again: 2,
			Response:   &summarize.Response{Quote: quoteOf("m4", "true, let's look at that later"), Kind: summarize.Deferral},
			ResponseBy: "ann",
		},
		"hostile": {
			Key: "KEYHOSTILE234567", By: []string{"cat", "eve"}, Channel: "a*b*|<#5>", Side: "[Yes](https://evil.example)",
			Gist:    "# **shout** <@1> @everyone https://evil.example [jump](https://evil.example)",
			Quotes:  []summarize.Quote{{Message: "m5", Text: "> quote\n||spoiler|| `code`", URL: "https://evil.example/x"}},
			Against: bot.Target{By: []string{"cat"}, Quotes: []summarize.Quote{quoteOf("m6", "- *item*\n@here")}},
			Status:  summarize.Unanswered, Corrected: true, SaidBy: "cat", Raised: raised,
		},
		"answered": {
			Key: "KEYANSWERED23456", By: []string{"dan"}, Quotes: []summarize.Quote{quoteOf("m7", "Who pays for the second region?")}, Channel: "budget",
			News: ledger.IsAnswered, Status: summarize.Answered, Raised: raised.Add(-time.Hour),
			Response:   &summarize.Response{Quote: quoteOf("m8", "it comes out of the infra budget, agreed with finance"), Kind: summarize.Answer},
			ResponseBy: "bob",
		},
		"said answered": {
			Key: "KEYSAID234567abc", By: []string{"ann"}, Quotes: []summarize.Quote{quoteOf("m10", "This breaks old clients.")}, Channel: "general",
			News: ledger.IsAnswered, Status: summarize.Answered, Corrected: true, SaidBy: "dan", Raised: raised,
		},
		"withdrawn": {
			Key: "KEYWITHDRAWN2345", By: []string{"dan"}, Quotes: []summarize.Quote{quoteOf("m11", "I can't reproduce it any more")},
			News: ledger.IsWithdrawn, Status: summarize.Withdrawn, Raised: raised, ResponseBy: "dan",
			Response: &summarize.Response{Quote: quoteOf("m12", "never mind"), Kind: summarize.Withdrawal},
		},
		"again": {
			Key: "KEYAGAIN234567ab", By: []string{"bob"}, Quotes: []summarize.Quote{quoteOf("m13", "Nobody tested failover.")}, Channel: "general",
			News: ledger.IsRaisedAgain, Status: summarize.Unanswered, Raised: raised, Again: 3,
		},
		"new": {
			Key: "KEYNEW234567abcd", By: []string{"dan"}, Quotes: []summarize.Quote{quoteOf("m14", "The plan has no rollback.")}, Channel: "general",
			News: ledger.IsRaised, Status: summarize.Unanswered, Raised: raised.Add(50 * time.Hour),
		},
		"reopened": {
			Key: "KEYREOPENED23456", By: []string{"ann"}, Quotes: []summarize.Quote{quoteOf("m15", "Backups are not encrypted.")}, Channel: "budget",
			News: ledger.IsReopened, Status: summarize.Unanswered, Raised: raised,
		},
		"point": {
			Key: "KEYPOINT234567ab", By: []string{"ann"}, Side: "Move now", Gist: "The old cluster is out of support",
			Quotes: []summarize.Quote{quoteOf("m16", "the old cluster runs out of support in March")}, Raised: raised,
		},
		"own words": {
			Key: "KEYOWN234567abcd", By: []string{"ann"}, Gist: "I only asked who would do it, I did not object", Own: true,
			Quotes: []summarize.Quote{quoteOf("m17", "who would even do that?")}, Status: summarize.Unanswered, Raised: raised,
		},
		"bare": {Quotes: []summarize.Quote{{Message: "m18", Text: "Somebody said this."}}},
	}
}

// picked are some of the items.
func picked(names ...string) []bot.Item {
	all := items()
	var some []bot.Item
	for _, name := range names {
		some = append(some, all[name])
	}
	return some
}

func TestDrawListsGolden(t *testing.T) {
	open := answerWith(bot.Open, bot.List{Items: picked("open", "unclear", "hostile", "own words", "bare"), More: 3})
	open.Said = "12 were raised in all, 7 of them are settled."
	open.Notes = []string{"I can't see two threads."}

	mine := answerWith(bot.Mine,
		bot.List{Title: "Objections to you that are still open", Items: picked("unclear")},
		bot.List{Title: "Your objections that are still open", Empty: "I found no open objection of yours. I may have missed some."})

	mistaken := answerWith(bot.Mistaken,
		bot.List{Title: "Points", Items: picked("point")}, bot.List{Title: "Objections", Items: picked("own words", "withdrawn")})

	one := answerWith(bot.One, bot.List{Items: picked("open")})
	one.Offers = []bot.Offer{
		{Action: bot.ActSayAnswered, Label: "It is answered", Item: "KEYOPEN234567abc"},
		{Action: bot.ActNotMine, Label: "Not mine", Item: "KEYOPEN234567abc", Danger: true},
		{Action: bot.ActReword, Label: "I meant something else…", Item: "KEYOPEN234567abc"},
	}

	none := answerWith(bot.Open, bot.List{Empty: "I found no open objection. I may have missed some."})

	privacy := answerWith(bot.Privacy)
	privacy.Said = "I keep 120 of your messages, from 2 channels, since 1 Nov 2026.\n" +
		"3 objections in ledgers quote you.\n\n# *Never* kept: what <@1> says in direct messages."
	privacy.Offers = []bot.Offer{{Action: bot.ActOptOut, Label: "Leave me out"}, {Action: bot.ActErase, Label: "Delete everything", Danger: true}}

	digests := answerWith(bot.Digests)
	digests.Said = "1. #general and #bud_get_ to #news: daily 09:00, next Mon 30 Nov, 09:00 CET\n2. all followed channels to #leads: paused"

	consent := answers.Saying(t, bot.Privacy, "consent",
		bot.Offer{Action: bot.ActAllowModel, Label: "Allow it"}, bot.Offer{Action: bot.ActForbidModel, Label: "Don't allow it"})

	for name, a := range map[string]*bot.Answer{
		"list-open": open, "list-mine": mine, "list-said": mistaken, "list-one": one, "list-none": none,
		"privacy": privacy, "digest-list": digests, "consent": consent, "status": answers.Saying(t, bot.Status, "status"),
	} {
		t.Run(name, func(t *testing.T) {
			m := draw(a, 0, true)
			checkLimits(t, m)
			golden(t, name, asRead(m))
		})
	}
}

// aDigest is a digest of several channels.
func aDigest() *bot.Answer {
	a := answerWith(bot.Open,
		bot.List{Title: "New objections", Items: picked("new", "again", "hostile")},
		bot.List{Title: "Settled since", Items: picked("answered", "said answered", "withdrawn")},
		bot.List{Title: "Open again", Items: picked("reopened")},
		bot.List{Title: "Still open", Items: picked("open", "unclear"), More: 4},
		bot.List{Title: "New points", Items: picked("point")})
	a.Said = "Digest of #general and #budget since Mon 23 Nov, 09:00."
	a.Offers = []bot.Offer{{Action: bot.ActOpen, Label: "What is still open"}}
	return a
}

func TestDrawDigestGolden(t *testing.T) {
	quiet := answerWith(bot.Open)
	quiet.Said = "Nothing new in #general since Mon 23 Nov, 09:00. 3 objections still stand."
	for name, a := range map[string]*bot.Answer{"digest": aDigest(), "digest-quiet": quiet} {
		t.Run(name, func(t *testing.T) {
			m := drawDigest(a, answers.Token)
			checkLimits(t, m)
			golden(t, name, asRead(m))
		})
	}
}

// anyItem draws an item with nasty text in every place, whose words begin with a mark.
func anyItem(t *rapid.T, mark string) bot.Item {
	g := anyAnswer(t)
	text := func(what string) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(nasty), 0, 3).Draw(t, what), " ")
	}
	people := func(what string) []string { return rapid.SliceOfN(rapid.SampledFrom(g.People), 0, 5).Draw(t, what) }
	quote := func(text string) summarize.Quote {
		q := summarize.Quote{Message: "m1", Text: text, URL: rapid.SampledFrom(g.Strays).Draw(t, "stray")}
		if rapid.Bool().Draw(t, "linked") {
			q.URL = "https://discord.com/channels/1/2/3"
		}
		return q
	}
	i := bot.Item{
		Key: rapid.SampledFrom([]string{mark, "same", "", "no key", strings.Repeat("k", 33)}).Draw(t, "key"),
		By:  people("by"), Gist: mark + "; " + text("gist"), Own: rapid.Bool().Draw(t, "own"),
		Against:   bot.Target{By: people("against"), Gist: text("target")},
		Channel:   text("channel"),
		Side:      text("side"),
		News:      rapid.SampledFrom([]ledger.NewsKind{"", ledger.IsRaised, ledger.IsRaisedAgain, ledger.IsAnswered, ledger.IsReopened, ledger.IsStanding, "else"}).Draw(t, "news"),
		Status:    rapid.SampledFrom([]summarize.Status{"", summarize.Unanswered, summarize.Acknowledged, summarize.Answered, summarize.Withdrawn}).Draw(t, "status"),
		Uncertain: rapid.Bool().Draw(t, "uncertain"), Corrected: rapid.Bool().Draw(t, "corrected"),
		SaidBy: rapid.SampledFrom(g.People).Draw(t, "said by"), Again: rapid.IntRange(0, 3).Draw(t, "again"),
	}
	for range rapid.IntRange(0, 4).Draw(t, "quotes") {
		i.Quotes = append(i.Quotes, quote(text("quote")))
	}
	if rapid.Bool().Draw(t, "target quoted") {
		i.Against.Quotes = append(i.Against.Quotes, quote(text("target quote")))
	}
	if rapid.Bool().Draw(t, "response") {
		i.Response = &summarize.Response{Quote: quote(text("response")), Kind: rapid.SampledFrom([]summarize.ResponseKind{summarize.Answer, summarize.Deferral, "else"}).Draw(t, "kind")}
		i.ResponseBy = rapid.SampledFrom(g.People).Draw(t, "response by")
	}
	if rapid.Bool().Draw(t, "timed") {
		i.Raised = time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "raised"), 0)
	}
	return i
}

// anyLists draws an answer with lists, and the marks of its items.
func anyLists(t *rapid.T, c bot.Command) (a *bot.Answer, marks []string) {
	a = answerWith(c)
	words := func(what string) string { return rapid.SampledFrom(nasty).Draw(t, what) }
	a.Said, a.Channel.Name = words("said")+rapid.SampledFrom([]string{"", "\n\n# x\n- y"}).Draw(t, "lines"), words("place")
	for range rapid.IntRange(1, 4).Draw(t, "lists") {
		l := bot.List{Title: words("title"), Empty: words("empty"), More: rapid.SampledFrom([]int{0, 1, 4321}).Draw(t, "more")}
		for range rapid.IntRange(0, rapid.SampledFrom([]int{1, 5, 40}).Draw(t, "most")).Draw(t, "items") {
			marks = append(marks, fmt.Sprintf("q%d", len(marks)))
			l.Items = append(l.Items, anyItem(t, marks[len(marks)-1]))
		}
		a.Lists = append(a.Lists, l)
	}
	return a, marks
}

// checkDrawn checks a message, and returns what it says below its first words.
func checkDrawn(t failer, m message) string {
	checkLimits(t, m)
	urls := map[string]bool{"https://discord.com/channels/1/2/3": true}
	checkMarkup(t, m.Content, urls, true)
	all := ""
	for _, e := range m.Embeds {
		checkMarkup(t, e.Title, urls, false)
		checkMarkup(t, e.Description, urls, false)
		all += e.Description + "\n"
	}
	return all
}

func TestDrawListsKeepsEveryLimitAndLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, marks := anyLists(t, rapid.SampledFrom([]bot.Command{bot.Open, bot.Mine, bot.Mistaken}).Draw(t, "command"))
		all, offered := "", map[string]bool{}
		for page, pages := 0, 1; page < pages; page++ {
			m := draw(a, page, true)
			if pages = m.pages; m.page != page {
				t.Errorf("page %d was drawn as %d", page, m.page)
			}
			all += checkDrawn(t, m)
			for _, o := range menu(m).Options {
				offered[o.Value] = true
			}
		}
		n := 0
		for _, l := range a.Lists {
			for _, item := range l.Items {
				n++
				if !strings.Contains(all, fmt.Sprintf("**%d.**", n)) {
					t.Errorf("item %d is on no page", n)
				}
				if fits := itemKey.MatchString(item.Key); fits != offered[item.Key] {
					t.Errorf("the key %q can be chosen: %v", item.Key, offered[item.Key])
				}
			}
		}
		for _, mark := range marks {
			if !strings.Contains(all, mark+";") {
				t.Errorf("the item that begins with %s is lost", mark)
			}
		}
	})
}

func TestDigestIsOnePageThatCountsWhatItLeavesOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, marks := anyLists(t, bot.Open)
		before := slices.Clone(a.Lists)
		m := drawDigest(a, "THEMARK")
		all := checkDrawn(t, m)
		if m.pages != 1 {
			t.Fatalf("%d pages", m.pages)
		}
		want, shown := len(marks), 0
		for _, l := range a.Lists {
			want += l.More
		}
		for _, mark := range marks {
			if strings.Contains(all, mark+";") {
				shown++
			}
		}
		for line := range strings.SplitSeq(all, "\n") {
			var more int
			if words, is := strings.CutPrefix(line, "• and "); is {
				if _, err := fmt.Sscanf(strings.ReplaceAll(words, ",", ""), "%d more", &more); err == nil {
					shown += more
				}
			}
		}
		if shown != want {
			t.Errorf("%d items are shown or counted, of %d", shown, want)
		}
		for i := range before {
			if len(before[i].Items) != len(a.Lists[i].Items) || before[i].More != a.Lists[i].More {
				t.Error("drawing changed the answer")
			}
		}
		buttons := allButtons(m)
		if len(buttons) == 0 {
			t.Error("no button carries the mark")
		}
		for _, b := range buttons {
			if p, ok := parseCustomID(b.CustomID); !ok || p.token != "THEMARK" {
				t.Errorf("%q carries another mark", b.CustomID)
			}
		}
	})
}
