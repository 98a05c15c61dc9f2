package transcript

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// zipped packs a folder under prefix.
func zipped(t testing.TB, files fs.FS, prefix string) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		f, err := w.Create(prefix + path)
		if err != nil {
			return err
		}
		_, err = f.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestSlackZipReadsAsItsFolder(t *testing.T) {
	o := Options{Channel: "general"}
	want := describe(mustOpen(t, "testdata/slack", o))
	for _, prefix := range []string{"", "My workspace export/"} {
		packed := zipped(t, os.DirFS("testdata/slack"), prefix)
		if got := describe(mustRead(t, string(packed), o)); got != want {
			t.Errorf("from a stream, under %q: got\n%s", prefix, got)
		}
		path := filepath.Join(t.TempDir(), "no telling name")
		if err := os.WriteFile(path, packed, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := describe(mustOpen(t, path, o)); got != want {
			t.Errorf("from a file, under %q: got\n%s", prefix, got)
		}
	}
}

func TestSlackDayFileAlone(t *testing.T) {
	r := mustOpen(t, "testdata/slack/general/2026-03-03.json", Options{})
	if r.Format != formatSlack || len(r.Transcript.Messages) != 1 || r.Transcript.Messages[0].Author != "U02TOM" {
		t.Errorf("got %s", describe(r))
	}
}

func TestSlackChannels(t *testing.T) {
	for channel, want := range map[string]string{
		"":       "3 channels have messages; expected --channel with one of D01AAAAAA, general, random",
		"#empty": `no channel "empty" with messages; expected --channel with one of D01AAAAAA, general, random`,
	} {
		if _, err := Open("testdata/slack", Options{Channel: channel}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("channel %q: %v", channel, err)
		}
	}
	for _, channel := range []string{"RANDOM", "#random", "c02aaaaaa"} {
		if r := mustOpen(t, "testdata/slack", Options{Channel: channel}); r.Transcript.Channel != "random" {
			t.Errorf("channel %q is %q", channel, r.Transcript.Channel)
		}
	}
}

func TestSlackFaults(t *testing.T) {
	const message = `{"ts": "1772460300.000200", "user": "U1", "text": "x"}`
	many := fstest.MapFS{"channels.json": {Data: []byte("[]")}}
	for i := range 100 {
		many[fmt.Sprintf("c%03d/2026-03-02.json", i)] = &fstest.MapFile{Data: []byte("[" + message + "]")}
	}
	for name, c := range map[string]struct {
		files fstest.MapFS
		says  string
	}{
		"no export": {fstest.MapFS{"a.txt": {Data: []byte("x")}}, "export: no channels.json; expected a Slack export"},
		"no messages": {fstest.MapFS{"channels.json": {Data: []byte(`[{"id": "C1", "name": "a"}]`)}, "a/2026-03-02.json": {Data: []byte("[]\n")}},
			"no channel has messages"},
		"cut day": {fstest.MapFS{"channels.json": {Data: []byte(`[]`)}, "a/2026-03-02.json": {Data: []byte("[\n" + message + ",\n")}},
			"export/a/2026-03-02.json:2: unexpected end of JSON; expected a list of Slack messages"},
		"users are no list": {fstest.MapFS{"channels.json": {Data: []byte(`[]`)}, "users.json": {Data: []byte("{}")}},
			"export/users.json:1: not a JSON list; expected a list of users"},
		"name leads out": {fstest.MapFS{"channels.json": {Data: []byte(`[{"id": "C1", "name": "../../etc"}]`)}}, "no channel has messages"},
		"many channels":  {many, "c019 and 80 more"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readSlack(c.files, "export", Options{})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A small zip that unpacks to a lot stops at the limit, and so do many files together.
func TestZipBomb(t *testing.T) {
	bomb := fstest.MapFS{"channels.json": {Data: []byte("[]")}, "a/2026-03-02.json": {Data: append([]byte("["), bytes.Repeat([]byte(" "), 8<<20)...)}}
	swarm := fstest.MapFS{"channels.json": {Data: []byte("[]")}}
	for i := range 28 {
		day := fmt.Sprintf(`[{"ts": "17724603%02d.000200", "user": "U1", "text": "%s"}]`, i, strings.Repeat(string(rune('a'+i)), 60<<10))
		swarm[fmt.Sprintf("a/2026-02-%02d.json", i+1)] = &fstest.MapFile{Data: []byte(day)}
	}
	for name, files := range map[string]fstest.MapFS{"one file": bomb, "many files": swarm} {
		packed := zipped(t, files, "")
		if len(packed) > 1<<20 {
			t.Fatalf("%s: the zip itself has %d bytes", name, len(packed))
		}
		_, err := Read(bytes.NewReader(packed), "in", Options{MaxBytes: 1 << 20})
		if err == nil || !strings.Contains(err.Error(), "larger than 1 MiB") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A link in an export's folder that leads out of it is not followed.
func TestFolderIsConfined(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "2026-03-02.json"), []byte(`[{"ts": "1.0", "user": "U1", "text": "secret"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	export := t.TempDir()
	if err := os.WriteFile(filepath.Join(export, "channels.json"), []byte(`[{"id": "C1", "name": "out"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(export, "out")); err != nil {
		t.Fatal(err)
	}
	if r, err := Open(export, Options{}); err == nil {
		t.Errorf("got %s", describe(r))
	}
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	_, err := Open("testdata/nothing.json", Options{})
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "testdata/nothing.json: there is no such file; expected a transcript") {
		t.Errorf("got %v", err)
	}
}

func TestOpenBoundsBeforeReading(t *testing.T) {
	_, err := Open("testdata/discord.json", Options{MaxBytes: 100})
	if err == nil || !strings.Contains(err.Error(), "testdata/discord.json: larger than 100 bytes") {
		t.Errorf("got %v", err)
	}
}
