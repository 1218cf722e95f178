"""Measuring: metrics of labels, facts against gold, and, in ``benchmark/``, public data and peers."""
