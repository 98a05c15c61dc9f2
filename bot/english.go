package bot

import (
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// english writes numbers as readers expect them: 5,120.
var english = message.NewPrinter(language.English)
