"""Benchmarks of single stages, each a module that runs with ``python -m``.

They measure what the project does on data made or fetched for the purpose; models are evaluated
elsewhere (``eval.evaluate``).
"""
