"""openapi.json beside this file: what the API takes and answers, held true by the tests."""

import json
from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).parent / "openapi.json"


@cache
def columns_of(name: str) -> tuple[str, ...]:
    """The names in a row of a list, in their order."""
    written = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    rows = written["paths"][f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return tuple(written["components"]["schemas"][rows["items"]["$ref"].rpartition("/")[2]]["properties"])
