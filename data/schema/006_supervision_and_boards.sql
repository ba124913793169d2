-- 督查: a proposal that the office has checked and taken up, with the evidence and the rules as they were then (JSON), and
-- what was done with it. step: opened, approved, declined, issued, rectified, closed, waived, withdrawn.
CREATE TABLE IF NOT EXISTS supervision_case (
    case_id VARCHAR, kind VARCHAR, unit_code VARCHAR, "month" DATE, evidence VARCHAR, "rule" VARCHAR,
    opened_at TIMESTAMPTZ, opened_by VARCHAR);
CREATE TABLE IF NOT EXISTS supervision_step (
    case_id VARCHAR, step VARCHAR, taken_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR, reason VARCHAR,
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
