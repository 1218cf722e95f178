"""From labelled findings to a model: what to learn from, how to fit, what to write about it."""
