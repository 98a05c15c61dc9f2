package score_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"crux/summarize"
	"crux/summarize/score"
)

// judged is a status and the confidence that it is rightly open or closed.
type judged struct {
	status     summarize.Status
	confidence float64
}

// answered is a gold debate in which every objection was answered, and a report
// that finds each of them and judges it so.
func answered(judgements ...judged) (*score.Gold, *summarize.Report) {
	var debate summarize.Debate
	var quotes []string
	for i, j := range judgements {
		quotes = append(quotes, strings.Repeat(string(rune('a'+i)), 8))
		debate.Objections = append(debate.Objections, summarize.Objection{
			Quotes: []summarize.Quote{{Message: "m1", Text: quotes[i]}}, Status: j.status, Confidence: j.confidence,
		})
	}
	return oneMessage(strings.Join(quotes, " "), nil, quotes), &summarize.Report{Debates: []summarize.Debate{debate}}
}

func reliability(judgements ...judged) score.Reliability {
	var tally score.Tally
	tally.Add(answered(judgements...))
	return tally.Reliability()
}

func TestReliability(t *testing.T) {
	r := reliability(
		judged{summarize.Answered, 0.95}, judged{summarize.Withdrawn, 0.91}, // closed, as gold says
		judged{summarize.Answered, 0.8}, judged{summarize.Unanswered, 0.84}, judged{summarize.Conceded, 0.82}, judged{summarize.Acknowledged, 0.86},
		judged{summarize.Unanswered, 0.55}, judged{summarize.Unanswered, 0.3},
	)
	// (2·0.07 + 4·0.33 + 0.55 + 0.3) / 8
	const want = `confidence  objections        mean  right
below 0.5            1       0.300  0.000
0.5–0.6              1       0.550  0.000
0.6–0.7              0           -      -
0.7–0.8              0           -      -
0.8–0.9              4       0.830  0.500
0.9–1.0              2       0.930  1.000
all                  8       0.754  0.500
calibration error 0.289`
	if r.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", r, want)
	}
}

// TestErrorsOfBinsDoNotCancelOut: too sure in one bin and too unsure in another is wrong twice.
func TestErrorsOfBinsDoNotCancelOut(t *testing.T) {
	r := reliability(judged{summarize.Answered, 0.55}, judged{summarize.Unanswered, 0.45})
	if *r.All.Confidence != *r.All.Right {
		t.Fatalf("%v of all, right %v: want the same", *r.All.Confidence, *r.All.Right)
	}
	if got := *r.CalibrationError; math.Abs(got-0.45) > 1e-12 {
		t.Errorf("calibration error %v, want 0.45", got)
	}
}

func TestBinOfAConfidence(t *testing.T) {
	for _, test := range []struct {
		confidence, counted float64
		from                float64
	}{
		{0, 0, 0},
		{math.Nextafter(0.5, 0), math.Nextafter(0.5, 0), 0},
		{0.5, 0.5, 0.5},
		{0.6, 0.6, 0.6},
		{0.7, 0.7, 0.7},
		{math.Nextafter(0.8, 0), math.Nextafter(0.8, 0), 0.7},
		{0.8, 0.8, 0.8},
		{0.9, 0.9, 0.9},
		{1, 1, 0.9},
		{7, 1, 0.9},
		{-7, 0, 0},
		{math.NaN(), 0, 0},
		{math.Inf(1), 1, 0.9},
	} {
		r := reliability(judged{summarize.Answered, test.confidence})
		for _, bin := range r.Bins {
			want := 0
			if bin.From == test.from {
				want = 1
			}
			if bin.Objections != want {
				t.Errorf("%v: %d objections in the bin from %v, want %d", test.confidence, bin.Objections, bin.From, want)
			}
			if bin.Objections > 0 && *bin.Confidence != test.counted {
				t.Errorf("%v counts as %v, want %v", test.confidence, *bin.Confidence, test.counted)
			}
		}
	}
}

// TestOnlyMatchedObjectionsAreReliable: of an objection that gold doesn't have nobody knows whether it is open.
func TestOnlyMatchedObjectionsAreReliable(t *testing.T) {
	gold, report := answered(judged{summarize.Answered, 0.7}, judged{summarize.Answered, 0.9})
	gold.Golds[0].Objections = gold.Golds[0].Objections[:1]
	var tally score.Tally
	tally.Add(gold, report)
	if all := tally.Reliability().All; all.Objections != 1 || *all.Confidence != 0.7 {
		t.Errorf("%d objections of mean confidence %v, want the one of 0.7", all.Objections, *all.Confidence)
	}
}

func TestReliabilityOfManyFilesIsThatOfTheirMerge(t *testing.T) {
	judgements := []judged{
		{summarize.Answered, 0.61}, {summarize.Unanswered, 0.64}, {summarize.Answered, 0.67}, {summarize.Answered, 0.93}, {summarize.Answered, 0.1},
	}
	var counted, merged score.Tally
	for i := range judgements {
		gold, report := answered(judgements[i:]...)
		counted.Add(gold, report)
		var one score.Tally
		one.Add(gold, report)
		merged.Merge(&one)
	}
	got, want := merged.Reliability(), counted.Reliability()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("merged\n%s\ncounted in one\n%s", got, want)
	}
	if got.All.Objections != 15 {
		t.Errorf("%d objections, want 15", got.All.Objections)
	}
}

func TestReliabilityOfNothing(t *testing.T) {
	var tally score.Tally
	r := tally.Reliability()
	if r.CalibrationError != nil || r.All.Confidence != nil || r.All.Right != nil {
		t.Errorf("an empty tally has\n%s", r)
	}
	for _, want := range []string{"\nbelow 0.5            0           -      -\n", "\nall                  0           -      -\n", "calibration error -"} {
		if !strings.Contains(r.String(), want) {
			t.Errorf("%q is missing from\n%s", want, r)
		}
	}
	if data, err := json.Marshal(r); err != nil || !strings.Contains(string(data), `"calibration_error":null`) {
		t.Errorf("as JSON %s: %v", data, err)
	}
}
