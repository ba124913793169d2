-- What came in, and the catalogue by which it is judged. Facts are appended and never changed, so that every answer can be
-- given as of any past moment. What does go: an old password, a made-up history that is cleared, dues that have opened in a
-- store that has received nothing, and the plan of those to come, which follow the catalogue.
-- No constraints: the schema stays within what DuckLake understands; deterministic ids and one writer keep rows unique.
-- What each table is to the rest of the program stands in data/tables.py.

-- One row a step of this sequence, from the moment on at which the store had it.
CREATE TABLE IF NOT EXISTS store_info (schema_version INTEGER, created_at TIMESTAMPTZ);

-- One row each time a catalogue came into force; its content is kept once per catalogue_id (sha256 of the content).
CREATE TABLE IF NOT EXISTS catalogue_load (catalogue_id VARCHAR, loaded_at TIMESTAMPTZ, loaded_by VARCHAR);
CREATE TABLE IF NOT EXISTS bureau (catalogue_id VARCHAR, definition VARCHAR);
CREATE TABLE IF NOT EXISTS unit (
    catalogue_id VARCHAR, unit_no INTEGER, unit_code VARCHAR, unit_name VARCHAR, unit_name_en VARCHAR, kind VARCHAR,
    valid_from DATE, valid_to DATE);
CREATE TABLE IF NOT EXISTS "template" (
    catalogue_id VARCHAR, template_no INTEGER, template_code VARCHAR, template_version VARCHAR, template_name VARCHAR,
    template_name_en VARCHAR, cycle VARCHAR, cycle_months INTEGER, definition VARCHAR);
CREATE TABLE IF NOT EXISTS obligation (
    catalogue_id VARCHAR, unit_code VARCHAR, template_code VARCHAR, first_period DATE, last_period DATE,
    zero_report_allowed BOOLEAN, exempt_months VARCHAR);
CREATE TABLE IF NOT EXISTS calendar_day (catalogue_id VARCHAR, day DATE, is_workday BOOLEAN, day_name VARCHAR);

-- The first month that this store counts; the newest row holds. Without one, obligations count from their own start.
CREATE TABLE IF NOT EXISTS counting_start (first_month DATE, set_at TIMESTAMPTZ, set_by VARCHAR);

-- 应报: one obligation x period, written once when the period opens. `month` is the period's last month.
CREATE TABLE IF NOT EXISTS due (
    unit_code VARCHAR, template_code VARCHAR, period DATE, "month" DATE, opens_at TIMESTAMPTZ, deadline TIMESTAMPTZ,
    due_date DATE, is_exempt BOOLEAN, zero_report_allowed BOOLEAN, catalogue_id VARCHAR, frozen_at TIMESTAMPTZ);

-- Rewritten from the catalogue in force: the dues to come, and the days with the number of working days up to each.
CREATE TABLE IF NOT EXISTS due_plan (
    unit_code VARCHAR, template_code VARCHAR, period DATE, "month" DATE, opens_at TIMESTAMPTZ, deadline TIMESTAMPTZ,
    due_date DATE, is_exempt BOOLEAN, zero_report_allowed BOOLEAN, catalogue_id VARCHAR);
CREATE TABLE IF NOT EXISTS workday (day DATE, is_workday BOOLEAN, workday_no INTEGER);

-- The original, content-addressed.
CREATE TABLE IF NOT EXISTS workbook_file (
    sha256 VARCHAR, file_name VARCHAR, size BIGINT, content BLOB, stored_at TIMESTAMPTZ);

-- 报送: one file that reached us and what became of it. outcome: accepted (version >= 1) or returned (version 0).
-- unit, template and period are NULL on a returned file that could not be recognised.
CREATE TABLE IF NOT EXISTS submission (
    submission_id VARCHAR, receipt_no VARCHAR, sha256 VARCHAR, file_name VARCHAR, unit_code VARCHAR,
    template_code VARCHAR, template_version VARCHAR, period DATE, version INTEGER, kind VARCHAR, outcome VARCHAR,
    received_at TIMESTAMPTZ, recorded_at TIMESTAMPTZ, reported_by VARCHAR, row_count INTEGER, is_sample BOOLEAN);

-- One row a cell of an accepted submission; (sheet, row_no, col_no) is its place in the original workbook.
CREATE TABLE IF NOT EXISTS fact (
    submission_id VARCHAR, sheet VARCHAR, row_no INTEGER, col_no INTEGER, column_name VARCHAR, row_key VARCHAR,
    num DOUBLE, txt VARCHAR);

CREATE TABLE IF NOT EXISTS issue (
    submission_id VARCHAR, issue_no INTEGER, severity VARCHAR, code VARCHAR, sheet VARCHAR, cell VARCHAR,
    column_name VARCHAR, row_key VARCHAR, details VARCHAR, explanation VARCHAR);
