from .datums import CGCS2000 as CGCS2000
from .datums import FourParameters as FourParameters
from .datums import SevenParameters as SevenParameters
from .datums import to_cgcs2000 as to_cgcs2000
from .guesses import guess_zone as guess_zone
from .systems import cgcs2000_zone as cgcs2000_zone
from .systems import china_albers as china_albers
from .web_maps import check_in_china as check_in_china
from .web_maps import from_gcj02 as from_gcj02

__all__ = [
    "CGCS2000",
    "FourParameters",
    "SevenParameters",
    "cgcs2000_zone",
    "check_in_china",
    "china_albers",
    "from_gcj02",
    "guess_zone",
    "to_cgcs2000",
]
