package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

// update rewrites the parts of testdata/script/*.txtar that cmp and cmpenv compare with.
var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){
		"crux": main, cruxThatPanics: mainThatPanics, cruxOfShortLeases: mainOfShortLeases,
	})
}

// leakChecked fails a run of the tests that leaves goroutines behind.
type leakChecked struct{ *testing.M }

func (m leakChecked) Run() int {
	code := m.M.Run()
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestScripts runs what testdata/script specifies: what people type, and what
// they get. $DEBATES is the folder of gold debates, $MODELS the URL of newModels.
func TestScripts(t *testing.T) {
	debates, err := filepath.Abs("../../summarize/testdata/debates")
	if err != nil {
		t.Fatal(err)
	}
	models, _ := newModels(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("DEBATES", debates)
			env.Setenv("MODELS", models)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			// Else each run of crux sleeps for a second at its end, where tests run with -race.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
	})
}
