package bot

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"crux/bot/digest"
)

func TestParseDigestWords(t *testing.T) {
	var (
		a, b, c = Place{Channel: "C1"}, Place{Channel: "C2"}, Place{Channel: "C3"}
		add     = func(change func(*DigestOrder)) DigestOrder {
			o := DigestOrder{Action: DigestAdd, From: []Place{a}, To: b, When: "weekdays 8:30"}
			change(&o)
			return o
		}
		plain = add(func(*DigestOrder) {})
		here  = DigestOrder{Action: DigestAdd, When: "daily"}
	)
	tests := []struct {
		words string
		want  DigestOrder
	}{
		{"digest", DigestOrder{Action: DigestList}},
		{"Digests?", DigestOrder{Action: DigestList}},
		{"list digests", DigestOrder{Action: DigestList}},
		{"please list all digests", DigestOrder{Action: DigestList, All: false}},
		{"digest list", DigestOrder{Action: DigestList}},
		{"which digests are there?", DigestOrder{Action: DigestList}},
		{"show the digests, thanks", DigestOrder{Action: DigestList}},
		{"digest 2", DigestOrder{Action: DigestShow, Number: 2}},
		{"digest #2", DigestOrder{Action: DigestShow, Number: 2}},
		{"show digest 2", DigestOrder{Action: DigestShow, Number: 2}},
		{"digest show number 12", DigestOrder{Action: DigestShow, Number: 12}},
		{"pause digest 2", DigestOrder{Action: DigestPause, Number: 2}},
		{"Could you pause digest no. 2, please?", DigestOrder{Action: DigestPause, Number: 2}},
		{"digest resume 2", DigestOrder{Action: DigestResume, Number: 2}},
		{"delete digest 3", DigestOrder{Action: DigestRemove, Number: 3}},
		{"digest remove #3", DigestOrder{Action: DigestRemove, Number: 3}},
		{"run digest 4 now", DigestOrder{Action: DigestRun, Number: 4}},
		{"digest run 4", DigestOrder{Action: DigestRun, Number: 4}},
		{"digest run 4 dry", DigestOrder{Action: DigestRun, Number: 4, Dry: true}},
		{"dry run of digest 4", DigestOrder{Action: DigestRun, Number: 4, Dry: true}},

		{"digest add <#C1> to <#C2> weekdays 8:30", plain},
		{"digest of <#C1|debates> in <#C2|news> weekdays 8:30", plain},
		{"weekdays 8:30 digest from <#C1> into <#C2>", plain},
		{"digest <#C1> -> <#C2>, weekdays 8:30", plain},
		{"digest <#C1> -&gt; <#C2> weekdays 8:30", plain},
		{"digest <#C1>→<#C2> weekdays 8:30", plain},
		{"Please set up a digest to <#C2> from <#C1>: weekdays 8:30.", plain},
		{"add a digest of the debates of <#C1>, posted to <#C2> weekdays 8:30", plain},
		{"create digest weekdays in <#C2> of <#C1> 8:30", plain},
		{"schedule a digest of <#C1> to <#C2> on weekdays at 8:30", add(func(o *DigestOrder) { o.When = "on weekdays at 8:30" })},
		{"new digest of <#C1> and <#C3> to <#C2> weekdays 8:30", add(func(o *DigestOrder) { o.From = []Place{a, c} })},
		{"digest <#C1>, <#C3>, <#C1> to <#C2> weekdays 8:30", add(func(o *DigestOrder) { o.From = []Place{a, c} })},
		{"digest of all watched channels to <#C2> weekdays 8:30", add(func(o *DigestOrder) { o.From, o.All = nil, true })},
		{"digest all to <#C2> weekdays 8:30", add(func(o *DigestOrder) { o.From, o.All = nil, true })},
		{"weekly digest of every watched channel here", DigestOrder{Action: DigestAdd, All: true, When: "weekly"}},
		{"daily digest", here},
		{"daily digest here", here},
		{"a daily digest of this channel, posted to here", here},
		{"daily digest of this channel to <#C2>", DigestOrder{Action: DigestAdd, To: b, When: "daily"}},
		{"digest 9:00", DigestOrder{Action: DigestAdd, When: "9:00"}},
		{"digest every 6h", DigestOrder{Action: DigestAdd, When: "every 6h"}},
		{"digest mondays and thursdays 17:00", DigestOrder{Action: DigestAdd, When: "mondays and thursdays 17:00"}},
		{"digest mon-fri at 9am", DigestOrder{Action: DigestAdd, When: "mon-fri at 9am"}},
		{"digest every 2h from 8:00 to 18:00 to <#C2>", DigestOrder{Action: DigestAdd, To: b, When: "every 2h from 8:00 to 18:00"}},
		{"digest on the 1st of the month", DigestOrder{Action: DigestAdd, When: "on the 1st of the month"}},
		{"digest daily in march", DigestOrder{Action: DigestAdd, When: "daily in march"}},
		{"digest add `0 9 * * 1-5`", DigestOrder{Action: DigestAdd, When: "0 9 * * 1-5"}},
		{"digest 30 9 * * * in <#C2>", DigestOrder{Action: DigestAdd, To: b, When: "30 9 * * *"}},
		{"digest of <#C1> to <#C2> weekdays 8:30 Europe/Berlin", add(func(o *DigestOrder) { o.Zone = "Europe/Berlin" })},
		{"digest of <#C1> to <#C2> weekdays 8:30 in the time zone america/new_york", add(func(o *DigestOrder) { o.Zone = "America/New_York" })},
		{"digest of <#C1> to <#C2>, weekdays 8:30 utc", add(func(o *DigestOrder) { o.Zone = "UTC" })},
		{"digest of <#C1> to <#C2> weekdays 8:30 Antarctica/Troll time", add(func(o *DigestOrder) { o.Zone = "Antarctica/Troll" })},
		{"digest daily dry run", DigestOrder{Action: DigestAdd, When: "daily", Dry: true}},
		{"dry-run a daily digest", DigestOrder{Action: DigestAdd, When: "daily", Dry: true}},
		{"daily digest only new and open", DigestOrder{Action: DigestAdd, When: "daily", Parts: []DigestPart{PartNew, PartOpen}}},
		{"daily digest with only what's open", DigestOrder{Action: DigestAdd, When: "daily", Parts: []DigestPart{PartOpen}}},
		{"daily digest, open objections only", DigestOrder{Action: DigestAdd, When: "daily", Parts: []DigestPart{PartOpen}}},
		{"daily digest without points", DigestOrder{Action: DigestAdd, When: "daily", Parts: []DigestPart{PartNew, PartSettled, PartOpen}}},
		{"daily digest, no points or settled", DigestOrder{Action: DigestAdd, When: "daily", Parts: []DigestPart{PartNew, PartOpen}}},
		{"daily digest include points", here},
		{"daily digest only open, include points", DigestOrder{Action: DigestAdd, When: "daily", Parts: []DigestPart{PartOpen, PartPoints}}},
		{"daily digest, only new, answered, open and new points", here},
		{"quiet daily digest", DigestOrder{Action: DigestAdd, When: "daily", Quiet: true}},
		{"daily digest, nothing when nothing is new", DigestOrder{Action: DigestAdd, When: "daily", Quiet: true}},
		{"daily digest only if something is new", DigestOrder{Action: DigestAdd, When: "daily", Quiet: true}},
		{"daily digest unless there's nothing new", DigestOrder{Action: DigestAdd, When: "daily", Quiet: true}},
		{
			"hey crux, please make a quiet digest of <#C1|debates>, <#C3|evals> and post it in <#C2|news> every weekday at 8:30 in Europe/Paris, only new and settled, dry run. Thanks!",
			DigestOrder{
				Action: DigestAdd, From: []Place{a, c}, To: b, When: "every weekday at 8:30", Zone: "Europe/Paris",
				Parts: []DigestPart{PartNew, PartSettled}, Quiet: true, Dry: true,
			},
		},
	}
	for _, test := range tests {
		typed, err := ParseWords(test.words, tuesday, time.UTC)
		if err != nil || typed.Digest == nil {
			t.Errorf("%q: %+v, %v", test.words, typed, err)
			continue
		}
		if diff := cmp.Diff(test.want, *typed.Digest); diff != "" {
			t.Errorf("%q:\n%s", test.words, diff)
		}
		if typed.Digest = nil; typed != (Typed{Command: Digests}) {
			t.Errorf("%q means %+v too", test.words, typed)
		}
	}
}

func TestParseDigestWordsRefuses(t *testing.T) {
	tests := []struct{ words, says string }{
		{"digest nonsense", "but not “nonsense”"},
		{"digest about evals daily", "but not “about evals daily”"},
		{"daily digest about evals", "“about evals”"},
		{"digest daily share", "“share”"},
		{"digest of <#C1> to <#C2>", "Say when"},
		{"digest add", "Say when"},
		{"digest only open", "Say when"},
		{"digest sometimes", "“sometimes”"},
		{"digest every 30 minutes", "once an hour"},
		{"digest daily in <#C2> and thursdays in <#C3>", "one channel to post in"},
		{"digest daily to <#C1> to <#C2>", "one channel to post in"},
		{"digest daily from 8:00 to 18:00", "how often"},
		{"digest daily to <#C1> and here", "one channel to post in"},
		{"digest of here and <#C1> to <#C2> daily", "Mention this channel too"},
		{"digest of all watched and <#C1> to <#C2> daily", "all watched"},
		{"daily digest of #debates", "can't tell which channel “#debates” is"},
		{"daily digest to #news", "“#news”"},
		{"daily digest Europe/Atlantis", "time zone “Europe/Atlantis”"},
		{"daily digest CET", "time zone “CET”"},
		{"daily digest UTC Europe/Berlin", "one time zone"},
		{"digest 2 daily", "gets its number by itself"},
		{"daily digest at 2:15 and 3:45", "the same minutes"},
		{"digest add every 9", "of what"},
		{"pause digest", "by its number"},
		{"digest remove", "by its number"},
		{"digest dry run", "by its number"},
		{"digest 0", "from 1 on"},
		{"pause digest 2 and 3", "one digest at a time"},
		{"pause digest 2 daily", "nothing else"},
		{"digest run 2 in <#C1>", "nothing else"},
		{"digest pause 2 dry", "dry run"},
		{"digests 2", "lists all"},
		{"pause and remove digest 2", "one thing at a time"},
		{"daily digest without new, settled, open and points", "says nothing"},
		{"daily digest only points without points", "says nothing"},
		{"a digest for me", "Say when"},
		{"stop digest 2", "stop"},
		{"what a nice digest", "don't understand"},
		{"digest that", "Say when"},
	}
	for _, test := range tests {
		typed, err := ParseWords(test.words, tuesday, time.UTC)
		refused := refusal(err)
		if refused == nil {
			t.Errorf("%q: not refused but %+v, %v, %+v", test.words, typed, err, typed.Digest)
			continue
		}
		if !strings.Contains(refused.Reason, test.says) || strings.Contains(refused.Reason, "\n") || utf8.RuneCountInString(refused.Reason) > 400 || typed != (Typed{}) {
			t.Errorf("%q: %s; want a word of %s", test.words, refused.Reason, test.says)
		}
	}
	for words, want := range map[string]Typed{
		"summary about the digest":       {Command: Summary, Topic: "digest"},
		"summary 3d about digests daily": {Command: Summary, Window: Window{Since: tuesday.Add(-72 * time.Hour)}, Topic: "digests daily"},
		"help digest":                    {Help: true},
		"help with digests":              {Help: true},
	} {
		if typed, err := ParseWords(words, tuesday, time.UTC); err != nil || typed != want {
			t.Errorf("%q: %+v, %v", words, typed, err)
		}
	}
}

// FuzzParseDigestWords holds that what is understood can be carried out, and that a refusal can be shown.
func FuzzParseDigestWords(f *testing.F) {
	for _, seed := range []string{
		"digest", "digest of <#C1|x> to <#C2> weekdays 8:30 Europe/Berlin only new quiet", "pause digest 2", "digest 0 9 * * 1-5", "dry run digest 3",
		"daily digest -&gt; <#C1>", "digest * * * * *", "all digests here in in in to", "digest every every every 6h", "digest UTC utc gmt <#", "digest `",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		order, refused := parseDigest(words)
		switch {
		case order != nil && refused != nil:
			t.Fatalf("%q is refused and means %+v", words, order)
		case refused != nil:
			if refused.Reason == "" || strings.Contains(refused.Reason, "\n") {
				t.Errorf("%q: %q", words, refused.Reason)
			}
			return
		case order == nil:
			return
		}
		hasNumber := order.Action != DigestAdd && order.Action != DigestList
		if hasNumber != (order.Number > 0) || order.Dry && order.Action != DigestAdd && order.Action != DigestRun {
			t.Errorf("%q: %+v", words, order)
		}
		if order.Action == DigestAdd {
			if _, err := digest.ParseSchedule(order.When, nil); err != nil || order.All && len(order.From) > 0 || len(order.Parts) == 4 {
				t.Errorf("%q: %+v, %v", words, order, err)
			}
		}
		if zone := order.Zone; zone != "" {
			if _, err := time.LoadLocation(zone); err != nil {
				t.Errorf("%q: %v", words, err)
			}
		}
		for _, p := range append(order.From, order.To) {
			if p.Server != "" || p.Thread != "" || p.Channel != "" && !strings.Contains(words, p.Channel) {
				t.Errorf("%q: %+v", words, p)
			}
		}
	})
}
