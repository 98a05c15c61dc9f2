package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"crux/bot/digest"
)

const (
	// mostSources is how many channels a digest may name.
	mostSources = 10
	// dryTimes is how many due times are shown.
	dryTimes = 5
)

// addDigest sets up a digest. Whatever can be wrong is looked for before anything is changed.
func (b *Bot) addDigest(ctx context.Context, r Request) (*Answer, error) {
	plan, err := b.planDigest(ctx, r)
	if err != nil {
		return nil, err
	}
	if r.Digest.Dry {
		return sayDigest(r, "%s", plan.dryWords(b.o.Now())), nil
	}
	lines, err := b.followAll(ctx, r, plan.unfollowed)
	if err != nil {
		return nil, err
	}
	d, err := b.o.Storage.AddDigest(ctx, b.platform(), plan.Digest)
	if err != nil {
		b.unfollowAll(ctx, r, plan.unfollowed)
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.digests.Wake()
	b.note(ctx, r.Asker, d.To, fmt.Sprintf("added digest %d", d.Number))
	lines = append([]string{
		fmt.Sprintf("Digest %d is set up: %s.", d.Number, plan.words()),
		fmt.Sprintf("It is due first %s.", timeIn(d.Next, plan.schedule.Zone(), b.o.Now())),
		fmt.Sprintf("It tells %s. %s", partWords(d.Parts), quietWords(d.Quiet)),
	}, lines...)
	return sayDigest(r, "%s", strings.Join(lines, "\n")), nil
}

// digestPlan is a digest that may be set up.
type digestPlan struct {
	Digest
	schedule digest.Schedule
	to       Channel
	// sources are what it names, unfollowed those of them that are not followed yet.
	sources, unfollowed []namedPlace
}

// words say what the digest is about, where it goes and when.
func (p *digestPlan) words() string {
	from := "all channels that I follow and everyone there may read"
	if !p.All {
		from = channelNames(p.sources)
	}
	return fmt.Sprintf("%s, in #%s, %s", from, p.to.Name, p.schedule)
}

func (p *digestPlan) dryWords(now time.Time) string {
	lines := []string{
		fmt.Sprintf("Nothing was set up. This would be: %s.", p.words()),
		"It would be due at:",
		timesIn(p.schedule.NextN(now, dryTimes), p.schedule.Zone(), now),
	}
	if len(p.unfollowed) > 0 {
		lines = append(lines, fmt.Sprintf("I would begin to follow %s.", channelNames(p.unfollowed)))
	}
	return strings.Join(lines, "\n")
}

// planDigest checks an order for a digest.
func (b *Bot) planDigest(ctx context.Context, r Request) (*digestPlan, error) {
	order := r.Digest
	if order.All && len(order.From) > 0 {
		return nil, Refusef("Name the channels, or say all that I follow, but not both.")
	}
	plan := &digestPlan{Digest: Digest{
		Server: r.Here.Server, By: r.Asker, All: order.All, When: strings.Join(strings.Fields(order.When), " "), Quiet: order.Quiet,
	}}
	var err error
	if plan.Parts, err = partsOf(order.Parts); err != nil {
		return nil, err
	}
	if err := b.planTimes(plan, order.Zone); err != nil {
		return nil, err
	}
	if err := b.planPlaces(ctx, r, plan); err != nil {
		return nil, err
	}
	if err := b.mayChange(ctx, r.Asker, plan.Digest); err != nil {
		return nil, err
	}
	if plan.to, err = b.destination(ctx, plan.To); err != nil {
		return nil, err
	}
	if err := b.planSources(ctx, plan); err != nil {
		return nil, err
	}
	there, err := b.o.Storage.Digests(ctx, b.platform(), r.Here.Server)
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	if len(there) >= mostDigests {
		return nil, Refusef("There are %s here already, and there can't be more. Remove one first: /debate digest remove.", Count(len(there), "digest"))
	}
	return plan, nil
}

// partsOf are the parts asked for in their order, all of them where none is named.
func partsOf(asked []DigestPart) ([]DigestPart, error) {
	all := []DigestPart{PartNew, PartSettled, PartOpen, PartPoints}
	for _, part := range asked {
		if !slices.Contains(all, part) {
			return nil, Refusef("A digest can tell of what is new, settled or open, and of points.")
		}
	}
	if len(asked) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(part DigestPart) bool { return !slices.Contains(asked, part) }), nil
}

func (b *Bot) planTimes(plan *digestPlan, zone string) error {
	in := b.o.Zone
	if zone != "" {
		found, err := time.LoadLocation(zone)
		if err != nil || zone == "Local" {
			return &Refusal{Reason: "I don't know that time zone. Give its IANA name, such as Europe/Berlin, America/New_York or UTC.", Err: err}
		}
		in = found
	}
	schedule, err := digest.ParseSchedule(plan.When, in)
	if err != nil {
		return &Refusal{Reason: err.Error(), Err: err}
	}
	now := b.o.Now()
	plan.Zone, plan.schedule = in.String(), schedule
	plan.Made, plan.Next = now.UTC(), schedule.Next(now).UTC()
	plan.Covered = plan.Made
	return nil
}

// planPlaces finds out which channels are meant: where nobody says, the one in which it is asked for.
func (b *Bot) planPlaces(ctx context.Context, r Request, plan *digestPlan) error {
	order := r.Digest
	plan.To = order.To
	for _, p := range order.From {
		if !slices.Contains(plan.From, p) {
			plan.From = append(plan.From, p)
		}
	}
	if len(plan.From) > mostSources {
		return Refusef("A digest can name %d channels at most. Say all that I follow, or set up several.", mostSources)
	}
	if noneNamed := !plan.All && len(plan.From) == 0; noneNamed || plan.To == (Place{}) {
		here, isForum, err := b.channelOf(ctx, r)
		if err != nil {
			return err
		}
		if noneNamed {
			plan.From = []Place{here}
		}
		if plan.To == (Place{}) {
			plan.To = here
			if isForum { // in which nobody can post but in its posts
				plan.To = r.Here
			}
		}
	}
	for _, p := range append([]Place{plan.To}, plan.From...) {
		if p.Server != r.Here.Server {
			return Refusef("A digest stays within one server. Name channels of this one.")
		}
	}
	return nil
}

// channelOf is the channel in which a request was made, which may have been in a thread of it.
func (b *Bot) channelOf(ctx context.Context, r Request) (p Place, isForum bool, err error) {
	p = r.Here.home()
	if err := b.o.Platform.MayRead(ctx, r.Asker, p); err != nil {
		return Place{}, false, err
	}
	about, err := b.o.Platform.Describe(ctx, p)
	if err == nil && about.Thread && about.Parent != "" {
		p.Channel = about.Parent
		about, err = b.o.Platform.Describe(ctx, p)
	}
	return p, about.Container, err
}

// planSources proves that everyone in the destination may read what the digest draws on.
func (b *Bot) planSources(ctx context.Context, plan *digestPlan) error {
	if plan.All {
		_, err := b.proved(ctx, plan.Digest)
		return err
	}
	followed, err := b.followedIn(ctx, plan.Server)
	if err != nil {
		return err
	}
	for _, p := range plan.From {
		if p.Thread != "" {
			return Refusef("A thread is followed with its channel. Name the channel.")
		}
		about, err := b.o.Platform.Describe(ctx, p)
		if err != nil {
			return err
		}
		if about.Thread {
			return Refusef("#%s is a thread, which is followed with its channel. Name the channel.", about.Name)
		}
		if err := b.o.Platform.AllMayRead(ctx, p, plan.To); err != nil {
			return whyNot(about.Name, plan.to.Name, err)
		}
		plan.sources = append(plan.sources, namedPlace{p, about})
		if !slices.Contains(followed, p) {
			plan.unfollowed = append(plan.unfollowed, namedPlace{p, about})
		}
	}
	return nil
}

// followAll begins to follow channels, which the asker manages, and says so of each in a line. Where
// one can't be followed, none is.
func (b *Bot) followAll(ctx context.Context, r Request, channels []namedPlace) (lines []string, err error) {
	for i, c := range channels {
		r.Command, r.Place = Watch, c.Place
		a, err := b.startWatching(ctx, r, c.Channel)
		if err != nil {
			b.unfollowAll(ctx, r, channels[:i])
			return nil, err
		}
		lines = append(lines, a.Said)
	}
	return lines, nil
}

// unfollowAll takes back followAll, also where ctx has ended.
func (b *Bot) unfollowAll(ctx context.Context, r Request, channels []namedPlace) {
	ctx = context.WithoutCancel(ctx)
	for _, c := range channels {
		r.Command, r.Place = Unwatch, c.Place
		if _, err := b.stopWatching(ctx, r); err != nil {
			b.o.Log.Error("bot: a channel stays followed of which no digest was set up", "error", err)
		}
	}
}
