"""From evidence and units to restoration zones.

Names are loaded on first use: only some of them need compiled kernels. The list is
`__init__.pyi`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
