"""The back end that makes machine code: a kernel in LLVM's language, compiled, run and called."""
