"""The review page: server-rendered, with a little JavaScript that nothing depends on.

``router`` and ``ROUTES`` are mounted by ``create_app(…, pages=[router], access=ROUTES)``. What a finding
looks like is shared with the exported page (``app/export``).
"""

from .routes import ROUTES, router

__all__ = ["ROUTES", "router"]
