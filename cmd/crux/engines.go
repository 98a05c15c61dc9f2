package main

import (
	"fmt"
	"maps"
	"slices"

	"crux/summarize"
	"crux/summarize/embedded"
)

// engines make the engines that --engine can name. A new engine is one line here.
func engines() map[string]func() (summarize.Engine, error) {
	return map[string]func() (summarize.Engine, error){
		"embedded": func() (summarize.Engine, error) { return embedded.New() },
	}
}

// engineFlag is the --engine flag; its value is always one that engines has.
func engineFlag() choice {
	return choice{value: "embedded", known: slices.Sorted(maps.Keys(engines()))}
}

// makeEngine makes the engine of a name.
func makeEngine(name string) (summarize.Engine, error) {
	made, ok := engines()[name]
	if !ok {
		return nil, fmt.Errorf("there is no engine %q", name)
	}
	return made()
}

func newSummarizer(engine choice) (summarize.Summarizer, error) {
	made, err := engines()[engine.value]()
	if err != nil {
		return summarize.Summarizer{}, fmt.Errorf("engine %s: %w", engine.value, err)
	}
	return summarize.Summarizer{Engine: made}, nil
}
