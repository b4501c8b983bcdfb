"""How everything looks: colours of lines, theme, and the few style rules that Material UI lacks."""

ACCENT = "#0b6e5f"
ACCENT_DARK = "#3fb8a4"
SOURCE_COLOUR, SINK_COLOUR = "#a6611a", "#01665e"
SCENARIO_COLOUR = "#12907d"  # of lines: the accent, seen on white and on black
QUIET = "#7f8c88"  # lines that are only for orientation, on white and on black
QUIET_TEXT = {False: "#5c6864", True: "#b4bfbb"}
"""Text within plots, whose colours no style sheet reaches: on white, on black."""


CLEAR: dict[str, float | None] = {
    "outline_line_color": None,
    "background_fill_alpha": 0.0,
    "border_fill_alpha": 0.0,
}
"""A figure on the card's own ground: in dark mode the library frames it and fills it twice."""

_COMMON = {
    "typography": {
        "fontFamily": "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans CJK SC', sans-serif",
        "fontSize": 13,
        # Symbols keep their case: Rh is not RH, ε is not E.
        "button": {"textTransform": "none"},
    },
    "shape": {"borderRadius": 8},
}

_COMPACT = {
    # The ripple alone is too pale to be seen.
    "MuiButtonBase": {
        "styleOverrides": {
            "root": {
                "&.Mui-focusVisible": {"outline": "2px solid currentColor", "outlineOffset": "-2px"}
            }
        }
    },
    "MuiSlider": {
        "styleOverrides": {
            "thumb": {
                "&.Mui-focusVisible": {"outline": "2px solid currentColor", "outlineOffset": "2px"}
            }
        }
    },
    "MuiToggleButton": {
        "styleOverrides": {
            "root": {"padding": "3px 10px", "lineHeight": 1.6, "whiteSpace": "nowrap"}
        }
    },
    "MuiOutlinedInput": {
        "styleOverrides": {
            "input": {
                "padding": "4px 8px",
                "fontSize": "13px",
                "&::placeholder": {"opacity": 0.8},
            }
        }
    },
    # A hint must not lie in the way of the button beside it.
    "MuiTooltip": {"defaultProps": {"disableInteractive": True}},
    "MuiTab": {"styleOverrides": {"root": {"minHeight": 40, "padding": "6px 16px"}}},
    "MuiTabs": {"styleOverrides": {"root": {"minHeight": 40}}},
    "MuiToolbar": {"styleOverrides": {"root": {"minHeight": "52px !important"}}},
}


SMALL_BUTTON = {
    "fontSize": "10px", "padding": "0 2px", "minWidth": 0, "lineHeight": 1.2, "textAlign": "left",
    "& .MuiButton-startIcon": {"marginRight": "2px", "marginLeft": 0},
}  # fmt: skip
"""A button that is hardly more than a word."""

FOLDS = {
    "& .MuiAccordionSummary-root": {"minHeight": 30, "padding": "0 4px"},
    "& .MuiAccordionSummary-content": {"margin": "4px 0"},
    "& .MuiAccordionDetails-root": {"padding": "0 0 4px 0"},
    "& .MuiTypography-root": {"fontSize": "12.5px"},
}
"""Folds as quiet as the rows round them."""

HEADER = {
    ".MuiAppBar-root": {
        "bgcolor": "primary.contrastText",
        "color": "primary.main",
        "boxShadow": "none",
        "borderBottom": "1px solid rgba(128, 128, 128, 0.3)",
    },
    ".MuiAppBar-root a": {"textDecoration": "none"},
    ".MuiAppBar-root .title": {"color": "primary.main", "fontSize": "18px", "fontWeight": 600},
}
"""A calm header: the accent on the paper's colour instead of the reverse."""

THEME = {
    "light": {
        "palette": {"primary": {"main": ACCENT}, "secondary": {"main": SOURCE_COLOUR}},
        **_COMMON,
        "components": _COMPACT,
    },
    "dark": {
        "palette": {
            "primary": {"main": ACCENT_DARK},
            "secondary": {"main": "#dfb06a"},
            # Icons that are not pressed: the library's are nearly the ground.
            "default": {"dark": "#c3cdc9"},
        },
        **_COMMON,
        "components": _COMPACT,
    },
}
"""Material UI themes of both modes."""

CSS = """
.nep-chip { border: 1px solid light-dark(#0b6e5f, #4cc2ad); border-radius: 12px; padding: 2px 9px;
  font-size: 11px; white-space: nowrap; color: light-dark(#0b6e5f, #4cc2ad); }
.nep-chip.nep-made-up { background: light-dark(#9a4a00, #ffb74d); border-color: transparent;
  color: light-dark(#fff, #2b1700); }
.nep-title { font-size: 14px; font-weight: 600; line-height: 1.3; }
.nep-note { font-size: 11px; opacity: 0.7; line-height: 1.35; }
.nep-answer { font-size: 13.5px; line-height: 1.4; margin: 8px 0 2px; }
.nep-stored p { margin: 0 0 2px; overflow-wrap: anywhere; }
.nep-progress { display: block; width: 100%; height: 8px;
  accent-color: light-dark(#0b6e5f, #4cc2ad); }
.nep-heading { display: flex; justify-content: space-between; align-items: baseline; gap: 8px;
  font-size: 13px; }
.nep-heading .nep-note { text-align: right; }
.nep-caption { font-size: 12px; line-height: 1.15; }
.nep-changed { font-weight: 600; color: light-dark(#0a7a68, #4cc2ad); }
.nep-months { border-collapse: collapse; font-size: 9px; width: 100%; text-align: right;
  font-variant-numeric: tabular-nums; }
.nep-months th:first-child { text-align: left; font-weight: 400; }
.nep-months td, .nep-months th { padding: 1px 2px; }
.nep-refused { font-size: 11px; color: light-dark(#c62828, #ff8a80); line-height: 1.3;
  padding: 0 4px 4px 0; }
.nep-notes { font-size: 11px; line-height: 1.4; opacity: 0.85; padding-left: 16px; margin: 4px 0; }
.nep-legend { display: flex; flex-wrap: wrap; gap: 2px 12px; font-size: 11px; margin-top: 2px; }
.nep-legend i { display: inline-block; width: 18px; margin-right: 4px; vertical-align: middle;
  border-top: 2px dashed; }
.nep-legend i.nep-own { border-top: 3px solid; }
.nep-legend i.nep-solid { border-top: 2px solid; }
.nep-cell { min-height: 34px; font-size: 12px; line-height: 1.4;
  font-variant-numeric: tabular-nums; }
.nep-strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 8px;
  padding: 6px; font-variant-numeric: tabular-nums; }
.nep-table { border-collapse: collapse; font-size: 12px; width: 100%; text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.nep-table th { font-weight: 600; padding: 2px 8px; }
.nep-table td { padding: 2px 8px; }
.nep-table th[colspan] { text-align: center; }
.nep-table th:first-child { text-align: left; }
.nep-table tr:nth-child(n+3) { border-top: 1px solid rgba(128, 128, 128, 0.2); }
.nep-card { border: 1px solid rgba(128, 128, 128, 0.3); border-radius: 8px; padding: 6px 10px;
  display: flex; flex-direction: column; font-size: 11px; line-height: 1.35; }
.nep-card b { font-size: 18px; font-weight: 600; }
.nep-card.nep-chosen { border-color: light-dark(#0b6e5f, #4cc2ad);
  box-shadow: inset 0 0 0 1px light-dark(#0b6e5f, #4cc2ad); }
.nep-sink { color: light-dark(#0a7a68, #4cc2ad); }
.nep-source { color: light-dark(#96591a, #e0a25f); }
"""

SIDE_CSS = """
:host { display: grid !important; min-height: 0; overflow-y: auto; overflow-x: hidden;
  grid-template-rows: max-content minmax(210px, 1fr) minmax(350px, 1.4fr); }
@media (max-width: 1150px) { :host { grid-template-rows: max-content 330px 380px; } }
"""
"""Totals as high as they are, the two figures share the rest; what does not fit is scrolled to."""

WRAPPED = {"align-items": "center", "gap": "10px", "flex-wrap": "wrap"}
"""Controls in a row that goes on in the next line where there is no room."""

LABEL_UNSEEN = """
label, .MuiFormHelperText-root { position: absolute !important; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
fieldset > legend { display: none !important; }
fieldset.MuiOutlinedInput-notchedOutline { top: 0 !important; }
label[data-shrink] + .MuiInputBase-formControl .MuiInputBase-input.MuiInputBase-input::placeholder {
  opacity: 0.8 !important; }
"""
"""A control whose label, and why an entry was refused, are for a screen reader: both stand beside
it for those who see."""

PLAYER_CSS = """
.MuiFormControl-root > label { font-size: 0; }
.MuiFormControl-root > label strong { font-size: 13px; font-weight: 400; }
.MuiFormControl-root { flex-direction: row !important; align-items: center; gap: 10px; }
.MuiFormControl-root > label { order: 1; min-width: 28px; }
.MuiFormControl-root > div { order: 0; }
.MuiFormControl-root > label + div { order: 2; flex: 1; min-width: 0; display: flex; }
"""
"""A player in one line: buttons, month, slider."""

PLATES_CSS = """
:host { display: grid !important; overflow: auto; min-height: 0;
  grid-template-columns: minmax(0, 1fr) 430px; grid-template-rows: minmax(620px, 1fr); }
@media (max-width: 1150px) {
  :host { grid-template-columns: minmax(0, 1fr); grid-template-rows: 660px 900px; }
}
"""
"""Two plates side by side where there is room, else one above the other. The rows have a height of
their own: plots that fill a height which they themselves decide would grow without end."""

VEGETATION_CSS = """
:host { display: grid !important; flex: none !important; height: auto !important;
  grid-template-columns: repeat(2, minmax(0, 1fr)); grid-template-rows: 330px 330px; }
@media (max-width: 1150px) {
  :host { grid-template-columns: minmax(0, 1fr); grid-template-rows: repeat(4, 330px); }
}
"""
"""Four panels, two beside each other where there is room."""


def css_name(name: str, control: str = "entry") -> str:
    """Return the class by which style rules and tests find a control of a parameter."""
    return f"{control}-{name.replace('.', '-')}"
