-- Three years of a large company, up to today: :visits visits, each asked about; a
-- tenth as many contracts, a fifth as many tickets, a twentieth as many customers.
-- Every figure follows from the number of the row, so that two runs are the same.
--
-- Written as rows, not through the models: a million visits would take days. What the
-- models derive (deadlines, states, hours) is written as they would.
\set ON_ERROR_STOP on
SET synchronous_commit = off;

CREATE FUNCTION pg_temp.local(moment timestamp) RETURNS date LANGUAGE sql AS $$
    SELECT (moment AT TIME ZONE 'UTC' AT TIME ZONE 'America/Bogota')::date
$$;

CREATE TEMP TABLE bench AS
SELECT array_agg(id ORDER BY id) FILTER (WHERE login LIKE 'bench_technician_%') AS technicians,
       array_agg(id ORDER BY id) FILTER (WHERE login LIKE 'bench_salesperson_%') AS salespeople,
       (SELECT array_agg(id ORDER BY id) FROM res_company) AS companies,
       (SELECT array_agg(id ORDER BY id) FROM airbag_treatment) AS treatments,
       (SELECT array_agg(id ORDER BY id) FROM helpdesk_ticket_team) AS teams,
       (SELECT id FROM helpdesk_ticket_stage WHERE closed ORDER BY sequence LIMIT 1) AS closed_stage,
       (SELECT id FROM helpdesk_ticket_stage WHERE NOT COALESCE(closed, false) ORDER BY sequence LIMIT 1) AS open_stage,
       (SELECT p.id FROM product_product p WHERE p.default_code = 'BENCH') AS product,
       (SELECT t.uom_id FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
         WHERE p.default_code = 'BENCH') AS uom,
       (SELECT currency_id FROM res_company ORDER BY id LIMIT 1) AS currency,
       (SELECT survey_id FROM survey_question WHERE question_type = 'scale' ORDER BY survey_id, id LIMIT 1) AS survey,
       CURRENT_DATE - 1095 AS first_day
  FROM res_users;

-- Customers: companies, each its own commercial entity.
INSERT INTO res_partner (name, complete_name, active, is_company, partner_share, type,
                         lang, email, autopost_bills, customer_rank, create_date)
SELECT 'Bench customer ' || i, 'Bench customer ' || i, true, true, true, 'contact', 'es_419',
       'bench' || i || '@customers.example', 'ask', 1, now()
  FROM generate_series(1, :visits / 20) i;
UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL;
CREATE TEMP TABLE customer AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS number
  FROM res_partner WHERE name LIKE 'Bench customer %';
CREATE UNIQUE INDEX ON customer (number);
ANALYZE customer;

-- Contracts of a year; one in eight open-ended, the past ones decided.
INSERT INTO sale_order (name, unrevisioned_name, revision_number, company_id, partner_id,
    partner_invoice_id, partner_shipping_id, currency_id, currency_rate, date_order,
    create_date, state, active, user_id, is_service_contract, is_open_ended, contract_start,
    contract_end, contract_duration, contract_duration_unit, contract_state, renewal_state,
    renewal_contacted_on, renewal_first_contacted_on, terminated_on, amount_total)
SELECT 'BENCH' || i, 'BENCH' || i, 0, companies[1 + (i % 10 = 0)::int], customer.id,
       customer.id, customer.id, currency, 1, start, start, 'sale', true,
       salespeople[1 + i % array_length(salespeople, 1)], true, ends IS NULL, start, ends,
       CASE WHEN ends IS NULL THEN 0 ELSE 1 END, 'year',
       CASE WHEN terminated THEN 'terminated' WHEN ends < CURRENT_DATE THEN 'ended' ELSE 'active' END,
       CASE WHEN terminated THEN 'lost'
            WHEN ends < CURRENT_DATE - 30 THEN CASE WHEN i % 5 < 4 THEN 'renewed' ELSE 'lost' END
            WHEN ends < CURRENT_DATE + 45 THEN 'due'
            ELSE 'not_due' END,
       contacted, contacted,
       CASE WHEN terminated THEN ends - 100 END,
       100 + i % 900
  FROM generate_series(1, :visits / 10) i
 CROSS JOIN bench
 CROSS JOIN LATERAL (SELECT first_day + (i::bigint * 7919 % 1095)::int AS start) s
 CROSS JOIN LATERAL (SELECT CASE WHEN i % 8 > 0 THEN (start + interval '1 year - 1 day')::date END AS ends) e
 CROSS JOIN LATERAL (SELECT ends < CURRENT_DATE - 60 AND i % 40 = 1 AS terminated) t
 CROSS JOIN LATERAL (
    SELECT CASE WHEN ends < CURRENT_DATE + 20 AND i % 4 > 0
                THEN ends - 50 + i % 60 END AS contacted) c
  JOIN customer ON customer.number = i::bigint * 31 % (:visits / 20);
CREATE TEMP TABLE contract AS
SELECT id, company_id, partner_id, user_id, contract_start,
       row_number() OVER (ORDER BY id) - 1 AS number
  FROM sale_order WHERE name LIKE 'BENCH%';
CREATE UNIQUE INDEX ON contract (number);
ANALYZE contract;

INSERT INTO sale_order_line (order_id, company_id, currency_id, order_partner_id,
    salesman_id, product_id, product_uom_id, state, name, product_uom_qty, price_unit,
    customer_lead, visit_interval, visit_interval_unit, promised_visit_count)
SELECT contract.id, contract.company_id, currency, contract.partner_id, contract.user_id,
       product, uom, 'sale', 'Bench service', 1, 100, 0, 36, 'day', 10
  FROM contract CROSS JOIN bench;
-- Ten visits of each contract, some cancelled, missed, moved or still to come.
INSERT INTO airbag_intervention (name, company_id, partner_id, contact_id, order_id,
    order_line_id, visit_number, treatment_id, user_id, state, active, planned_start,
    planned_end, original_planned_start, started_at, finished_at, duration_hours,
    no_products_used, no_recommendations, report_state, create_date, promised_date)
SELECT 'BENCH' || i, contract.company_id, contract.partner_id, contract.partner_id,
       contract.id, line.id, 1 + i / (:visits / 10),
       treatments[1 + i % array_length(treatments, 1)],
       technicians[1 + (i::bigint * 17 % array_length(technicians, 1))::int],
       happened.state, true, planned + moved, planned + moved + interval '2 hours',
       CASE WHEN moved > interval '0' THEN planned END,
       CASE WHEN happened.state = 'done' THEN planned + moved END,
       CASE WHEN happened.state = 'done' THEN planned + moved + interval '2 hours' END,
       2, true, true, 'not_needed', contract.contract_start, planned::date
  FROM generate_series(0, :visits - 1) i
 CROSS JOIN bench
  JOIN contract ON contract.number = i % (:visits / 10)
  JOIN sale_order_line line ON line.order_id = contract.id
 CROSS JOIN LATERAL (
    SELECT contract_start + 36 * (i / (:visits / 10)) + interval '14 hours' AS planned,
           CASE WHEN i % 11 = 0 THEN interval '3 days' ELSE interval '0' END AS moved) p
 CROSS JOIN LATERAL (
    SELECT CASE WHEN planned + moved >= CURRENT_DATE THEN 'planned'
                WHEN i % 29 = 0 THEN 'cancelled'
                WHEN i % 31 = 0 THEN 'planned'
                ELSE 'done' END AS state) happened;

-- A survey of each visit done: six in ten answered, most in time.
INSERT INTO survey_user_input (survey_id, partner_id, state, access_token, email,
    start_datetime, end_datetime, create_date, intervention_id, company_id, order_id,
    customer_id, treatment_id, technician_id, salesperson_id, contact_state,
    contact_channel, contact_timing, service_date, contact_deadline, satisfaction_score,
    contacted_in_time, is_satisfied, contacted_on, survey_mailed_on)
SELECT survey, visit.contact_id, CASE WHEN answered THEN 'done' ELSE 'new' END,
       'bench' || visit.id, 'bench@customers.example', visit.finished_at, visit.finished_at,
       visit.finished_at, visit.id, visit.company_id, visit.order_id, visit.partner_id,
       visit.treatment_id, visit.user_id, contract.user_id,
       CASE WHEN answered THEN 'answered' WHEN visit.id % 50 = 0 THEN 'waived'
            WHEN timing = 'pending' THEN 'pending' WHEN timing = 'late' THEN 'overdue'
            ELSE 'contacted' END,
       'email', NULLIF(timing, 'pending'), day, day + 5,
       CASE WHEN answered THEN score END,
       CASE timing WHEN 'in_time' THEN 100 WHEN 'late' THEN 0 END,
       answered AND score >= 4,
       CASE WHEN timing = 'in_time' THEN visit.finished_at + interval '1 hour' END,
       CASE WHEN timing = 'in_time' THEN visit.finished_at + interval '1 hour' END
  FROM airbag_intervention visit
 CROSS JOIN bench
  JOIN contract ON contract.id = visit.order_id
 CROSS JOIN LATERAL (
    SELECT visit.finished_at::date AS day,
           1 + (visit.id::bigint * 7 % 20 > 0)::int + (visit.id % 10 > 0)::int
             + (visit.id % 6 > 0)::int + (visit.id % 3 > 0)::int AS score) d
 CROSS JOIN LATERAL (
    SELECT CASE WHEN day > CURRENT_DATE - 5 AND visit.id % 3 = 0 THEN 'pending'
                WHEN visit.id % 12 = 0 THEN 'late' ELSE 'in_time' END AS timing) t
 CROSS JOIN LATERAL (SELECT timing = 'in_time' AND visit.id % 10 < 7 AS answered) a
 WHERE visit.state = 'done' AND visit.name LIKE 'BENCH%';

-- What they answered: two questions each, of two areas.
INSERT INTO survey_user_input_line (user_input_id, survey_id, question_id,
    question_sequence, answer_type, value_scale, skipped, score, question_asked,
    responsible_team_id, is_deciding, create_date)
SELECT input.id, input.survey_id, asked.id, asked.sequence, 'scale',
       input.satisfaction_score, false, input.satisfaction_score, 'Bench question',
       teams[(input.id % array_length(teams, 1))::int + 1], asked.number = 1,
       input.end_datetime
  FROM survey_user_input input
 CROSS JOIN bench
  JOIN (SELECT *, row_number() OVER (PARTITION BY survey_id ORDER BY id) AS number
          FROM survey_question WHERE question_type = 'scale') asked
    ON asked.survey_id = input.survey_id AND asked.number <= 2
 WHERE input.state = 'done' AND input.access_token LIKE 'bench%';

-- Tickets: four kinds, eight areas, one in fifteen still open.
INSERT INTO helpdesk_ticket (number, name, description, company_id, partner_id,
    commercial_partner_id, intervention_id, order_id, team_id, user_id, stage_id, kind,
    severity, priority, active, received_on, acknowledged_on, resolved_on,
    acknowledgement_deadline, resolution_deadline, resolution_hours, create_date,
    last_stage_update, root_cause, corrective_action, incident_date, commitment_date)
SELECT 'BENCH' || visit.number, 'Bench ticket', '<p>Noise</p>', visit.company_id,
       visit.partner_id, visit.partner_id, visit.id, visit.order_id,
       teams[1 + (visit.number % array_length(teams, 1))::int], visit.user_id,
       CASE WHEN open THEN open_stage ELSE closed_stage END,
       (ARRAY['complaint', 'claim', 'query', 'request'])[1 + (visit.number % 4)::int],
       'minor', '1', true, received, received + interval '2 hours',
       resolved,
       received + interval '8 hours', received + interval '5 days',
       CASE WHEN NOT open THEN 8.0 * (1 + visit.number % 9) END, received, received,
       'Cause', 'Action', pg_temp.local(COALESCE(resolved, received)),
       pg_temp.local(LEAST(resolved, received + interval '5 days'))
  FROM (SELECT *, row_number() OVER (ORDER BY id) AS number
          FROM airbag_intervention
         WHERE state = 'done' AND name LIKE 'BENCH%') visit
 CROSS JOIN bench
 CROSS JOIN LATERAL (
    SELECT visit.finished_at + interval '1 day' AS received,
           visit.number % 15 = 0 AND visit.finished_at > CURRENT_DATE - 200 AS open) r
 CROSS JOIN LATERAL (
    SELECT CASE WHEN NOT open
                THEN received + (1 + visit.number % 9) * interval '1 day' END AS resolved) e
 WHERE visit.number <= :visits / 5;

\echo analyzing
VACUUM ANALYZE;
SELECT relname AS table, n_live_tup AS rows FROM pg_stat_user_tables
 WHERE relname IN ('airbag_intervention', 'survey_user_input', 'helpdesk_ticket',
                   'sale_order', 'res_partner') ORDER BY 1;
