"""What a scene keeps of itself in its attributes, so that a part cut out of it still has it.

Extremes of a class, say, are those of all its cells: found anew in a part they would be others,
and the same cell would get another number.
"""

import json
from collections.abc import Mapping
from typing import Any

from explorer.errors import SchemaError

ATTRIBUTE = "class_statistics"


def written(statistics: Mapping[str, Any]) -> dict[str, str]:
    """Return the attribute that keeps statistics: by system, ready for JSON."""
    return {ATTRIBUTE: json.dumps(statistics, allow_nan=False)}


def kept(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the statistics by system that a scene's attributes keep; none, nothing.

    Raises
    ------
    SchemaError
        When they are no JSON object.
    """
    text = attributes.get(ATTRIBUTE, "{}")
    try:
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError(f"a {type(found).__name__}")
    except (TypeError, ValueError, RecursionError) as error:
        raise SchemaError(
            [
                f"{ATTRIBUTE}: expected a JSON object by system, got {str(text)[:40]!r} ({error}); "
                "remove the attribute, or build the scene anew"
            ]
        ) from error
    return found
