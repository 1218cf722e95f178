"""Settings for all tests: the same examples in every run, and no verdict on how long one takes."""

import signal

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

# A shell that runs the suite in the background has Ctrl-C ignored, and so would what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
