"""Runs commands in one process, each as `python -m` would: a line of JSON asks, a line of JSON answers.

`python -m tests.transcripts.runner FOLDER`: the folder in which they are typed.
"""

import contextlib
import io
import json
import os
import runpy
import sys
import traceback

from tests.transcripts.clock import set_to


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed breaks no answer
    os.chdir(sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        set_to(asked["at"])
        os.environ.update(asked["environment"])
        print(json.dumps(_run(*asked["words"])), file=answers, flush=True)
        for name in asked["environment"]:
            del os.environ[name]


def _run(program: str, *words: str) -> dict:
    out, errors, own, code = io.StringIO(), io.StringIO(), sys.argv, 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        sys.argv = [program, *words]
        try:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            traceback.print_exc()
            code = 1
        finally:
            sys.argv = own
    return {"code": code, "out": out.getvalue(), "errors": errors.getvalue()}


if __name__ == "__main__":
    main()
