package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]string{
		"":               "text",
		"report":         "text",
		"report.txt":     "text",
		"a.b/report.md":  "markdown",
		"report.HTML":    "html",
		"report.htm":     "html",
		"report.json":    "json",
		"report.argdown": "argdown",
		"a.pdf/report":   "text",
		"report.pdf":     "",
		"report.md.gz":   "",
	} {
		if got, known := formatOf(path); got != want || known != (want != "") {
			t.Errorf("formatOf(%q) = %q, %v, want %q", path, got, known, want)
		}
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.md")
	check := func(want string) {
		t.Helper()
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Fatalf("read %q, %v; want %q", got, err, want)
		}
		if entries, _ := os.ReadDir(dir); len(entries) > 2 {
			t.Fatalf("left behind: %v", entries)
		}
	}

	if err := writeFile(path, []byte("first")); err != nil {
		t.Fatal(err)
	}
	check("first")

	// The permissions of a file that is replaced stay as they were.
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(path, []byte("second")); err != nil {
		t.Fatal(err)
	}
	check("second")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("permissions are %v, %v", info.Mode(), err)
	}

	// A link stays a link.
	link := filepath.Join(dir, "latest.md")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(link, []byte("third")); err != nil {
		t.Fatal(err)
	}
	check("third")
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
}

func TestWriteFileLeavesDevicesInPlace(t *testing.T) {
	if err := writeFile(os.DevNull, []byte("report")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Fatalf("%s became %v, %v", os.DevNull, info.Mode(), err)
	}
}

func TestWriteFileFailsWhole(t *testing.T) {
	dir := t.TempDir()
	if err := writeFile(dir, []byte("report")); err == nil {
		t.Error("a folder was written to")
	}
	if err := writeFile(filepath.Join(dir, "nowhere", "report.md"), []byte("report")); err == nil {
		t.Error("a file was written to a folder that is not there")
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
}
