package slack

import (
	"regexp"
	"strconv"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

// actionPrefix names crux and the shape of what follows; ids of versions with another
// shape are not ours.
const actionPrefix = "crux1"

// actionID names a button within its message, where no two may be alike. page is
// counted from 0.
func actionID(act bot.Action, page int) string {
	return actionPrefix + "|" + string(act) + "|" + strconv.Itoa(page)
}

// actionValue is what a button carries: to which page, counted from 0, of the answer to
// which request it leads. It is within Slack's limit for every token that parseAction takes.
func actionValue(token string, page int) string { return strconv.Itoa(page) + "|" + token }

var (
	actionPattern = regexp.MustCompile(`^` + actionPrefix + `\|(open|all|full|refresh|page|post)\|(0|[1-9][0-9]{0,5})$`)
	valuePattern  = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\|([A-Za-z0-9_-]{1,64})$`)
)

// parseAction reads what actionID and actionValue wrote for one button. ok is false for
// whatever they can't have written.
func parseAction(id, value string) (act bot.Action, token string, page int, ok bool) {
	named, carried := actionPattern.FindStringSubmatch(id), valuePattern.FindStringSubmatch(value)
	if named == nil || carried == nil || named[2] != carried[1] {
		return "", "", 0, false
	}
	page, err := strconv.Atoi(carried[1])
	return bot.Action(named[1]), carried[2], page, err == nil
}

// button is a button for one action on the answer to the request that token names.
func button(act bot.Action, token string, page int, label string) *api.ButtonBlockElement {
	return api.NewButtonBlockElement(actionID(act, page), actionValue(token, page), plainText(label))
}

// buttons are the rows below a page of an answer. There are none where the request can't be asked again.
func buttons(a *bot.Answer, page, pages int, postable bool) []api.Block {
	rows := []api.Block{}
	if a.Token == "" || a.Said != "" {
		return rows
	}
	// Slack has no disabled buttons: at either end one is missing.
	var turns []api.BlockElement
	if page > 0 {
		turns = append(turns, button(bot.ActPage, a.Token, page-1, "◀ Page "+render.Number(page)))
	}
	if page < pages-1 {
		turns = append(turns, button(bot.ActPage, a.Token, page+1, "Page "+render.Number(page+2)+" ▶"))
	}
	if len(turns) > 0 {
		rows = append(rows, api.NewActionBlock("", turns...))
	}
	var row []api.BlockElement
	if a.Debates() > 0 {
		switch a.Request.Command {
		case bot.Summary:
			row = append(row, button(bot.ActOpen, a.Token, 0, "Only open"))
		case bot.Open:
			row = append(row, button(bot.ActEverything, a.Token, 0, "Everything"))
		case bot.Mine, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched:
		}
		row = append(row, button(bot.ActFull, a.Token, 0, "Full report"))
	}
	row = append(row, button(bot.ActRefresh, a.Token, 0, "Refresh"))
	if postable && a.Debates() > 0 && a.Private == "" && a.Request.Command != bot.Mine {
		row = append(row, button(bot.ActPost, a.Token, 0, "Post here").WithStyle(api.StylePrimary))
	}
	return append(rows, api.NewActionBlock("", row...))
}
