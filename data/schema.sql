-- The facts. Append-only: nothing here is ever updated or deleted, so every answer can be given as of any past moment.
-- No constraints: the base schema stays within what DuckLake understands; deterministic ids and one writer keep it unique.

CREATE TABLE IF NOT EXISTS store_info (schema_version INTEGER, created_at TIMESTAMPTZ);

-- One row each time a catalogue came into force; its content is kept once per catalogue_id (sha256 of the content).
CREATE TABLE IF NOT EXISTS catalogue_load (catalogue_id VARCHAR, loaded_at TIMESTAMPTZ, loaded_by VARCHAR);
CREATE TABLE IF NOT EXISTS bureau (catalogue_id VARCHAR, definition VARCHAR);
CREATE TABLE IF NOT EXISTS unit (
    catalogue_id VARCHAR, unit_no INTEGER, unit_code VARCHAR, unit_name VARCHAR, unit_name_en VARCHAR, kind VARCHAR,
    valid_from DATE, valid_to DATE);
ALTER TABLE unit ADD COLUMN IF NOT EXISTS parent_code VARCHAR;
CREATE TABLE IF NOT EXISTS "template" (
    catalogue_id VARCHAR, template_no INTEGER, template_code VARCHAR, template_version VARCHAR, template_name VARCHAR,
    template_name_en VARCHAR, cycle VARCHAR, cycle_months INTEGER, definition VARCHAR);
CREATE TABLE IF NOT EXISTS obligation (
    catalogue_id VARCHAR, unit_code VARCHAR, template_code VARCHAR, first_period DATE, last_period DATE,
    zero_report_allowed BOOLEAN, exempt_months VARCHAR);
CREATE TABLE IF NOT EXISTS calendar_day (catalogue_id VARCHAR, day DATE, is_workday BOOLEAN, day_name VARCHAR);

-- The first month that this store counts; the newest row holds. Without one, obligations count from their own start.
CREATE TABLE IF NOT EXISTS counting_start (first_month DATE, set_at TIMESTAMPTZ, set_by VARCHAR);

-- What the office may change without a new catalogue, as JSON; the newest row of a name holds.
CREATE TABLE IF NOT EXISTS setting (setting_name VARCHAR, setting_value VARCHAR, set_at TIMESTAMPTZ, set_by VARCHAR);

-- 应报: one obligation x period, written once when the period opens. `month` is the period's last month.
CREATE TABLE IF NOT EXISTS due (
    unit_code VARCHAR, template_code VARCHAR, period DATE, "month" DATE, opens_at TIMESTAMPTZ, deadline TIMESTAMPTZ,
    due_date DATE, is_exempt BOOLEAN, zero_report_allowed BOOLEAN, catalogue_id VARCHAR, frozen_at TIMESTAMPTZ);
-- How the deadline came about: until how many minutes after the day began, the day before it was moved, the holiday that
-- moved it, whether that year's holidays were known, and from when on nothing is taken. NULL in a row of schema 2.
ALTER TABLE due ADD COLUMN IF NOT EXISTS due_minutes INTEGER;
ALTER TABLE due ADD COLUMN IF NOT EXISTS nominal_date DATE;
ALTER TABLE due ADD COLUMN IF NOT EXISTS rest_name VARCHAR;
ALTER TABLE due ADD COLUMN IF NOT EXISTS is_calendar_known BOOLEAN;
ALTER TABLE due ADD COLUMN IF NOT EXISTS lock_at TIMESTAMPTZ;

-- 延期, 免报: what the office decided about one due. kind: extension (to another deadline) or exemption. A due goes by the
-- newest that was not taken back.
CREATE TABLE IF NOT EXISTS due_change (
    change_id VARCHAR, kind VARCHAR, unit_code VARCHAR, template_code VARCHAR, period DATE, due_date DATE,
    due_minutes INTEGER, deadline TIMESTAMPTZ, reason VARCHAR, document_no VARCHAR, set_at TIMESTAMPTZ, set_by VARCHAR);
CREATE TABLE IF NOT EXISTS due_change_end (
    change_id VARCHAR, reason VARCHAR, ended_at TIMESTAMPTZ, ended_by VARCHAR);

-- The original, content-addressed.
CREATE TABLE IF NOT EXISTS workbook_file (
    sha256 VARCHAR, file_name VARCHAR, size BIGINT, content BLOB, stored_at TIMESTAMPTZ);

-- 报送: one file that reached us and what became of it. outcome: accepted (version >= 1) or returned (version 0).
-- unit, template and period are NULL on a returned file that could not be recognised. sent_by and sent_unit: the account
-- that handed it in and its unit, NULL where it was the office. needs_review: the template wanted a review when it came.
CREATE TABLE IF NOT EXISTS submission (
    submission_id VARCHAR, receipt_no VARCHAR, sha256 VARCHAR, file_name VARCHAR, unit_code VARCHAR,
    template_code VARCHAR, template_version VARCHAR, period DATE, version INTEGER, kind VARCHAR, outcome VARCHAR,
    received_at TIMESTAMPTZ, recorded_at TIMESTAMPTZ, reported_by VARCHAR, row_count INTEGER, is_sample BOOLEAN);
ALTER TABLE submission ADD COLUMN IF NOT EXISTS sent_by VARCHAR;
ALTER TABLE submission ADD COLUMN IF NOT EXISTS sent_unit VARCHAR;
ALTER TABLE submission ADD COLUMN IF NOT EXISTS needs_review BOOLEAN;

-- What a submission says that brings no figures (零报告, 已通过平台报送); its statement is the submission's own file, the
-- proof another kept file. count, delivered_on, platform and the proof are NULL on a zero report.
CREATE TABLE IF NOT EXISTS declaration (
    submission_id VARCHAR, "count" BIGINT, delivered_on DATE, platform VARCHAR, proof_sha256 VARCHAR,
    proof_name VARCHAR, reason VARCHAR);

-- One row a cell of an accepted submission; (sheet, row_no, col_no) is its place in the original workbook.
CREATE TABLE IF NOT EXISTS fact (
    submission_id VARCHAR, sheet VARCHAR, row_no INTEGER, col_no INTEGER, column_name VARCHAR, row_key VARCHAR,
    num DOUBLE, txt VARCHAR);

CREATE TABLE IF NOT EXISTS issue (
    submission_id VARCHAR, issue_no INTEGER, severity VARCHAR, code VARCHAR, sheet VARCHAR, cell VARCHAR,
    column_name VARCHAR, row_key VARCHAR, details VARCHAR, explanation VARCHAR);

-- 审核: what was done with an accepted submission that needs a review. step: approved (by its unit), accepted, returned or
-- reopened (by the office; returned also by the unit).
CREATE TABLE IF NOT EXISTS review_step (
    submission_id VARCHAR, step VARCHAR, taken_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR, reason VARCHAR);

-- 督查: a proposal that the office has checked and taken up, with the evidence and the rules as they were then (JSON), and
-- what was done with it. step: opened, approved, declined, issued, rectified, closed, waived, withdrawn.
CREATE TABLE IF NOT EXISTS supervision_case (
    case_id VARCHAR, kind VARCHAR, unit_code VARCHAR, "month" DATE, evidence VARCHAR, "rule" VARCHAR,
    opened_at TIMESTAMPTZ, opened_by VARCHAR);
CREATE TABLE IF NOT EXISTS supervision_step (
    case_id VARCHAR, step_no INTEGER, step VARCHAR, taken_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR, reason VARCHAR,
    document_no VARCHAR, issued_on DATE, due_date DATE, details VARCHAR);

-- 免责: a due that is held against nobody, though it stays as late or missing as it was; ended by a row of waiver_end.
CREATE TABLE IF NOT EXISTS waiver (
    waiver_id VARCHAR, unit_code VARCHAR, template_code VARCHAR, period DATE, "month" DATE, ground VARCHAR,
    reason VARCHAR, document_no VARCHAR, made_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR);
CREATE TABLE IF NOT EXISTS waiver_end (
    waiver_id VARCHAR, unit_code VARCHAR, ended_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR, reason VARCHAR);

-- 红榜/提醒名单 as published: content holds the formula and the settings (JSON), board_line one unit each; a later edition
-- of the same board is a new publication. board: month or year; list: red, reminder or empty.
CREATE TABLE IF NOT EXISTS board_publication (
    publication_id VARCHAR, board VARCHAR, period DATE, edition INTEGER, published_at TIMESTAMPTZ, user_code VARCHAR,
    user_name VARCHAR, reason VARCHAR, content VARCHAR);
CREATE TABLE IF NOT EXISTS board_line (
    publication_id VARCHAR, unit_code VARCHAR, "rank" INTEGER, points DOUBLE, "list" VARCHAR, content VARCHAR);

-- 异议: a unit's objection to its points of a published month, and the office's answer. step: upheld or dismissed.
CREATE TABLE IF NOT EXISTS objection (
    objection_id VARCHAR, publication_id VARCHAR, unit_code VARCHAR, "month" DATE, template_code VARCHAR,
    reason VARCHAR, made_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR);
CREATE TABLE IF NOT EXISTS objection_step (
    objection_id VARCHAR, unit_code VARCHAR, step VARCHAR, taken_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR,
    reason VARCHAR);

-- Who may sign in; the newest row of a user_code holds. The password is no fact: the old one is forgotten.
CREATE TABLE IF NOT EXISTS account (
    user_code VARCHAR, user_name VARCHAR, role VARCHAR, unit_code VARCHAR, is_active BOOLEAN, changed_at TIMESTAMPTZ,
    changed_by VARCHAR);
CREATE TABLE IF NOT EXISTS "password" (
    user_code VARCHAR, password_hash VARCHAR, must_change BOOLEAN, set_at TIMESTAMPTZ);

-- What programs sign in with: kept as its sha256 alone, never changed, ended by a row of token_end.
CREATE TABLE IF NOT EXISTS token (
    token_id VARCHAR, token_hash VARCHAR, token_name VARCHAR, role VARCHAR, unit_code VARCHAR, created_at TIMESTAMPTZ,
    created_by VARCHAR, expires_at TIMESTAMPTZ);
CREATE TABLE IF NOT EXISTS token_end (token_id VARCHAR, ended_at TIMESTAMPTZ, ended_by VARCHAR);

-- 催报: whom reminders reach. The newest row of a contact_id holds. unit_code NULL: a group of the whole bureau. secret: what
-- a 钉钉 robot signs with. address and secret of a robot are keys: shown masked, in the log and the audit trail too.
CREATE TABLE IF NOT EXISTS contact (
    contact_id VARCHAR, unit_code VARCHAR, channel VARCHAR, address VARCHAR, secret VARCHAR, contact_name VARCHAR,
    locale VARCHAR, is_active BOOLEAN, changed_at TIMESTAMPTZ, changed_by VARCHAR);

-- One row a try, written before the message leaves; what became of it is a row of reminder_outcome. A try without one was
-- cut short, and nobody knows whether it arrived. for_day: the day whose step it is. dues: what it reminds of, as JSON.
CREATE TABLE IF NOT EXISTS reminder (
    reminder_id VARCHAR, try_no INTEGER, for_day DATE, step VARCHAR, contact_id VARCHAR, contact_name VARCHAR,
    unit_code VARCHAR, channel VARCHAR, address VARCHAR, subject VARCHAR, body VARCHAR, dues VARCHAR,
    tried_at TIMESTAMPTZ, tried_by VARCHAR);

-- outcome: sent, failed (retry_at: when it is tried again; NULL: no more) or unsure.
CREATE TABLE IF NOT EXISTS reminder_outcome (
    reminder_id VARCHAR, try_no INTEGER, outcome VARCHAR, error VARCHAR, retry_at TIMESTAMPTZ, settled_at TIMESTAMPTZ);

-- Who did what when from where. Each row's hash covers the row and the hash before it.
CREATE TABLE IF NOT EXISTS audit (
    audit_no BIGINT, "at" TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR, role VARCHAR, via VARCHAR, address VARCHAR,
    "action" VARCHAR, unit_code VARCHAR, subject VARCHAR, details VARCHAR, previous_hash VARCHAR, hash VARCHAR);

-- 异常处置: what was said of a figure that was flagged. step: confirmed (it is right), to_correct (by due_date), redefined
-- (its definition changed from this period on) or reopened. value: the figure as it was then, NULL for a whole form.
CREATE TABLE IF NOT EXISTS anomaly_step (
    unit_code VARCHAR, template_code VARCHAR, period DATE, row_key VARCHAR, column_name VARCHAR, "value" DOUBLE,
    cause VARCHAR, step VARCHAR, reason VARCHAR, due_date DATE, taken_at TIMESTAMPTZ, user_code VARCHAR,
    user_name VARCHAR);
