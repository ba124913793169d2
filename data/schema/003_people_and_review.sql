-- sent_by and sent_unit: the account that handed it in and its unit, NULL where it was the office. needs_review: the
-- template wanted a review when it came.
ALTER TABLE submission ADD COLUMN IF NOT EXISTS sent_by VARCHAR;
ALTER TABLE submission ADD COLUMN IF NOT EXISTS sent_unit VARCHAR;
ALTER TABLE submission ADD COLUMN IF NOT EXISTS needs_review BOOLEAN;

-- 审核: what was done with an accepted submission that needs a review. step: approved (by its unit), accepted, returned or
-- reopened (by the office; returned also by the unit).
CREATE TABLE IF NOT EXISTS review_step (
    submission_id VARCHAR, step VARCHAR, taken_at TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR, reason VARCHAR);

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

-- Who did what when from where. Each row's hash covers the row and the hash before it.
CREATE TABLE IF NOT EXISTS audit (
    audit_no BIGINT, "at" TIMESTAMPTZ, user_code VARCHAR, user_name VARCHAR, role VARCHAR, via VARCHAR, address VARCHAR,
    "action" VARCHAR, unit_code VARCHAR, subject VARCHAR, details VARCHAR, previous_hash VARCHAR, hash VARCHAR);
