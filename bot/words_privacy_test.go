package bot

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestParsePrivacyWords(t *testing.T) {
	show, out, in := PrivacyOrder{Action: ShowKept}, PrivacyOrder{Action: OptOut}, PrivacyOrder{Action: OptIn}
	erase, log := PrivacyOrder{Action: Erase}, PrivacyOrder{Action: ShowLog}
	keep := func(days int) PrivacyOrder { return PrivacyOrder{Action: KeepFor, Days: days} }
	for words, want := range map[string]PrivacyOrder{
		"privacy":                                       show,
		"Privacy, please!":                              show,
		"what do you keep about me?":                    show,
		"What do you know about me":                     show,
		"what data do you store on me":                  show,
		"what is kept about me":                         show,
		"show my data":                                  show,
		"opt out":                                       out,
		"opt-out please":                                out,
		"privacy opt out":                               out,
		"leave me out":                                  out,
		"please leave me out of the summaries":          out,
		"don’t quote me":                                out,
		"do not read my messages":                       out,
		"ignore me":                                     out,
		"opt in":                                        in,
		"hey, opt me back in":                           in,
		"read my messages again":                        in,
		"delete everything":                             erase,
		"Delete everything about me!":                   erase,
		"please delete my data":                         erase,
		"delete everything you know about me":           erase,
		"forget me":                                     erase,
		"privacy delete everything":                     erase,
		"delete everything about me, I am sure":         {Action: Erase, Sure: true},
		"yes, delete everything about me for sure":      {Action: Erase, Sure: true},
		"keep texts for 14 days":                        keep(14),
		"keep messages for 2 weeks in this server":      keep(14),
		"keep the texts 7d":                             keep(7),
		"delete messages after 30 days":                 keep(30),
		"keep texts for the default time":               keep(0),
		"log":                                           log,
		"show the log":                                  log,
		"privacy log":                                   log,
		"who changed what here?":                        log,
		"privacy model":                                 {Action: ShowModel},
		"where do our messages go?":                     {Action: ShowModel},
		"allow the language model":                      {Action: AllowModel},
		"please let the AI read our messages":           {Action: AllowModel},
		"turn the language model on in this server":     {Action: AllowModel},
		"forbid the language model":                     {Action: ForbidModel},
		"stop using the AI here":                        {Action: ForbidModel},
		"don't send our messages to any model":          {Action: ForbidModel},
		"is an AI reading our messages?":                {Action: ShowModel},
		"who reads my messages":                         {Action: ShowModel},
		"which model do you use?":                       {Action: ShowModel},
		"do you use AI":                                 {Action: ShowModel},
		"privacy language model":                        {Action: ShowModel},
		"privacy forbid the language model":             {Action: ForbidModel},
		"consent":                                       {Action: ShowModel},
		"we consent to the language model":              {Action: AllowModel},
		"I don't consent":                               {Action: ForbidModel},
		"no AI please":                                  {Action: ForbidModel},
		"don't let a model read this server's messages": {Action: ForbidModel},
		"withdraw our consent":                          {Action: ForbidModel},
		"revoke the language model":                     {Action: ForbidModel},
		// Of one person's messages alone nobody decides for a whole server.
		"keep my messages from the AI":  {Action: ShowModel},
		"don't use AI for me":           {Action: ShowModel},
		"opt out of the language model": {Action: ShowModel},
	} {
		typed, err := ParseWords(words, tuesday, time.UTC)
		if err != nil || typed.Privacy == nil || *typed.Privacy != want {
			t.Errorf("%q: %+v %+v, %v; want %+v", words, typed, typed.Privacy, err, want)
			continue
		}
		if typed.Privacy = nil; typed != (Typed{Command: Privacy}) {
			t.Errorf("%q means %+v too", words, typed)
		}
	}
	for words, says := range map[string]string{
		"opt out of politics":                      "but not “of politics”",
		"privacy of my home":                       "but not “of my home”",
		"delete everything about evals":            "but not “about evals”",
		"opt out and opt in":                       "but not “and opt in”",
		"opt out, opt in":                          "one thing at a time",
		"opt out, I am sure":                       "alone",
		"keep texts for 0 days":                    "a day at least",
		"keep texts for 4000 days":                 "3,650 days",
		"keep texts for 99999999999999999999 days": "3,650 days",
		"keep texts for 14 years":                  "14 years",
		"forget it":                                "don't understand",
		"I would leave me out":                     "I don't understand",
		"ignore me but read <#C1>":                 "but not “but read",
		"delete the debate":                        "don't understand",
		"opt ot":                                   "“opt out”",
		"allow the language model, opt out":        "one thing at a time",
		"use the model about evals":                "but not “about evals”",
		"allow somebody else":                      "but not “somebody else”",
		"I agree":                                  "don't understand",
		"no models":                                "don't understand",
		"privcy":                                   "“privacy”",
	} {
		typed, err := ParseWords(words, tuesday, time.UTC)
		refused := refusal(err)
		if refused == nil || !strings.Contains(refused.Reason, says) || typed != (Typed{}) {
			t.Errorf("%q: %+v, %v; want a word of %s", words, typed, err, says)
		}
	}
}

func TestParseMistakenWords(t *testing.T) {
	for words, want := range map[string]Typed{
		"said":                          {Command: Mistaken},
		"what did I say?":               {Command: Mistaken},
		"what do you think I said here": {Command: Mistaken},
		"that's not mine":               {Command: Mistaken},
		"not mine":                      {Command: Mistaken},
		"I never said that":             {Command: Mistaken},
		"said in <#C123>":               {Command: Mistaken, Place: Place{Channel: "C123"}},
		"who said what":                 {Command: Summary},
		"what was said":                 {Command: Summary},
		"my points":                     {Command: Mine},
	} {
		if typed, err := ParseWords(words, tuesday, time.UTC); err != nil || typed != want {
			t.Errorf("%q: %+v, %v", words, typed, err)
		}
	}
}

// FuzzParsePrivacyWords holds that nothing is deleted for sure unless somebody says so.
func FuzzParsePrivacyWords(f *testing.F) {
	for _, seed := range []string{"privacy", "delete everything about me, I am sure", "keep texts for 14 days", "opt out", "really forget me", "keep 9w",
		"allow the language model", "stop using the AI here", "don't use AI for me", "who reads our messages?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		order, refused := parsePrivacy(tokensOf(words))
		switch {
		case order != nil && refused != nil:
			t.Fatalf("%q is refused and means %+v", words, order)
		case refused != nil && (refused.Reason == "" || strings.Contains(refused.Reason, "\n") || utf8.RuneCountInString(refused.Reason) > 400):
			t.Errorf("%q: %q", words, refused.Reason)
		case order == nil:
			return
		}
		said := strings.ToLower(words)
		if order.Sure && (order.Action != Erase || !strings.Contains(said, "sure") && !strings.Contains(said, "yes") && !strings.Contains(said, "really")) {
			t.Errorf("%q: %+v", words, order)
		}
		if order.Terms != "" {
			t.Errorf("%q consents to what nobody was shown: %+v", words, order)
		}
		if order.Days < 0 || order.Days > mostDays || order.Days > 0 && order.Action != KeepFor {
			t.Errorf("%q: %+v", words, order)
		}
	})
}

func TestParseStatusWords(t *testing.T) {
	for _, words := range []string{
		"status", "Status, please!", "show the status", "status of this server", "usage", "token usage", "costs", "cost?", "the budget",
		"how much does this cost?", "how much have we spent so far", "how many tokens did you use today", "what did that cost us this month", "how much is left?",
	} {
		if typed, err := ParseWords(words, tuesday, time.UTC); err != nil || typed != (Typed{Command: Status}) {
			t.Errorf("%q: %+v, %v", words, typed, err)
		}
	}
	for words, says := range map[string]string{
		"status in <#C123>":  "goes with nothing else",
		"status 3d":          "goes with nothing else",
		"status about evals": "I understood “status”, but not “about evals”.",
		"statsu":             "“status”",
	} {
		typed, err := ParseWords(words, tuesday, time.UTC)
		refused := refusal(err)
		if refused == nil || !strings.Contains(refused.Reason, says) || typed != (Typed{}) {
			t.Errorf("%q: %+v, %v; want a word of %s", words, typed, err, says)
		}
	}
}
