"""One text in English and in Chinese, filled with the same values."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bilingual"]


@dataclass(frozen=True)
class Bilingual:
    """
    A text, or a template of one, in both languages.

    Attributes
    ----------
    en, zh : str
        The same text twice. As templates, both name the same fields in braces.
    """

    en: str
    zh: str

    def filled(self, **values: object) -> Bilingual:
        """
        Return both texts with the same values in the fields of their names.

        Parameters
        ----------
        **values : object
            What the fields stand for; of a `Bilingual` each text takes its own half.

        Returns
        -------
        Bilingual
            The finished texts.

        Examples
        --------
        >>> border = Bilingual("modelled border", "推求的界线")
        >>> line = Bilingual("{what} {km:.1f} km off", "{what}偏{km:.1f} km")
        >>> line.filled(what=border, km=5.54)
        Bilingual(en='modelled border 5.5 km off', zh='推求的界线偏5.5 km')
        """
        return Bilingual(
            self.en.format(**{k: _half(v, "en") for k, v in values.items()}),
            self.zh.format(**{k: _half(v, "zh") for k, v in values.items()}),
        )


def _half(value: object, language: str) -> object:
    return getattr(value, language) if isinstance(value, Bilingual) else value
