"""Natural breaks against mapclassify, where it is installed.

Its tables are in single precision, so of two breaks whose squares differ in the sixth
digit it may take the worse one. The squares are compared, not the breaks.
"""

import numpy as np
import pytest

from ecozoning.raster.breaks import natural_breaks

pytestmark = pytest.mark.reference

SINGLE = 1e-5  # some roundings of 6e-8


def drawn(kind, seed):
    """Return 400 values: one hump, a long tail, three humps, or many ties."""
    rng = np.random.default_rng(seed)
    humps = rng.normal(size=400) + rng.choice([0, 6, 20], 400)
    return {
        "normal": rng.normal(size=400),
        "long tail": rng.lognormal(sigma=1.2, size=400),
        "humps": humps,
        "ties": humps.round(),
    }[kind]


def squares(values, ends):
    """Return the sum of squares within classes that end at these values."""
    place = np.searchsorted(ends, values)
    classes = [values[place == k] for k in np.unique(place)]
    return sum(((part - part.mean()) ** 2).sum() for part in classes)


@pytest.mark.parametrize("classes", [2, 3, 5, 8])
@pytest.mark.parametrize("kind", ["normal", "long tail", "humps", "ties"])
def test_natural_breaks_are_as_good_as_those_of_mapclassify(kind, classes):
    mapclassify = pytest.importorskip("mapclassify")
    values = drawn(kind, seed=classes)
    theirs = squares(values, mapclassify.FisherJenks(values, k=classes).bins)
    ours = squares(values, natural_breaks(values, classes)[1:])
    assert theirs * (1 - SINGLE) <= ours <= theirs * (1 + 1e-12)
