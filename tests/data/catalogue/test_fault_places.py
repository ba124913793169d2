"""A rule that cannot be used is named with the file and line in which it stands."""

import json
from dataclasses import replace
from pathlib import Path

from data.catalogue.check import faults
from data.catalogue.fault_places import with_places
from data.catalogue.files import read_catalogue, write_catalogue
from data.catalogue.in_force import REFERENCE
from data.catalogue.model import Catalogue
from data.catalogue.xlsx import read_catalogue_xlsx, write_catalogue_xlsx


def broken() -> Catalogue:
    catalogue = read_catalogue(REFERENCE)
    of = catalogue.template("BE-04")
    wrong = replace(of.rules[-1], expression="closed_ytd = last(closed_yd) + closed")
    changed = replace(of, rules=(*of.rules[:-1], wrong))
    templates = [changed if one is of else one for one in catalogue.templates]
    return replace(catalogue, templates=tuple(templates))


SAID = "template BE-04, rule BE-04-R10: names no column of the template: closed_yd (in last)"


def test_by_file_and_line(tmp_path: Path) -> None:
    write_catalogue(broken(), tmp_path)
    path = tmp_path / "templates" / "BE-04.json"
    (fault,) = faults(read_catalogue(tmp_path))
    lines = path.read_text(encoding="utf-8").splitlines()
    number = 1 + lines.index(next(line for line in lines if json.dumps("BE-04-R10") in line))
    assert with_places(f"said:\n{fault}", tmp_path) == f"said:\n{path} line {number}: {SAID}"


def test_by_sheet_and_row(tmp_path: Path) -> None:
    path = tmp_path / "all.xlsx"
    write_catalogue_xlsx(broken(), path)
    (fault,) = faults(read_catalogue_xlsx(path))
    said = with_places(fault, path)
    assert said.startswith(f"{path} sheet rules row ") and said.endswith(SAID)


def test_other_faults_stay_as_they_are(tmp_path: Path) -> None:
    assert with_places("units: A has no name", tmp_path) == "units: A has no name"


def test_rules_across_returns_go_through_both_forms(tmp_path: Path) -> None:
    catalogue = read_catalogue(REFERENCE)
    write_catalogue_xlsx(catalogue, tmp_path / "all.xlsx")
    assert read_catalogue_xlsx(tmp_path / "all.xlsx").templates == catalogue.templates
