"""Settings for all tests: the same examples in every run, and no verdict on how long one takes."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
