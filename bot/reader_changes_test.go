package bot

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"crux/bot/ledger"
	"crux/summarize"
)

// A word that is spelled otherwise changes nothing; what is worded anew is read anew, and a lone first
// message is not taken as read that the model was never shown.
func TestWhatIsEditedIsReadAgain(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	c.consents(g, true)
	one := c.say(p, "ann", "+ ship it", "")
	c.readIn(p, false)
	two := c.say(p, "bob", "- who tsets it then", one)
	c.say(p, "bob", "- who pays", one)
	if c.readIn(p, false); model.shown != 3+1 { // the first, and then all three
		t.Errorf("shown %d messages", model.shown)
	}
	edit := func(text, want string, costs int) {
		t.Helper()
		for i := range c.said[p] {
			if m := &c.said[p][i]; m.ID == two {
				m.Text = text
			}
		}
		if err := c.edited(p, two, text); err != nil {
			t.Fatal(err)
		}
		before := model.shown
		read := c.readIn(p, true)
		if got := gists(ledger.Standing(read.Entries)); got != want || model.shown != before+costs {
			t.Errorf("%q: %s; shown %d messages", text, got, model.shown-before)
		}
	}
	edit("- who tests it then", "who tests it then unanswered; who pays unanswered", 1)
	edit("- that needs a test bench first", "that needs a test bench first unanswered; who pays unanswered", 1)
}

// edited has the ledger know of an edit, as Edited does.
func (c *town) edited(p Place, message, text string) error {
	_, err := c.bot.editLedger(c.t.Context(), p, taking{
		entries: func(entries []ledger.Entry) ([]ledger.Entry, []string) { return ledger.Edit(entries, message, text) },
		reading: func(r *ledger.Reading) *ledger.Reading { return r.Edit(message, text) },
	})
	return err
}

// What becomes of an objection is noticed while another engine stands in.
func TestWhoStandsInNoticesAnswers(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	c.consents(g, true)
	model.blind = []string{"old"}
	one := c.say(p, "ann", "+ ship it", "")
	old := c.say(p, "bob", "- old", one)
	two := c.say(p, "bob", "- who tests it", one)
	c.readIn(p, false)
	c.consents(g, false)
	c.say(p, "ann", "= I do", two)
	c.say(p, "ann", "= no", old)
	if got := gists(c.readIn(p, false).Entries); got != "who tests it answered" {
		t.Errorf("the ledger holds %q", got)
	}
}

// A message that is deleted while a model reads costs no second reading, and nothing of it is told.
func TestWhatIsDeletedMeanwhileCostsNothing(t *testing.T) {
	c := newTown(t)
	p := c.watched("agora", "ann*", "bob")
	model, g := c.withModel()
	c.consents(g, true)
	one := c.say(p, "ann", "+ ship it", "")
	two := c.say(p, "bob", "- who tests it", one)
	c.say(p, "bob", "- who pays", one)
	c.bot.o.Model.Summarizer.Engine = meanwhile{model, func() { c.bot.gone.removed(p, two) }}
	if got := gists(c.readIn(p, true).Entries); got != "who pays unanswered" || model.readings != 1 {
		t.Errorf("of the ledger %q, in %d readings", got, model.readings)
	}
	made, err := c.bot.reportOn(t.Context(), Request{Command: Summary, Asker: "ann", Here: p, Place: p}, func(Progress) {})
	if err != nil || len(made.report.Debates[0].Objections) != 1 {
		t.Errorf("%v, %+v", err, made)
	}
}

// meanwhile is an engine during whose work something happens.
type meanwhile struct {
	*clever
	happens func()
}

func (m meanwhile) Read(ctx context.Context, t *summarize.Transcript, progress func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	defer m.happens()
	return m.clever.Read(ctx, t, progress)
}

// Nothing is told in words that stood in a message before it was edited, or in one that is gone.
func TestWhatIsCarriedOverIsWordedAnew(t *testing.T) {
	read := &summarize.Transcript{Messages: []summarize.Message{
		saidAt("1", "ann", "", -3), saidAt("2", "bob", "1", -2), saidAt("3", "bob", "1", -1), saidAt("4", "cid", "", 0),
	}}
	for i, text := range []string{"Ship it. My manager is a fraud.", "Who tests it? Secretly nobody.", "Who pays? Grandmother.", "Is this about fraud?"} {
		read.Messages[i].Text = text
	}
	quote := func(message, text string) []summarize.Quote {
		return []summarize.Quote{{Message: message, Text: text}}
	}
	report := &summarize.Report{Debates: []summarize.Debate{{
		ID: "d", Question: "Is this about fraud?", Messages: []string{"1", "2", "3", "4"},
		Sides:  []summarize.Side{{ID: "A", Label: "manager is a fraud", Members: []string{"ann"}}, {ID: "B", Members: []string{"bob"}}},
		Points: []summarize.Point{{ID: "p1", Side: "A", By: []string{"ann"}, Gist: "My manager is a fraud", Quotes: quote("1", "Ship it.")}},
		Objections: []summarize.Objection{
			{ID: "o1", Side: "B", By: []string{"bob"}, Gist: "Secretly nobody", Quotes: quote("2", "Who tests it?"), Status: summarize.Unanswered},
			{ID: "o2", Side: "B", By: []string{"bob"}, Gist: "Grandmother", Quotes: quote("3", "Who pays?"), Status: summarize.Unanswered},
		},
	}}}
	now := &summarize.Transcript{Messages: slices.Clone(read.Messages[:2])}
	now.Messages[0].Text, now.Messages[1].Text = "Ship it.", "Who tests it?"
	data, err := json.Marshal(carriedOver(report, read, now))
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"fraud", "Secretly", "Grandmother", "pays"} {
		if strings.Contains(string(data), gone) {
			t.Errorf("%q is in %s", gone, data)
		}
	}
	for _, still := range []string{"Ship it.", "Who tests it?"} {
		if !strings.Contains(string(data), still) {
			t.Errorf("%q is not in %s", still, data)
		}
	}
}
