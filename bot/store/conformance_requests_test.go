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

func posts(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	post := func(message string, source bot.Place, quoted ...string) bot.Post {
		return bot.Post{Platform: platform, Place: other, Message: message, Source: source, Quoted: quoted, Token: "t" + message, At: noon}
	}
	a, b, c := post("1", general, "30", "10", "20"), post("2", general, "20"), post("3", thread, "20")
	for _, p := range []bot.Post{a, b, c} {
		hooked := p
		hooked.Hook = "secret"
		must(t, s.KeepPost(ctx, hooked))
	}
	quoting := func(source bot.Place, ids ...string) []bot.Post {
		t.Helper()
		found, err := s.PostsQuoting(ctx, platform, source, ids)
		must(t, err)
		return found
	}
	same(t, "quoting one", quoting(general, "10"), []bot.Post{a})
	same(t, "quoting two", quoting(general, "10", "20", "99"), []bot.Post{a, b})
	same(t, "quoting in a thread", quoting(thread, "20"), []bot.Post{c})
	same(t, "quoting none", quoting(general, "99"), []bot.Post(nil))
	same(t, "quoting nothing", quoting(general), []bot.Post(nil))
	from, err := s.PostsFrom(ctx, platform, general)
	must(t, err)
	same(t, "from a place", from, []bot.Post{a, b})
	sources, err := s.PostSources(ctx, platform)
	must(t, err)
	same(t, "sources", sources, []bot.Place{general, thread})

	a.Quoted, a.Token = []string{"40"}, "refreshed"
	must(t, s.KeepPost(ctx, a))
	same(t, "what it quoted before", quoting(general, "10"), []bot.Post(nil))
	same(t, "what it quotes now", quoting(general, "40"), []bot.Post{a})
	must(t, s.DropPost(ctx, bot.Post{Platform: platform, Place: other, Message: "1"}))
	must(t, s.DropPost(ctx, a))
	must(t, s.DropPost(ctx, post("3", thread)))
	same(t, "after dropping", quoting(general, "40", "20"), []bot.Post{b})
	sources, err = s.PostSources(ctx, platform)
	must(t, err)
	same(t, "sources after dropping", sources, []bot.Place{general})
}
