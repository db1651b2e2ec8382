"""Networks of Keras and PyTorch, in and out: `keras` and `torch` are what `nn` shows of it."""
