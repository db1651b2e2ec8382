"""Training: `trainer` has compile, fit, evaluate and predict, which a model inherits."""
