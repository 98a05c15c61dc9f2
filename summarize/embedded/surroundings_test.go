package embedded

import (
	"math"
	"testing"
)

// argued is a reading of three messages in which the roles of units are put by hand, and its debate.
func argued(t *testing.T) (*reading, *debate) {
	t.Helper()
	r := understood(t, testTables(t), chat(
		"ann: We should wait for the second audit, as it checks what the first one left out.",
		"ben: It has the same auditors, so it won't find anything new.\n\nWho pays for those two months?",
		"ann: There is a new lead auditor since January, and the budget for it was approved.",
	))
	r.messages[1].links = []link{{to: 0, sure: 0.9, opposes: 0.8}}
	r.messages[2].links = []link{{to: 1, sure: 0.8, opposes: 0.7}}
	d := standoff(2, func(int, int) float64 { return 2 })
	d.conversation = newConversation()
	for i := range r.messages {
		r.messages[i].debate = 0
		d.add(&r.messages[i])
	}
	if len(r.units) != 4 {
		t.Fatalf("%d units, expected 4", len(r.units))
	}
	for k, role := range [][roleCount]float64{{0.2, 0.7, 0.1}, {0.1, 0.2, 0.7}, {0.3, 0.1, 0.6}, {0.5, 0.3, 0.2}} {
		r.units[k].role = role
	}
	return r, d
}

func TestNeighbourFeatures(t *testing.T) {
	r, d := argued(t)
	around := r.surroundings(d)
	for k, wanted := range []map[string]float64{
		{"objection before": 0, "objection after": 0, "share of objections in message": 1, "rank as point in debate": 0.75,
			"objection in reply": 0.7, "objection in author's last": 0, "objection in message after": 0.7},
		{"objection after": 0.6, "share of objections in message": 0.7 / 1.3, "log rank as objection in message": 0,
			"log rank as point in message": 0, "rank as objection in debate": 0.75, "point in message before": 0.7, "objection in reply": 0.2},
		{"objection before": 0.7, "point before": 0.2, "log rank as objection in message": math.Ln2, "log rank as point in message": math.Ln2},
		{"point in author's last": 0.7, "objection in message before": 0.7, "objection in message after": 0, "objection in reply": 0},
	} {
		u := &r.units[k]
		f := features{named: true}
		r.neighbourFeatures(&f, &around, u.message, u)
		got := map[string]float64{}
		for i, name := range f.names {
			got[name] = f.values[i]
		}
		for name, want := range wanted {
			if value, told := got[name]; !told || math.Abs(value-want) > 1e-9 {
				t.Errorf("%q: %s is %v, expected %v", r.text(u), name, value, want)
			}
		}
	}
}

// TestReassignJudgesByTheWordRoles: what a unit is found to do in its surroundings
// changes nothing for the units after it.
func TestReassignJudgesByTheWordRoles(t *testing.T) {
	r, d := argued(t)
	around := r.surroundings(d)
	var want [][roleCount]float64
	for k := range r.units {
		u := &r.units[k]
		f := features{}
		r.contextFeatures(&f, d, &around, u.message, u)
		var role [roleCount]float64
		r.inContext.probabilities(f.values, nil, role[:0])
		want = append(want, role)
	}
	r.reassign(d)
	for k := range r.units {
		if r.units[k].role != want[k] {
			t.Errorf("%q is judged %v, by the roles of words %v", r.text(&r.units[k]), r.units[k].role, want[k])
		}
	}
}

func TestQuantile(t *testing.T) {
	for value, want := range map[float64]float64{0: 0, 0.3: 0.5, 0.35: 0.75, 1: 1} {
		if got := quantile([]float64{0.1, 0.2, 0.3, 0.5}, value); got != want {
			t.Errorf("%v is above %v of the values, expected %v", value, got, want)
		}
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("of no values it is above %v", got)
	}
}
