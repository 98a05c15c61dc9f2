package discord

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// interaction is what Discord says when somebody uses a command or a button.
type interaction struct {
	ID      string                    `json:"id"`
	App     string                    `json:"application_id"`
	Type    discordgo.InteractionType `json:"type"`
	Token   string                    `json:"token"`
	Server  string                    `json:"guild_id"`
	Channel string                    `json:"channel_id"`
	Member  *struct {
		User user `json:"user"`
	} `json:"member"`
	User    *user `json:"user"`
	Message *struct {
		ID      string                 `json:"id"`
		Flags   discordgo.MessageFlags `json:"flags"`
		Content string                 `json:"content"`
	} `json:"message"` // that holds the button
	Data struct {
		Name       string   `json:"name"`
		Options    []option `json:"options"`
		Target     string   `json:"target_id"`
		CustomID   string   `json:"custom_id"`
		Values     []string `json:"values"`     // chosen in a menu
		Components []field  `json:"components"` // of a form that was sent
	} `json:"data"`
}

type user struct {
	ID string `json:"id"`
}

// option is a subcommand or what was typed or chosen for one of its options.
type option struct {
	Name    string          `json:"name"`
	Value   json.RawMessage `json:"value"`
	Options []option        `json:"options"`
	Focused bool            `json:"focused"`
}

func (i *interaction) asker() string {
	switch {
	case i.Member != nil:
		return i.Member.User.ID
	case i.User != nil:
		return i.User.ID
	}
	return ""
}

func (i *interaction) here() bot.Place { return bot.Place{Server: i.Server, Channel: i.Channel} }

// isHelp reports whether somebody asks what crux is.
func (i *interaction) isHelp() bool {
	return i.Type == discordgo.InteractionApplicationCommand && i.Data.Name == slashName &&
		len(i.Data.Options) > 0 && i.Data.Options[0].Name == subcommandHelp
}

const (
	// firstWord is how long Discord waits for the first response, less what the way takes.
	firstWord = 2800 * time.Millisecond
	// tokenLife is how long an interaction can be answered, less what telling of its end takes.
	tokenLife = 14 * time.Minute
)

var errTooLong = errors.New("discord: the interaction's token ran out")

// take answers an interaction in a goroutine of its own.
func (a *Adapter) take(ctx context.Context, b answerer, raw json.RawMessage) {
	a.asked.Add()
	go func() {
		defer a.asked.Done()
		defer a.contain("interaction")
		var i interaction
		if err := json.Unmarshal(raw, &i); err != nil {
			a.o.Log.Error("discord: interaction not understood", "error", err)
			return
		}
		(&talk{a: a, b: b, i: i}).hold(ctx)
	}()
}

// talk is one interaction and what is answered to it.
type talk struct {
	a *Adapter
	b answerer
	i interaction
	// updates is true where the answer takes the place of the private message that holds the button.
	updates bool
	// muttered is true where that message shows progress for its content.
	muttered bool
}

// hold answers the interaction.
func (t *talk) hold(ctx context.Context) {
	switch {
	case t.i.Type == discordgo.InteractionApplicationCommandAutocomplete:
		t.suggest(ctx)
		return
	case t.a.stopping.Load():
		t.respond(ctx, discordgo.InteractionResponseChannelMessageWithSource, sentence(bot.SayRestarting).hidden())
		return
	case t.i.Server == "":
		t.respond(ctx, discordgo.InteractionResponseChannelMessageWithSource, sentence(sayServersOnly).hidden())
		return
	case t.i.isHelp():
		t.respond(ctx, discordgo.InteractionResponseChannelMessageWithSource, replied(drawHelp(t.a.o.Retention)).hidden())
		return
	}
	// Before anything that could take its time.
	if p, ok := t.i.press(); ok && p.act == bot.ActReword && t.i.Type == discordgo.InteractionMessageComponent {
		t.respond(ctx, discordgo.InteractionResponseModal, drawForm(p)) // which must come first
		return
	}
	if !t.postpone(ctx) {
		return
	}
	ctx, cancel := context.WithTimeoutCause(ctx, tokenLife, errTooLong)
	defer cancel()
	if err := bot.Contain(func() error { return t.serve(ctx) }); err != nil {
		t.fail(ctx, err)
	}
}

// postpone tells Discord that the answer comes later, and that the asker alone sees it.
func (t *talk) postpone(ctx context.Context) bool {
	if t.i.Message != nil && t.i.Message.Flags&discordgo.MessageFlagsEphemeral != 0 && !t.opensBeside() {
		t.updates = true
		return t.respond(ctx, discordgo.InteractionResponseDeferredMessageUpdate, nil)
	}
	return t.respond(ctx, discordgo.InteractionResponseDeferredChannelMessageWithSource,
		map[string]any{"flags": discordgo.MessageFlagsEphemeral})
}

// opensBeside reports whether the answer stands beside the message whose button was pressed:
// one item of a list does, so that another can be chosen.
func (t *talk) opensBeside() bool {
	p, ok := t.i.press()
	return ok && p.act == bot.ActOne
}

// respond gives the first response, without which Discord forgets the interaction in 3 s.
func (t *talk) respond(ctx context.Context, kind discordgo.InteractionResponseType, data any) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), firstWord)
	defer cancel()
	answer := map[string]any{"type": kind}
	if data != nil {
		answer["data"] = data
	}
	// Discord takes one response alone, so that one whose fate is not known may be sent again.
	err := t.a.call(ctx, http.MethodPost, "/interactions/"+t.i.ID+"/"+t.i.Token+"/callback", answer, nil)
	if _, isAnswer := errors.AsType[*wireError](err); err != nil && !isAnswer && ctx.Err() == nil {
		err = t.a.call(ctx, http.MethodPost, "/interactions/"+t.i.ID+"/"+t.i.Token+"/callback", answer, nil)
	}
	if err != nil && !hasCode(err, codeAcknowledged) {
		t.a.o.Log.Error("discord: interaction not acknowledged", "interaction", t.i.ID, "error", err)
		return false
	}
	return true
}

// suggest offers windows, or time zones, for what has been typed so far.
func (t *talk) suggest(ctx context.Context) {
	choices := []*discordgo.ApplicationCommandOptionChoice{}
	for _, s := range t.suggestions(focused(t.i.Data.Options)) {
		choices = append(choices, &discordgo.ApplicationCommandOptionChoice{Name: s.Label, Value: s.Value})
	}
	t.respond(ctx, discordgo.InteractionApplicationCommandAutocompleteResult, map[string]any{"choices": choices})
}

func (t *talk) suggestions(o option) []bot.Suggestion {
	switch o.Name {
	case optionWindow:
		return bot.SuggestWindows(o.text(), t.a.o.Now(), t.a.o.Zone)
	case optionZone:
		return bot.SuggestZones(o.text())
	}
	return nil
}

// focused is the option that is being typed, within a subcommand or a group of them.
func focused(options []option) option {
	for _, o := range options {
		if o.Focused {
			return o
		}
		if inner := focused(o.Options); inner.Focused {
			return inner
		}
	}
	return option{}
}

// serve does what was asked for.
func (t *talk) serve(ctx context.Context) error {
	asked, err := t.understand(ctx)
	if err != nil {
		return err
	}
	report, quiet := t.mutter(ctx)
	answer, err := func() (*bot.Answer, error) {
		defer quiet() // in a panic too, or progress would stand over what is said of it
		return t.b.Answer(ctx, asked.request, report)
	}()
	switch {
	case err != nil:
		return err
	case asked.full && len(answer.Sections) > 0:
		return t.giveFiles(ctx, answer)
	case answer.Request.Share && answer.Private == "" && len(answer.Sections)+len(answer.Lists) > 0:
		return t.share(ctx, answer)
	}
	return t.show(ctx, answer, asked.page)
}

// show gives the answer to the asker alone.
func (t *talk) show(ctx context.Context, answer *bot.Answer, page int) error {
	posted, err := t.edit(ctx, replied(draw(answer, page, true)))
	if err != nil {
		return err
	}
	return t.published(ctx, answer, posted, t.i.Token)
}

// share gives the answer to everyone here. The first message after a postponed
// response would take its place and be as private, so that one is filled first.
func (t *talk) share(ctx context.Context, answer *bot.Answer) error {
	if !t.updates {
		if _, err := t.edit(ctx, sentence("Posting below…")); err != nil {
			return err
		}
	}
	posted, err := t.follow(ctx, replied(draw(answer, 0, false)))
	if err != nil {
		return err
	}
	err = t.published(ctx, answer, posted, "")
	if _, told := t.edit(ctx, sentence("Posted below.")); told != nil {
		t.a.o.Log.Warn("discord: asker not told of the post", "error", told)
	}
	return err
}

// giveFiles gives the whole report to the asker alone.
func (t *talk) giveFiles(ctx context.Context, answer *bot.Answer) error {
	r, err := full(answer)
	if err != nil {
		return err
	}
	if !t.updates {
		posted, err := t.edit(ctx, r)
		if err != nil {
			return err
		}
		return t.published(ctx, answer, posted, t.i.Token)
	}
	t.hush(ctx)
	posted, err := t.follow(ctx, r.hidden())
	if err != nil {
		return err
	}
	return t.published(ctx, answer, posted, t.i.Token)
}

func (t *talk) published(ctx context.Context, answer *bot.Answer, message, hook string) error {
	if len(answer.Sections)+len(answer.Lists) == 0 {
		return nil
	}
	// It stands there now; whoever asked must not be told otherwise, nor may it go unfiled for that ctx ended.
	err := t.b.Published(context.WithoutCancel(ctx), answer, bot.Post{Place: t.i.here(), Message: message, Hook: hook})
	if err != nil {
		t.a.o.Log.Error("discord: report not filed for taking it down", "interaction", t.i.ID, "error", err)
	}
	return nil
}

// edit fills the postponed answer, or the message whose button was pressed, and returns the message's id.
func (t *talk) edit(ctx context.Context, r reply) (string, error) {
	return t.send(ctx, http.MethodPatch, "/webhooks/"+t.i.App+"/"+t.i.Token+"/messages/@original", r)
}

// follow adds a message, and returns its id.
func (t *talk) follow(ctx context.Context, r reply) (string, error) {
	return t.send(ctx, http.MethodPost, "/webhooks/"+t.i.App+"/"+t.i.Token+"?wait=true", r)
}

func (t *talk) send(ctx context.Context, method, path string, r reply) (string, error) {
	var posted struct {
		ID string `json:"id"`
	}
	err := t.a.wire.do(ctx, method, path, body{json: r, files: r.files}, &posted)
	return posted.ID, err
}

const sayServersOnly = "crux reads debates in servers. Use it in a channel of a server that it is in."

// fail tells the asker why there is no answer.
func (t *talk) fail(ctx context.Context, err error) {
	cause := context.Cause(ctx)
	r := sentence(bot.SayRestarting)
	if refused, ok := errors.AsType[*bot.Refusal](err); ok {
		r = replied(drawRefusal(refused.Reason))
	} else if errors.Is(cause, errTooLong) {
		r = sentence(bot.SayTooLong)
	} else if !errors.Is(cause, errRestarting) {
		r = sentence(bot.SayFault(t.logged(err)))
	}
	// ctx may have ended; whoever asked is told all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	var told error
	if t.updates { // the report stays
		t.hush(ctx)
		_, told = t.follow(ctx, r.hidden())
	} else {
		_, told = t.edit(ctx, r)
	}
	if told != nil {
		t.a.o.Log.Warn("discord: asker not told", "interaction", t.i.ID, "error", told)
	}
}

// logged logs what went wrong and returns the id under which it is found.
func (t *talk) logged(err error) string {
	id := rand.Text()[:8]
	attrs := []any{"id", id, "interaction", t.i.ID, "server", t.i.Server, "channel", t.i.Channel, "error", err}
	if p, ok := errors.AsType[*bot.Panicked](err); ok {
		attrs = append(attrs, "stack", string(p.Stack))
	}
	t.a.o.Log.Error("discord: request failed", attrs...)
	return id
}
