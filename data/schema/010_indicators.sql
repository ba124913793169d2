-- The indicators of a catalogue, as its reference file says them.
CREATE TABLE indicator (catalogue_id VARCHAR, indicator_no INTEGER, indicator_code VARCHAR, definition VARCHAR);
