"""Sphinx configuration; `make docs` builds without a network, warnings are errors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from latex2mathml.converter import convert as to_mathml

import ecozoning

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).resolve().parent

project = "ecozoning"
author = "ecozoning developers"
copyright = "2026, ecozoning developers"
version = release = ecozoning.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]
root_doc = "index"
suppress_warnings = ["misc.highlighting_failure"]  # TOML blocks with an ellipsis
nitpicky = False  # types of NumPy and pandas cannot be looked up offline

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the tests run the notebooks

autosummary_generate = True
# Not one file beside `units.unit` where file names have no case.
autosummary_filename_map = {"ecozoning.units.Unit": "ecozoning.units.Unit-class"}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the numpydoc sections say it, with units
numpydoc_show_class_members = False
python_use_unqualified_type_names = True

html_theme = "pydata_sphinx_theme"
html_title = "ecozoning"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 4,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_static_path = ["_static"]
html_css_files = ["ecozoning.css"]
# Only the API needs the list of pages beside it; tables need the width elsewhere.
html_sidebars = {
    page.relative_to(HERE).with_suffix("").as_posix(): []
    for page in HERE.rglob("*.md")
    if page.name != "api.md" and "_build" not in page.parts
}
html_math_renderer = "mathml"


def _inline_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode  # or the source of the formula follows


def _block_math(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(_mathml(node, "block"))
    raise nodes.SkipNode


def _mathml(node: nodes.Element, display: str) -> str:
    """Return a formula with its named functions marked, which need some room."""
    formula = to_mathml(node.astext(), display=display)
    return re.sub(r"<mi>(?=[a-z]{2,}</mi>)", '<mi class="function">', formula)


def _language_of_page(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: object
) -> None:
    """Name the language of the Chinese pages, by which browsers choose their glyphs."""
    if page.startswith("zh/"):
        context["language"] = "zh-CN"


def _without_private_parts(*event: object) -> tuple[str, str] | None:
    """Return an empty signature for a class that users do not build themselves."""
    return ("", "") if ", _" in str(event[-2]) else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Write formulas as MathML, which browsers draw without a script or a network."""
    app.connect("autodoc-process-signature", _without_private_parts)
    app.connect("html-page-context", _language_of_page)
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(_inline_math, None),
        block_renderers=(_block_math, None),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
