package llm

// Least is about what a prompt may cost at the least: one that shows hardly any messages, with
// the answer as long as it may become.
func (e *Engine) Least() Usage {
	least := Prompt{System: e.prompts.system, Ask: e.prompts.extract, Schema: extractSchema}.About(0)
	least.Output = e.mostOutput(0)
	return least
}
