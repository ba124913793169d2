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
