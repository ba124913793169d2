ALTER TABLE unit ADD COLUMN IF NOT EXISTS parent_code VARCHAR;

-- How the deadline came about: until how many minutes after the day began, the day before it was moved, the holiday that
-- moved it, whether that year's holidays were known, and from when on nothing is taken. NULL in a row that is older.
ALTER TABLE due ADD COLUMN IF NOT EXISTS due_minutes INTEGER;
ALTER TABLE due ADD COLUMN IF NOT EXISTS nominal_date DATE;
ALTER TABLE due ADD COLUMN IF NOT EXISTS rest_name VARCHAR;
ALTER TABLE due ADD COLUMN IF NOT EXISTS is_calendar_known BOOLEAN;
ALTER TABLE due ADD COLUMN IF NOT EXISTS lock_at TIMESTAMPTZ;
ALTER TABLE due_plan ADD COLUMN IF NOT EXISTS due_minutes INTEGER;
ALTER TABLE due_plan ADD COLUMN IF NOT EXISTS nominal_date DATE;
ALTER TABLE due_plan ADD COLUMN IF NOT EXISTS rest_name VARCHAR;
ALTER TABLE due_plan ADD COLUMN IF NOT EXISTS is_calendar_known BOOLEAN;
ALTER TABLE due_plan ADD COLUMN IF NOT EXISTS lock_at TIMESTAMPTZ;

-- 延期, 免报: what the office decided about one due. kind: extension (to another deadline) or exemption. A due goes by the
-- newest that was not taken back.
CREATE TABLE IF NOT EXISTS due_change (
    change_id VARCHAR, kind VARCHAR, unit_code VARCHAR, template_code VARCHAR, period DATE, due_date DATE,
    due_minutes INTEGER, deadline TIMESTAMPTZ, reason VARCHAR, document_no VARCHAR, set_at TIMESTAMPTZ, set_by VARCHAR);
CREATE TABLE IF NOT EXISTS due_change_end (
    change_id VARCHAR, reason VARCHAR, ended_at TIMESTAMPTZ, ended_by VARCHAR);
