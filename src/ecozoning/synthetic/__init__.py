"""A county that does not exist, to try things on and to test them by.

Names are loaded on first use. The list is `__init__.pyi`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
