package discord

import (
	"time"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
	"crux/summarize/render"
)

// drawRefusal tells the asker why there is no answer. reason may hold foreign names.
func drawRefusal(reason string) message {
	return said(fit(render.Options{}.Line(reason), contentLimit))
}

// drawProgress tells the asker how far the answer is.
func drawProgress(p bot.Progress) message { return said(p.String()) }

// drawTakenDown stands where a report stood. token names the request of the button
// that asks it anew; "" draws none.
func drawTakenDown(why, token string) message {
	m := said(fit(render.Options{}.Line(why), contentLimit))
	if token != "" {
		m.Components = append(m.Components, discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			button(press{act: bot.ActRefresh, token: token}, "Ask again"),
		}})
	}
	return m
}

// drawHelp says what crux does, what it reads and what it keeps. retention is how
// long it keeps the messages of the channels that it follows.
func drawHelp(retention time.Duration) message {
	m := said("")
	m.Embeds = append(m.Embeds, &discordgo.MessageEmbed{
		Title:       "What crux does",
		Color:       colors[0],
		Description: bot.SayPurpose("**"),
		Fields: []*discordgo.MessageEmbedField{
			{Name: "Ask", Value: "`/debate summary` the sides, their points, what is still open\n" +
				"`/debate open` only the objections that are still open\n" +
				"`/debate mine` objections to you that you have not answered, and yours that others have not\n" +
				"`/debate said` what I take to be yours, to say what is not\n" +
				"**Right-click or hold a message → Apps** → *Summarize debate from here*, or *Is this answered?*"},
			{Name: "Say which messages", Value: "`/debate summary window:24h` also `200`, `yesterday`, `monday`, a message's link, `since my last message`\n" +
				"`/debate open channel:#general` another channel, thread or post\n" +
				"`/debate summary about:noise injection` only what concerns these words\n" +
				"Without a window: the whole thread, or the last " + render.Number(bot.DefaultLast) + " messages of a channel."},
			{Name: "Say that I am wrong", Value: "Under a list, choose which one. Anyone who may write there can say whether it is answered; " +
				"its author can say that it is not theirs, or what they meant. It lasts."},
			{Name: "Digests", Value: "`/debate digest add` what changed in channels, posted on a schedule, for who may manage them. `dry:True` shows the next times first."},
			{Name: "Who sees it", Value: "Only you, unless you say `share:True` or press *Post here*. " + bot.SayReach},
			{Name: "What I keep", Value: bot.SayKept("Discord", retention)},
			{Name: "How far to trust it", Value: bot.SayTrust},
		},
	})
	return m
}
