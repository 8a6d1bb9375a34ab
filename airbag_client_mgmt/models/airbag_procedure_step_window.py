# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import contextlib
from collections.abc import Set
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AirbagProcedureStep(models.Model):
    """The windows of a step: the records behind its figures. PRO 008 §5."""

    _inherit = "airbag.procedure.step"

    # === ACTION METHODS === #
    def action_open_step(self):
        """Open the step with the period of the list it is opened from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "context": self._get_period_context(),
        }

    def action_open_records(self):
        """Open the records of the period that should have the evidence."""
        self.ensure_one()
        source = self._get_source(self._get_period())
        return self._get_window(source, source and source.expected, self.display_name)

    def action_open_missing(self):
        """Open the records that lack evidence: exactly those that are counted."""
        self.ensure_one()
        source = self._get_source(self._get_period())
        title = self.env._("%(step)s: without evidence", step=self.display_name)
        return self._get_window(source, source and source.missing, title)

    def action_open_done(self):
        """Open the records that have all of the evidence."""
        self.ensure_one()
        source = self._get_source(self._get_period())
        domain = source and source.expected & ~source.missing
        title = self.env._("%(step)s: with evidence", step=self.display_name)
        return self._get_window(source, domain, title)

    # === BUSINESS METHODS === #
    @api.model
    def _get_window(self, source, domain, title):
        """Return the window of some records, archived ones among them.

        :raise UserError: if nothing says where the evidence of the step is.
        """
        if not source:
            raise UserError(self.env._("No evidence has been defined for this step."))
        action = self.env["ir.actions.act_window"]._for_xml_id(source.window)
        views = {kind: view for view, kind in action["views"]}
        # Without the address of the whole list: a reload keeps what was chosen here.
        for key in ("id", "path"):
            action.pop(key, None)
        return {
            **action,
            "name": title,
            "display_name": title,
            "view_mode": "list,form",
            "views": [(views.get(kind, False), kind) for kind in ("list", "form")],
            "domain": self._to_client(source, domain),
            "context": {"active_test": False, "create": False},
        }

    @api.model
    def _to_client(self, source, domain):
        """Return a domain as the browser can keep it: else, the records it finds."""

        def to_plain(value):
            if isinstance(value, Domain):
                # A condition in SQL is a part of itself.
                if any(isinstance(part, Domain) for part in value):
                    raise TypeError(value)
                value = list(value)
            if isinstance(value, (list, Set)):
                return [to_plain(part) for part in value]
            if isinstance(value, tuple):
                return tuple(to_plain(part) for part in value)
            if isinstance(value, datetime):
                return fields.Datetime.to_string(value)
            if isinstance(value, date):
                return fields.Date.to_string(value)
            if isinstance(value, (str, int, float, bool, type(None))):
                return value
            raise TypeError(value)

        with contextlib.suppress(TypeError):
            return to_plain(domain)
        return [("id", "in", self._get_model(source).search(domain).ids)]
