"""The HTTP service: the same work as on the command line, with a store behind it.

``create_app`` puts it together; ``access.ROUTES`` says who may do what.
"""

from .application import create_app
from .settings import Settings

__all__ = ["Settings", "create_app"]
