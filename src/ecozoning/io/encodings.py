"""Which encoding the text of a shapefile is in: decided by its bytes, or refused."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["NATIVE", "chosen_encoding", "decoded", "known_codec", "stated_encoding"]

NATIVE: Final = "ISO-8859-1"
"""Reads every byte as one character, and so loses none. GDAL knows it in capitals."""
CHINESE: Final = "gb18030"
"""Holds all of GBK and GB 2312."""
UTF_8: Final = "utf-8"
BIG_5: Final = "big5"
COMMON: Final = 0.6
"""Least share of common characters in what is taken as GBK. Big5 and others read as GBK
give rare ones."""
CODE_PAGES: Final = {0x4D: CHINESE, 0x78: BIG_5, 0x79: "cp949", 0x7B: "cp932"}
"""What the language byte of a table means, where it means anything."""
OTHER_CJK: Final = (BIG_5, "cp932", "cp949")
BIG_5_COMMON: Final = 0.9
"""Least share of the 5401 frequent characters in what is taken as Big5. GBK read so has
about half."""
PRIVATE: Final = ("\ue000", "\uf8ff")
"""Characters without a meaning, which GBK has where Big5 has common ones."""
FOREIGN_LIMIT: Final = 0x800
"""UTF-8 writes characters below with two bytes, as GBK writes a Chinese one."""


def known_codec(name: str) -> str:
    """Return Python's name of an encoding as a user, or a ``.cpg`` file, says it."""
    if not isinstance(name, str):
        msg = f"`encoding` is {name!r}; name one, such as 'GBK' or 'UTF-8'."
        raise ParameterError(msg)
    plain = name.strip().lower().removeprefix("ansi ").removeprefix("cp")
    if plain in {"936", "gbk", "gb2312", "gb18030", "54936", "20936"}:
        return CHINESE
    plain = {"65001": UTF_8, "950": BIG_5, "big5": BIG_5}.get(plain, plain)
    plain = f"cp{plain}" if plain.isdigit() else plain
    try:
        return codecs.lookup(plain).name
    except LookupError as error:
        msg = (
            f"`encoding` {name!r} is not known; the text of Chinese files is in 'GBK' "
            "or 'UTF-8'."
        )
        raise ParameterError(msg) from error


def stated_encoding(cpg: str | None, language: int) -> str | None:
    """Return what a ``.cpg`` file, or else the language byte of a table, says."""
    if cpg is not None and cpg.strip():
        try:
            return known_codec(cpg)
        except ParameterError:
            return None  # "OEM", "system" and such: no statement
    return CODE_PAGES.get(language)


def decoded(raw: bytes, codec: str, *, cut: bool = False) -> str:
    """
    Return text, without a character of which only the beginning is there if `cut`.

    Raises `UnicodeDecodeError` if the bytes are not in that encoding.
    """
    return codecs.getincrementaldecoder(codec)().decode(raw, final=not cut)


def chosen_encoding(
    texts: Sequence[bytes], *, encoding: str | None, stated: str | None, path: str
) -> str:
    """
    Return the encoding of texts, each of which may end inside a character.

    Parameters
    ----------
    texts : sequence of bytes
        Names and values that are not plain ASCII.
    encoding : str, optional
        What the user says; refused where the bytes are not in it.
    stated : str, optional
        What the file says of itself. Files err, so it only decides where the bytes
        leave it open.
    path : str
        File, for messages.
    """
    if encoding is not None:
        codec = known_codec(encoding)
        if not _is_in(texts, codec):
            raise ParameterError(_not_in(texts, encoding, path))
        return codec
    if not texts:
        return UTF_8
    if _is_in(texts, UTF_8):
        return _of_utf_8(texts, stated, path)
    if stated in OTHER_CJK and _is_in(texts, stated):
        return _of_other_cjk(texts, stated, path)
    if _is_in(texts, CHINESE):
        likely = _common_share(texts) >= COMMON
        if likely or (stated == CHINESE and not _is_disguised(texts)):
            return CHINESE
    # With one byte a character any bytes will do, so such a statement proves nothing.
    elif stated is not None and _is_in(texts, stated):
        return stated
    raise ParameterError(_undecided(texts, path))


def _of_other_cjk(texts: Sequence[bytes], stated: str, path: str) -> str:
    """Return what is stated, or GBK for Chinese text that states Big5 by mistake."""
    chinese = _is_in(texts, CHINESE) and _common_share(texts) >= COMMON
    if not chinese or stated != BIG_5:
        return stated
    if _is_big_5(texts):
        raise ParameterError(_undecided(texts, path))
    return CHINESE


def _of_utf_8(texts: Sequence[bytes], stated: str | None, path: str) -> str:
    """Return UTF-8 for texts that may be in it, unless they may be short GBK.

    Longer characters of UTF-8 do not come about by chance; those of two bytes do.
    """
    longer = any(
        ord(character) >= FOREIGN_LIMIT
        for text in texts
        for character in decoded(text, UTF_8, cut=True)
    )
    if longer or not _is_in(texts, CHINESE) or _common_share(texts) < COMMON:
        return UTF_8
    if stated == CHINESE:
        return CHINESE
    raise ParameterError(_undecided(texts, path))


def _is_in(texts: Iterable[bytes], codec: str) -> bool:
    """Say whether texts can be read in an encoding, all of them."""
    try:
        for text in texts:
            decoded(text, codec, cut=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_big_5(texts: Iterable[bytes]) -> bool:
    """Say whether nearly all characters are frequent ones if read as Big5."""
    frequent = rare = 0
    for text in texts:
        for character in decoded(text, BIG_5, cut=True):
            pair = character.encode(BIG_5)
            if len(pair) == 1 or pair[0] <= 0xA3:  # letters and signs
                continue
            frequent, rare = frequent + (pair[0] <= 0xC6), rare + (pair[0] > 0xC6)
    return frequent > 0 and frequent / (frequent + rare) >= BIG_5_COMMON


def _is_disguised(texts: Sequence[bytes]) -> bool:
    """Say whether text has characters without a meaning in GBK, and is likely Big5."""
    low, high = PRIVATE
    meant = (one for text in texts for one in decoded(text, CHINESE, cut=True))
    private = any(low <= one <= high for one in meant)
    return private and _is_in(texts, BIG_5) and _is_big_5(texts)


def _common_share(texts: Iterable[bytes]) -> float:
    """Return the share of common Chinese characters among what GBK reads as Chinese.

    Common are the 3755 of the first level of GB 2312; signs and digits do not count.
    """
    common = rare = 0
    for text in texts:
        for character in decoded(text, CHINESE, cut=True):
            pair = character.encode(CHINESE)
            if len(pair) == 1 or (len(pair) == 2 and 0xA1 <= pair[0] <= 0xA9):
                continue
            first_level = len(pair) == 2 and 0xB0 <= pair[0] <= 0xD7 and pair[1] >= 0xA1
            common, rare = common + first_level, rare + (not first_level)
    return common / (common + rare) if common + rare else 0.0


def _shown(texts: Sequence[bytes], codec: str) -> str:
    """Return how the first texts read in an encoding."""
    try:
        return " ".join(repr(decoded(text, codec, cut=True)) for text in texts[:3])
    except UnicodeDecodeError:
        return "cannot be"


def _undecided(texts: Sequence[bytes], path: str) -> str:
    return (
        f"the text of {path!r} may be in several encodings: read as GBK it is "
        f"{_shown(texts, CHINESE)}, read as UTF-8 {_shown(texts, UTF_8)}, read as Big5 "
        f"{_shown(texts, BIG_5)}; say which it is, e.g. `encoding='GBK'`."
    )


def _not_in(texts: Sequence[bytes], encoding: str, path: str) -> str:
    return (
        f"the text of {path!r} is not in the `encoding` {encoding!r}; read as GBK it "
        f"is {_shown(texts, CHINESE)}, read as UTF-8 {_shown(texts, UTF_8)}. Leave "
        "`encoding` out to have it decided by the bytes."
    )
