package slack

import (
	"time"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

// drawRefusal tells the asker why there is no answer. reason may hold foreign names.
func drawRefusal(reason string) message {
	return said(fitEscaped(render.Options{}.Line(reason), textLimit))
}

// drawProgress tells the asker how far the answer is.
func drawProgress(p bot.Progress) message { return said(p.String()) }

// drawTakenDown stands where a report stood. token names the request of the button
// that asks it anew; "" draws none.
func drawTakenDown(why, token string) message {
	why = render.Options{}.Line(why)
	m := said(fitEscaped(why, textLimit))
	if token != "" {
		m.Blocks = append(m.Blocks,
			rich{}.text(fit(why, textLimit)).block(),
			api.NewActionBlock("", button(bot.ActRefresh, token, 0, "Ask again")))
	}
	return m
}

// drawHelp says what crux does, what it reads and what it keeps. retention is how
// long it keeps the messages of the channels that it follows.
func drawHelp(retention time.Duration) message {
	m := said("What crux does, and how to ask it")
	m.Blocks = append(m.Blocks, api.NewHeaderBlock(plainText("What crux does")), ownWords(bot.SayPurpose("*")))
	m.Blocks = append(m.Blocks, helpSections(retention)...)
	return m
}

// helpSections are how to ask, who sees the answer, what is kept, and how far to trust it.
func helpSections(retention time.Duration) []api.Block {
	return []api.Block{
		ownWords("*Ask*\n" +
			"`@crux` in a channel or thread: the sides, their points, what is still open\n" +
			"`@crux open` only the objections that are still open\n" +
			"`@crux mine` objections to you that you have not answered, and yours that others have not\n" +
			"`" + slashCommand + "` and the same words, where nobody else is to see it. Slack has no commands in threads: mention me there\n" +
			"*More actions* (⋮) on a message → *Summarize from here*, or *Is this answered?*\n" +
			"Or write to me directly, such as `open in #general`"),
		ownWords("*Say which messages*\n" +
			"`@crux 24h` also `last 200`, `yesterday`, `since monday`, a message's link, `since my last message`\n" +
			"`@crux open in #general` another channel; pick it from the list that Slack offers as you type\n" +
			"`@crux about noise injection` only what concerns these words\n" +
			"Without any: the whole thread, or the last " + render.Number(bot.DefaultLast) + " messages of a channel."),
		ownWords("*Who sees it*\n" +
			"Where you mention me and ask about that very channel or thread: everyone in the thread in which I answer. " +
			"All else, and `mine`: only you, unless you say `share` or press *Post here*. " + bot.SayReach),
		ownWords("*Correct me*\n" +
			"Press an objection's number below a list: anyone who writes there can say that it is answered, or that it is not\n" +
			"`@crux said` what I take you to have said, so that you can put it in your own words or say that it is not yours"),
		ownWords("*Digests*\n" +
			"`@crux digest add #general to #news weekdays 9:00 Europe/Berlin` what changed, for who may manage both channels. " +
			"`digest list` shows them, and `digest show`, `pause`, `resume`, `run` and `remove` take a digest's number"),
		ownWords("*What I keep*\n" + bot.SayKept("Slack", retention) + "\n" +
			"Of what Slack sends me: each event until I have dealt with it, which takes seconds as a rule."),
		ownWords("*How far to trust it*\n" + bot.SayTrust),
	}
}

// ownWords is a paragraph of our own words, in Slack's markup. Nothing foreign may stand in it.
func ownWords(mrkdwn string) *api.SectionBlock {
	text := api.NewTextBlockObject(api.MarkdownType, mrkdwn, false, true) // verbatim, so that #general is no link
	return api.NewSectionBlock(text, nil, nil)
}
