"""Text in, analysis out: sentences, tokens, vectors, alignment, facts, consistency, and the pipeline
that runs them. What is learnt stands in ``models/``; what is known by heart in ``corpus/catalogue/``."""
