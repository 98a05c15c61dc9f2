package discord

import (
	"fmt"
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
func drawProgress(p bot.Progress) message { return said(progressWords(p)) }

func progressWords(p bot.Progress) string {
	switch {
	case p.Stage == bot.Queued && p.Done <= 0:
		return "⏳ Yours is next."
	case p.Stage == bot.Queued:
		return "⏳ " + counted(p.Done, "request") + " ahead of yours."
	case p.Stage == bot.Reading && p.Done > 0:
		return "📖 Reading… " + counted(p.Done, "message")
	case p.Stage == bot.Reading:
		return "📖 Reading…"
	case p.Stage == bot.Judging && p.Total > 0:
		return fmt.Sprintf("⚖️ Weighing… %d %%", 100*max(0, min(p.Done, p.Total))/p.Total)
	}
	return "⚖️ Weighing…"
}

// drawTakenDown stands where a report stood. token names the request of the button
// that asks it anew; "" draws none.
func drawTakenDown(why, token string) message {
	m := said(fit(render.Options{}.Line(why), contentLimit))
	if token != "" {
		m.Components = append(m.Components, discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: "Ask again", Style: discordgo.SecondaryButton, CustomID: customID(actRefresh, token, 0)},
		}})
	}
	return m
}

// drawHelp says what crux does, what it reads and what it keeps. retention is how
// long it keeps the messages of the channels that it follows.
func drawHelp(retention time.Duration) message {
	m := said("")
	m.Embeds = append(m.Embeds, &discordgo.MessageEmbed{
		Title: "What crux does",
		Color: colors[0],
		Description: "It reads a debate in a channel or thread, and reports what each side said, and **which objections nobody has answered yet**. " +
			"Every line is a quote, with a link to its message.",
		Fields: []*discordgo.MessageEmbedField{
			{Name: "Ask", Value: "`/debate summary` the sides, their points, what is still open\n" +
				"`/debate open` only the objections that are still open\n" +
				"`/debate mine` objections to you that you have not answered, and yours that others have not\n" +
				"**Right-click or hold a message → Apps** → *Summarize debate from here*, or *Is this answered?*"},
			{Name: "Say which messages", Value: "`/debate summary window:24h` also `200`, `yesterday`, `monday`, a message's link, `since my last message`\n" +
				"`/debate open channel:#general` another channel, thread or post\n" +
				"`/debate summary about:noise injection` only what concerns these words\n" +
				"Without a window: the whole thread, or the last " + render.Number(bot.DefaultLast) + " messages of a channel."},
			{Name: "Who sees it", Value: "Only you, unless you say `share:True` or press *Post here*. " +
				"I never read for you what you can't read yourself, and never post what somebody there could not read."},
			{Name: "What I keep", Value: "Of a channel that I don't follow: nothing but a report in memory, for up to 15 minutes. I read it when somebody asks.\n" +
				"Of a channel that I follow (`/debate watch`, for who may manage the channel): its messages, for " + duration(retention) +
				". What is edited or deleted in Discord is edited or deleted here too.\n" +
				"Of requests: who asked what and when, for 30 days, so that buttons work. Of posted reports: where they stand and which messages they quote, so that they come down when one is deleted."},
			{Name: "How far to trust it", Value: "It is a machine's reading. It misses things, and it may take an answer for none, or none for an answer. " +
				"*Unclear* means that it is not sure. Before you hold a report against somebody, follow the links."},
		},
	})
	return m
}

// duration says how long something is, in days where it is whole days.
func duration(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day && d%day == 0:
		return counted(int(d/day), "day")
	case d >= time.Hour:
		return counted(int(d.Round(time.Hour)/time.Hour), "hour")
	}
	return counted(max(1, int(d.Round(time.Minute)/time.Minute)), "minute")
}
