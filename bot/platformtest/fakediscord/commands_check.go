package fakediscord

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// faults says what breaks Discord's rules for commands.
func (k *command) faults() []string {
	v := &checker{}
	if k.Type != 1 {
		if n := length(k.Name); n < 1 || n > 32 {
			v.fault("a menu command's name has %d characters, 1 to 32 are allowed", n)
		}
		if k.Description != "" || len(k.Options) > 0 {
			v.fault("a menu command with a description or options")
		}
		return v.found
	}
	v.named("a command", k.Name, k.Description)
	v.options(k.Options, 0)
	total := length(k.Name) + length(k.Description) + sizeOf(k.Options)
	if total > maxCommand {
		v.fault("a command's words have %d characters together, %d are allowed", total, maxCommand)
	}
	return v.found
}

func (v *checker) named(what, name, description string) {
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		v.fault("%s's name breaks the rules: 1 to 32 lower-case letters, digits, - and _", what)
	}
	if n := length(description); n < 1 || n > 100 {
		v.fault("%s's description has %d characters, 1 to 100 are allowed", what, n)
	}
}

// options checks the options of a command, or within one the option of the type in.
func (v *checker) options(options []CommandOption, in int) {
	if len(options) > maxOptions {
		v.fault("%d options, %d are allowed", len(options), maxOptions)
	}
	seen, optional := map[string]bool{}, false
	for _, o := range options {
		v.named("an option", o.Name, o.Description)
		if seen[o.Name] {
			v.fault("two options of the same name")
		}
		seen[o.Name] = true
		if o.Type > optionGroup {
			if o.Required && optional {
				v.fault("a required option after an optional one")
			}
			optional = optional || !o.Required
		}
		v.nesting(o, options[0].Type, in)
		v.option(o)
		v.options(o.Options, o.Type)
	}
}

// nesting: subcommands stand beside no other options, in a command or a group in it.
func (v *checker) nesting(o CommandOption, first, in int) {
	switch {
	case (o.Type <= optionGroup) != (first <= optionGroup):
		v.fault("a subcommand beside an option that is none")
	case in == optionGroup && o.Type != optionSubcommand:
		v.fault("a group holds something that is no subcommand")
	case in == optionSubcommand && o.Type <= optionGroup:
		v.fault("a subcommand holds a subcommand")
	case o.Type == optionGroup && len(o.Options) == 0:
		v.fault("a group without subcommands")
	case o.Type > optionGroup && len(o.Options) > 0:
		v.fault("an option with options")
	}
}

func (v *checker) option(o CommandOption) {
	isNumber := o.Type == optionInteger || o.Type == optionNumber
	if o.Type < optionSubcommand || o.Type > optionLast {
		v.fault("an option of the unknown type %d", o.Type)
	}
	if o.Autocomplete && (len(o.Choices) > 0 || o.Type != optionString && !isNumber) {
		v.fault("autocomplete where it cannot be")
	}
	if (o.MinValue != nil || o.MaxValue != nil) && !isNumber {
		v.fault("a least or a greatest value of what is no number")
	}
	if (o.MinLength != nil || o.MaxLength != nil) && o.Type != optionString {
		v.fault("a length of what is no text")
	}
	if len(o.ChannelTypes) > 0 && o.Type != optionChannel {
		v.fault("types of channel of what is no channel")
	}
	v.choices(o.Choices)
}

func sizeOf(options []CommandOption) int {
	n := 0
	for _, o := range options {
		n += length(o.Name) + length(o.Description) + sizeOf(o.Options)
		for _, c := range o.Choices {
			n += length(c.Name) + length(fmt.Sprint(c.Value))
		}
	}
	return n
}

// refuses says why a client would not let a user give the option this value, "" if it would.
func (o CommandOption) refuses(value any) string {
	if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c Choice) bool { return fmt.Sprint(c.Value) == fmt.Sprint(value) }) {
		return "it is none of the choices"
	}
	switch o.Type {
	case optionString:
		text, is := value.(string)
		switch n := length(text); {
		case !is:
			return "it is no text"
		case n > maxTyped, o.MinLength != nil && n < *o.MinLength, o.MaxLength != nil && n > *o.MaxLength:
			return fmt.Sprintf("it has %d characters", n)
		}
	case optionInteger:
		n, is := value.(int)
		switch {
		case !is:
			return "it is no int"
		case o.MinValue != nil && float64(n) < *o.MinValue, o.MaxValue != nil && float64(n) > *o.MaxValue:
			return "it is too small or too great"
		}
	case optionBoolean:
		if _, is := value.(bool); !is {
			return "it is no bool"
		}
	}
	return ""
}
