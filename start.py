"""The one command: installs everything into .venv beside this file, then starts the dashboard (or what is asked).

python start.py               install, then start the dashboard
python start.py test [...]    install, then lint and test; further words go to pytest
python start.py install       install only
python start.py run -m data late --json      run Python with everything installed
python start.py bundle --platform linux-x86_64    pack it all for a computer without internet (--help says more)

Needs Python 3.11 or newer and nothing else; this file uses the standard library alone.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
ORDINARY = [
    "-m",
    "not slow",
    "-n",
    "2",
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
]  # tests/conftest.py orders them
PACKED = ROOT / "wheels"  # what `bundle` packed; where it lies, no network is asked
USE = "expected nothing, test, install, run or bundle; see the head of start.py"


def install(requirements: str) -> None:
    """Bring .venv in line with a requirements file, in which every file that may be installed has its hash; nothing is
    asked of the network when it is in line already.
    """
    wanted = (ROOT / requirements).read_text(encoding="utf-8")
    mark = ENVIRONMENT / f"{requirements}.{sys.version_info.major}.{sys.version_info.minor}.installed"
    fingerprint = hashlib.sha256(wanted.encode()).hexdigest()
    if PYTHON.exists() and mark.exists() and mark.read_text(encoding="utf-8") == fingerprint:
        return
    print(f"Installing into {ENVIRONMENT} (once; a minute or two) …", flush=True)
    if not PYTHON.exists():
        create_environment()
    quiet = ["--quiet", "--disable-pip-version-check"]
    packed = ["--no-index", "--find-links", str(PACKED)] if PACKED.is_dir() else []
    run(["-m", "pip", "install", *quiet, *packed, "--require-hashes", "-r", str(ROOT / requirements)])
    mark.write_text(fingerprint, encoding="utf-8")


def create_environment() -> None:
    """Make .venv; on a system whose Python comes without pip, say which package brings it."""
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
    except (subprocess.CalledProcessError, ImportError) as error:
        sys.exit(f"Could not make a virtual environment: {error}\nOn Debian or Ubuntu: apt-get install python3-venv")


def run(arguments: list[str]) -> None:
    """Run the environment's Python in the program's folder; end with its exit code when it fails."""
    code = subprocess.call([str(PYTHON), *arguments], cwd=ROOT)
    if code:
        sys.exit(code)


def start_dashboard(words: list[str]) -> None:
    """Serve the dashboard until Ctrl+C. Where the system can, this process becomes the server, and signals reach it."""
    command = [str(PYTHON), "-m", "streamlit", "run", "dashboard.py", *words]
    os.chdir(ROOT)
    if os.name != "nt":
        os.execv(command[0], command)
    try:
        sys.exit(subprocess.call(command))
    except KeyboardInterrupt:
        print("\nStopped.")


def test(words: list[str]) -> None:
    """Lint, formatting, then the tests."""
    run(["-m", "ruff", "check", "."])
    run(["-m", "ruff", "format", "--check", "."])
    run(["-m", "pytest", *(words or ORDINARY)])


def main() -> None:
    """Do what the command line asks."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is what this is for
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    word, words = (sys.argv[1:2] or ["start"])[0], sys.argv[2:]
    if word not in ("start", "test", "install", "run", "bundle"):
        sys.exit(USE)
    install("requirements-dev.txt" if word == "test" else "requirements.txt")
    if word == "start":
        print("Zhundian: open the address below in a browser; Ctrl+C stops it.", flush=True)
        start_dashboard(words)
    elif word == "test":
        test(words)
    elif word == "run":
        run(words)
    elif word == "bundle":
        here = Path.cwd()
        run([str(ROOT / "deploy" / "bundle.py"), "--folder", str(here), *words])


if __name__ == "__main__":
    main()
