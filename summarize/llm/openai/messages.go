package openai

import (
	sdk "github.com/openai/openai-go/v3"

	"crux/summarize/llm"
)

// messages are a prompt's, with the schema in words where it is spelled. Only OpenAI's own models
// are sure to be told of the schema and held to it: other servers pass over it without a word, or
// hold a model to it that has never seen it.
//
// Where it is marked, what is reused ends with a mark up to which OpenAI keeps the prompt in its
// cache. Its models before GPT-5.6 know no marks and keep every prompt, for nothing. The later ones charge for
// it, and left to themselves keep all of a prompt and find it again only as a whole.
func messages(p llm.Prompt, spelled, marked bool) []sdk.ChatCompletionMessageParamUnion {
	ask := p.Ask
	if spelled {
		ask = p.Spelled()
	}
	if p.Shared != "" && !(marked && p.Reused == llm.SharedReused) {
		ask = p.Shared + "\n\n" + ask
	}
	system, user := sdk.SystemMessage(p.System), sdk.UserMessage(ask)
	if marked && p.Reused >= llm.SystemReused {
		system = sdk.SystemMessage([]sdk.ChatCompletionContentPartTextParam{upTo(p.System)})
	}
	if marked && p.Reused == llm.SharedReused && p.Shared != "" {
		shared := upTo(p.Shared + "\n\n")
		user = sdk.UserMessage([]sdk.ChatCompletionContentPartUnionParam{{OfText: &shared}, sdk.TextContentPart(ask)})
	}
	messages := []sdk.ChatCompletionMessageParamUnion{system, user}
	for _, turn := range p.Repair {
		messages = append(messages, sdk.AssistantMessage(turn.Answer), sdk.UserMessage(turn.Told))
	}
	return messages
}

// upTo is a text with a mark at its end.
func upTo(text string) sdk.ChatCompletionContentPartTextParam {
	return sdk.ChatCompletionContentPartTextParam{Text: text, PromptCacheBreakpoint: sdk.NewChatCompletionContentPartTextPromptCacheBreakpointParam()}
}
