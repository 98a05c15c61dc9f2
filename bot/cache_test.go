package bot

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crux/summarize"
)

func TestCache(t *testing.T) {
	here, there := Place{Server: "s", Channel: "1"}, Place{Server: "s", Channel: "2"}
	report := &summarize.Report{Schema: summarize.Schema}
	ids := []string{"30", "10", "20"}
	tests := []struct {
		name string
		// meanwhile happens while the report is made, later after it was kept.
		meanwhile, later func(c *cache, now *time.Time)
		want             bool
	}{
		{"nothing happens", nil, nil, true},
		{"a message is forgotten", nil, func(c *cache, _ *time.Time) { c.forget(here, "99", "20") }, false},
		{"another message is forgotten", nil, func(c *cache, _ *time.Time) { c.forget(here, "99") }, true},
		{"no message is forgotten", nil, func(c *cache, _ *time.Time) { c.forget(here) }, true},
		{"one of another place is forgotten", nil, func(c *cache, _ *time.Time) { c.forget(there, "20") }, true},
		{"the place is forgotten", nil, func(c *cache, _ *time.Time) { c.forgetPlace(here) }, false},
		{"another place is forgotten", nil, func(c *cache, _ *time.Time) { c.forgetPlace(there) }, true},
		{"all is forgotten", nil, func(c *cache, _ *time.Time) { c.clear() }, false},
		{"it is about to expire", nil, func(_ *cache, now *time.Time) { *now = now.Add(time.Hour - 1) }, true},
		{"it expires", nil, func(_ *cache, now *time.Time) { *now = now.Add(time.Hour) }, false},

		{"a message is forgotten meanwhile", func(c *cache, _ *time.Time) { c.forget(here, "20") }, nil, false},
		{"another message is forgotten meanwhile", func(c *cache, _ *time.Time) { c.forget(here, "99"); c.forget(there, "20") }, nil, true},
		{"the place is forgotten meanwhile", func(c *cache, _ *time.Time) { c.forgetPlace(here) }, nil, false},
		{"another place is forgotten meanwhile", func(c *cache, _ *time.Time) { c.forgetPlace(there) }, nil, true},
		{"all is forgotten meanwhile", func(c *cache, _ *time.Time) { c.clear() }, nil, false},
		{"more is forgotten meanwhile than is remembered", func(c *cache, _ *time.Time) {
			c.forget(here, "20")
			for i := range forgottenKept {
				c.forget(there, strconv.Itoa(i))
			}
		}, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := tuesday
			c := newCache(4, time.Hour, func() time.Time { return now })
			// What was forgotten before the messages were read does not count.
			c.forget(here, "20")
			c.forgetPlace(here)
			since := c.begin()
			if test.meanwhile != nil {
				test.meanwhile(c, &now)
			}
			c.put("key", []Source{{here, ids}}, judged{report: report}, since, c.ttl)
			if test.later != nil {
				test.later(c, &now)
			}
			if _, got := c.get("key"); got != test.want {
				t.Errorf("kept: %v, want %v", got, test.want)
			}
			if _, got := c.get("other"); got {
				t.Error("another key has a report")
			}
		})
	}
}

// Reports that have expired go, also those for which nobody asks again.
func TestCacheIsBounded(t *testing.T) {
	now := tuesday
	c := newCache(3, time.Hour, func() time.Time { return now })
	for i := range 10 {
		c.put(strconv.Itoa(i), nil, judged{report: &summarize.Report{}}, c.begin(), c.ttl)
	}
	if _, ok := c.get("9"); !ok || c.kept.Len() != 3 {
		t.Errorf("the newest is kept: %v; %d are, want 3", ok, c.kept.Len())
	}
	now = now.Add(2 * time.Hour)
	c.put("new", nil, judged{report: &summarize.Report{}}, c.begin(), c.ttl)
	if c.kept.Len() != 1 {
		t.Errorf("%d are kept, of which all but one have expired", c.kept.Len())
	}
}

// Nothing that is done to a report given or got changes the one that is kept. Every
// list of a Report, whatever is added to it, is looked at.
func TestCacheCopies(t *testing.T) {
	given := &summarize.Report{}
	fill(reflect.ValueOf(given).Elem(), "x")
	want := &summarize.Report{}
	fill(reflect.ValueOf(want).Elem(), "x")

	c := newCache(1, time.Hour, time.Now)
	c.put("key", nil, judged{report: given}, c.begin(), c.ttl)
	fill(reflect.ValueOf(given).Elem(), "changed after put")
	first, _ := c.get("key")
	if diff := cmp.Diff(want, first.report); diff != "" {
		t.Fatalf("changed by its giver:\n%s", diff)
	}
	fill(reflect.ValueOf(first.report).Elem(), "changed after get")
	second, _ := c.get("key")
	if diff := cmp.Diff(want, second.report); diff != "" {
		t.Errorf("changed by its getter:\n%s", diff)
	}

	empty := &summarize.Report{Debates: []summarize.Debate{{Sides: []summarize.Side{}}}}
	if diff := cmp.Diff(empty, cloneReport(empty)); diff != "" {
		t.Errorf("an empty list or none became the other:\n%s", diff)
	}
}

// fill sets every string in v, and makes every list hold one element; lists that are there are changed in place.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		fill(v.Index(0), text)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), text)
			}
		}
	case reflect.Map, reflect.Pointer, reflect.Interface, reflect.Array:
		panic("a report holds a " + v.Kind().String() + ": copy it in cloneReport, and fill it here")
	}
}

// keyOf is the key of a small transcript after a change.
func keyOf(change func(t *summarize.Transcript, r *summarize.Request)) string {
	t := &summarize.Transcript{
		Messages: []summarize.Message{
			{ID: "1", Author: "ann", Text: "ab", Time: tuesday, Attachments: []string{"a", "b"}},
			{ID: "2", Author: "bob", Text: "c", Time: tuesday.Add(time.Minute)},
		},
		Names: map[string]string{"ann": "Ann", "bob": "Bob"},
	}
	r := summarize.Request{}
	change(t, &r)
	return cacheKey("embedded", t, r)
}

// Every field of what is asked and read, whatever is added to it, changes the key.
func TestCacheKeyHoldsEveryField(t *testing.T) {
	same := keyOf(func(*summarize.Transcript, *summarize.Request) {})
	if again := keyOf(func(_ *summarize.Transcript, r *summarize.Request) { r.Progress = func(int, int) {} }); again != same {
		t.Error("the key depends on who is told of progress")
	}
	fieldsOf := func(of any, get func(*summarize.Transcript, *summarize.Request) any, skip ...string) {
		typ := reflect.TypeOf(of)
		for i := range typ.NumField() {
			name := typ.Field(i).Name
			if strings.Contains(strings.Join(skip, " "), name) {
				continue
			}
			key := keyOf(func(tr *summarize.Transcript, r *summarize.Request) {
				alter(t, reflect.ValueOf(get(tr, r)).Elem().Field(i))
			})
			if key == same {
				t.Errorf("%v.%s is not in the key", typ, name)
			}
		}
	}
	fieldsOf(summarize.Message{}, func(t *summarize.Transcript, _ *summarize.Request) any { return &t.Messages[1] })
	fieldsOf(summarize.Transcript{}, func(t *summarize.Transcript, _ *summarize.Request) any { return t }, "Gone")
	fieldsOf(summarize.Request{}, func(_ *summarize.Transcript, r *summarize.Request) any { return r }, "Progress")
	if cacheKey("a", &summarize.Transcript{}, summarize.Request{}) == cacheKey("b", &summarize.Transcript{}, summarize.Request{}) {
		t.Error("the engine is not in the key")
	}
}

// alter gives v another value.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch x := v.Addr().Interface().(type) {
	case *string:
		*x += "x"
	case *bool:
		*x = !*x
	case *int:
		*x++
	case *time.Time:
		*x = x.Add(time.Nanosecond)
	case *[]string:
		*x = append(*x, "")
	case *map[string]string:
		*x = map[string]string{"ann": "Ann", "bob": "Rob"}
	case *[]summarize.Message:
		*x = (*x)[:1]
	default:
		t.Fatalf("don't know how to alter a %v", v.Type())
	}
}

// What stands in one field can't be taken for what stands in the next.
func TestCacheKeyIsUnambiguous(t *testing.T) {
	changes := map[string]func(*summarize.Transcript, *summarize.Request){
		"as it is": func(*summarize.Transcript, *summarize.Request) {},
		"text moved": func(t *summarize.Transcript, _ *summarize.Request) {
			t.Messages[0].Author, t.Messages[0].Text = "anna", "b"
		},
		"names moved": func(t *summarize.Transcript, _ *summarize.Request) {
			t.Names = map[string]string{"annA": "nn", "bob": "Bob"}
		},
		"fewer names":  func(t *summarize.Transcript, _ *summarize.Request) { delete(t.Names, "bob") },
		"one file":     func(t *summarize.Transcript, _ *summarize.Request) { t.Messages[0].Attachments = []string{"ab"} },
		"files in one": func(t *summarize.Transcript, _ *summarize.Request) { t.Messages[0].Attachments = []string{"a\x01b"} },
		"another order": func(t *summarize.Transcript, _ *summarize.Request) {
			t.Messages[0], t.Messages[1] = t.Messages[1], t.Messages[0]
		},
		"since": func(_ *summarize.Transcript, r *summarize.Request) { r.Since = tuesday },
		"until": func(_ *summarize.Transcript, r *summarize.Request) { r.Until = tuesday },
		"zone": func(t *summarize.Transcript, _ *summarize.Request) {
			t.Messages[0].Time = tuesday.In(time.FixedZone("", 3600))
		},
	}
	seen := map[string]string{}
	for name, change := range changes {
		key := keyOf(change)
		if other, ok := seen[key]; ok {
			t.Errorf("%q and %q have one key", name, other)
		}
		seen[key] = name
	}
}

func BenchmarkCacheKey(b *testing.B) {
	t := &summarize.Transcript{Platform: "discord", Names: map[string]string{}}
	for i := range 5000 {
		author := strconv.Itoa(i % 50)
		t.Names[author] = "Person " + author
		id := fmt.Sprintf("12345678901234%05d", i)
		t.Messages = append(t.Messages, summarize.Message{
			ID: id, Author: author, Time: tuesday.Add(time.Duration(i) * time.Second),
			Text: strings.Repeat("some words of a debate ", 6), URL: "https://discord.com/channels/1/2/" + id,
		})
	}
	b.ReportAllocs()
	for b.Loop() {
		cacheKey("embedded", t, summarize.Request{})
	}
}
