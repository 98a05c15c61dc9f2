//go:build !amd64 && !arm64

package encoder

// fastest is the only arithmetic that there is for this kind of processor.
func fastest() *kernels { return portableKernels() }

func available() []*kernels { return []*kernels{portableKernels()} }
