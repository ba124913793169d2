-- 异常处置: what was said of a figure that was flagged. step: confirmed (it is right), to_correct (by due_date), redefined
-- (its definition changed from this period on) or reopened. value: the figure as it was then, NULL for a whole form.
CREATE TABLE IF NOT EXISTS anomaly_step (
    unit_code VARCHAR, template_code VARCHAR, period DATE, row_key VARCHAR, column_name VARCHAR, "value" DOUBLE,
    cause VARCHAR, step VARCHAR, reason VARCHAR, due_date DATE, taken_at TIMESTAMPTZ, user_code VARCHAR,
    user_name VARCHAR);
