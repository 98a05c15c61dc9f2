package slack

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

const (
	// membersAPage is how many members Slack gives at a time at most, memberPages how many pages crux reads.
	membersAPage = 1000
	memberPages  = 20
)

// channel is what decides who may do what in a channel.
type channel struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Creator  string `json:"creator"`
	User     string `json:"user"` // of direct messages: the other one
	Member   bool   `json:"is_member"`
	Private  bool   `json:"is_private"`
	Group    bool   `json:"is_group"`
	Direct   bool   `json:"is_im"`
	Several  bool   `json:"is_mpim"` // direct messages of several
	Archived bool   `json:"is_archived"`
	// External and Pending are true where another organisation is in the channel, or is invited.
	External bool `json:"is_ext_shared"`
	Pending  bool `json:"is_pending_ext_shared"`
	// Everywhere and Org are true where other workspaces of the same organisation are in it.
	Everywhere bool `json:"is_global_shared"`
	Org        bool `json:"is_org_shared"`
}

// isPrivate reports whether only members read the channel.
func (c *channel) isPrivate() bool { return c.Private || c.Group || c.Several || c.Direct }

// isOpen reports whether every full member of the workspace reads the channel.
func (c *channel) isOpen() bool { return !c.isPrivate() }

// isElsewhere reports whether the channel is in other workspaces too, whose people no list tells.
func (c *channel) isElsewhere() bool { return c.Org || c.Everywhere || c.isForeign() }

// isForeign reports whether another organisation is in the channel or about to be.
func (c *channel) isForeign() bool { return c.External || c.Pending }

// channels are those that were asked about a moment ago.
type channels struct {
	mu    sync.Mutex
	facts map[string]fact[*channel]
}

func (c *channels) fact(id string) (*channel, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.facts[id]
	return f.is, f.isFresh()
}

func (c *channels) learn(about *channel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.facts == nil {
		c.facts = map[string]fact[*channel]{}
	}
	for id, f := range c.facts {
		if !f.isFresh() {
			delete(c.facts, id)
		}
	}
	c.facts[about.ID] = fact[*channel]{about, time.Now()}
}

// forget lets the next check ask anew.
func (c *channels) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.facts, id)
}

// channel asks what a channel is, unless that was done a moment ago.
func (a *Adapter) channel(ctx context.Context, id string) (*channel, error) {
	if c, known := a.rest.channels.fact(id); known {
		return c, nil
	}
	return shared(ctx, a.rest, "conversations.info "+id, func(ctx context.Context) (*channel, error) {
		// The answer may hold the newest message, blocks and all, so slack-go does not decode it.
		var answer struct {
			Channel *channel `json:"channel"`
		}
		if err := a.rest.read(ctx, "conversations.info", url.Values{"channel": {id}}, &answer); err != nil {
			return nil, err
		}
		if answer.Channel == nil || answer.Channel.ID != id {
			return nil, errors.New("conversations.info: answer about another channel")
		}
		a.rest.channels.learn(answer.Channel)
		return answer.Channel, nil
	})
}

// errManyMembers is the error of a channel with more members than crux looks through.
var errManyMembers = errors.New("too many members")

// members are all who are in a channel, asked anew each time. Nobody changes the set.
func (a *Adapter) members(ctx context.Context, id string) (map[string]bool, error) {
	return shared(ctx, a.rest, "conversations.members "+id, func(ctx context.Context) (map[string]bool, error) {
		all := map[string]bool{}
		cursor := ""
		for range memberPages {
			var page []string
			before := cursor
			err := a.rest.do(ctx, "conversations.members", true, func(ctx context.Context, api *slack.Client) (err error) {
				page, cursor, err = api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{
					ChannelID: id, Cursor: before, Limit: membersAPage,
				})
				return err
			})
			if err != nil {
				return nil, err
			}
			for _, user := range page {
				all[user] = true
			}
			if cursor == "" {
				return all, nil
			}
			if cursor == before {
				return nil, errPages
			}
		}
		return nil, errManyMembers
	})
}

// errPages is the error of pages that would never end.
var errPages = errors.New("pages do not go on")
