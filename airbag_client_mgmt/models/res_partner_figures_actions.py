# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval

from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """From each figure of a customer to the rows behind it."""

    _inherit = "res.partner"

    # === ACTION METHODS === #
    def action_view_satisfaction(self):
        """Open what the customer answered to the surveys."""
        return self._get_register_of_customer(
            "survey_user_input_action_register",
            "customer_id",
            search_default_answered=1,
        )

    def action_view_complaints(self):
        """Open the complaints and requests of the customer, the open ones first."""
        return self._get_register_of_customer(
            "helpdesk_ticket_action_register", "partner_id", search_default_open=1
        )

    def action_view_visits(self):
        """Open the visits to the customer, done and to come."""
        return self._get_register_of_customer(
            "airbag_intervention_action", "partner_id"
        )

    def action_view_contracts(self):
        """Open the contracts of the customer, those in force first."""
        return self._get_register_of_customer(
            "action_contracts", "partner_id", search_default_in_force=1
        )

    # === BUSINESS METHODS === #
    def _get_register_of_customer(self, xmlid, partner_fname, **context):
        """Return the window of a register with the rows of the customer company.

        Also those of its contacts, as its figures count them.
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"airbag_client_mgmt.{xmlid}"
        )
        of_customer = Domain(f"{partner_fname}.commercial_partner_id", "=", customer.id)
        action["domain"] = list(
            Domain(literal_eval(action["domain"] or "[]")) & of_customer
        )
        action["context"] = {
            **literal_eval(action["context"]),
            "default_partner_id": customer.id,
            **context,
        }
        action["display_name"] = self.env._(
            "%(register)s of %(customer)s",
            register=action["name"],
            customer=customer.display_name,
        )
        return action
