package discord

import (
	"regexp"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// customIDPrefix names crux and the shape of what follows; ids of other programs, and of
// versions with another shape, are not ours.
const customIDPrefix = "crux1"

// customID is what Discord hands back when a button is pressed: what it does, to
// which page, counted from 0, of the answer to the request that token names. It is
// within Discord's limit for every token that parseCustomID takes.
func customID(act bot.Action, token string, page int) string {
	return customIDPrefix + "|" + string(act) + "|" + strconv.Itoa(page) + "|" + token
}

var customIDPattern = regexp.MustCompile(
	`^` + customIDPrefix + `\|(open|all|full|refresh|page|post)\|(0|[1-9][0-9]{0,5})\|([A-Za-z0-9_-]{1,64})$`)

// parseCustomID reads what customID wrote. ok is false for whatever it can't have written.
func parseCustomID(id string) (act bot.Action, token string, page int, ok bool) {
	found := customIDPattern.FindStringSubmatch(id)
	if found == nil {
		return "", "", 0, false
	}
	page, err := strconv.Atoi(found[2])
	return bot.Action(found[1]), found[3], page, err == nil
}

// buttons are the rows below a page of an answer. There are none where the request can't be asked again.
func buttons(a *bot.Answer, page, pages int, postable bool) []discordgo.MessageComponent {
	rows := []discordgo.MessageComponent{}
	if a.Token == "" || a.Said != "" {
		return rows
	}
	button := func(what bot.Action, page int, label string) discordgo.Button {
		return discordgo.Button{
			Label: label, Style: discordgo.SecondaryButton,
			CustomID: customID(what, a.Token, page),
		}
	}
	if pages > 1 {
		// The ids stay apart at both ends: Discord refuses a message in which two are alike.
		back, next := button(bot.ActPage, max(page-1, 0), "◀"), button(bot.ActPage, min(page+1, pages-1), "▶")
		back.Disabled, next.Disabled = page == 0, page == pages-1
		rows = append(rows, discordgo.ActionsRow{Components: []discordgo.MessageComponent{back, next}})
	}
	var row []discordgo.MessageComponent
	if a.Debates() > 0 {
		switch a.Request.Command {
		case bot.Summary:
			row = append(row, button(bot.ActOpen, 0, "Only open"))
		case bot.Open:
			row = append(row, button(bot.ActEverything, 0, "Everything"))
		case bot.Mine, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched:
		}
		row = append(row, button(bot.ActFull, 0, "Full report"))
	}
	row = append(row, button(bot.ActRefresh, 0, "Refresh"))
	if postable && a.Debates() > 0 && a.Private == "" && a.Request.Command != bot.Mine {
		post := button(bot.ActPost, 0, "Post here")
		post.Style = discordgo.PrimaryButton
		row = append(row, post)
	}
	return append(rows, discordgo.ActionsRow{Components: row})
}
