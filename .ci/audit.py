"""Asks pip-audit for known vulnerabilities of what requirements.txt pins. Ends with 1 where it finds one.

Where its data cannot be reached it says so and ends with 0: then the pinned hashes are what protects.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = ["-m", "pip_audit", "--format=json", "--progress-spinner=off", "--timeout=5"]
COMMAND += ["--disable-pip", "--require-hashes"]
UNREACHED = "dependency audit: the data of known vulnerabilities cannot be reached from here; nothing was audited"


def judged(report: str) -> tuple[int, str]:
    """The exit code and what to print, of pip-audit's report; a package that it could not look up is not audited."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return 0, UNREACHED
    audited = [one for one in packages if "vulns" in one]
    if not audited:
        return 0, UNREACHED
    found = [f"{one['name']} {one['version']}: {vuln['id']}" for one in audited for vuln in one["vulns"]]
    lines = [
        f"dependency audit: {len(audited)} of {len(packages)} packages audited, {len(found)} vulnerabilities",
        *found,
    ]
    return int(bool(found)), "\n".join(lines)


def main() -> None:
    """Run it, a minute at most."""
    command = [sys.executable, *COMMAND, "-r", str(ROOT / "requirements.txt")]
    try:
        report = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    except subprocess.TimeoutExpired:
        report = ""
    code, words = judged(report)
    print(words)
    sys.exit(code)


if __name__ == "__main__":
    main()
