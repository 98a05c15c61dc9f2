package slack

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"
)

const (
	// nameKept is how long a display name is believed.
	nameKept = time.Hour
	// peopleKept is how many display names are kept at most.
	peopleKept = 20_000
	// namesACall is how many unknown names are looked up for one answer, lookupsAtOnce how many at a time.
	namesACall    = 200
	lookupsAtOnce = 4
	// fresh is how old what decides permissions may be at most. Several checks of one
	// request are answered by one question to Slack, which lets crux ask but 50 times a minute.
	fresh = 3 * time.Second
	// namesWithin is how long looking names up may take; an answer with ids in it beats none.
	namesWithin = 10 * time.Second
)

// people are those whom crux met lately.
type people struct {
	now func() time.Time

	mu    sync.Mutex
	names map[string]named
	facts map[string]fact[*member]
	// partners are those with whom crux has direct messages, by channel. It never changes who they are.
	partners map[string]string
}

type named struct {
	name string
	at   time.Time
}

// fact is something that Slack said a moment ago. The moment is measured by the
// machine's own clock, which nobody sets.
type fact[T any] struct {
	is T
	at time.Time
}

func (f fact[T]) isFresh() bool { return !f.at.IsZero() && time.Since(f.at) < fresh }

// member is what decides what somebody may do.
type member struct {
	ID string
	// Full is true for who belongs to this very workspace and is no guest: they may read every public channel.
	Full bool
	// Admin is true for the workspace's administrators and owners.
	Admin bool
	// Deleted is true for who is deactivated.
	Deleted bool
	// Bot is true for programs.
	Bot bool
}

func newPeople(now func() time.Time) *people {
	return &people{now: now, names: map[string]named{}, facts: map[string]fact[*member]{}, partners: map[string]string{}}
}

// name is the display name of a person, "" where it is not known.
func (p *people) name(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.names[id]
	if p.now().Sub(known.at) > nameKept {
		return ""
	}
	return known.name
}

// note keeps a display name.
func (p *people) note(id, name string) {
	if id == "" || name == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.names) >= peopleKept {
		clear(p.names)
	}
	p.names[id] = named{name, p.now()}
}

// speaks notes with whom crux has these direct messages.
func (p *people) speaks(channel, user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.partners) >= peopleKept {
		clear(p.partners)
	}
	p.partners[channel] = user
}

// partner is with whom crux has these direct messages, "" where it has not been told.
func (p *people) partner(channel string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.partners[channel]
}

// fact is what is known of a member at this moment.
func (p *people) fact(id string) (*member, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.facts[id]
	return f.is, f.isFresh()
}

// learn keeps what Slack says of somebody, for a moment what decides permissions and for longer the name.
func (p *people) learn(u *slack.User, team string) *member {
	m := memberOf(u, team)
	p.note(u.ID, cmp.Or(u.Profile.DisplayName, u.RealName, u.Profile.RealName, u.Name))
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.facts) >= 1000 {
		for id, f := range p.facts {
			if !f.isFresh() {
				delete(p.facts, id)
			}
		}
	}
	p.facts[u.ID] = fact[*member]{m, time.Now()}
	return m
}

// memberOf errs on the side of nothing: who is anything else than a full member of
// this workspace counts as a guest.
func memberOf(u *slack.User, team string) *member {
	isOurs := u.TeamID == team || slices.Contains(u.Enterprise.Teams, team)
	isGuest := u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsInvitedUser
	bot := u.IsBot || u.IsWorkflowBot || u.IsConnectorBot || u.ID == "USLACKBOT"
	full := isOurs && !isGuest && !u.Deleted && !bot
	return &member{
		ID:      u.ID,
		Full:    full,
		Admin:   full && (u.IsAdmin || u.IsOwner || u.IsPrimaryOwner),
		Deleted: u.Deleted,
		Bot:     bot,
	}
}

// nobody is who Slack does not know, or does not show to crux.
var nobody = &member{Deleted: true}

// member looks somebody up, unless that was done a moment ago.
func (a *Adapter) member(ctx context.Context, id string) (*member, error) {
	if !isUser(id) {
		return nobody, nil
	}
	if m, known := a.people.fact(id); known {
		return m, nil
	}
	me, err := a.self(ctx)
	if err != nil {
		return nil, err
	}
	return shared(ctx, a.rest, "users.info "+id, func(ctx context.Context) (*member, error) {
		var u *slack.User
		err := a.rest.do(ctx, "users.info", true, func(ctx context.Context, api *slack.Client) (err error) {
			u, err = api.GetUserInfoContext(ctx, id, slack.GetUserInfoOptionIncludeLocale(false))
			return err
		})
		if hasCode(err, codeNoUser, codeUserNotVisible, "users_not_found") {
			return nobody, nil
		}
		if err != nil {
			return nil, err
		}
		if u.ID != id {
			return nil, errors.New("users.info: answer about somebody else")
		}
		return a.people.learn(u, me.Team), nil
	})
}

// shared does what several may ask for at once: whoever comes while it is being done
// gets the same answer. Nothing is kept beyond that.
func shared[T any](ctx context.Context, r *rest, key string, get func(context.Context) (T, error)) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, context.Cause(ctx)
	}
	flight := r.flights.DoChan(key, func() (any, error) { return get(r.ended) })
	select {
	case <-ctx.Done():
		return none, context.Cause(ctx)
	case got := <-flight:
		if got.Err != nil {
			return none, got.Err
		}
		return got.Val.(T), nil
	}
}

// names are the display names of people, as far as they are known or can be found out.
func (a *Adapter) names(ctx context.Context, ids []string) map[string]string {
	names := make(map[string]string, len(ids))
	var unknown []string
	for _, id := range ids {
		if _, seen := names[id]; seen {
			continue
		}
		names[id] = a.people.name(id)
		if names[id] == "" && isUser(id) && len(unknown) < namesACall {
			unknown = append(unknown, id)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, namesWithin)
	defer cancel()
	var lookups errgroup.Group
	lookups.SetLimit(lookupsAtOnce)
	for _, id := range unknown {
		lookups.Go(func() error {
			_, err := a.member(ctx, id) // whoever can't be looked up has no name
			return err
		})
	}
	_ = lookups.Wait()
	for id, name := range names {
		if name == "" {
			name = a.people.name(id)
		}
		if name == "" {
			delete(names, id)
			continue
		}
		names[id] = name
	}
	return names
}
