package store

import (
	"testing"

	"crux/bot"
)

func posts(t *testing.T, s bot.Storage) {
	ctx := t.Context()
	from := func(p bot.Place, messages ...string) bot.Source { return bot.Source{Place: p, Messages: messages} }
	post := func(message string, people []string, sources ...bot.Source) bot.Post {
		return bot.Post{Platform: platform, Place: other, Message: message, Sources: sources, People: people, Token: "t" + message, At: noon}
	}
	a := post("1", []string{"u1", "u0"}, from(general, "30", "10", "20"), from(thread, "30"))
	b := post("2", []string{"u1"}, from(general, "20"))
	c := post("3", nil, from(thread, "20"))
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
	about := func(platform, person string) []bot.Post {
		t.Helper()
		found, err := s.PostsAbout(ctx, platform, person)
		must(t, err)
		return found
	}
	same(t, "quoting one", quoting(general, "10"), []bot.Post{a})
	same(t, "quoting two", quoting(general, "10", "20", "99"), []bot.Post{a, b})
	same(t, "quoting in a thread", quoting(thread, "20"), []bot.Post{c})
	same(t, "quoting in a thread besides", quoting(thread, "30"), []bot.Post{a})
	same(t, "quoting none", quoting(general, "99"), []bot.Post(nil))
	same(t, "quoting nothing", quoting(general), []bot.Post(nil))
	found, err := s.PostsFrom(ctx, platform, general)
	must(t, err)
	same(t, "from a place", found, []bot.Post{a, b})
	found, err = s.PostsFrom(ctx, platform, thread)
	must(t, err)
	same(t, "from a thread", found, []bot.Post{a, c})
	sources, err := s.PostSources(ctx, platform)
	must(t, err)
	same(t, "sources", sources, []bot.Place{general, thread})
	same(t, "about one", about(platform, "u0"), []bot.Post{a})
	same(t, "about another", about(platform, "u1"), []bot.Post{a, b})
	same(t, "about nobody", about(platform, ""), []bot.Post(nil))
	same(t, "about the same on another platform", about("slack", "u1"), []bot.Post(nil))

	a.Sources, a.People, a.Token = []bot.Source{from(general, "40")}, []string{"u2"}, "refreshed"
	must(t, s.KeepPost(ctx, a))
	same(t, "what it quoted before", quoting(general, "10"), []bot.Post(nil))
	same(t, "what it quotes now", quoting(general, "40"), []bot.Post{a})
	same(t, "about whom it was before", about(platform, "u0"), []bot.Post(nil))
	same(t, "about whom it is now", about(platform, "u2"), []bot.Post{a})
	must(t, s.DropPost(ctx, bot.Post{Platform: platform, Place: other, Message: "1"}))
	must(t, s.DropPost(ctx, a))
	must(t, s.DropPost(ctx, c))
	same(t, "after dropping", quoting(general, "40", "20"), []bot.Post{b})
	same(t, "about the dropped", about(platform, "u2"), []bot.Post(nil))
	sources, err = s.PostSources(ctx, platform)
	must(t, err)
	same(t, "sources after dropping", sources, []bot.Place{general})
}
