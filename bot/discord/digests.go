package discord

import (
	"strconv"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// The group of commands about digests, as people see it.
const (
	groupDigest    = "digest"
	optionSchedule = "schedule"
	optionChannel2 = "channel2"
	optionChannel3 = "channel3"
	optionAll      = "all"
	optionTo       = "to"
	optionZone     = "timezone"
	optionInclude  = "include"
	optionNoNews   = "nothing-new"
	optionDry      = "dry"
	optionNumber   = "number"

	noNewsSay  = "say"
	noNewsSkip = "skip"
)

// scheduleLength is how many characters of a schedule are taken.
const scheduleLength = 200

// included are what a digest can be limited to.
var included = [...]struct {
	value, name string
	parts       []bot.DigestPart
}{
	{"everything", "Everything", nil},
	{"objections", "Objections: new, settled and still open", []bot.DigestPart{bot.PartNew, bot.PartSettled, bot.PartOpen}},
	{"changes", "Only what changed: new and settled objections", []bot.DigestPart{bot.PartNew, bot.PartSettled}},
	{"new", "Only new objections", []bot.DigestPart{bot.PartNew}},
	{"open", "Only what is still open", []bot.DigestPart{bot.PartOpen}},
	{"points", "Only new points of each side", []bot.DigestPart{bot.PartPoints}},
}

// digestCommands are the subcommands about digests.
func digestCommands() *discordgo.ApplicationCommandOption {
	number := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionInteger, Name: optionNumber, Required: true,
		Description: "The digest's number, as the list says it", MinValue: new(1.0), MaxValue: 1_000_000,
	}
	dry := func(description string) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionBoolean, Name: optionDry, Description: description}
	}
	numbered := func(action bot.DigestAction, description string, options ...*discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
		return subcommand(string(action), description, append([]*discordgo.ApplicationCommandOption{number}, options...)...)
	}
	return &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionSubCommandGroup, Name: groupDigest,
		Description: "Reports on a schedule of what changed in channels (for who may manage them)",
		Options: []*discordgo.ApplicationCommandOption{
			digestAdd(dry("Set nothing up, and show the next five times")),
			subcommand(string(bot.DigestList), "The digests of this server that you may manage"),
			numbered(bot.DigestShow, "What a digest reports, where, and when it is due next"),
			numbered(bot.DigestPause, "Post a digest no more until it is resumed"),
			numbered(bot.DigestResume, "Post a paused digest again"),
			numbered(bot.DigestRemove, "Remove a digest"),
			numbered(bot.DigestRun, "Post a digest now", dry("Show it to you alone, and post nothing")),
		},
	}
}

func digestAdd(dry *discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
	source := func(name, description string) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionChannel, Name: name, Description: description, ChannelTypes: followable(),
		}
	}
	text := func(name, description string) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionString, Name: name, Description: description}
	}
	schedule := text(optionSchedule, "When: daily 09:00, weekdays 8:30, mondays, every 6h, or cron")
	schedule.Required, schedule.MaxLength = true, scheduleLength
	zone := text(optionZone, "The time zone of the schedule, such as Europe/Berlin")
	zone.Autocomplete, zone.MaxLength = true, choiceLimit
	include := text(optionInclude, "What to report; everything unless you pick")
	for _, i := range included {
		include.Choices = append(include.Choices, &discordgo.ApplicationCommandOptionChoice{Name: i.name, Value: i.value})
	}
	noNews := text(optionNoNews, "What to do when nothing is new")
	noNews.Choices = []*discordgo.ApplicationCommandOptionChoice{
		{Name: "Say so in one line", Value: noNewsSay},
		{Name: "Post nothing", Value: noNewsSkip},
	}
	to := source(optionTo, "The channel or thread to post in; this channel, or the thread's, unless you pick one")
	to.ChannelTypes = postable()
	return subcommand(string(bot.DigestAdd), "Set up a digest",
		schedule,
		source(optionChannel, "A channel or forum to report on; this one unless you pick"),
		source(optionChannel2, "A second one"),
		source(optionChannel3, "A third one"),
		&discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionBoolean, Name: optionAll,
			Description: "Report on all followed channels that everyone there may read",
		},
		to, zone, include, noNews, dry)
}

// followable are the types of channel that can be followed.
func followable() []discordgo.ChannelType {
	return []discordgo.ChannelType{
		discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildForum,
	}
}

// postable are the types of channel in which a digest can be posted.
func postable() []discordgo.ChannelType {
	return []discordgo.ChannelType{
		discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildNewsThread,
		discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread,
	}
}

// digestOrder is what a subcommand of the group asks of digests in a server.
func digestOrder(server string, sub option) (bot.DigestOrder, error) {
	given := sub.given()
	o := bot.DigestOrder{
		Action: bot.DigestAction(sub.Name),
		Number: given[optionNumber].number(),
		Dry:    given[optionDry].isTrue(),
		All:    given[optionAll].isTrue(),
		When:   given[optionSchedule].text(),
		Zone:   given[optionZone].text(),
		Quiet:  given[optionNoNews].text() == noNewsSkip,
	}
	switch o.Action {
	case bot.DigestAdd, bot.DigestList, bot.DigestShow, bot.DigestPause, bot.DigestResume, bot.DigestRemove, bot.DigestRun:
	default:
		return o, errUnknownCommand
	}
	for _, name := range []string{optionChannel, optionChannel2, optionChannel3} {
		if channel := given[name].text(); channel != "" {
			o.From = append(o.From, bot.Place{Server: server, Channel: channel})
		}
	}
	if to := given[optionTo].text(); to != "" {
		o.To = bot.Place{Server: server, Channel: to}
	}
	for _, i := range included {
		if i.value == given[optionInclude].text() {
			o.Parts = append(o.Parts, i.parts...)
		}
	}
	return o, nil
}

// number is the option's value where that is a whole number, 0 where it is none.
func (o option) number() int {
	n, err := strconv.Atoi(string(o.Value))
	if err != nil {
		return 0
	}
	return n
}
