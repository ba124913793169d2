-- 补记: what the office entered with an earlier moment of receipt, why, and what proves it (a file, NULL where there is none).
CREATE TABLE backdating (
    submission_id VARCHAR, reason VARCHAR, proof_sha256 VARCHAR, proof_name VARCHAR, entered_by VARCHAR,
    entered_at TIMESTAMPTZ);
