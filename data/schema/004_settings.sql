-- What the office may change without a new catalogue, as JSON; the newest row of a name holds.
CREATE TABLE IF NOT EXISTS setting (setting_name VARCHAR, setting_value VARCHAR, set_at TIMESTAMPTZ, set_by VARCHAR);
