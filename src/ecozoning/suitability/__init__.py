"""What land suits: farming, building, and how much of either it can carry.

Names are loaded on first use: they need compiled kernels. The list is `__init__.pyi`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
