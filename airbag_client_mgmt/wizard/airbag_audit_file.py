# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..models.airbag_procedure_step import PERIOD_FILTERS


class AirbagAuditFile(models.TransientModel):
    """The *Expediente de auditoría*: what an auditor asks for, of a period. §5–§9.

    Management chooses the days and the company; the PDF is made from the same
    figures as the windows, with the rights of who prints it.
    """

    _name = "airbag.audit.file"
    _description = "Audit File"

    # === FIELDS === #
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._default_period().first,
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: self._default_period().last,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )

    # === DEFAULT METHODS === #
    @api.model
    def _default_period(self):
        """Start from the period of the matrix it is opened from, or this year."""
        return self.env["airbag.procedure.step"]._get_period()

    # === CONSTRAINTS === #
    @api.constrains("date_from", "date_to", "company_id")
    def _check_choice(self):
        for file in self:
            self.env["airbag.procedure.step"]._check_period(
                file.date_from, file.date_to
            )
            if file.company_id not in self.env.user.company_ids:
                raise UserError(self.env._("Choose one of the companies you work in."))

    # === ACTION METHODS === #
    def action_print(self):
        """Return the PDF."""
        self.ensure_one()
        return self.env.ref("airbag_client_mgmt.action_report_audit").report_action(
            self, config=False
        )

    def action_open_matrix(self):
        """Show the matrix of the days chosen."""
        self.ensure_one()
        steps = self._in_period().env["airbag.procedure.step"]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_procedure_step_action"
        )
        title = f"{action['name']} · {steps._format_period(steps._get_period())}"
        for key in ("id", "path"):
            action.pop(key, None)
        return {
            **action,
            "name": title,
            "display_name": title,
            "target": "main",
            "context": steps._get_period_context(),
        }

    # === BUSINESS METHODS === #
    def _in_period(self):
        """Return the record as the report reads: its company, days and language."""
        self.ensure_one()
        return self.with_context(
            allowed_company_ids=self.company_id.ids,
            lang=self.company_id._get_lang(),
            procedure_from=fields.Date.to_string(self.date_from),
            procedure_to=fields.Date.to_string(self.date_to),
            # The filters of the matrix it is opened from, which these days replace.
            **dict.fromkeys(PERIOD_FILTERS, False),
        )

    def _get_report_form(self):
        """Return code, version and date of the form in force today, or None."""
        return self.company_id._get_form("audit")

    def _get_report_title(self):
        """Return the name of the document, also of its file."""
        self.ensure_one()
        return self.env._(
            "Audit File %(first)s to %(last)s",
            first=fields.Date.to_string(self.date_from),
            last=fields.Date.to_string(self.date_to),
        )

    def _get_audit_facts(self):
        """Return what the cover says: labels and texts."""
        self.ensure_one()
        zone = self.company_id._get_service_tz()
        now = format_datetime(self.env, fields.Datetime.now(), tz=zone)
        first, last = (
            format_date(self.env, day) for day in (self.date_from, self.date_to)
        )
        return [
            (self.env._("Company"), self.company_id.name),
            (self.env._("Procedure"), self._get_procedure()),
            (
                self.env._("Period"),
                self.env._("%(first)s to %(last)s", first=first, last=last),
            ),
            (self.env._("Made by"), self.env.user.name),
            (self.env._("Made on"), now),
        ]

    def _get_procedure(self):
        """Return code, title and version of the procedure on the last day, §9."""
        document = self.env.ref("airbag_client_mgmt.document_procedure")
        version = document._get_version_on(self.date_to)
        if not version:
            return document.display_name
        return self.env._(
            "%(document)s, version %(version)s of %(date)s",
            document=document.display_name,
            version=version.revision,
            date=format_date(self.env, version.date),
        )

    def _get_audit_sections(self):
        """Return the sections, in any order; hook for more of them.

        Called by the PDF, which sorts them by their ``sequence``.
        """
        return []

    @api.model
    def _prepare_section(self, sequence, title, template, **values):
        """Return a section: its place, title, template, and what that prints."""
        template = f"airbag_client_mgmt.{template}"
        return {"sequence": sequence, "title": title, "template": template, **values}
