"""Areas as the land survey keeps them: control areas, parcels, land codes, ledgers.

Names are loaded on first use. The list is `__init__.pyi`.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
