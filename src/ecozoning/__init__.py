"""China's county ecological restoration plans as data, and their zoning as functions.

Names are loaded on first use, so that importing the package stays cheap. The list of
public names is `__init__.pyi`.
"""

import lazy_loader as _lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
