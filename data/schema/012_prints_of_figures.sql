-- What tells whether a return repeats the figures of the one before it: print is the same where they are the same to the
-- last one. is_quiet: they say that nothing happened (every flow is 0; where there is none, every figure that changes).
CREATE TABLE figure_print (submission_id VARCHAR, print VARCHAR, is_quiet BOOLEAN);
INSERT INTO figure_print (submission_id, print, is_quiet)
    WITH natures AS (
        SELECT t.template_code, c.value ->> 'name' AS column_name,
            arg_max(coalesce(c.value ->> 'nature', ''), l.loaded_at) AS nature
        FROM "template" t JOIN catalogue_load l USING (catalogue_id), json_each(t.definition, '$.columns') c
        GROUP BY ALL)
    SELECT f.submission_id,
        md5(string_agg(concat_ws('|', f.row_key, f.column_name, f.num::VARCHAR), chr(10)
            ORDER BY f.row_key, f.column_name, f.num)),
        coalesce(bool_and(f.num = 0) FILTER (n.nature = 'flow'),
            bool_and(f.num = 0) FILTER (n.nature IS DISTINCT FROM 'fixed'), false)
    FROM fact f JOIN submission s USING (submission_id)
        LEFT JOIN natures n ON n.template_code = s.template_code AND n.column_name = f.column_name
    WHERE f.num IS NOT NULL
    GROUP BY f.submission_id;
