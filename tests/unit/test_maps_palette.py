"""The colours of the zones, measured as a colour-blind reader sees them.

CIEDE2000 after Sharma, Wu & Dalal (2005), whose printed pairs check the formula here;
colour blindness after Machado, Oliveira & Fernandes (2009), severity 1.
"""

import numpy as np
import pytest

from ecozoning.errors import ParameterError
from ecozoning.maps.style import PALETTE, zone_colours

NORMAL = np.eye(3)
DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
PROTANOPIA = np.array(
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
)
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colours):
    values = [[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours]
    srgb = np.array(values)
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    ratio = rgb @ TO_XYZ.T / WHITE
    f = np.where(
        ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29
    )
    x, y, z = f.T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(first, second):
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1 = np.degrees(np.arctan2(b1, (1 + g) * a1)) % 360
    h2 = np.degrees(np.arctan2(b2, (1 + g) * a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    mean_h = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    bend = (lightness - 50) ** 2
    d_l = (l2 - l1) / (1 + 0.015 * bend / np.sqrt(20 + bend))
    d_c = (c2 - c1) / (1 + 0.045 * chroma)
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    theta = 60 * np.exp(-(((mean_h - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rotation *= np.sin(np.radians(theta))
    return float(np.sqrt(d_l**2 + d_c**2 + d_h**2 + rotation * d_c * d_h))


def least_difference(colours, sight):
    seen = lab(np.clip(linear(colours) @ sight.T, 0, 1))
    pairs = [(i, j) for i in range(len(seen)) for j in range(i)]
    return min(ciede2000(seen[i], seen[j]) for i, j in pairs)


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_formula_gives_the_published_pairs(first, second, difference):
    assert ciede2000(first, second) == pytest.approx(difference, abs=5e-5)


@pytest.mark.parametrize(
    ("sight", "six", "twelve"),
    [(NORMAL, 19, 12), (DEUTERANOPIA, 11, 8), (PROTANOPIA, 11, 8)],
    ids=["normal", "deuteranopia", "protanopia"],
)
def test_zone_colours_stay_apart_for_every_reader(sight, six, twelve):
    """2.3 is just noticeable; the first six, enough for most plans, stay wider."""
    assert least_difference(PALETTE[:6], sight) > six
    assert least_difference(PALETTE, sight) > twelve


def test_zone_colours_are_light_enough_for_black_lettering():
    """Contrast with black of at least 4.5:1 (WCAG 2.1, 1.4.3)."""
    luminance = linear(PALETTE) @ TO_XYZ[1]
    assert ((luminance + 0.05) / 0.05 > 4.5).all()


def test_colours_do_not_depend_on_how_many_zones_follow():
    assert zone_colours(12)[:3] == zone_colours(3)


def test_more_zones_than_colours_are_refused():
    with pytest.raises(ParameterError, match=r"`zones` has 13 rows.*dissolve"):
        zone_colours(13)
