# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, _version):
    """Say what the answers of the register meant, all in one statement.

    Before the fields are loaded: the ORM would compute them one answer at a time.
    What the questions say today is the best that is known of the past.
    """
    cr.execute(
        """
        ALTER TABLE survey_user_input_line
            ADD COLUMN question_asked varchar,
            ADD COLUMN score double precision,
            ADD COLUMN is_deciding boolean,
            ADD COLUMN responsible_team_id integer
        """
    )
    cr.execute(
        """
        UPDATE survey_user_input_line line
           SET question_asked = meaning.question_asked,
               score = meaning.score,
               is_deciding = meaning.is_deciding,
               responsible_team_id = meaning.team_id
          FROM (
            SELECT line.id,
                   COALESCE(question.title ->> lang.code, question.title ->> 'en_US')
                       AS question_asked,
                   CASE WHEN line.answer_type = 'scale'
                         AND line.skipped IS NOT TRUE
                         AND question.scale_max > question.scale_min
                        THEN ROUND(1 + 4.0 * (line.value_scale - question.scale_min)
                             / (question.scale_max - question.scale_min), 4)
                   END AS score,
                   question.question_type = 'scale'
                       AND question.is_satisfaction_question IS TRUE AS is_deciding,
                   CASE WHEN question.question_type = 'scale'
                        THEN COALESCE(team.id, fallback.id) END AS team_id
              FROM survey_user_input_line line
              JOIN survey_user_input answer ON answer.id = line.user_input_id
              JOIN survey_question question ON question.id = line.question_id
              LEFT JOIN res_lang lang ON lang.id = answer.lang_id
              LEFT JOIN helpdesk_ticket_team team
                     ON team.id = question.responsible_team_id AND team.active
                    AND COALESCE(team.company_id, answer.company_id)
                        = answer.company_id
              LEFT JOIN ir_model_data data
                     ON data.module = 'airbag_client_mgmt'
                    AND data.name = 'helpdesk_team_customer_care'
              LEFT JOIN helpdesk_ticket_team fallback
                     ON fallback.id = data.res_id AND fallback.active
                    AND COALESCE(fallback.company_id, answer.company_id)
                        = answer.company_id
             WHERE answer.intervention_id IS NOT NULL
          ) meaning
         WHERE meaning.id = line.id
        """
    )
    # What nobody answered is blank, and takes part in no average.
    cr.execute(
        "UPDATE survey_user_input SET satisfaction_score = NULL"
        " WHERE satisfaction_score = 0"
    )
