package main

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"crux/bot"
	"crux/bot/platformtest/fakediscord"
	"crux/bot/platformtest/fakeslack"
	"crux/bot/store"
)

// matrix is every digest of one channel that goes to one destination, on a platform with both.
type matrix struct {
	*process
	platform, server, owner string
	sources, destinations   []matrixPlace
	// may names the destinations to which what is said in a source may go, by both names. It was
	// written down from who reads what, and not from what crux does.
	may map[string][]string
	// posted are crux's own messages in a destination, as people read them.
	posted func(bot.Place) []string
}

type matrixPlace struct {
	name  string
	place bot.Place
}

// saidIn is the seed thread, with an objection to a tool that nobody names elsewhere.
func saidIn(t testing.TB, name string) []string {
	texts := seedTexts(t)
	for i := range texts {
		texts[i] = strings.ReplaceAll(texts[i], "the new tool", toolOf(name))
	}
	return texts
}

func toolOf(name string) string { return "the " + name + " tool" }

// run has all digests of the matrix fall due at once, and looks at what stands in each destination.
func (m *matrix) run(never ...string) {
	t := m.t
	kept := m.open(t)
	for _, source := range m.sources {
		if err := kept.Watch(t.Context(), m.platform, bot.WatchedChannel{Place: source.place, By: m.owner, At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		for _, to := range m.destinations {
			m.addDigest(kept, bot.Digest{From: []bot.Place{source.place}, To: to.place})
		}
	}
	for _, to := range m.destinations {
		m.addDigest(kept, bot.Digest{All: true, To: to.place})
	}
	m.start(cruxOfShortLeases)
	waitEnded(t, kept, m.platform)
	m.stop(syscall.SIGTERM)

	for _, to := range m.destinations {
		all := strings.Join(m.posted(to.place), "\n")
		for _, source := range m.sources {
			may := slices.Contains(m.may[source.name], to.name)
			if said := strings.Contains(all, toolOf(source.name)); said != may {
				t.Errorf("what is said in %s is told in %s: %t, want %t", source.name, to.name, said, may)
			}
			if named := strings.Contains(all, "#"+source.name); named && !may {
				t.Errorf("%s is named in %s", source.name, to.name)
			}
		}
		for _, words := range never {
			if strings.Contains(all, words) {
				t.Errorf("%s tells of %s", to.name, words)
			}
		}
	}
	m.refused(kept)
}

// addDigest keeps a digest that is due: as if it had been allowed when it was set up.
func (m *matrix) addDigest(kept *store.Store, d bot.Digest) {
	now := time.Now().UTC()
	d.Server, d.By, d.Made, d.Next, d.Covered = m.server, m.owner, now, now, now.AddDate(-1, 0, 0)
	d.When, d.Zone, d.Parts = "monthly", "UTC", []bot.DigestPart{bot.PartNew, bot.PartOpen, bot.PartPoints}
	if _, err := kept.AddDigest(m.t.Context(), m.platform, d); err != nil {
		m.t.Fatal(err)
	}
}

// refused checks that each digest that must not be posted says why, and names no channel in it.
func (m *matrix) refused(kept *store.Store) {
	all, err := kept.Digests(m.t.Context(), m.platform, m.server)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, d := range all {
		for _, source := range m.sources {
			if strings.Contains(d.Failure, source.name) {
				m.t.Errorf("a failure names %s: %s", source.name, d.Failure)
			}
		}
	}
}

// waitEnded waits until each digest was posted or refused.
func waitEnded(t testing.TB, kept *store.Store, platform string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		all, err := kept.Digests(t.Context(), platform, "")
		if err != nil {
			t.Fatal(err)
		}
		waiting := slices.DeleteFunc(all, func(d bot.Digest) bool { return !d.Posted.IsZero() || d.Failure != "" })
		if len(waiting) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d digests are neither posted nor refused, such as %+v", len(waiting), waiting[0])
		}
	}
}

func TestServeDigestLeaksNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	consul, senator := s.AddRole(s.guild, "consul", 0), s.AddRole(s.guild, "senator", 0)
	ann, bob := s.AddMember(s.guild, "ann", consul, senator), s.AddMember(s.guild, "bob", consul)
	private := func(name, role string) string {
		channel := s.text(name)
		s.SetOverwrites(channel, onlyFor(s, role)...)
		return channel
	}
	agora, council, senate := s.text("agora"), private("council", consul), private("senate", senator)
	forum := s.AddChannel(s.guild, fakediscord.Channel{Name: "forum", Type: fakediscord.ForumChannel})
	post := s.AddThread(forum, fakediscord.Thread{Name: "post"})
	news, consuls, senators := s.text("news"), private("consuls", consul), private("senators", senator)
	thread := s.AddThread(news, fakediscord.Thread{Name: "thread"})
	hall := s.AddThread(council, fakediscord.Thread{Name: "hall"})
	say := func(channel, name string) { s.dispute(channel, name, ann, bob) }
	say(agora, "agora")
	say(council, "council")
	say(senate, "senate")
	say(post, "forum")
	say(s.AddThread(agora, fakediscord.Thread{Name: "whispers", Private: true, Owner: ann, Members: []string{bob}}), "whispers")
	say(s.AddThread(council, fakediscord.Thread{Name: "plot", Private: true, Owner: ann, Members: []string{bob}}), "plot")
	s.serve(cruxOfShortLeases)
	s.stop(syscall.SIGTERM)

	place := func(name, channel string) matrixPlace { return matrixPlace{name, s.place(channel)} }
	everywhere := []string{"news", "consuls", "senators", "thread", "hall", "post"}
	(&matrix{
		process: s.process, platform: "discord", server: s.guild, owner: ann,
		sources: []matrixPlace{place("agora", agora), place("council", council), place("senate", senate), place("forum", forum)},
		destinations: []matrixPlace{
			place("news", news), place("consuls", consuls), place("senators", senators), place("thread", thread), place("hall", hall), place("post", post),
		},
		may: map[string][]string{"agora": everywhere, "forum": everywhere, "council": {"consuls", "hall"}, "senate": {"senators"}},
		posted: func(p bot.Place) []string {
			var all []string
			for _, m := range s.own(p.Channel) {
				all = append(all, m.AllText())
			}
			return all
		},
	}).run(toolOf("whispers"), toolOf("plot"))
}

// dispute has two people say in a channel what is said nowhere else.
func (s *server) dispute(channel, name string, people ...string) {
	before := ""
	for i, text := range saidIn(s.t, name) {
		before = s.Post(channel, fakediscord.Message{Author: people[i%len(people)], Text: text, ReplyTo: before})
	}
}

// onlyFor are the overwrites of a channel that one role and crux read and write in.
func onlyFor(s *server, role string) []fakediscord.Overwrite {
	return []fakediscord.Overwrite{
		{ID: s.guild, Deny: fakediscord.ViewChannel},
		{ID: role, Allow: fakediscord.ViewChannel},
		{ID: s.Bot, Member: true, Allow: fakediscord.ViewChannel},
	}
}

func TestServeSlackDigestLeaksNothing(t *testing.T) {
	t.Parallel()
	s := newWorkspace(t)
	ann, bob := s.AddUser(fakeslack.User{Name: "ann", Admin: true}), s.AddUser(fakeslack.User{Name: "bob"})
	cid, guest := s.AddUser(fakeslack.User{Name: "cid"}), s.AddUser(fakeslack.User{Name: "guest", Guest: true})
	private := func(name string, members ...string) string {
		return s.AddChannel(fakeslack.Channel{Name: name, Private: true, Members: members})
	}
	agora, council := s.channel("agora", ann, bob), private("council", ann, bob)
	embassy := s.AddChannel(fakeslack.Channel{Name: "embassy", ExtShared: true, Members: []string{ann, bob}})
	archive := s.channel("archive", ann, bob)
	news, same, more := s.channel("news", ann, bob, cid), private("same", ann, bob), private("more", ann, bob, cid)
	guests, port := private("guests", ann, guest), s.AddChannel(fakeslack.Channel{Name: "port", ExtShared: true, Members: []string{ann, bob}})
	for _, of := range []struct{ channel, name string }{{agora, "agora"}, {council, "council"}, {embassy, "embassy"}, {archive, "archive"}} {
		root := ""
		for i, text := range saidIn(t, of.name) {
			ts := s.Post(of.channel, fakeslack.Message{Author: []string{ann, bob}[i%2], Text: escapeSlack.Replace(text), Thread: root})
			if root == "" {
				root = ts
			}
		}
	}
	root := s.Post(council, fakeslack.Message{Author: ann, Text: "Here goes the digest."})
	s.Archive(archive)
	s.serve(cruxOfShortLeases)
	s.stop(syscall.SIGTERM)

	place := func(name, channel string) matrixPlace {
		return matrixPlace{name, bot.Place{Server: s.Team, Channel: channel}}
	}
	hall := place("hall", council)
	hall.place.Thread = root
	full := []string{"news", "same", "more", "hall"}
	(&matrix{
		process: s.process, platform: "slack", server: s.Team, owner: ann,
		sources: []matrixPlace{place("agora", agora), place("council", council), place("embassy", embassy), place("archive", archive)},
		destinations: []matrixPlace{
			place("news", news), place("same", same), place("more", more), place("guests", guests), place("port", port), hall,
		},
		may: map[string][]string{"agora": full, "archive": full, "council": {"same", "hall"}},
		posted: func(p bot.Place) []string {
			var all []string
			for _, m := range s.Messages(p.Channel) {
				if m.Author == s.Bot && m.Thread == p.Thread {
					all = append(all, m.Visible())
				}
			}
			return all
		},
	}).run()
}

// What was proved when a digest was set up is proved again at each run, and who set it up is told once.
func TestServeDigestIsProvedAtEachRun(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	consul := s.AddRole(s.guild, "consul", fakediscord.ManageChannels)
	ann, bob := s.AddMember(s.guild, "ann", consul), s.AddMember(s.guild, "bob", consul)
	council, news := s.text("council"), s.text("news")
	s.SetOverwrites(council, onlyFor(s, consul)...)
	s.SetOverwrites(news, onlyFor(s, consul)...)
	s.serve(cruxOfShortLeases)
	says(t, s.ask(ann, council, "digest add", option("schedule", "hourly"), option("to", news)).Final(), "Digest 1 is set up", "I follow #council")
	s.dispute(council, "council", ann, bob)

	s.SetOverwrites(news)
	says(t, s.ask(ann, council, "digest run", option("number", 1)).Final(), "Not everyone")
	kept := s.open(t)
	due := func() {
		t.Helper()
		s.stop(syscall.SIGTERM)
		if err := kept.PauseDigest(t.Context(), 1, false, time.Now().Add(-time.Second).UTC()); err != nil {
			t.Fatal(err)
		}
		s.start(cruxOfShortLeases)
		for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			if d, err := kept.DigestOf(t.Context(), 1); err != nil || d.Next.After(time.Now()) {
				return
			} else if time.Now().After(end) {
				t.Fatalf("the digest never ended: %+v", d)
			}
		}
	}
	due()
	due()
	told := s.Told(ann)
	if len(told) != 1 {
		t.Fatalf("the owner was told %d times", len(told))
	}
	says(t, told[0], "Digest 1", "#council", "Not everyone")
	if n := len(s.own(news)); n > 0 {
		t.Errorf("%d digests were posted", n)
	}
	says(t, s.ask(ann, council, "digest show", option("number", 1)).Final(), "⚠️", "#council")

	s.SetOverwrites(news, onlyFor(s, consul)...)
	due()
	says(t, s.WaitMessage(news, func(p fakediscord.Posted) bool { return p.Author == s.Bot }), toolOf("council"))
	s.stop(syscall.SIGTERM)
}
