package bot

import (
	"testing"
	"time"
	_ "time/tzdata" // zones are the same on every machine that has none
)

func TestKnownZones(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range knownZones() {
		if _, err := time.LoadLocation(name); err != nil || seen[name] {
			t.Errorf("%s: %v, twice %v", name, err, seen[name])
		}
		seen[name] = true
	}
}

func TestZoneNamed(t *testing.T) {
	for typed, want := range map[string]string{
		"europe/berlin": "Europe/Berlin", "America/New York": "America/New_York", "utc": "UTC", "GMT": "UTC", "America/Indiana/Knox": "America/Indiana/Knox",
		"": "", "Local": "", "Berlin": "", "Europe/Atlantis": "", "../etc/passwd": "", "/etc/localtime": "",
	} {
		if got, ok := zoneNamed(typed); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v", typed, got, ok)
		}
	}
}

func TestSuggestZones(t *testing.T) {
	for typed, want := range map[string]string{
		"": "UTC", "ber": "Europe/Berlin", "new y": "America/New_York", "york": "America/New_York", "europe/p": "Europe/Paris",
		"america/indiana/knox": "", "America/Indiana/Knox": "America/Indiana/Knox", "utc": "UTC", "buenos": "America/Argentina/Buenos_Aires", "asia/tokyo": "Asia/Tokyo",
	} {
		got := SuggestZones(typed)
		if want == "" && len(got) > 0 || want != "" && (len(got) == 0 || got[0].Value != want) {
			t.Errorf("%q: %+v, want %q first", typed, got, want)
		}
	}
	if got := SuggestZones("buenos")[0].Label; got != "America/Argentina/Buenos Aires" {
		t.Errorf("labelled %q", got)
	}
}

// Whatever is suggested is a zone, and fits where it is shown.
func FuzzSuggestZones(f *testing.F) {
	for _, seed := range []string{"", "e", "new york", "Etc/GMT+3", "../x", "Europe/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		all := SuggestZones(typed)
		if len(all) > mostSuggestions {
			t.Errorf("%q: %d suggestions", typed, len(all))
		}
		seen := map[string]bool{}
		for _, s := range all {
			if _, err := time.LoadLocation(s.Value); err != nil || s.Value == "" || seen[s.Value] || s.Label == "" || len(s.Label) > longestValue {
				t.Errorf("%q: %+v, %v", typed, s, err)
			}
			seen[s.Value] = true
		}
	})
}
