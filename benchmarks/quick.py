"""`make bench-quick`: one JSON line in less than a minute, on the 10 km demonstration scene."""

import json

from eager import eager_nep, inputs_of
from live import Session, milliseconds
from scenes import scene_of
from test_model import PARAMETERS, full_model, medians_in_turn

from explorer.scene.demo import demo_scene_path

ROUNDS = 20


def main() -> None:
    """Measure and print."""
    scene = scene_of(300_000)
    inputs = inputs_of(scene)
    taken = medians_in_turn(
        {
            "ours": lambda: full_model(scene),
            "eager": lambda: eager_nep(scene, inputs, PARAMETERS),
        },
        5,
    )
    session = Session(demo_scene_path())
    figures = {
        "model_vs_numpy": round(taken["eager"] / taken["ours"], 2),
        "epsilon_edit_ms": round(milliseconds(session.edit_epsilon, ROUNDS)["median_ms"], 2),
        "ci_edit_ms": round(milliseconds(session.edit_clumping_scheme, ROUNDS)["median_ms"], 2),
        "totals_ms": round(milliseconds(session.totals, ROUNDS)["median_ms"], 3),
        "cells": session.state.shared.scene.cells,
        "model_cells": scene.cells,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
