"""Security patterns: sources, corridors, pinch points, barriers and nodes as one.

Names are loaded on first use. The list is `__init__.pyi`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
