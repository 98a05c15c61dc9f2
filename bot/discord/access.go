package discord

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"

	"crux/bot"
)

// Everything here is asked anew for every check, since a permission that was
// taken away a second ago must count.

// hidden is what is said of every place that the asker may not see, and of those
// that crux can't see or that do not exist: all in the same words, so that nobody learns from them which it is.
const hidden = "I find no such channel that we both may read. If you can read it, I can't yet: " +
	"whoever manages it can open Edit Channel → Permissions, add crux, and allow View Channel and Read Message History."

// grant says how crux is given what it lacks in a channel.
func grant(lacks permissions) string {
	return fmt.Sprintf("Whoever manages the channel can open Edit Channel → Permissions, add crux, and allow %s.", lacks)
}

// view is a place with all that decides who may do what in it.
type view struct {
	guild *guild
	place *channel
	// rules is the channel whose overwrites hold: of a thread its parent, else place.
	rules *channel
}

// see fetches a place. It refuses in the words of hidden where crux can't see it.
func (a *Adapter) see(ctx context.Context, p bot.Place) (view, error) {
	if p.Server == "" {
		return view{}, bot.Refusef("I work only in the channels of servers, not in direct messages.")
	}
	if !isID(p.Server) || !isID(p.Channel) {
		return view{}, bot.Refusef(hidden)
	}
	var v view
	var guildErr, placeErr error
	fetches, fetching := errgroup.WithContext(ctx)
	fetches.Go(func() error {
		v.guild = &guild{}
		guildErr = a.rest.share(fetching, "guilds/"+p.Server, "", v.guild)
		return nil
	})
	fetches.Go(func() error {
		v.place, v.rules, placeErr = a.channelAndRules(fetching, p.Channel)
		return nil
	})
	_ = fetches.Wait()
	for _, err := range []error{placeErr, guildErr} {
		if hasCode(err, codeUnknownChannel) {
			return view{}, &bot.Refusal{Reason: hidden, Err: bot.ErrGone}
		}
		if isRefused(err) {
			return view{}, &bot.Refusal{Reason: hidden, Err: err}
		}
		if err != nil {
			return view{}, err
		}
	}
	if v.place.Guild != p.Server || v.rules.Guild != p.Server || v.guild.ID != p.Server ||
		v.place.ID != p.Channel || !v.place.isRead() || !v.rules.isRead() || v.rules.isThread() {
		return view{}, bot.Refusef(hidden)
	}
	return v, nil
}

func (a *Adapter) channelAndRules(ctx context.Context, id string) (place, rules *channel, err error) {
	place = &channel{}
	if err := a.rest.share(ctx, "channels/"+id, "", place); err != nil {
		return nil, nil, err
	}
	if !place.isThread() {
		return place, place, nil
	}
	rules = &channel{}
	if err := a.rest.share(ctx, "channels/"+place.Parent, "", rules); err != nil {
		return nil, nil, err
	}
	return place, rules, nil
}

// isRefused reports whether Discord says that there is no such thing, or not for crux.
func isRefused(err error) bool {
	return hasStatus(err, http.StatusForbidden) || hasStatus(err, http.StatusNotFound)
}

// allowed is what a user may do in the place, nothing for who is no member of the
// server or sees no such private thread.
func (a *Adapter) allowed(ctx context.Context, v view, user string) (permissions, error) {
	if !isID(user) {
		return 0, nil
	}
	var m member
	err := a.rest.share(ctx, "guilds/"+v.guild.ID+"/members/"+user, "guilds/"+v.guild.ID+"/members", &m)
	if isRefused(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if m.User.ID != user {
		return 0, nil
	}
	may := permissionsIn(v.guild, v.rules, &m, a.o.Now())
	if !v.place.isPrivate() || !may.has(viewChannel) || may.has(manageThreads) {
		return may, nil
	}
	joined, err := a.joined(ctx, v.place.ID, user)
	if err != nil || !joined {
		return 0, err
	}
	return may, nil
}

// joined reports whether a user is a member of a thread.
func (a *Adapter) joined(ctx context.Context, thread, user string) (bool, error) {
	var m struct {
		User string `json:"user_id"`
	}
	members := "channels/" + thread + "/thread-members"
	err := a.rest.share(ctx, members+"/"+user, members, &m)
	if isRefused(err) {
		return false, nil
	}
	return err == nil && m.User == user, err
}

// both are what the user and crux may do in the place.
func (a *Adapter) both(ctx context.Context, v view, asker string) (user, self permissions, err error) {
	fetches, ctx := errgroup.WithContext(ctx)
	fetches.Go(func() (err error) {
		user, err = a.allowed(ctx, v, asker)
		return err
	})
	fetches.Go(func() (err error) {
		self, err = a.own(ctx, v)
		return err
	})
	return user, self, fetches.Wait()
}

// own is what crux may do in the place.
func (a *Adapter) own(ctx context.Context, v view) (permissions, error) {
	me, err := a.me(ctx)
	if err != nil {
		return 0, err
	}
	return a.allowed(ctx, v, me)
}

func (a *Adapter) me(ctx context.Context) (string, error) {
	if me := a.selfID(); me != "" {
		return me, nil
	}
	return a.rest.self(ctx)
}

// MayRead implements bot.Platform.
func (a *Adapter) MayRead(ctx context.Context, user string, p bot.Place) error {
	v, err := a.see(ctx, p)
	if err != nil {
		return wrap("may read", err)
	}
	asker, self, err := a.both(ctx, v, user)
	if err != nil {
		return wrap("may read", err)
	}
	if !asker.has(viewChannel) {
		return bot.Refusef(hidden)
	}
	if lacks := v.rules.toRead() &^ asker; lacks != 0 {
		return bot.Refusef("You may not read what was written in #%s: you lack %s there.", v.place.Name, lacks)
	}
	return v.readable(self)
}

// readable refuses where crux, which may do self, can't read the place.
func (v view) readable(self permissions) error {
	if lacks := v.rules.toRead() &^ self; lacks != 0 {
		return bot.Refusef("I can't read #%s: I lack %s there. %s", v.place.Name, lacks, grant(lacks))
	}
	return nil
}

// AllMayRead implements bot.Platform.
func (a *Adapter) AllMayRead(ctx context.Context, from, there bot.Place) error {
	if from.Server != there.Server {
		return bot.Refusef("Only you see this, because it comes from another server.")
	}
	source, err := a.see(ctx, from)
	if err != nil {
		return wrap("all may read", err)
	}
	target := source
	if from != there {
		if target, err = a.see(ctx, there); err != nil {
			if isRefused(err) {
				return bot.Refusef("Only you see this, because I can't see who reads here. %s", grant(viewChannel))
			}
			return wrap("all may read", err)
		}
	}
	return allMayRead(source, target)
}

// allMayRead refuses unless everyone who could see there may read from. Who sees a
// thread sees its channel, so it is enough to prove it of the channels.
func allMayRead(from, there view) error {
	same := from.rules.ID == there.rules.ID
	switch {
	case from.place.isPrivate() && from.place.ID != there.place.ID:
		return bot.Refusef("Only you see this, because it comes from a private thread, which others here may not be in.")
	case !same && (from.rules.isVoice() || there.rules.isVoice()):
		// Guests of a voice channel see it alone, and a timeout takes the chat of every one of them away.
		return bot.Refusef("Only you see this, because I can't tell for voice channels whether everyone who sees the one may read the other.")
	case !same && from.rules.Restricted && !there.rules.Restricted:
		return bot.Refusef("Only you see this, because it comes from an age-restricted channel, and this one is open to all.")
	}
	found := findBreach(there.guild, from.rules, there.rules)
	if found == nil {
		return nil
	}
	return bot.Refusef("Only you see this, because %s.", found.say(same, from.place.Name))
}

// say puts the breach in words: who sees the place of posting and what they may not.
func (b *breach) say(same bool, source string) string {
	who := "people here"
	switch {
	case b.Own:
		who = "somebody who was let in here by name"
	case len(b.Roles) == 1:
		who = "people with the role " + b.Roles[0]
	case len(b.Roles) > 1:
		who = "people with the roles " + strings.Join(b.Roles, " and ")
	}
	if same {
		return who + " may see this channel and not what was written here before"
	}
	if !b.Lacks.has(viewChannel) {
		return fmt.Sprintf("%s may not read what was written in #%s before", who, source)
	}
	return fmt.Sprintf("%s may see this channel and not #%s", who, source)
}

// MayManage implements bot.Platform. Of a thread it asks for the channel that it is in.
func (a *Adapter) MayManage(ctx context.Context, user string, p bot.Place) error {
	v, err := a.see(ctx, p)
	if err != nil {
		return wrap("may manage", err)
	}
	may, err := a.allowed(ctx, v, user)
	switch {
	case err != nil:
		return wrap("may manage", err)
	case !may.has(viewChannel):
		return bot.Refusef(hidden)
	case !may.has(manageChannels):
		return bot.Refusef("That takes the permission %s in #%s, which you lack.", manageChannels, v.rules.Name)
	}
	return nil
}

// MayWrite implements bot.Platform. In a forum people write in its posts; a thread that is
// archived wakes when somebody writes in it, unless it is locked.
func (a *Adapter) MayWrite(ctx context.Context, user string, p bot.Place) error {
	v, err := a.see(ctx, p)
	if err != nil {
		return wrap("may write", err)
	}
	may, err := a.allowed(ctx, v, user)
	switch {
	case err != nil:
		return wrap("may write", err)
	case !may.has(viewChannel):
		return bot.Refusef(hidden)
	case v.locked() && !may.has(manageThreads):
		return bot.Refusef("The thread #%s is locked, so that takes the permission %s, which you lack.", v.place.Name, manageThreads)
	}
	if lacks := v.place.toWrite() &^ may; lacks != 0 {
		return bot.Refusef("That takes that you may write in #%s: you lack %s there.", v.place.Name, lacks)
	}
	return nil
}

// locked reports whether the place is a thread in which only those may write who manage threads.
func (v view) locked() bool { return v.place.Thread != nil && v.place.Thread.Locked }

// MayPost implements bot.Platform.
func (a *Adapter) MayPost(ctx context.Context, p bot.Place) error {
	v, err := a.see(ctx, p)
	if err != nil {
		if isRefused(err) {
			return bot.Refusef("I can't see this channel, so I can't post in it. %s", grant(viewChannel))
		}
		return wrap("may post", err)
	}
	may, err := a.own(ctx, v)
	if err != nil {
		return wrap("may post", err)
	}
	if v.place.isContainer() {
		return bot.Refusef("I can't post in #%s itself, only in its posts.", v.place.Name)
	}
	if lacks := v.place.toPost() &^ may; lacks != 0 {
		return bot.Refusef("I can't post in #%s: I lack %s there. %s", v.place.Name, lacks, grant(lacks))
	}
	if v.locked() && !may.has(manageThreads) {
		return bot.Refusef("The thread #%s is locked, so I can't post in it.", v.place.Name)
	}
	return nil
}

// Describe implements bot.Platform.
func (a *Adapter) Describe(ctx context.Context, p bot.Place) (bot.Channel, error) {
	v, err := a.see(ctx, p)
	if err != nil {
		return bot.Channel{}, wrap("describe", err)
	}
	self, err := a.own(ctx, v)
	if err != nil {
		return bot.Channel{}, wrap("describe", err)
	}
	if err := v.readable(self); err != nil {
		return bot.Channel{}, err
	}
	about := bot.Channel{Name: v.place.Name, Thread: v.place.isThread(), Container: v.place.isContainer()}
	if about.Thread {
		about.Parent = v.rules.ID
		about.Private = v.place.isPrivate()
	}
	return about, nil
}

// Threads implements bot.Platform. Private threads are none of them: what is said in
// one is not said in its channel.
func (a *Adapter) Threads(ctx context.Context, p bot.Place) ([]bot.Place, error) {
	if !isID(p.Server) {
		return nil, nil
	}
	var active struct {
		Threads []channel `json:"threads"`
	}
	if err := a.rest.share(ctx, "guilds/"+p.Server+"/threads/active", "", &active); err != nil {
		return nil, wrap("threads", err)
	}
	var places []bot.Place
	for _, t := range active.Threads {
		if t.Parent == p.Channel && t.isThread() && !t.isPrivate() && isID(t.ID) {
			places = append(places, bot.Place{Server: p.Server, Channel: t.ID})
		}
	}
	return places, nil
}

// wrap says what failed; refusals and ends of the context stay what they are beneath.
func wrap(what string, err error) error { return fmt.Errorf("discord: %s: %w", what, err) }
