package slack

import (
	"regexp"
	"slices"
	"strconv"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

// actionPrefix names crux and the shape of what follows; ids of versions with another
// shape are not ours.
const actionPrefix = "crux1"

// actionID names a button within its message, where no two may be alike. page is
// counted from 0, and item is the key of the item that it concerns, "" for none.
func actionID(act bot.Action, page int, item string) string {
	return actionPrefix + "|" + string(act) + "|" + strconv.Itoa(page) + behind(item)
}

// actionValue is what a button carries: to which page, counted from 0, of the answer to
// which request it leads, and which item it concerns. It is within Slack's limit for every token and key that parseAction takes.
func actionValue(token string, page int, item string) string {
	return strconv.Itoa(page) + "|" + token + behind(item)
}

func behind(item string) string {
	if item == "" {
		return ""
	}
	return "|" + item
}

var (
	actionPattern = regexp.MustCompile(`^` + actionPrefix + `\|([a-z]{1,20})\|(0|[1-9][0-9]{0,5})(?:\|([A-Za-z0-9_-]{1,64}))?$`)
	valuePattern  = regexp.MustCompile(`^(0|[1-9][0-9]{0,5})\|([A-Za-z0-9_-]{1,64})(?:\|([A-Za-z0-9_-]{1,64}))?$`)
	keyPattern    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// press is what a button asks for.
type press struct {
	act   bot.Action
	token string
	page  int
	item  string
}

// parseAction reads what actionID and actionValue wrote for one button. ok is false for
// whatever they can't have written.
func parseAction(id, value string) (p press, ok bool) {
	named, carried := actionPattern.FindStringSubmatch(id), valuePattern.FindStringSubmatch(value)
	if named == nil || carried == nil || named[2] != carried[1] || named[3] != carried[3] {
		return press{}, false
	}
	page, err := strconv.Atoi(carried[1])
	p = press{act: bot.Action(named[1]), token: carried[2], page: page, item: carried[3]}
	if err != nil || !isAction(p.act) || p.act.OnItem() != (p.item != "") {
		return press{}, false
	}
	return p, true
}

// isAction reports whether it is one of the bot's actions.
func isAction(act bot.Action) bool {
	switch act {
	case bot.ActOpen, bot.ActEverything, bot.ActFull, bot.ActRefresh, bot.ActPage, bot.ActPost,
		bot.ActOne, bot.ActSayAnswered, bot.ActSayOpen, bot.ActNotMine, bot.ActReword,
		bot.ActOptOut, bot.ActOptIn, bot.ActErase, bot.ActEraseSure, bot.ActAllowModel, bot.ActForbidModel:
		return true
	}
	return false
}

// button is a button for one action on the answer to the request that token names.
func button(act bot.Action, token string, page int, label string) *api.ButtonBlockElement {
	return itemButton(act, token, page, "", label)
}

// itemButton is a button for one action on an item of the answer to the request that token names.
func itemButton(act bot.Action, token string, page int, item, label string) *api.ButtonBlockElement {
	return api.NewButtonBlockElement(actionID(act, page, item), actionValue(token, page, item), plainText(label))
}

// isKey reports whether a button can carry the key of an item.
func isKey(key string) bool { return keyPattern.MatchString(key) }

// buttons are the rows below a page of an answer. There are none where the request can't be asked again.
func buttons(a *bot.Answer, page, pages int, postable bool) []api.Block {
	rows := []api.Block{}
	if a.Token == "" || (a.Said != "" && len(a.Lists) == 0) {
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
	rows = append(rows, offers(a)...)
	if row := further(a, postable); len(row) > 0 {
		rows = append(rows, api.NewActionBlock("", row...))
	}
	return rows
}

// further are the buttons that ask something else about the same messages.
func further(a *bot.Answer, postable bool) []api.BlockElement {
	var row []api.BlockElement
	if a.Debates() > 0 || len(a.Lists) > 0 {
		switch a.Request.Command {
		case bot.Summary:
			row = append(row, button(bot.ActOpen, a.Token, 0, "Only open"))
		case bot.Open:
			if len(a.Request.Also) == 0 {
				row = append(row, button(bot.ActEverything, a.Token, 0, "Everything"))
			}
		case bot.Mine, bot.Mistaken, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched:
		case bot.One, bot.Correct, bot.Digests, bot.Privacy, bot.Status: // where the bot offers all that there is to do
			return nil
		}
	}
	if a.Debates() > 0 {
		row = append(row, button(bot.ActFull, a.Token, 0, "Full report"))
	}
	row = append(row, button(bot.ActRefresh, a.Token, 0, "Refresh"))
	isPublic := a.Request.Command != bot.Mine && a.Request.Command != bot.Mistaken
	if postable && (a.Debates() > 0 || hasItems(a)) && a.Private == "" && isPublic {
		row = append(row, button(bot.ActPost, a.Token, 0, "Post here").WithStyle(api.StylePrimary))
	}
	return row
}

// hasItems reports whether an answer lists anything.
func hasItems(a *bot.Answer) bool {
	return slices.ContainsFunc(a.Lists, func(l bot.List) bool { return len(l.Items) > 0 })
}

// buttonsARow is how many buttons Slack takes in a row.
const buttonsARow = 25

// offers are what the bot offers to do next, a row of buttons; nil for none.
func offers(a *bot.Answer) []api.Block {
	var row []api.BlockElement
	for _, o := range a.Offers {
		if a.Token == "" || o.Action.OnItem() != (o.Item != "") || (o.Item != "" && !isKey(o.Item)) || len(row) == buttonsARow {
			continue
		}
		b := itemButton(o.Action, a.Token, 0, o.Item, fit(o.Label, labelLimit))
		if o.Danger {
			b = b.WithStyle(api.StyleDanger).WithConfirm(api.NewConfirmationBlockObject(
				plainText("Are you sure?"), plainText("This can't be undone."), plainText(fit(o.Label, confirmLimit)), plainText("Cancel")))
		}
		row = append(row, b)
	}
	if len(row) == 0 {
		return nil
	}
	return []api.Block{api.NewActionBlock("", row...)}
}
