"""Style rules of the Towers page."""

TOWERS_CSS = """
.nep-title { font-size: 14px; font-weight: 600; line-height: 1.3; }
.nep-table td:first-child { text-align: left; }
.nep-wide { overflow-x: auto; max-width: 100%; }
.nep-wide td:first-child, .nep-wide th { white-space: normal; overflow-wrap: break-word; }
.nep-wide td:first-child { min-width: 84px; }
.nep-by-site th { max-width: 120px; }
.nep-by-site td, .nep-by-site th { padding: 2px 4px; }
.nep-holds ul { margin: 4px 0; padding-left: 18px; }
.nep-sites { display: flex; flex-wrap: wrap; gap: 0 10px; font-size: 11px; line-height: 1.5; }
.nep-sites .nep-chosen { font-weight: 700; text-decoration: underline; }
.nep-observed { float: left; font-size: 11px; margin: 2px 12px 0 0; }
.nep-synthetic { font-size: 12px; padding: 4px 10px; border-left: 3px solid #b2742e; }
.nep-empty { font-size: 13px; line-height: 1.5; max-width: 720px; }
.nep-scores td, .nep-scores th, .nep-fit td, .nep-fit th { padding: 2px 4px; }
.nep-scores th, .nep-fit th { white-space: normal; }
.nep-twin, .nep-told { font-size: 11px; font-style: italic; font-weight: 400; }
.nep-inverse { color: #d1453b; font-weight: 700; }
.nep-fit { border-top: 1px solid rgba(128, 128, 128, 0.3); padding-top: 6px; }
.nep-refused { max-height: 160px; overflow-y: auto; }
"""

GRID_CSS = """
:host { display: grid !important; flex: none !important; height: auto !important;
  grid-template-columns: minmax(0, 1fr) 480px; }
@media (max-width: 1150px) { :host { grid-template-columns: minmax(0, 1fr); } }
"""
"""Panels on the left, what is said of them on the right; one below the other where it is narrow."""

WHOLE_CSS = ":host { flex: none !important; height: auto !important; }"
"""As high as what it holds; the page scrolls."""

PANELS_CSS = """
:host { display: grid !important; flex: none !important; height: auto !important;
  align-content: start;
  grid-template-columns: repeat(2, minmax(0, 1fr)); grid-template-rows: 350px 350px; }
"""

SIDE_CSS = """
:host { display: grid !important; height: auto !important; align-content: start;
  grid-template-columns: minmax(0, 1fr); grid-template-rows: auto 255px 290px; }
"""
"""Rows with heights of their own: plots that fill a height which they decide would grow."""
