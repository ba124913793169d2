"""The print of a return's figures: two returns with the same print say the same, to the last figure."""

from collections.abc import Sequence
from typing import Any

from data.catalogue.model import Catalogue
from data.store import registered


def keep_prints(cursor: Any, catalogue: Catalogue, submission_ids: Sequence[str]) -> None:
    """Keep the prints of accepted submissions whose facts have just been written; one without any number has none.

    Step 012 of the schema says the same of those that were there before it.
    """
    if not submission_ids:
        return
    natures = [(of.template_code, column.name, column.nature) for of in catalogue.templates for column in of.columns]
    templates, names, kinds = (list(values) for values in zip(*natures, strict=True))
    with registered(cursor, {"template_code": templates, "column_name": names, "nature": [k or "" for k in kinds]}):
        cursor.execute(
            """INSERT INTO figure_print (submission_id, print, is_quiet)
            SELECT f.submission_id,
                md5(string_agg(concat_ws('|', f.row_key, f.column_name, f.num::VARCHAR), chr(10)
                    ORDER BY f.row_key, f.column_name, f.num)),
                coalesce(bool_and(f.num = 0) FILTER (n.nature = 'flow'),
                    bool_and(f.num = 0) FILTER (n.nature IS DISTINCT FROM 'fixed'), false)
            FROM fact f JOIN submission s USING (submission_id)
                LEFT JOIN arriving n ON n.template_code = s.template_code AND n.column_name = f.column_name
            WHERE f.num IS NOT NULL AND f.submission_id IN (SELECT unnest($ids::VARCHAR[]))
            GROUP BY f.submission_id""",
            {"ids": list(submission_ids)},
        )
