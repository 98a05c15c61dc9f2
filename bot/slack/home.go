package slack

import (
	"time"

	api "github.com/slack-go/slack"

	"crux/bot"
	"crux/summarize/render"
)

// followedShown is how many followed channels the home names before the rest is counted.
const followedShown = 30

// drawHome draws what people see who open crux in Slack: what it is, how to ask it, and
// what it keeps. retention is how long it keeps the messages of the channels that it
// follows; followed are the names of those that the viewer may read, such as #general.
func drawHome(retention time.Duration, followed []string) api.HomeTabViewRequest {
	blocks := []api.Block{api.NewHeaderBlock(plainText("What crux does")), ownWords(bot.SayPurpose("*")), api.NewDividerBlock()}
	help := helpSections(retention)
	blocks = append(blocks, help[:len(help)-2]...)
	blocks = append(blocks, api.NewDividerBlock(), drawFollowed(followed))
	blocks = append(blocks, help[len(help)-2:]...)
	return api.HomeTabViewRequest{Type: api.VTHomeTab, Blocks: api.Blocks{BlockSet: blocks}}
}

// drawFollowed lists the channels that crux follows.
func drawFollowed(names []string) *api.RichTextBlock {
	heading := rich{}.bold("Channels that I follow, of those that you can read")
	if len(names) == 0 {
		return heading.text("\nNone. Who may manage a channel can have it followed with " + slashCommand + " watch. " +
			"Then I answer sooner, and further back where Slack lets me read little.").block()
	}
	list := api.NewRichTextList(api.RTEListBullet, 0)
	for i, name := range names {
		if i == followedShown {
			list.Elements = append(list.Elements, rich{}.text("and "+render.Number(len(names)-i)+" more").section())
			break
		}
		list.Elements = append(list.Elements, rich{}.text(fit(render.Options{}.Line(name), topicUnits)).section())
	}
	return api.NewRichTextBlock("", heading.section(), list)
}
