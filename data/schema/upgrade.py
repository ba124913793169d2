"""Bringing a store to the newest schema: copied aside first, step by step, and put back where a step fails."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.schema.steps import newest, steps_after, take
from data.store_errors import StoreError


def upgrade(connection: Any, path: Path, version: int | None, copy_to: Callable[[Path], None] | None) -> None:
    """Take the steps after schema `version` on the store that the connection holds. copy_to: writes a copy of all of
    it; None: there is nothing to lose. StoreError where it could not be done; then the store is what it was, and the
    connection may be closed. A kill between two steps leaves a store that goes on from there when it is opened again.
    """
    before = _copied_aside(path, copy_to) if copy_to else None
    for step in steps_after(version):
        try:
            take(connection, step)
        except Exception as error:  # DuckDB's: data.store alone imports it
            connection.close()
            if before:
                log_of(path).unlink(missing_ok=True)
                before.replace(path)
            raise StoreError(
                f"{path} could not be brought from schema {version} to {newest()}: step {step.name}: {error}\n"
                "It was left as it was. Check the free space and try again; the program version that wrote it still "
                "opens it."
            ) from error
    if before:
        with suppress(Exception):  # what is committed is kept without it
            connection.execute("CHECKPOINT")


def log_of(path: Path) -> Path:
    """Where DuckDB keeps what is not in the file yet."""
    return path.with_name(f"{path.name}.wal")


def _copied_aside(path: Path, copy_to: Callable[[Path], None]) -> Path:
    """The store as it is before the first step, in a file beside it that stays."""
    name = f"{path.name}.before-schema-{newest()}-"
    for left in path.parent.glob(f"{name}*.partial*"):  # of a copy that was cut short
        left.unlink()
    free, size = shutil.disk_usage(path.parent).free, path.stat().st_size
    if free < size:
        raise StoreError(
            f"{path} was written by an older program and is copied before it is changed: expected {size} bytes free "
            f"beside it, found {free}. Nothing was changed; make room and start again."
        )
    before = path.with_name(f"{name}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    partial = before.with_name(f"{before.name}.partial")
    try:
        copy_to(partial)
        partial.replace(before)
    except (StoreError, OSError) as error:
        raise StoreError(
            f"{path} was written by an older program and is copied before it is changed, which failed: {error}\n"
            "Nothing was changed; make room beside it and start again."
        ) from error
    finally:
        for left in (partial, log_of(partial)):
            left.unlink(missing_ok=True)
    return before
