package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// moduleRoot is the way from this folder to the module's.
const moduleRoot = "../.."

// mayImport says which packages of ours a package may import; what is absent is
// forbidden. A row that ends in /* stands for the packages below it that have no
// row of their own. Packages below summarize may also import their own subfolders,
// save those in vendors.
var mayImport = map[string][]string{
	"config":    {},
	"summarize": {},

	"summarize/*":             {"summarize"},
	"summarize/score":         {"summarize", "summarize/transcript"},
	"summarize/llm/openai":    {"summarize", "summarize/llm", "summarize/llm/transport"},
	"summarize/llm/anthropic": {"summarize", "summarize/llm", "summarize/llm/transport"},
	"summarize/llm/transport": {"summarize/llm"},
	// The fake knows nothing of crux, lest it share its mistakes.
	"summarize/llm/fakevendor": {},
	"summarize/llm/modeltest":  {"summarize/llm", "summarize/llm/fakevendor"},

	"bot/ledger":       {"summarize"},
	"bot/digest":       {"bot/ledger", "summarize"},
	"bot/gate":         {"summarize/llm"},
	"bot":              {"bot/ledger", "bot/digest", "bot/gate", "summarize"},
	"bot/store":        {"bot", "bot/ledger", "bot/digest", "bot/gate", "summarize", "summarize/llm"},
	"bot/discord":      {"bot", "bot/ledger", "bot/digest", "summarize", "summarize/render"},
	"bot/slack":        {"bot", "bot/ledger", "bot/digest", "summarize", "summarize/render"},
	"bot/platformtest": {"bot", "bot/ledger", "summarize"},
	// The fakes stand at the wire and know nothing of crux, lest they share its mistakes.
	"bot/platformtest/*":       {"bot/platformtest/wire"},
	"bot/platformtest/wire":    {},
	"bot/platformtest/answers": {"bot", "bot/ledger", "summarize"},

	"cmd/crux": {everything},
}

const everything = "*"

// vendors know the model engine, which knows no vendor.
var vendors = []string{"summarize/llm/openai", "summarize/llm/anthropic"}

// testsMayImport is what tests may import besides.
var testsMayImport = []string{
	"summarize/enginetest", "bot/platformtest", "bot/platformtest/answers", "bot/platformtest/fakediscord", "bot/platformtest/fakeslack",
	"summarize/score", "summarize/transcript", "summarize/llm", "summarize/llm/fakevendor", "summarize/llm/modeltest",
}

// keptTo says in which folder alone foreign packages may be imported, by the start of their paths.
var keptTo = map[string]string{
	"github.com/bwmarrin/discordgo":     "bot/discord",
	"github.com/disgoorg/":              "bot/discord",
	"github.com/slack-go/slack":         "bot/slack",
	"github.com/openai/":                "summarize/llm/openai",
	"github.com/sashabaranov/go-openai": "summarize/llm/openai",
	"github.com/anthropics/":            "summarize/llm/anthropic",
	"database/sql":                      "bot/store",
	"modernc.org/sqlite":                "bot/store",
	"github.com/mattn/go-sqlite3":       "bot/store",
	"github.com/jackc/pgx":              "bot/store",
	"github.com/lib/pq":                 "bot/store",
	"github.com/pressly/goose":          "bot/store",
	"github.com/golang-migrate/migrate": "bot/store",
}

// emptyNames say nothing of what a package is for.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "manager", "base", "misc"}

// topLevel is what the module's folder may hold, besides dotfiles and what .gitignore names.
var topLevel = []string{
	"cmd", "bot", "summarize", "config", "go.mod", "go.sum",
	"Dockerfile", "README.md", "LICENSE", "NOTICE", "CHANGELOG.md", "CONTRIBUTING.md",
}

func TestImports(t *testing.T) {
	module := modulePath(t)
	files := goFiles(t)
	if len(files) == 0 {
		t.Fatal("found no Go files; are they elsewhere now?")
	}
	for _, file := range files {
		pkg, isTest := path.Dir(file), strings.HasSuffix(file, "_test.go")
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(moduleRoot, file), nil, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		if name := strings.TrimSuffix(parsed.Name.Name, "_test"); slices.Contains(emptyNames, name) || slices.Contains(emptyNames, path.Base(pkg)) {
			t.Errorf("%s: package %s: the name says nothing of what it is for", file, name)
		}
		if _, ok := rowFor(pkg); !ok {
			t.Errorf("%s: package %s has no row in mayImport", file, pkg)
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
				if !allowed(pkg, ours, isTest) {
					t.Errorf("%s: %s may not import %s", file, pkg, ours)
				}
			} else if home := homeOf(imported); home != "" && !within(pkg, home) {
				t.Errorf("%s: %s belongs in %s alone", file, imported, home)
			}
		}
	}
}

// The rules themselves, on imports that nobody should have written.
func TestImportRules(t *testing.T) {
	for _, rule := range []struct {
		importer, imported string
		isTest, want       bool
	}{
		{"summarize/embedded", "summarize", false, true},
		{"summarize/embedded", "summarize/embedded/encoder", false, true},
		{"summarize/embedded", "summarize/transcript", false, false},
		{"summarize/embedded", "summarize/transcript", true, true},
		{"summarize/embedded", "summarize/render", true, false},
		{"summarize/score", "summarize/transcript", false, true},
		{"summarize", "summarize/render", false, false},
		{"summarize", "summarize/enginetest", true, true},
		{"summarize/llm", "summarize/llm/openai", false, false},
		{"summarize/llm", "summarize/llm/prompts", false, true},
		{"summarize/llm/openai", "summarize/llm", false, true},
		{"summarize/llm/openai", "summarize/llm/anthropic", false, false},
		{"bot", "bot/discord", false, false},
		{"bot/discord", "bot/slack", false, false},
		{"bot/discord", "bot/platformtest", true, true},
		{"bot/discord", "bot/platformtest/fakediscord", true, true},
		{"bot/platformtest/fakediscord", "bot", false, false},
		{"bot/platformtest/fakediscord", "bot/platformtest/wire", false, true},
		{"bot/platformtest/wire", "bot/platformtest/fakediscord", false, false},
		{"bot/discord", "bot/platformtest/wire", true, false},
		{"bot/discord", "bot/platformtest/answers", true, true},
		{"bot/discord", "bot/platformtest/answers", false, false},
		{"bot/discord", "bot/platformtest", false, false},
		{"config", "summarize", false, false},
		{"cmd/crux", "bot/store", false, true},
		{"elsewhere", "summarize", false, false},
	} {
		if got := allowed(rule.importer, rule.imported, rule.isTest); got != rule.want {
			t.Errorf("%s imports %s (in a test: %v): allowed is %v, want %v", rule.importer, rule.imported, rule.isTest, got, rule.want)
		}
	}
	if home := homeOf("github.com/jackc/pgx/v5"); home != "bot/store" {
		t.Errorf("pgx is at home in %q", home)
	}
	if home := homeOf("github.com/spf13/cobra"); home != "" {
		t.Errorf("cobra is at home in %q alone", home)
	}
}

func TestTopLevel(t *testing.T) {
	ignored, err := os.ReadFile(filepath.Join(moduleRoot, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	patterns := strings.Fields(strings.ReplaceAll(string(ignored), "/", ""))
	isIgnored := func(name string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			match, _ := path.Match(pattern, name)
			return match
		})
	}
	entries, err := os.ReadDir(moduleRoot)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) && !isIgnored(name) {
			t.Errorf("%s does not belong at the top level", name)
		}
	}
}

// allowed reports whether a package of ours may import another.
func allowed(importer, imported string, isTest bool) bool {
	row, known := rowFor(importer)
	switch {
	case !known:
		return false
	case importer == imported: // a test of the package from outside
		return true
	case slices.Contains(row, imported) || slices.Contains(row, everything):
		return true
	case isTest && slices.Contains(testsMayImport, imported):
		return true
	default:
		return strings.HasPrefix(importer, "summarize/") && within(imported, importer) && !slices.Contains(vendors, imported)
	}
}

// rowFor is a package's row in mayImport: its own, or that of the nearest folder above it.
func rowFor(pkg string) ([]string, bool) {
	if row, ok := mayImport[pkg]; ok {
		return row, true
	}
	for dir := path.Dir(pkg); dir != "."; dir = path.Dir(dir) {
		if row, ok := mayImport[dir+"/*"]; ok {
			return row, true
		}
	}
	return nil, false
}

// homeOf is the folder that alone may import a foreign package, "" where any may.
func homeOf(imported string) string {
	for start, home := range keptTo {
		if strings.HasPrefix(imported, start) {
			return home
		}
	}
	return ""
}

// within reports whether pkg is dir or lies below it.
func within(pkg, dir string) bool {
	return pkg == dir || strings.HasPrefix(pkg, dir+"/")
}

// goFiles are the module's Go files, as slash-separated paths from its root.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(moduleRoot), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && name != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata") {
			return fs.SkipDir
		}
		if path.Ext(name) == ".go" {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func modulePath(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(moduleRoot, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 || fields[0] != "module" {
		t.Fatal("go.mod does not start with the module's name")
	}
	return fields[1]
}
