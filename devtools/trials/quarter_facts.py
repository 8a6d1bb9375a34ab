"""What became of the quarter, as JSON: a row for each survey. Runs in Odoo's shell."""

import json

cr = env.cr  # noqa: F821
cr.execute(
    """
    SELECT plan.kind, plan.id AS visit, survey.access_token AS token,
           survey.contact_state AS state, survey.contact_channel AS channel,
           survey.contact_timing AS timing,
           survey.contacted_on IS NOT NULL AND
               (survey.contacted_on AT TIME ZONE 'UTC'
                AT TIME ZONE 'America/Bogota')::date
               <= survey.service_date + 5 AS in_time,
           survey.survey_reminded_on IS NOT NULL AS reminded,
           survey.call_requested_on IS NOT NULL AS call_asked,
           (SELECT COUNT(*) FROM mail_activity call
             WHERE call.res_model = 'survey.user_input' AND call.active
               AND call.res_id = survey.id) AS calls
      FROM trial_visit plan
      LEFT JOIN survey_user_input survey ON survey.intervention_id = plan.id
    """
)
rows = cr.dictfetchall()
cr.execute("SELECT state, COUNT(*) FROM mail_mail GROUP BY state")
mails = dict(cr.fetchall())
cr.execute("SELECT COUNT(*) FROM airbag_intervention WHERE survey_error IS NOT NULL")
print(json.dumps({"rows": rows, "mails": mails, "failed": cr.fetchone()[0]}))
