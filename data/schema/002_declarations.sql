-- What a submission says that brings no figures (零报告, 已通过平台报送); its statement is the submission's own file, the
-- proof another kept file. count, delivered_on, platform and the proof are NULL on a zero report.
CREATE TABLE IF NOT EXISTS declaration (
    submission_id VARCHAR, "count" BIGINT, delivered_on DATE, platform VARCHAR, proof_sha256 VARCHAR,
    proof_name VARCHAR, reason VARCHAR);
