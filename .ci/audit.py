"""Asks pip-audit for known vulnerabilities of what requirements.txt pins. Ends with 1 where it finds one.

Where its data cannot be reached it says so and ends with 0: then the pinned hashes are what protects. Where pip-audit
itself does not run it ends with 2: that would look the same for ever.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = ["-m", "pip_audit", "--format=json", "--progress-spinner=off", "--timeout=5"]
COMMAND += ["--disable-pip", "--require-hashes"]
UNREACHED = "dependency audit: the data of known vulnerabilities cannot be reached from here; nothing was audited"
_NETWORK = ("requests.exceptions.", "pip_audit._service.", "Could not connect to", "is not redirecting")


def judged(report: str, errors: str = "") -> tuple[int, str]:
    """The exit code and what to print, of what pip-audit wrote; a package that it could not look up is not audited."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        if any(sign in errors for sign in _NETWORK):
            return 0, UNREACHED
        last = (errors.strip().splitlines() or ["it said nothing"])[-1]
        return 2, f"dependency audit: expected a report of pip-audit, found none: {last}"
    audited = [package for package in packages if "vulns" in package]
    if not audited:
        return 0, UNREACHED
    vulnerable = [
        f"{package['name']} {package['version']}: {vuln['id']}" for package in audited for vuln in package["vulns"]
    ]
    skipped = [f"{package['name']}: not audited" for package in packages if "vulns" not in package]
    told = f"dependency audit: {len(audited)} of {len(packages)} packages audited, {len(vulnerable)} vulnerabilities"
    return int(bool(vulnerable)), "\n".join([told, *vulnerable, *skipped])


def main() -> None:
    """Run it, a minute at most."""
    command = [sys.executable, *COMMAND, "-r", str(ROOT / "requirements.txt")]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        code, words = judged(done.stdout, done.stderr)
    except subprocess.TimeoutExpired:
        code, words = 0, UNREACHED
    print(words)
    sys.exit(code)


if __name__ == "__main__":
    main()
