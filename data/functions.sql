-- What row rules may call beside DuckDB's own functions. Both answer NULL where an argument is NULL.

-- Working days after a, through b: a itself does not count. NULL on a day that table workday does not hold.
CREATE OR REPLACE MACRO workdays(a, b) AS
    (SELECT no_ FROM (SELECT day AS day_, workday_no AS no_ FROM workday) WHERE day_ = CAST(b AS DATE))
    - (SELECT no_ FROM (SELECT day AS day_, workday_no AS no_ FROM workday) WHERE day_ = CAST(a AS DATE));

-- Whether a unified social credit code has the right check character (GB 32100-2015; weights are 3^i mod 31).
CREATE OR REPLACE MACRO is_uscc(code) AS
    regexp_full_match(code, '[0-9A-HJ-NPQRTUWXY]{18}') AND list_dot_product(
        list_transform(
            string_split(code, ''),
            lambda letter_: CAST(strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', letter_) - 1 AS DOUBLE)),
        CASE WHEN length(code) = 18
            THEN CAST([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1] AS DOUBLE[])
        END) % 31 = 0;
