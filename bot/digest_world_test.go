package bot

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"crux/summarize"
)

// town is a server in memory, with a bot in it: who may read and manage what is laid down by hand.
type town struct {
	t    *testing.T
	bot  *Bot
	kept *townStore

	mu       sync.Mutex
	now      time.Time
	channels map[string]*townChannel
	said     map[Place][]summarize.Message
	gone     map[string]bool // messages
	posts    []townPost
	told     []string
	fault    error // of Publish
	takenOff []string
}

// townChannel is a channel, or a thread of one.
type townChannel struct {
	Channel
	readers, managers []string
	// hidden is true where crux can't see it, closed where it is gone, mute where crux may not post in it.
	hidden, closed, mute bool
}

type townPost struct {
	place  Place
	answer *Answer
	mark   string
}

func newTown(t *testing.T) *town {
	c := &town{
		t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		channels: map[string]*townChannel{}, said: map[Place][]summarize.Message{}, gone: map[string]bool{},
	}
	c.kept = &townStore{town: c, ledgers: map[Place]Ledger{}, requests: map[string]Request{}, read: map[Place]int{}}
	c.bot = New(Options{
		Platform: c, Storage: c.kept, Summarizer: summarize.Summarizer{Engine: markedEngine{}}, Engine: "marked",
		Queue: NewQueue(2), Limits: Limits{Person: 1000, Server: 1000}, Retention: 90 * day, Log: slog.New(slog.DiscardHandler), Now: c.clock,
	})
	t.Cleanup(c.bot.Close)
	if err := c.bot.following.load(t.Context(), c.kept, c.Name()); err != nil {
		t.Fatal(err)
	}
	c.bot.following.connect()
	return c
}

func (c *town) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// wait lets time pass.
func (c *town) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// channel adds a channel that these people read; those with a star manage it.
func (c *town) channel(name string, people ...string) Place {
	of := &townChannel{Channel: Channel{Name: name}}
	for _, person := range people {
		who, manages := strings.CutSuffix(person, "*")
		of.readers = append(of.readers, who)
		if manages {
			of.managers = append(of.managers, who)
		}
	}
	p := Place{Server: "S", Channel: fmt.Sprint(200_000_000_000_001 + len(c.channels))}
	c.channels[p.Channel] = of
	return p
}

// watched is channel, followed and read in.
func (c *town) watched(name string, people ...string) Place {
	p := c.channel(name, people...)
	c.follow(p)
	return p
}

func (c *town) follow(p Place) {
	c.kept.watch = append(c.kept.watch, WatchedChannel{Place: p})
	c.bot.following.set(p.Channel, true)
	c.bot.following.catchUp(p, c.bot.following.current())
}

// say writes a message and returns its id.
func (c *town) say(p Place, author, text, replyTo string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Minute)
	n := 0
	for _, all := range c.said {
		n += len(all)
	}
	id := fmt.Sprint(300_000_000_000_001 + n)
	c.said[p] = append(c.said[p], summarize.Message{
		ID: id, Author: author, Text: text, ReplyTo: replyTo, Time: c.now, URL: "https://discord.com/channels/100000000000001/" + p.Channel + "/" + id,
	})
	return id
}

func (c *town) of(p Place) *townChannel {
	if of := c.channels[p.Channel]; of != nil && p.Server == "S" {
		return of
	}
	return &townChannel{closed: true}
}

func (c *town) see(p Place) (*townChannel, error) {
	of := c.of(p)
	switch {
	case of.closed:
		return nil, &Refusal{Reason: "I find no such channel.", Err: ErrGone}
	case of.hidden:
		return nil, Refusef("I can't read #%s.", of.Name)
	}
	return of, nil
}

func (c *town) Name() string { return "discord" }

func (c *town) MayRead(_ context.Context, user string, p Place) error {
	if of, err := c.see(p); err != nil || !slices.Contains(of.readers, user) {
		return Refusef("I find no such channel that we both may read.")
	}
	return nil
}

func (c *town) MayManage(ctx context.Context, user string, p Place) error {
	if err := c.MayRead(ctx, user, p); err != nil {
		return err
	}
	if !slices.Contains(c.of(p).managers, user) {
		return Refusef("That takes managing #%s.", c.of(p).Name)
	}
	return nil
}

func (c *town) MayManageServer(ctx context.Context, user, server string) error {
	return c.MayManage(ctx, user, Place{Server: server})
}

func (c *town) MayWrite(ctx context.Context, user string, p Place) error {
	return c.MayRead(ctx, user, p)
}

func (c *town) AllMayRead(_ context.Context, from, there Place) error {
	source, err := c.see(from)
	if err != nil {
		return err
	}
	target, err := c.see(there)
	if err != nil {
		return err
	}
	for _, reader := range target.readers {
		if !slices.Contains(source.readers, reader) {
			return Refusef("Only you see this, because not everyone here may read #%s.", source.Name)
		}
	}
	return nil
}

func (c *town) MayPost(_ context.Context, p Place) error {
	of, err := c.see(p)
	if err == nil && (of.mute || of.Container) {
		err = Refusef("I can't post in #%s.", of.Name)
	}
	return err
}

func (c *town) Describe(_ context.Context, p Place) (Channel, error) {
	of, err := c.see(p)
	if err != nil {
		return Channel{}, err
	}
	return of.Channel, nil
}

func (c *town) Threads(context.Context, Place) ([]Place, error) { return nil, nil }

func (c *town) History(_ context.Context, p Place, r Range, _ func(int)) (History, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	messages := slices.DeleteFunc(slices.Clone(c.said[p]), func(m summarize.Message) bool {
		return byID(m.ID, r.From) < 0 || r.To != "" && byID(m.ID, r.To) > 0
	})
	return History{Messages: messages, Names: townNames(), Whole: true}, nil
}

func (c *town) Gone(_ context.Context, _ Place, ids []string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !c.gone[id] }), nil
}

func (c *town) TakeDown(_ context.Context, post Post, why string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.takenOff = append(c.takenOff, post.Message+": "+why)
	return nil
}

func (c *town) Publish(_ context.Context, p Place, a *Answer, mark string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fault != nil {
		return "", c.fault
	}
	c.posts = append(c.posts, townPost{p, a, mark})
	return fmt.Sprint("post-", len(c.posts)), nil
}

func (c *town) Published(_ context.Context, p Place, mark string, _ time.Time) (string, error) {
	if _, err := c.see(p); err != nil {
		return "", err
	}
	for i, post := range c.posts {
		if post.mark == mark {
			return fmt.Sprint("post-", i+1), nil
		}
	}
	return "", nil
}

func (c *town) Tell(_ context.Context, user, _, words string) error {
	c.told = append(c.told, user+": "+words)
	return nil
}

// townNames are the display names of all people.
func townNames() map[string]string {
	return map[string]string{"ann": "Ann", "bob": "Bob", "cid": "Cid"}
}

// ask has somebody ask for something about digests in a channel.
func (c *town) ask(person string, here Place, order DigestOrder) (*Answer, error) {
	return c.bot.Answer(c.t.Context(), Request{Command: Digests, Asker: person, Here: here, Place: here, Digest: order}, func(Progress) {})
}

// answers asks, and fails where that is refused.
func (c *town) answers(person string, here Place, order DigestOrder) *Answer {
	c.t.Helper()
	a, err := c.ask(person, here, order)
	if err != nil {
		c.t.Fatalf("%s: %v", order.Action, err)
	}
	return a
}

// refuses asks, and fails where that is not refused. It returns the reason.
func (c *town) refuses(person string, here Place, order DigestOrder) string {
	c.t.Helper()
	a, err := c.ask(person, here, order)
	refused := refusal(err)
	if refused == nil {
		c.t.Fatalf("%s by %s: said %+v and %v, and was not refused", order.Action, person, a, err)
	}
	return refused.Reason
}

// poster is the bot as a runner asks it.
func (c *town) poster() *poster {
	return &poster{bot: c.bot, made: map[int64]*Answer{}, refused: map[int64]bool{}}
}

// markedEngine reads debates out of what messages say of themselves: "+ …" is a point, "- …"
// objects to the message replied to, and "= …" answers it, "~ …" concedes it, "! …" has it open again.
type markedEngine struct{}

func (markedEngine) Read(_ context.Context, t *summarize.Transcript, _ func(int, int)) (summarize.EngineInfo, []summarize.Debate, error) {
	d := summarize.Debate{ID: "d", Question: "Which one?"}
	sides, objections := map[string]bool{}, map[string]int{}
	for _, m := range t.Messages {
		mark, text, _ := strings.Cut(m.Text, " ")
		quote := summarize.Quote{Message: m.ID, Text: text}
		d.Messages = append(d.Messages, m.ID)
		sides[m.Author] = true
		switch mark {
		case "+":
			d.Points = append(d.Points, summarize.Point{
				ID: "p" + m.ID, Side: summarize.SideID(m.Author), By: []string{m.Author}, Gist: text, Quotes: []summarize.Quote{quote},
			})
		case "-":
			objections[m.ID] = len(d.Objections)
			d.Objections = append(d.Objections, summarize.Objection{
				ID: "o" + m.ID, Side: summarize.SideID(m.Author), By: []string{m.Author}, Gist: text, Target: "p" + m.ReplyTo,
				Quotes: []summarize.Quote{quote}, Status: summarize.Unanswered, Confidence: 1,
			})
		case "!":
			o := &d.Objections[objections[m.ReplyTo]]
			o.Status, o.Responses = summarize.Unanswered, nil
		case "=", "~":
			o := &d.Objections[objections[m.ReplyTo]]
			kind := map[string]summarize.ResponseKind{"=": summarize.Answer, "~": summarize.Concession}[mark]
			o.Status = map[string]summarize.Status{"=": summarize.Answered, "~": summarize.Conceded}[mark]
			o.Responses = append(o.Responses, summarize.Response{Quote: quote, Kind: kind})
		}
	}
	for _, person := range slices.SortedFunc(maps.Keys(sides), cmp.Compare[string]) {
		d.Sides = append(d.Sides, summarize.Side{ID: person, Label: "side", Members: []string{person}})
	}
	return summarize.EngineInfo{Name: "marked"}, []summarize.Debate{d}, nil
}
