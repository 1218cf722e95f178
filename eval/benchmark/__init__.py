"""Runners that measure the pipeline on public gold data, beside peers; none of the data is kept here."""
