"""Measuring: metrics, what a model reaches and what simpler ones do, plots, facts against gold, and,
in ``benchmark/``, public data and peers. The page that shows it all stands in ``app/export/``."""
