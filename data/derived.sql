-- What follows from the facts, replaced at every opening. Every macro takes as_of, the moment at which the question is asked.

-- The extension or exemption by which a due goes: of those made by as_of and not taken back by then the newest.
CREATE OR REPLACE MACRO due_change_at(as_of) AS TABLE
    SELECT * FROM due_change
    WHERE set_at <= as_of AND change_id NOT IN (SELECT change_id FROM due_change_end WHERE ended_at <= as_of)
    QUALIFY row_number() OVER (PARTITION BY unit_code, template_code, period ORDER BY set_at DESC, change_id DESC) = 1;

-- The dues that have opened by as_of: the frozen ones, and those of the plan that nobody has frozen yet, as extended or
-- exempted by then. planned_deadline: the one that was frozen.
CREATE OR REPLACE MACRO due_at(as_of) AS TABLE
    WITH opened AS (
        SELECT unit_code, template_code, period, "month", opens_at, deadline, due_date, is_exempt, zero_report_allowed,
            due_minutes, nominal_date, rest_name, is_calendar_known, lock_at
        FROM due WHERE opens_at <= as_of
        UNION ALL
        SELECT unit_code, template_code, period, "month", opens_at, deadline, due_date, is_exempt, zero_report_allowed,
            due_minutes, nominal_date, rest_name, is_calendar_known, lock_at
        FROM due_plan WHERE opens_at <= as_of
            AND (unit_code, template_code, period) NOT IN (SELECT (unit_code, template_code, period) FROM due))
    SELECT d.unit_code, d.template_code, d.period, d."month", d.opens_at, coalesce(c.deadline, d.deadline) AS deadline,
        coalesce(c.due_date, d.due_date) AS due_date, d.is_exempt OR coalesce(c.kind = 'exemption', false) AS is_exempt,
        d.zero_report_allowed, coalesce(c.due_minutes, d.due_minutes, 1440) AS due_minutes,
        coalesce(d.nominal_date, d.due_date) AS nominal_date, coalesce(d.rest_name, '') AS rest_name,
        coalesce(d.is_calendar_known, true) AS is_calendar_known,
        d.lock_at + (coalesce(c.deadline, d.deadline) - d.deadline) AS lock_at,
        d.deadline AS planned_deadline, d.due_date AS planned_date, c.change_id, c.kind AS change_kind,
        c.reason AS change_reason
    FROM opened d LEFT JOIN due_change_at(as_of) c
        ON c.unit_code = d.unit_code AND c.template_code = d.template_code AND c.period = d.period
        AND (c.kind = 'exemption' OR c.deadline > d.deadline)  -- nobody is late by an extension
    WHERE d."month" >= coalesce((SELECT arg_max(first_month, set_at) FROM counting_start), DATE '0001-01-01');

-- Received and counted by the clock, but not yet to be shown: the office has not accepted it.
CREATE OR REPLACE VIEW submission_under_review AS
    SELECT submission_id FROM submission
    WHERE needs_review AND outcome = 'accepted'
        AND submission_id NOT IN (SELECT submission_id FROM review_step WHERE step = 'accepted');

CREATE OR REPLACE MACRO accepted_at(as_of) AS TABLE
    SELECT * FROM submission WHERE outcome = 'accepted' AND received_at <= as_of;

-- One row a submission that needs a review, and where it stands: submitted, approved (by its unit), accepted (by the
-- office), returned, reopened, or superseded by a later one before anybody had looked. by, at, reason: of the last step.
CREATE OR REPLACE MACRO review_at(as_of) AS TABLE
    WITH taken AS (
        SELECT submission_id, arg_max(step, taken_at) AS step, max(taken_at) AS step_at,
            arg_max(user_code, taken_at) AS step_user, arg_max(user_name, taken_at) AS step_by,
            arg_max(coalesce(reason, ''), taken_at) AS reason
        FROM review_step WHERE taken_at <= as_of GROUP BY submission_id),
    newest AS (
        SELECT *, row_number() OVER (
            PARTITION BY unit_code, template_code, period ORDER BY received_at DESC, version DESC) = 1 AS is_newest
        FROM accepted_at(as_of))
    SELECT n.*, step_at, step_user, step_by, reason,
        CASE WHEN step IS NULL AND is_newest THEN 'submitted' WHEN step IS NULL THEN 'superseded' ELSE step END AS state
    FROM newest n LEFT JOIN taken USING (submission_id)
    WHERE needs_review;

-- One row a unit x template x period: how many files were sent and came back, each content once. What was only checked
-- on the page is none of them, nor what others sent by mistake.
CREATE OR REPLACE MACRO returns_at(as_of) AS TABLE
    SELECT unit_code, template_code, period, count(DISTINCT sha256) AS returns FROM submission
    WHERE outcome = 'returned' AND received_at <= as_of AND coalesce(sent_unit, unit_code) = unit_code
    GROUP BY unit_code, template_code, period;

-- The corrections that a flag asked for: of those whose section had said that it would correct a figure, the first
-- submission after that.
CREATE OR REPLACE MACRO asked_corrections_at(as_of) AS TABLE
    SELECT a.unit_code, a.template_code, a.period, min(s.received_at) AS received_at
    FROM anomaly_step a JOIN accepted_at(as_of) s
        ON (s.unit_code, s.template_code, s.period) = (a.unit_code, a.template_code, a.period)
        AND s.received_at >= a.taken_at
    WHERE a.step = 'to_correct' AND a.taken_at <= as_of
    GROUP BY a.unit_code, a.template_code, a.period, a.taken_at;

-- One row a unit x template x period: the submission whose figures count. What was never accepted in its review does not;
-- what was goes on counting while it is open again, until a later one is accepted.
CREATE OR REPLACE MACRO current_at(as_of) AS TABLE
    SELECT * FROM accepted_at(as_of)
    WHERE NOT coalesce(needs_review, false) OR submission_id IN (
        SELECT submission_id FROM review_step WHERE step = 'accepted' AND taken_at <= as_of)
    QUALIFY row_number() OVER (
        PARTITION BY unit_code, template_code, period ORDER BY received_at DESC, version DESC) = 1;

-- Entered later than it says that it came: what the office says so of, and what is told by its two moments alone.
CREATE OR REPLACE MACRO is_entered_later(received_at, recorded_at, is_sample) AS
    NOT coalesce(is_sample, false) AND recorded_at - received_at >= INTERVAL 2 HOUR;

-- One row a due. The first accepted submission decides; kind is that of the one that counts now (workbook, correction,
-- zero_report, platform_declaration), NULL where none was received and where the due is exempt. days_late counts begun
-- days: 1 from the deadline on. lead_days: days before the deadline, negative after it. age_days: days after the period's
-- end at which it was received. is_locked: missing, and no longer taken. is_extended: pending, and missing but for its
-- extension. is_early: on time, and its deadline is still to come. is_running: its month is not over, so that others of
-- the month may still open. is_backdated: the first was entered later than it came (补记).
CREATE OR REPLACE MACRO timeliness_at(as_of) AS TABLE
    WITH first_accepted AS (
        SELECT unit_code, template_code, period, min(received_at) AS first_received_at,
            max(received_at) AS latest_received_at, count(*) AS versions, arg_max(kind, (received_at, version)) AS kind,
            arg_min(is_entered_later(received_at, recorded_at, is_sample) OR submission_id IN (
                SELECT submission_id FROM backdating), (received_at, version)) AS is_backdated
        FROM accepted_at(as_of) GROUP BY ALL),
    judged AS (
        SELECT d.*, f.first_received_at, f.latest_received_at, coalesce(f.versions, 0) AS versions,
            coalesce(f.is_backdated, false) AS is_backdated,
            CASE WHEN NOT d.is_exempt THEN f.kind END AS kind,
            CASE WHEN d.is_exempt THEN 'exempt'
                 WHEN f.first_received_at < d.deadline THEN 'on_time'
                 WHEN f.first_received_at >= d.deadline THEN 'late'
                 WHEN as_of >= d.deadline THEN 'missing'
                 ELSE 'pending' END AS status
        FROM due_at(as_of) d LEFT JOIN first_accepted f USING (unit_code, template_code, period))
    SELECT *,
        CASE WHEN status IN ('late', 'missing')
             THEN 1 + date_sub('day', due_date::TIMESTAMP + to_minutes(due_minutes),
                coalesce(first_received_at, as_of)::TIMESTAMP)
             ELSE 0 END AS days_late,
        (epoch_us(deadline) - epoch_us(first_received_at)) / 86400000000 AS lead_days,
        (epoch_us(first_received_at) - epoch_us(("month" + INTERVAL 1 MONTH)::TIMESTAMP::TIMESTAMPTZ)) / 86400000000
            AS age_days,
        coalesce(status = 'missing' AND lock_at <= as_of, false) AS is_locked,
        status = 'pending' AND planned_deadline <= as_of AS is_extended,
        status = 'on_time' AND deadline > as_of AS is_early,
        status <> 'exempt' AND "month" + INTERVAL 1 MONTH > as_of::TIMESTAMP AS is_running
    FROM judged;

-- One row a unit x template x period of which anything was accepted: the version that counts now, when it came, and
-- whether it is no new data: its figures are those of the period received before it, though something happened in it.
CREATE OR REPLACE MACRO deliveries_at(as_of) AS TABLE
    WITH counted AS (
        SELECT unit_code, template_code, period, max(received_at) AS received_at,
            arg_max(submission_id, (received_at, version)) AS submission_id
        FROM accepted_at(as_of) GROUP BY ALL)
    SELECT c.*, coalesce(NOT p.is_quiet AND p.print = lag(p.print) OVER (
        PARTITION BY c.unit_code, c.template_code ORDER BY c.period), false) AS is_repeated
    FROM counted c LEFT JOIN figure_print p USING (submission_id);

-- By which catalogue a unit x template is judged: the one of that moment; before the first, the one its dues go by.
CREATE OR REPLACE MACRO catalogue_of_series_at(as_of) AS TABLE
    SELECT unit_code, template_code, coalesce(
        (SELECT arg_max(catalogue_id, loaded_at) FROM catalogue_load WHERE loaded_at <= as_of),
        arg_max(catalogue_id, opens_at)) AS catalogue_id, arg_max(catalogue_id, opens_at) AS due_catalogue_id
    FROM (SELECT unit_code, template_code, opens_at, catalogue_id FROM due WHERE opens_at <= as_of
        UNION ALL SELECT unit_code, template_code, opens_at, catalogue_id FROM due_plan WHERE opens_at <= as_of)
    GROUP BY ALL;

-- One row a unit x template that has ever been due: what freshness rests on (data/dues/freshness.py says what it is).
-- newest_: of the newest period that brought new data. behind and holes: dues whose deadline passed without anything,
-- after it and before it. repeated: periods after it that only repeat. delivered_at: the last time that anything came.
-- is_closed: by the catalogue of that moment nothing will be owed any more, and nothing is awaited.
CREATE OR REPLACE MACRO freshness_at(as_of) AS TABLE
    WITH told AS (
        SELECT unit_code, template_code, max(period) FILTER (NOT is_repeated) AS newest_period,
            arg_max(received_at, period) FILTER (NOT is_repeated) AS newest_received_at, max(received_at) AS delivered_at
        FROM deliveries_at(as_of) GROUP BY ALL),
    repeats AS (
        SELECT d.unit_code, d.template_code, count(*) AS repeated FROM deliveries_at(as_of) d
        JOIN told t ON t.unit_code = d.unit_code AND t.template_code = d.template_code AND d.period > t.newest_period
        GROUP BY ALL),
    counted AS (
        SELECT d.unit_code, d.template_code, t.newest_period, t.newest_received_at, t.delivered_at,
            count(*) FILTER (d.status = 'missing' AND coalesce(d.period > t.newest_period, true)) AS behind,
            count(*) FILTER (d.status = 'missing' AND d.period < t.newest_period) AS holes,
            min(d.deadline) FILTER (d.status = 'pending') AS next_deadline
        FROM timeliness_at(as_of) d LEFT JOIN told t USING (unit_code, template_code) GROUP BY ALL),
    owed AS (
        SELECT c.unit_code, c.template_code, o.catalogue_id, t.cycle_months, bool_or(o.last_period IS NULL
            OR o.last_period + to_months(t.cycle_months) > as_of::TIMESTAMP::DATE) AS goes_on
        FROM catalogue_of_series_at(as_of) c
        JOIN obligation o ON o.catalogue_id = c.catalogue_id AND o.unit_code = c.unit_code
            AND o.template_code = c.template_code
        JOIN "template" t ON t.catalogue_id = c.catalogue_id AND t.template_code = c.template_code
        JOIN unit u ON u.catalogue_id = c.catalogue_id AND u.unit_code = c.unit_code
            AND coalesce(u.valid_to >= as_of::TIMESTAMP::DATE, true)
        GROUP BY ALL),
    cycles AS (
        SELECT c.unit_code, c.template_code, coalesce(now.cycle, past.cycle) AS cycle,
            coalesce(now.cycle_months, past.cycle_months) AS cycle_months
        FROM catalogue_of_series_at(as_of) c
        LEFT JOIN "template" now ON now.catalogue_id = c.catalogue_id AND now.template_code = c.template_code
        LEFT JOIN "template" past ON past.catalogue_id = c.due_catalogue_id AND past.template_code = c.template_code)
    SELECT c.unit_code, c.template_code, y.cycle, c.newest_period, c.newest_received_at,
        -- data of a period that is not over yet is 0 days old
        CASE WHEN c.newest_period IS NOT NULL THEN greatest(0, date_diff(
            'day', (c.newest_period + to_months(y.cycle_months))::DATE, as_of::TIMESTAMP::DATE)) END AS age_days,
        c.delivered_at, date_diff('day', c.delivered_at::TIMESTAMP::DATE, as_of::TIMESTAMP::DATE) AS delivered_days,
        c.behind, c.holes, coalesce(r.repeated, 0) AS repeated, c.next_deadline,
        c.next_deadline IS NULL AND NOT coalesce(o.goes_on, false) AS is_closed
    FROM counted c LEFT JOIN cycles y USING (unit_code, template_code)
        LEFT JOIN repeats r USING (unit_code, template_code) LEFT JOIN owed o USING (unit_code, template_code);
