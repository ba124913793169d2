-- In the order in which they were taken: two steps may bear one moment.
ALTER TABLE supervision_step ADD COLUMN IF NOT EXISTS step_no INTEGER;
UPDATE supervision_step SET step_no = numbered.step_no
    FROM (SELECT rowid AS row_id, row_number() OVER (PARTITION BY case_id ORDER BY taken_at, rowid) AS step_no
        FROM supervision_step) numbered
    WHERE supervision_step.rowid = numbered.row_id AND supervision_step.step_no IS NULL;
