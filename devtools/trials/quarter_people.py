"""What customers and employees do in the simulated quarter, each once."""

from devtools.trials.quarter_plan import ANSWERS, get_moment


def act(env, day):
    """Let the people do what they do on a day, once, however often it is called."""
    _answer(env, day)
    _bounce(env, day)
    _call(env, day)
    _waive(env, day)


def begin(env, day):
    """Begin a day, and finish the visits of its morning."""
    env.cr.execute(
        """
        UPDATE airbag_intervention visit
           SET state = 'done',
               started_at = %(now)s::timestamp - interval '2 hours',
               finished_at = %(now)s::timestamp - interval '1 hour'
          FROM trial_visit plan
         WHERE plan.id = visit.id AND plan.day = %(day)s
        """,
        {"day": day, "now": get_moment(day)},
    )
    env.cr.execute("UPDATE trial_clock SET day = %s", (day,))
    env.cr.commit()


def _find(env, kinds, condition, *parameters):
    """Return the surveys of some kinds of customers for which a condition holds."""
    env.flush_all()
    env.cr.execute(
        f"""
        SELECT survey.id
          FROM survey_user_input survey
          JOIN trial_visit plan ON plan.id = survey.intervention_id
         WHERE plan.kind IN %s AND {condition}
         ORDER BY survey.id
        """,
        (tuple(kinds), *parameters),
    )
    return env["survey.user_input"].browse(row[0] for row in env.cr.fetchall())


def _answer(env, day):
    """Customers answer on the page, as the public user."""
    question = env.ref("airbag_client_mgmt.satisfaction_question_overall")
    public = env.ref("base.public_user")
    for kind, delay in ANSWERS.items():
        due = _find(
            env,
            [kind],
            "survey.state = 'new' AND survey.contact_state = 'contacted'"
            " AND survey.contacted_on::date <= %s",
            get_moment(day - delay).date(),
        )
        for survey in due.with_user(public).sudo():
            survey._mark_in_progress()
            survey._save_lines(question, "5")
            survey._mark_done()
            env.cr.commit()


def _bounce(env, day):
    """The e-mails of some come back the day after."""
    due = _find(
        env,
        ["bounced", "lost"],
        "NOT COALESCE(survey.email_failed, false)"
        " AND survey.contact_state = 'contacted'"
        " AND survey.contacted_on::date <= %s",
        get_moment(day - 1).date(),
    )
    for survey in due:
        survey._message_receive_bounce(survey.email, survey.partner_id)
        env.cr.commit()


def _call(env, day):
    """Commercial calls some of those it was asked to call, the day after."""
    admin = env.ref("base.user_admin")
    due = _find(
        env,
        ["called", "bounced", "phone"],
        "survey.spoken_on IS NULL AND survey.call_requested_on::date <= %s",
        get_moment(day - 1).date(),
    )
    for survey in due.with_user(admin):
        survey.action_log_call()
        env.cr.commit()


def _waive(env, day):
    """Quality waives some, with a reason."""
    admin = env.ref("base.user_admin")
    due = _find(
        env,
        ["waived"],
        "survey.contact_state = 'contacted' AND survey.contacted_on::date <= %s",
        get_moment(day - 1).date(),
    )
    for survey in due.with_user(admin):
        survey._waive("Warranty")
        env.cr.commit()
