# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Bring tickets and stages of before to the life of a complaint as it is now."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    # The ticket itself writes to the customer: the stages would write again.
    old = env.ref("helpdesk_mgmt.closed_ticket_template", raise_if_not_found=False)
    own = env.ref(
        "airbag_client_mgmt.mail_template_ticket_closed", raise_if_not_found=False
    )
    templates = env["mail.template"].union(*filter(None, (old, own)))
    for name in ("done", "cancelled", "rejected"):
        stage = env.ref(
            f"helpdesk_mgmt.helpdesk_ticket_stage_{name}", raise_if_not_found=False
        )
        if stage and stage.mail_template_id in templates:
            stage.mail_template_id = False
    if own:
        own.active = False
    # What was resolved and never checked is checked as what is resolved from now on.
    cr.execute(
        """
        UPDATE helpdesk_ticket ticket
           SET effectiveness_due = (
               ticket.resolved_on
               + company.effectiveness_check_days * INTERVAL '1 day')::date
          FROM res_company company
         WHERE company.id = ticket.company_id
           AND company.effectiveness_check_days > 0
           AND ticket.kind IN ('complaint', 'claim')
           AND ticket.resolved_on IS NOT NULL
           AND COALESCE(TRIM(ticket.effectiveness), '') = ''
        """
    )
