# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import formatLang


class AirbagAuditFile(models.TransientModel):
    """The summary of the three registers in the audit file. PRO 008 §6.

    What is counted is what the printed registers of the same period have in them.
    """

    _inherit = "airbag.audit.file"

    # === BUSINESS METHODS === #
    def _get_audit_sections(self):
        return [*super()._get_audit_sections(), self._get_register_section()]

    def _get_register_section(self):
        return self._prepare_section(
            40,
            self.env._("Registers"),
            "audit_tables",
            tables=[
                self._get_quotation_table(),
                self._get_renewal_table(),
                self._get_satisfaction_table(),
                *self._get_incident_tables(),
            ],
        )

    def _prepare_table(self, title, columns, rows):
        """Return a table: its title, the heads of its columns, and rows of texts."""
        return {"title": title, "columns": columns, "rows": rows}

    def _count_by(self, model, domain, fname):
        """Return the labels of a selection with how many records have each."""
        records = self.env[model].with_context(active_test=False)
        counts = dict(records._read_group(domain, [fname], ["__count"]))
        labels = self._get_labels(records, fname)
        return [(labels[key], counts[key]) for key in labels if counts.get(key)]

    def _get_register_domain(self, name):
        """Return what the register of that name prints for the period, §6."""
        register = self.env[f"airbag.register.{name}"]
        period = self._get_steps()._get_period()
        return Domain(register._get_domain(self.company_id)) & Domain(
            register._get_period_domain(self.company_id, *period)
        )

    def _get_quotation_table(self):
        domain = self._get_register_domain("contract")
        return self._prepare_table(
            self.env._("Service Quotation and Contract Form"),
            [self.env._("Status"), self.env._("Documents of the period")],
            self._count_by("sale.order", domain, "state"),
        )

    def _get_renewal_table(self):
        steps = self.env["airbag.procedure.step"]
        period = steps._get_period()
        domain = (
            steps._in_companies()
            & steps._on_days("contract_end", period)
            & Domain("is_service_contract", "=", True)
            & Domain("state", "=", "sale")
        )
        return self._prepare_table(
            self.env._("Contracts whose last day is in the period"),
            [self.env._("Renewal"), self.env._("Contracts")],
            self._count_by("sale.order", domain, "renewal_state"),
        )

    def _get_satisfaction_table(self):
        domain = self._get_register_domain("satisfaction")
        scored = (
            domain & Domain("state", "=", "done") & Domain("satisfaction_score", ">", 0)
        )
        satisfied = dict(
            self.env["survey.user_input"]
            .with_context(active_test=False)
            ._read_group(scored, ["is_satisfied"], ["__count"])
        )
        rows = self._count_by("survey.user_input", domain, "contact_state")
        return self._prepare_table(
            self.env._("Customer Satisfaction Register"),
            [self.env._("Contact with the customer"), self.env._("Surveys")],
            [
                *rows,
                (self.env._("Of those answered: satisfied"), satisfied.get(True, 0)),
                (
                    self.env._("Of those answered: not satisfied"),
                    satisfied.get(False, 0),
                ),
            ],
        )

    def _get_incident_tables(self):
        """Count what was received in the period, by kind and by area."""
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False)
        steps = self.env["airbag.procedure.step"]
        received = self._get_register_domain("complaint")
        resolved = received & Domain("resolved_on", "!=", False)
        in_time = resolved & steps._not_later("resolved_on", "resolution_deadline")
        still_open = (
            received
            & Domain("resolved_on", "=", False)
            & Domain("stage_id.closed", "=", False)
        )
        counts = []
        for domain in (received, resolved, in_time, still_open):
            by = tickets._read_group(domain, ["kind", "team_id"], ["__count"])
            counts.append({(kind, team): count for kind, team, count in by})
        labels = self._get_labels(tickets, "kind")
        teams = sorted({team for _kind, team in counts[0]}, key=lambda t: t.name or "")
        register = self.env._("Register of Complaints and Requests")
        return [
            self._prepare_incident_table(
                f"{register}: {name}", head, groups, position, counts
            )
            for name, head, groups, position in (
                (
                    self.env._("by kind"),
                    self.env._("Kind"),
                    [(kind, labels[kind]) for kind in labels],
                    0,
                ),
                (
                    self.env._("by area"),
                    self.env._("Responsible area"),
                    [(team, team.name or self.env._("No area")) for team in teams],
                    1,
                ),
            )
        ]

    def _prepare_incident_table(self, title, head, groups, position, counts):
        """Return the table of one grouping of the counts (kind, area)."""
        rows = []
        for group, label in groups:
            received, resolved, in_time, still_open = (
                sum(n for key, n in found.items() if key[position] == group)
                for found in counts
            )
            if received:
                share = "—"
                if resolved:
                    rate = formatLang(self.env, 100 * in_time / resolved, digits=1)
                    share = f"{rate} %"
                unresolved = received - resolved - still_open
                rows.append((label, received, resolved, unresolved, still_open, share))
        columns = [
            head,
            self.env._("All Received"),
            self.env._("All Resolved"),
            self.env._("Closed Unresolved"),
            self.env._("Still Open"),
            self.env._("In time, of those resolved"),
        ]
        return self._prepare_table(title, columns, rows)
