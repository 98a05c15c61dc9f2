package embedded

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
	"crux/summarize/enginetest"
	"crux/summarize/score"
)

const goldFolder = "../testdata/debates"

// goldFrom reads a gold file.
func goldFrom(t testing.TB, path string) *score.Gold {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	g, err := score.ReadGold(file)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// goldPaths are the gold files that ship with crux, in order of name.
func goldPaths(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(goldFolder + "/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no gold debates in %s (%v)", goldFolder, err)
	}
	return paths
}

// transcriptOf is what a gold file lets engines read.
func transcriptOf(g *score.Gold) *summarize.Transcript {
	return &summarize.Transcript{Channel: g.ID, Messages: g.Messages}
}

// freshEngine is an engine that has read nothing yet.
func freshEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// newEngine is an engine to which whatever any test had encoded is still known.
func newEngine(t testing.TB) *Engine {
	t.Helper()
	return &Engine{testTables(t)}
}

// debatesIn is what an engine finds.
func debatesIn(t testing.TB, transcript *summarize.Transcript) []summarize.Debate {
	t.Helper()
	_, debates, err := newEngine(t).Read(t.Context(), transcript, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return debates
}

// chat makes messages of lines of the form "author: text", three minutes apart, under the ids m1, m2 and so on.
func chat(lines ...string) *summarize.Transcript {
	t := &summarize.Transcript{Platform: "discord", Channel: "general"}
	for i, line := range lines {
		author, text, _ := strings.Cut(line, ": ")
		t.Messages = append(t.Messages, summarize.Message{
			ID: fmt.Sprintf("m%d", i+1), Author: author, Text: text,
			Time: time.Date(2026, 3, 2, 14, 3*i, 0, 0, time.UTC),
		})
	}
	return t
}

func TestEngine(t *testing.T) {
	enginetest.Run(t, func() summarize.Engine { return freshEngine(t) })
}

// TestReportsHold: nothing that is said of the gold debates is dropped by Verify.
func TestReportsHold(t *testing.T) {
	for _, path := range goldPaths(t) {
		transcript := transcriptOf(goldFrom(t, path))
		report := &summarize.Report{Debates: debatesIn(t, transcript)}
		if dropped := summarize.Verify(report, transcript); dropped.Total() > 0 {
			t.Errorf("%s: %v", path, dropped)
		}
	}
}

// TestDeterminism: the same transcript makes the same JSON, byte for byte, also
// where nothing is known of its texts any more.
func TestDeterminism(t *testing.T) {
	for _, path := range goldPaths(t) {
		transcript := transcriptOf(goldFrom(t, path))
		first, err := json.Marshal(debatesIn(t, transcript))
		if err != nil {
			t.Fatal(err)
		}
		fresh := freshEngine(t)
		for range 2 {
			_, debates, err := fresh.Read(t.Context(), transcript, func(int, int) {})
			if err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(debates)
			if err != nil {
				t.Fatal(err)
			}
			if string(first) != string(again) {
				t.Fatalf("%s: the report differs the next time:\n%s", path, cmp.Diff(string(first), string(again)))
			}
		}
	}
}

// TestRenaming: what people are called changes neither what is found nor what became of it.
func TestRenaming(t *testing.T) {
	for _, path := range goldPaths(t) {
		gold := goldFrom(t, path)
		t.Run(gold.ID, func(t *testing.T) {
			before := debatesIn(t, transcriptOf(gold))
			renamed, names := renamedPeople(transcriptOf(gold))
			after := debatesIn(t, renamed)
			if diff := cmp.Diff(outline(before, func(name string) string { return names[name] }),
				outline(after, func(name string) string { return name })); diff != "" {
				t.Errorf("(-before +renamed):\n%s", diff)
			}
		})
	}
}

// outlined is a debate as far as names have no say in it, and who is on which side.
type outlined struct {
	Messages, Points, Objections []string
	Sides                        [][]string
	Neutral                      []string
}

func outline(debates []summarize.Debate, call func(name string) string) []outlined {
	called := func(names []string) []string {
		out := []string{}
		for _, name := range names {
			out = append(out, call(name))
		}
		slices.Sort(out)
		return out
	}
	messages := func(quotes []summarize.Quote) (ids []string) {
		for _, q := range quotes {
			ids = append(ids, q.Message)
		}
		return ids
	}
	var all []outlined
	for _, d := range debates {
		o := outlined{Messages: d.Messages, Neutral: called(d.Neutral)}
		for _, s := range d.Sides {
			o.Sides = append(o.Sides, called(s.Members))
		}
		for _, p := range d.Points {
			o.Points = append(o.Points, fmt.Sprintf("%s by %v in %v", p.Side, called(p.By), messages(p.Quotes)))
		}
		for _, objection := range d.Objections {
			var shown []string
			for _, r := range objection.Responses {
				shown = append(shown, r.Message)
			}
			o.Objections = append(o.Objections, fmt.Sprintf("%s by %v in %v: %s in %v",
				objection.Side, called(objection.By), messages(objection.Quotes), objection.Status, shown))
		}
		all = append(all, o)
	}
	return all
}

var (
	nameParts = regexp.MustCompile(`\pL+`)
	// handlesAndWords are what may be a name in a text.
	handlesAndWords = regexp.MustCompile(`[\pL\d][\pL\d_.-]*[\pL\d]|\pL+`)
	// ordinary are words that are part of a name, and stand in the texts as what they mean.
	ordinary = []string{"post", "the", "bot", "arxiv", "github", "mod", "feed"}
)

// renamedPeople gives everybody another name, wherever it stands as a word of
// its own, and returns who is called what. Parts of names are renamed one by
// one, because "mehdi_k" is called "mehdi".
func renamedPeople(t *summarize.Transcript) (*summarize.Transcript, map[string]string) {
	parts, names := map[string]string{}, map[string]string{}
	authors := map[string]bool{}
	for _, m := range t.Messages {
		authors[m.Author] = true
	}
	fresh := func(part string) string {
		lower := strings.ToLower(part)
		if parts[lower] == "" {
			n := len(parts)
			parts[lower] = string([]byte{"zvxqj"[n%5], "aou"[n/5%3], "kvz"[n/15%3], "oua"[n%3], "xqz"[n/45%3]})
		}
		return parts[lower]
	}
	for _, author := range slices.Backward(slices.Sorted(maps.Keys(authors))) {
		names[author] = nameParts.ReplaceAllStringFunc(author, fresh)
	}
	renamed := *t
	renamed.Messages = slices.Clone(t.Messages)
	for i := range renamed.Messages {
		m := &renamed.Messages[i]
		m.Author = names[m.Author]
		m.Text = handlesAndWords.ReplaceAllStringFunc(m.Text, func(found string) string {
			if name, whole := names[found]; whole {
				return name
			}
			return nameParts.ReplaceAllStringFunc(found, func(word string) string {
				name := parts[strings.ToLower(word)]
				if len(word) < 3 || slices.Contains(ordinary, strings.ToLower(word)) {
					name = ""
				}
				switch {
				case name == "":
					return word
				case unicode.IsUpper(firstRune(word)):
					return strings.ToUpper(name[:1]) + name[1:]
				}
				return name
			})
		})
	}
	return &renamed, names
}

// TestLaterMessages: a debate that is reported keeps its id and its first message as long as it is reported.
func TestLaterMessages(t *testing.T) {
	for _, path := range goldPaths(t) {
		gold := goldFrom(t, path)
		if !gold.Channel {
			continue
		}
		t.Run(gold.ID, func(t *testing.T) {
			whole := transcriptOf(gold)
			first := map[string]string{} // message, by debate
			var before []summarize.Debate
			for n := 10; n <= len(whole.Messages); n += 5 {
				earlier := *whole
				earlier.Messages = whole.Messages[:n]
				now := debatesIn(t, &earlier)
				for _, d := range now {
					if was, known := first[d.ID]; known && was != d.Messages[0] {
						t.Errorf("after %d messages, debate %s starts with %s, before with %s", n, d.ID, d.Messages[0], was)
					}
					first[d.ID] = d.Messages[0]
				}
				checkSameIDs(t, n, before, now)
				before = now
			}
		})
	}
}

// checkSameIDs: a debate that holds the first message of an earlier one has the earlier one's id.
func checkSameIDs(t *testing.T, n int, before, now []summarize.Debate) {
	t.Helper()
	for _, was := range before {
		for _, is := range now {
			if is.ID != was.ID && slices.Contains(is.Messages, was.Messages[0]) {
				t.Errorf("after %d messages, debate %s has become %s", n, was.ID, is.ID)
			}
		}
	}
}

// TestNoDebate: where people help each other, nobody objects to anything.
func TestNoDebate(t *testing.T) {
	for _, d := range debatesIn(t, transcriptOf(goldFrom(t, goldFolder+"/nan-loss-help.json"))) {
		for _, o := range d.Objections {
			t.Errorf("%q in %s is no objection", o.Gist, o.Quotes[0].Message)
		}
	}
}

// TestNobodyIsNamed: where the source names nobody, nobody is on a side and nobody is quoted by name.
func TestNobodyIsNamed(t *testing.T) {
	rows := 0
	for _, path := range goldPaths(t) {
		transcript := transcriptOf(goldFrom(t, path))
		for i := range transcript.Messages {
			transcript.Messages[i].Author = ""
		}
		for _, d := range debatesIn(t, transcript) {
			if len(d.Sides) > 0 || len(d.Neutral) > 0 || d.Stats.People != 0 {
				t.Errorf("%s: sides %v, neutral %v, %d people", path, d.Sides, d.Neutral, d.Stats.People)
			}
			for _, p := range d.Points {
				if p.Side != "" || len(p.By) > 0 {
					t.Errorf("%s: point %q of side %q by %v", path, p.Gist, p.Side, p.By)
				}
			}
			for _, o := range d.Objections {
				if o.Side != "" || len(o.By) > 0 {
					t.Errorf("%s: objection %q of side %q by %v", path, o.Gist, o.Side, o.By)
				}
			}
			rows += len(d.Points) + len(d.Objections)
		}
	}
	if rows == 0 {
		t.Error("nothing is found where nobody is named")
	}
}

// TestOtherLanguages: of what isn't English little is understood, and the report says so.
func TestOtherLanguages(t *testing.T) {
	for language, transcript := range map[string]*summarize.Transcript{"German": german(), "Japanese": japanese()} {
		t.Run(language, func(t *testing.T) {
			info, debates, err := newEngine(t).Read(t.Context(), transcript, func(int, int) {})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(info.Degraded, "English") {
				t.Errorf("degraded says %q", info.Degraded)
			}
			report := &summarize.Report{Debates: debates}
			if dropped := summarize.Verify(report, transcript); dropped.Total() > 0 {
				t.Errorf("%v", dropped)
			}
			if len(debates) != 1 {
				t.Fatalf("%d debates, expected 1", len(debates))
			}
			d := debates[0]
			if len(d.Sides) != 2 || len(d.Points)+len(d.Objections) == 0 {
				t.Errorf("sides %v, points %v, objections %v", d.Sides, d.Points, d.Objections)
			}
		})
	}
}

func TestEnglishIsNotDegraded(t *testing.T) {
	for _, path := range goldPaths(t) {
		info, _, err := newEngine(t).Read(t.Context(), transcriptOf(goldFrom(t, path)), func(int, int) {})
		if err != nil || info.Degraded != "" {
			t.Errorf("%s: degraded says %q (%v)", path, info.Degraded, err)
		}
	}
}

// replying lets every message reply to the one before it.
func replying(t *summarize.Transcript) *summarize.Transcript {
	for i := range t.Messages[1:] {
		t.Messages[i+1].ReplyTo = t.Messages[i].ID
	}
	return t
}

func german() *summarize.Transcript {
	return replying(chat(
		"nadia: Wir sollten die nächtlichen Aufträge in eine Warteschlange verlegen, weil Cron bei jedem Neustart einen Lauf verliert und es tagelang niemand bemerkt.",
		"yusuf: Das überzeugt mich nicht. Eine Warteschlange ist ein weiterer Dienst, den wir betreiben müssen, und keiner von uns hat das je getan. Wer wird nachts geweckt?",
		"nadia: Niemand wird geweckt, denn der Anbieter betreibt die Warteschlange für uns, und wir haben im letzten Monat zweimal die Abrechnung verloren.",
		"yusuf: Die Abrechnung ging verloren, weil die Platte voll war. Eine Warteschlange wäre genauso ausgefallen, also ist das kein Argument dafür. Und was kostet sie?",
		"nadia: Der Anbieter berechnet nur Pakete von zehntausend Nachrichten, also kostet uns der nächtliche Lauf ungefähr zwei Cent.",
		"yusuf: Trotzdem braucht sie Zugang zur Datenbank der Buchhaltung, und unsere Regeln verbieten das allen Diensten außerhalb des Hauses. Wie soll das gehen?",
	))
}

func japanese() *summarize.Transcript {
	return replying(chat(
		"佐藤: 夜間ジョブはcronからキューに移すべきだと思います。再起動のたびに実行が失われ、何日も誰も気づきません。",
		"鈴木: 私は反対です。キューは運用しなければならないサービスが一つ増えるだけです。夜中に落ちたら誰が対応しますか？",
		"佐藤: マネージドキューはクラウド事業者が運用するので、誰も夜中に起こされません。先月は請求処理を二回も失いました。",
		"鈴木: 請求処理が失敗したのはディスクが一杯だったからです。キューでも同じように失敗したはずです。費用はどうなりますか？",
		"佐藤: 料金は一万件ごとの計算なので、一晩の費用は数円です。",
		"鈴木: それでも経理のデータベースへの接続が必要で、社内規則では外部サービスからの接続は禁止されています。どうしますか？",
	))
}
