"""`python -m tests.transcripts.record`: writes the transcripts anew; what has changed is then seen in the diff."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.transcripts.play import play

RECORDED = Path(__file__).parent / "recorded"


def main() -> None:
    """Play everything and keep it."""
    RECORDED.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        played = play(Path(folder).resolve())
    for name, text in played.items():
        (RECORDED / f"{name}.txt").write_text(text, encoding="utf-8", newline="\n")
    for path in RECORDED.glob("*.txt"):
        if path.stem not in played:
            path.unlink()


if __name__ == "__main__":
    main()
