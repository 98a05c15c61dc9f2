package store

import (
	"testing"
	"time"

	"crux/bot"
)

func requests(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	r := bot.Request{
		Command: bot.Mine, Asker: "u0", Here: other, Place: general, Topic: "cats & <dogs>", Message: "5", Share: true, Fresh: true,
		Window: bot.Window{Since: noon.In(time.FixedZone("CET", 3600)), To: "1009"},
	}
	must(t, s.KeepRequest(ctx, platform, "token", r, noon))
	got, err := s.Request(ctx, platform, "token")
	must(t, err)
	r.Fresh, r.Window.Since = false, noon
	same(t, "request", got, r)
	r.Topic = ""
	must(t, s.KeepRequest(ctx, platform, "token", r, noon))
	got, err = s.Request(ctx, platform, "token")
	must(t, err)
	same(t, "request kept again", got, r)
	_, err = s.Request(ctx, platform, "other")
	notKept(t, "another token", err)
	_, err = s.Request(ctx, "slack", "token")
	notKept(t, "another platform", err)

	_, err = s.LastAsked(ctx, platform, "u0", general)
	notKept(t, "never asked", err)
	must(t, s.Asked(ctx, platform, "u0", general, noon))
	must(t, s.Asked(ctx, platform, "u0", general, noon.Add(-time.Hour)))
	last, err := s.LastAsked(ctx, platform, "u0", general)
	must(t, err)
	same(t, "last asked", last, noon)
	must(t, s.Asked(ctx, platform, "u0", general, noon.Add(time.Hour)))
	last, err = s.LastAsked(ctx, platform, "u0", general)
	must(t, err)
	same(t, "last asked later", last, noon.Add(time.Hour))
	_, err = s.LastAsked(ctx, platform, "u0", other)
	notKept(t, "asked elsewhere", err)
	_, err = s.LastAsked(ctx, platform, "u1", general)
	notKept(t, "asked by another", err)
}
