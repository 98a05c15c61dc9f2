package encoder

import "testing"

func TestTmp(t *testing.T) {}
