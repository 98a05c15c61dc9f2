package discord

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"crux/bot"
)

// customIDPrefix names crux and the shape of what follows; ids of other programs, and of
// versions with another shape, are not ours.
const customIDPrefix = "crux1"

// press is what Discord hands back when a button is pressed, or something chosen in a menu.
type press struct {
	act bot.Action
	// page of the answer that it leads to, counted from 0.
	page int
	// token names the request of the answer under which it stands.
	token string
	// item is the key of the item that it concerns, "" where it concerns none, or where it is chosen in a menu.
	item string
}

// customID is the press as Discord keeps it. It is within Discord's limit for
// everything that parseCustomID takes.
func (p press) customID() string {
	id := customIDPrefix + "|" + string(p.act) + "|" + strconv.Itoa(p.page) + "|" + p.token
	if p.item != "" {
		id += "|" + p.item
	}
	return id
}

var (
	customIDPattern = regexp.MustCompile(`^` + customIDPrefix +
		`\|(open|all|full|refresh|page|post|one|answered|reopen|notmine|reword|optout|optin|erase|erasesure|allowmodel|forbidmodel)` +
		`\|(0|[1-9][0-9]{0,5})\|([A-Za-z0-9_-]{1,64})(?:\|([A-Za-z0-9_-]{1,32}))?$`)
	// itemKey is a key that fits into a custom id.
	itemKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
)

// parseCustomID reads what press.customID wrote. ok is false for whatever it can't have written.
func parseCustomID(id string) (p press, ok bool) {
	found := customIDPattern.FindStringSubmatch(id)
	if found == nil || len(id) > customIDLimit {
		return press{}, false
	}
	page, err := strconv.Atoi(found[2])
	return press{act: bot.Action(found[1]), page: page, token: found[3], item: found[4]}, err == nil
}

// button is a button under an answer.
func button(p press, label string) discordgo.Button {
	return discordgo.Button{Label: label, Style: discordgo.SecondaryButton, CustomID: p.customID()}
}

// buttons are the rows below a page of an answer that shows these items to correct: what the
// answer offers, and more. There are none where the request can't be asked again.
func buttons(a *bot.Answer, page, pages int, items []choice, more []discordgo.MessageComponent) []discordgo.MessageComponent {
	rows := []discordgo.MessageComponent{}
	if a.Token == "" {
		return rows
	}
	if pages > 1 {
		// The ids stay apart at both ends: Discord refuses a message in which two are alike.
		back := button(press{act: bot.ActPage, page: max(page-1, 0), token: a.Token}, "◀")
		next := button(press{act: bot.ActPage, page: min(page+1, pages-1), token: a.Token}, "▶")
		back.Disabled, next.Disabled = page == 0, page == pages-1
		rows = append(rows, discordgo.ActionsRow{Components: []discordgo.MessageComponent{back, next}})
	}
	if menu, any := picker(a.Token, items); any {
		rows = append(rows, menu)
	}
	row := append(offers(a), more...)
	for some := range slices.Chunk(row, buttonsInRow) {
		if len(rows) < rowsLimit {
			rows = append(rows, discordgo.ActionsRow{Components: some})
		}
	}
	return rows
}

// offers are the buttons for what the bot says may be done next.
func offers(a *bot.Answer) []discordgo.MessageComponent {
	var row []discordgo.MessageComponent
	for _, o := range a.Offers {
		b := button(press{act: o.Action, token: a.Token, item: o.Item}, fitPlain(o.Label, labelLimit))
		if o.Danger {
			b.Style = discordgo.DangerButton
		}
		if _, ok := parseCustomID(b.CustomID); ok {
			row = append(row, b)
		}
	}
	return row
}

// actions are the buttons that go with what the answer shows: a report, or a list of what stands.
func actions(a *bot.Answer, postable bool) []discordgo.MessageComponent {
	var row []discordgo.MessageComponent
	add := func(what bot.Action, label string) {
		row = append(row, button(press{act: what, token: a.Token}, label))
	}
	shareable := !a.Request.Command.Private()
	switch {
	case len(a.Lists) > 0:
		switch a.Request.Command {
		case bot.Open, bot.Mine, bot.Mistaken:
			add(bot.ActRefresh, "Refresh")
		case bot.Summary, bot.One, bot.Correct, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy, bot.Status:
		}
		shareable = a.Request.Command == bot.Open && listed(a) > 0
	case a.Said != "":
		return nil
	case a.Debates() > 0:
		switch a.Request.Command {
		case bot.Summary:
			add(bot.ActOpen, "Only open")
		case bot.Open:
			add(bot.ActEverything, "Everything")
		case bot.Mine, bot.Mistaken, bot.One, bot.Correct, bot.Answered, bot.Watch, bot.Unwatch, bot.Watched, bot.Digests, bot.Privacy, bot.Status:
		}
		add(bot.ActFull, "Full report")
		add(bot.ActRefresh, "Refresh")
	default:
		add(bot.ActRefresh, "Refresh")
		return row
	}
	if postable && shareable && a.Private == "" {
		post := button(press{act: bot.ActPost, token: a.Token}, "Post here")
		post.Style = discordgo.PrimaryButton
		row = append(row, post)
	}
	return row
}

// listed is how many items an answer shows.
func listed(a *bot.Answer) int {
	n := 0
	for i := range a.Lists {
		n += len(a.Lists[i].Items)
	}
	return n
}

// choice is an item that can be chosen in a menu.
type choice struct{ key, label string }

// picker is a menu of items to correct, each once; any is false where there are none.
func picker(token string, items []choice) (row discordgo.ActionsRow, any bool) {
	var options []discordgo.SelectMenuOption
	for _, item := range items {
		known := slices.ContainsFunc(options, func(o discordgo.SelectMenuOption) bool { return o.Value == item.key })
		if !known && len(options) < choicesLimit {
			options = append(options, discordgo.SelectMenuOption{Label: item.label, Value: item.key})
		}
	}
	menu := discordgo.SelectMenu{
		MenuType: discordgo.StringSelectMenu, Placeholder: bot.SayCorrect, Options: options,
		CustomID: press{act: bot.ActOne, token: token}.customID(),
	}
	return discordgo.ActionsRow{Components: []discordgo.MessageComponent{menu}}, len(options) > 0
}
