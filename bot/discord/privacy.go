package discord

import (
	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

const (
	subcommandPrivacy = string(bot.Privacy)
	optionDays        = "days"
	// longestRetention is in days; what the server allows is for the bot to say.
	longestRetention = 3650
)

// privacyCommand is the subcommand about what crux keeps.
func privacyCommand() *discordgo.ApplicationCommandOption {
	choice := func(action bot.PrivacyAction, name string) *discordgo.ApplicationCommandOptionChoice {
		return &discordgo.ApplicationCommandOptionChoice{Name: name, Value: string(action)}
	}
	return subcommand(subcommandPrivacy, "What crux keeps about you, and how to change that",
		&discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionString, Name: optionAction, Description: "What to do; show what is kept unless you pick another",
			Choices: []*discordgo.ApplicationCommandOptionChoice{
				choice(bot.ShowKept, "Show what is kept about me"),
				choice(bot.OptOut, "Opt out: leave my messages out of everything"),
				choice(bot.OptIn, "Opt in: read my messages again from now on"),
				choice(bot.Erase, "Delete everything about me"),
				choice(bot.KeepFor, "Keep this server's texts for so many days (for who manages it)"),
				choice(bot.ShowLog, "Show who changed what in this server (for who manages it)"),
				choice(bot.ShowModel, "Language model: who reads here, and letting one read (for who manages the server)"),
				choice(bot.ForbidModel, "Forbid the language model to read this server's messages (for who manages the server)"),
			},
		},
		&discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionInteger, Name: optionDays, Description: "How many days to keep texts; the default without it",
			MinValue: new(1.0), MaxValue: longestRetention,
		})
}

// privacyOrder is what the subcommand asks for.
func privacyOrder(sub option) (bot.PrivacyOrder, error) {
	given := sub.given()
	o := bot.PrivacyOrder{Action: bot.PrivacyAction(given[optionAction].text()), Days: given[optionDays].number()}
	switch o.Action {
	case "":
		o.Action = bot.ShowKept
	case bot.ShowKept, bot.OptOut, bot.OptIn, bot.Erase, bot.KeepFor, bot.ShowLog, bot.ShowModel, bot.ForbidModel:
	default:
		return o, errUnknownCommand
	}
	if o.Days != 0 && o.Action != bot.KeepFor {
		return o, bot.Refusef("Days are for how long this server's texts are kept. Pick that as the action, or leave them out.")
	}
	return o, nil
}
