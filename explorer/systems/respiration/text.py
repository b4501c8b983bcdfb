"""Scores of respiration as text, for people at a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from explorer.systems.respiration.demo import Demonstration
from explorer.systems.respiration.drivers import Attention, disagreement
from explorer.systems.respiration.evaluation import FOLDINGS, Evaluation
from explorer.systems.respiration.harness import table
from explorer.systems.respiration.models import MODELS
from explorer.systems.respiration.published import TABLE_6
from explorer.systems.respiration.score import ScoresAtNewTowers
from explorer.systems.respiration.synthetic import SYNTHETIC

COLUMNS = ("n", "r2", "nse", "rmse", "mae", "bias")
HEAD = f"{'n':>6}{'R2':>8}{'NSE':>8}{'RMSE':>8}{'MAE':>8}{'bias':>8}"


def score_line(label: str, scores: Mapping[str, Any], wide: int) -> str:
    """Return one line of a table: a label and its scores."""
    cells = [f"{scores['n']:>6}"]
    cells += [
        f"{'-':>8}" if scores[name] is None else f"{scores[name]:>8.2f}" for name in COLUMNS[1:]
    ]
    return f"{label:<{wide}}{''.join(cells)}"


def score_lines(
    title: str, rows: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]
) -> Iterator[str]:
    """Yield a table of scores, a line a model."""
    wide = max(len(labels[name]) for name in rows) + 2
    yield f"{title:<{wide}}{HEAD}" if len(title) < wide else f"{title}\n{'':<{wide}}{HEAD}"
    for name, scores in rows.items():
        yield score_line(labels[name], scores, wide)


def new_towers_text(found: ScoresAtNewTowers) -> str:
    """Return the scores at towers that no model saw, tower by tower and together."""
    lines = [
        f"trained on {found.samples} steps of {', '.join(found.trained_on)}; "
        f"networks: {found.stopped}; g C m-2 d-1",
        "",
    ]
    for site, rows in found.test.items():
        lines += [*score_lines(site, rows, found.labels), ""]
    lines += score_lines("together", found.together, found.labels)
    return "\n".join(lines)


def attention_lines(found: Attention) -> Iterator[str]:
    """Yield the attention to features by season and type, with its spread over networks."""
    yield f"{'attention':<16}" + "".join(f"{name:>14}" for name in found.features)
    yield f"{'even':<16}" + "".join(f"{each:>14.3f}" for each in found.even)
    for (kind, season), mean in found.mean.items():
        cells = zip(mean, found.spread[kind, season], strict=True)
        row = "".join(f"{f'{each:.3f}±{spread:.3f}':>14}" for each, spread in cells)
        yield f"{f'{kind} {season}':<16}{row}"


def demonstration_text(found: Demonstration) -> str:
    """Return what the demonstration gives: scores, attention, importance beside the law."""
    labels = {name: MODELS[name].label for name in found.scores["pooled"]}
    pairs = [
        f"{name:<10}{mean:>10.3f}{law:>10.3f}"
        for name, mean, law in zip(
            found.importance.features, found.importance.mean, found.of_law.mean, strict=True
        )
    ]
    return "\n".join(
        [
            f"{SYNTHETIC}; {len(found.samples)} steps, ten random folds, g C m-2 d-1",
            "",
            *score_lines("model", found.scores["pooled"], labels),
            "",
            *attention_lines(found.attention),
            "",
            f"{'importance':<10}{'network':>10}{'law':>10}",
            *pairs,
            *disagreement(found.attention, found.importance),
        ]
    )


def evaluation_text(found: Evaluation) -> str:
    """Return the scores of one folder, pooled beside the published ones, and by site and season."""
    scores = table(found.samples, found.held)
    wide = max(map(len, found.labels.values())) + 2
    lines = [
        f"{len(found.samples)} steps of {', '.join(found.samples.sites)}; "
        f"{FOLDINGS[found.folding]}; g C m-2 d-1",
        "",
        f"{'model':<{wide}}{HEAD}  published R2, RMSE (other grasslands)",
    ]
    for name, row in scores["pooled"].items():
        lines.append(
            f"{score_line(found.labels[name], row, wide)}  {published_cells(name)}".rstrip()
        )
    for way in ("by site", "by season"):
        lines += ["", f"NSE {way}"]
        lines.append(f"{'':<{wide}}" + "".join(f"{group[:12]:>13}" for group in scores[way]))
        for name, label in found.labels.items():
            values = [rows[name]["nse"] for rows in scores[way].values()]
            cells = ["-" if value is None else f"{value:.2f}" for value in values]
            lines.append(f"{label:<{wide}}" + "".join(f"{cell:>13}" for cell in cells))
    if found.folding == "sites":
        lines += ["", "share of steps within 90 % intervals from the errors at other sites"]
        for name, label in found.labels.items():
            shares = found.coverage(name)
            told = ", ".join(f"{site} {share:.2f}" for site, share in shares.items())
            lines.append(f"{label:<{wide}}{told}")
    return "\n".join(lines)


def published_cells(name: str) -> str:
    """Return the published R2 and RMSE of a model, or nothing."""
    if name not in TABLE_6:
        return ""
    row = TABLE_6[name]
    return ", ".join("-".join(f"{end:.2f}" for end in ends) for ends in row)
