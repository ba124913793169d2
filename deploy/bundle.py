"""`python3 start.py bundle --platform P`: the program and all packages in one archive, for computers without internet.

Unpacked there, `python3 start.py` (Windows: `py start.py`) works as everywhere, and asks nothing of any network. It
holds what requirements.txt pins, checked by its hashes here and there. pip answers which file fits a platform.
"""

import argparse
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
WHEELS = "wheels"  # start.py looks there
_GLIBC = (28, 27, 26, 24, 17, 12, 5)  # 2.28: of 2018, in Kylin V10, UOS 20, openEuler 20.03 and whatever came later
_OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_LEFT_OUT = {".git", ".ci", ".venv", "var", "__pycache__", "tests", "bench", WHEELS}  # tests need more than is packed
PLATFORMS = {
    "windows-x86_64": ("win_amd64",),
    "linux-x86_64": tuple(f"{tag}_x86_64" for n in _GLIBC for tag in (f"manylinux_2_{n}", _OLD_NAMES.get(n)) if tag),
    "linux-aarch64": tuple(f"{tag}_aarch64" for n in _GLIBC for tag in (f"manylinux_2_{n}", _OLD_NAMES.get(n)) if tag),
}
MARKERS = {
    "windows-x86_64": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
    "linux-x86_64": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    "linux-aarch64": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
}


def main() -> None:
    """Make the archives that are asked for."""
    parser = argparse.ArgumentParser(prog="python3 start.py bundle", description=__doc__)
    parser.add_argument("--platform", choices=PLATFORMS, action="append", required=True, help="may be repeated")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    parser.add_argument(
        "--python", default=here, metavar="3.N", help=f"the Python of that computer, 3.11 or newer; default: {here}"
    )
    parser.add_argument("--out", type=Path, default=Path(), help="a folder; default: this one")
    parser.add_argument("--folder", type=Path, default=Path(), help=argparse.SUPPRESS)  # where start.py was called
    options = parser.parse_args()
    folder = options.folder / options.out
    if not folder.is_dir():
        sys.exit(f"--out: expected a folder, found {options.out}")
    major, _, minor = options.python.partition(".")
    if major != "3" or not minor.isdecimal() or int(minor) < 11:
        sys.exit(f"--python: expected 3.11 or newer, as 3.N, found {options.python}")
    for platform in options.platform:
        made = bundle(platform, options.python, folder)
        print(f"{made}  {made.stat().st_size / 1e6:.0f} MB", flush=True)


def bundle(platform: str, python: str, folder: Path) -> Path:
    """Make the archive of a platform and a Python version in a folder; returns its path. Ends the program where a
    package has no wheel that fits, or the archive is there already.
    """
    ending = "zip" if platform.startswith("windows") else "tar.gz"
    path = folder / f"zhundian-{platform}-python{python}.{ending}"
    if path.exists():
        sys.exit(f"{path} is there already; nothing was changed")
    with tempfile.TemporaryDirectory() as held:
        wheels = Path(held) / WHEELS
        fetch(platform, python, wheels)
        unfinished = Path(held) / path.name
        files = [*((file, file.relative_to(ROOT)) for file in program_files()), *_under(wheels, WHEELS)]
        (_zip if ending == "zip" else _tar)(unfinished, files)
        path.write_bytes(unfinished.read_bytes())
    return path


def fetch(platform: str, python: str, wheels: Path) -> None:
    """Bring the wheel of each package for a platform into a folder, each checked by its hash."""
    with tempfile.TemporaryDirectory() as held:
        wanted = Path(held) / "requirements.txt"
        wanted.write_text("\n".join(wanted_lines(platform, python)) + "\n", encoding="utf-8")
        tags = [word for tag in (*PLATFORMS[platform], "any") for word in ("--platform", tag)]
        abis = [word for abi in (f"cp{python.replace('.', '')}", "abi3", "none") for word in ("--abi", abi)]
        about = ["--python-version", python, "--implementation", "cp", *abis, *tags]
        quiet = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
        command = [sys.executable, "-m", "pip", "download", *quiet, *about, "--dest", str(wheels), "-r", str(wanted)]
        if subprocess.call(command):
            sys.exit(f"{platform}, Python {python}: not every package could be had; nothing was written")


def wanted_lines(platform: str, python: str) -> Iterator[str]:
    """requirements.txt as it holds on that platform: pip judges conditions by the computer on which it runs."""
    target = MARKERS[platform] | {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": {"windows-x86_64": "AMD64"}.get(platform, platform.partition("-")[2]),
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(None, (line.strip() for line in text.splitlines())):
        package, *hashes = line.split(" --hash=")
        requirement = Requirement(package)
        if requirement.marker is None or requirement.marker.evaluate(target):
            yield " --hash=".join([str(requirement).partition(";")[0].strip(), *hashes])


def program_files() -> Iterator[Path]:
    """The program without its tests, and without what belongs to this computer: its environment, store and history."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        is_hidden = any(part.startswith(".") and part != ".streamlit" for part in parts)
        is_ours = not (is_hidden or _LEFT_OUT & set(parts) or ".duckdb" in path.name)
        if path.is_file() and is_ours and not path.name.startswith(tuple(f"zhundian-{name}-" for name in PLATFORMS)):
            yield path


def _under(folder: Path, name: str) -> list[tuple[Path, Path]]:
    return [(file, Path(name) / file.name) for file in sorted(folder.iterdir())]


def _zip(archive: Path, files: list[tuple[Path, Path]]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file, name in files:
            packed.write(file, (Path("zhundian") / name).as_posix())


def _tar(archive: Path, files: list[tuple[Path, Path]]) -> None:
    with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
        for file, name in files:
            packed.add(file, (Path("zhundian") / name).as_posix(), filter=_nobodys)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    main()
