# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, _version):
    """Judge the complaints of before as new ones are, without a note on each.

    Before the field is loaded: the ORM would compute it, and track it in the
    history of every ticket as a change of today. After ``pre-survey-lines``.
    """
    cr.execute("ALTER TABLE helpdesk_ticket ADD COLUMN severity varchar")
    cr.execute(
        """
        UPDATE helpdesk_ticket ticket
           SET severity = CASE WHEN worst.score <= 1 THEN 'major' ELSE 'minor' END
          FROM helpdesk_ticket other
          LEFT JOIN LATERAL (
                SELECT MIN(line.score) AS score
                  FROM survey_user_input_line line
                 WHERE line.user_input_id = other.user_input_id
               ) worst ON true
         WHERE other.id = ticket.id AND ticket.kind IN ('complaint', 'claim')
        """
    )
