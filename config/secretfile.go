package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// maxSecret bounds the file that a secret is read from, in bytes.
const maxSecret = 16 << 10

// readSecret reads a secret from the file that v names.
func readSecret(v value) (string, error) {
	if !v.isText() {
		return "", fmt.Errorf("expected the path of a file, got %v", v.shape)
	}
	shown := v.text
	if looksSecret(v.text) {
		shown = "the file named (not shown, since it looks like the secret itself)"
	}
	path, err := absolute(v.dir, v.text)
	if err != nil {
		return "", fmt.Errorf("%s: the working directory is unknown; give an absolute path", shown)
	}
	data, err := readAtMost(path, maxSecret)
	if err != nil {
		return "", fmt.Errorf("%s can't be read: %w", shown, err)
	}
	secret := strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
	if secret == "" {
		return "", errors.New(shown + " is empty")
	}
	return secret, nil
}

// looksSecret says whether somebody may have put the secret where its file's path belongs.
func looksSecret(path string) bool {
	return len(path) >= 30 && !strings.ContainsRune(path, filepath.Separator)
}
