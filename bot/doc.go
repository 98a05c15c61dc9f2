// Package bot is crux in a chat, free of any platform: who may ask for what, which
// messages are read, and what is answered.
//
// An adapter (bot/discord, bot/slack) implements Platform, turns what somebody
// clicks or types into a Request, calls Bot.Answer, and draws the Answer. It tells
// the bot what happens in channels through Follower. What is kept is behind Storage.
package bot
