# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import plaintext2html

from .helpdesk_ticket_category import TICKET_KINDS

STAGE = "helpdesk_mgmt.helpdesk_ticket_stage_%s"
STAGES = {
    "open": "new",
    "in_progress": "in_progress",
    "resolved": "done",
    "cancelled": "cancelled",
}

#: A lifetime of work; what is more was mistyped.
MAX_HOURS = 100_000


class AirbagImportTicket(models.Model):
    """A complaint, claim, query or request of the history. PRO 008 §5.4.2.

    A closed one is evidence: nobody is told. An open one goes on living: its area
    has it to do, and hears when it is late.
    """

    _name = "airbag.import.ticket"
    _description = "Imported Complaint"
    _inherit = ["airbag.import.base"]
    _import_template = "quejas.xlsx"

    # === FIELDS === #
    record_id = fields.Many2one(comodel_name="helpdesk.ticket", string="Complaint")
    number = fields.Char(string="Complaint Number", help="Empty: the next number.")
    customer = fields.Char(
        help="External ID, tax ID, reference or name; empty: that of the intervention."
    )
    intervention = fields.Char(help="External ID or number.")
    kind = fields.Selection(selection=TICKET_KINDS)
    subject = fields.Char()
    description = fields.Text()
    category = fields.Char()
    area = fields.Char(help="Empty: that of the category.")
    responsible = fields.Char(help="Login, e-mail or name.")
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("in_progress", "In progress"),
            ("resolved", "Solved"),
            ("cancelled", "Cancelled"),
        ],
        help="Empty: resolved if it says when, else open.",
    )
    received_on = fields.Datetime()
    acknowledged_on = fields.Datetime()
    resolved_on = fields.Datetime()
    resolution_hours = fields.Float(
        help="Working hours; empty: those of the area between both dates."
    )
    root_cause = fields.Text()
    corrective_action = fields.Text()
    cancel_reason = fields.Text()

    # === BUSINESS METHODS === #
    def _prepare_records(self, vals_list, problems):
        self._check_required(vals_list, problems, "kind", "subject", "received_on")
        self._check_numbers_free(
            vals_list, problems, "number", "helpdesk.ticket", "number"
        )
        self._check_past(
            vals_list, problems, "received_on", "acknowledged_on", "resolved_on"
        )
        columns = zip(
            vals_list,
            problems,
            self._match_customers(vals_list, problems),
            self._match_interventions(vals_list, problems),
            self._match_names(vals_list, problems, "category"),
            self._match_names(vals_list, problems, "area"),
            self._match_users(vals_list, problems, "responsible"),
            strict=True,
        )
        stages = {
            state: self.env.ref(STAGE % name).id for state, name in STAGES.items()
        }
        return [
            self._prepare_ticket_values(stages, vals, noted, *found)
            for vals, noted, *found in columns
        ]

    def _match_names(self, vals_list, problems, fname):
        model = (
            "helpdesk.ticket.team" if fname == "area" else "helpdesk.ticket.category"
        )
        found = self._match(model, ("name",), self._get_own_domain())
        unknown = (
            self._get_unknown_area_text
            if fname == "area"
            else self._get_unknown_category_text
        )
        return self._match_column(vals_list, problems, fname, found, (unknown, unknown))

    def _get_unknown_area_text(self, name):
        return self.env._(
            "“%(name)s” is no area: see Configuration / Responsible Areas.", name=name
        )

    def _get_unknown_category_text(self, name):
        return self.env._(
            "“%(name)s” is no category: see Configuration / Complaint Categories.",
            name=name,
        )

    def _prepare_ticket_values(
        self, stages, vals, noted, customer, visit, category, area, user
    ):
        """Return the values of the ticket of one row, or {} if something is wrong."""
        area = area or (category and category.team_id)
        self._check_customer(vals, noted, customer, visit)
        if not area and not (vals.get("area") or vals.get("category")):
            text = self.env._("Give the area, or the category.")
            noted.append(("area", text))
        state = self._check_resolution(vals, noted)
        if noted:
            return {}
        customer = customer or visit.contact_id or visit.partner_id
        text = plaintext2html(vals.get("description") or vals["subject"])
        resolved = vals.get("resolved_on") or False
        values = {
            "company_id": self.env.company.id,
            "partner_id": customer.id,
            "partner_name": customer.name,
            "partner_email": customer.email,
            "intervention_id": visit and visit.id,
            "order_id": visit and visit.order_id.id,
            "kind": vals["kind"],
            "name": vals["subject"],
            "description": text,
            "category_id": category and category.id,
            "team_id": area.id,
            "user_id": user and user.id,
            "stage_id": stages[state],
            "received_on": vals["received_on"],
            "acknowledged_on": vals.get("acknowledged_on") or False,
            "resolved_on": resolved,
            # Of what was cancelled nobody knows the day; it was before the import.
            "closed_date": resolved or (state == "cancelled" and vals["received_on"]),
            "root_cause": vals.get("root_cause") or False,
            "corrective_action": vals.get("corrective_action") or False,
            "cancel_reason": vals.get("cancel_reason") or False,
        }
        if vals.get("resolution_hours"):
            # Taken by _write_hours: creating the ticket would count them itself.
            values["resolution_hours"] = vals["resolution_hours"]
        if vals.get("number"):
            values["number"] = vals["number"]
        return values

    def _check_customer(self, vals, noted, customer, visit):
        if not vals.get("customer") and not vals.get("intervention"):
            text = self.env._("Give the customer, or the intervention.")
            noted.append(("customer", text))
        if (
            customer
            and visit
            and (customer.commercial_partner_id != visit.commercial_partner_id)
        ):
            text = self.env._(
                "The intervention “%(name)s” was for another customer.",
                name=vals["intervention"],
            )
            noted.append(("intervention", text))

    def _check_resolution(self, vals, noted):
        """Note dates that contradict each other, or the state; return the state."""
        received, attended, resolved = (
            fields.Datetime.to_datetime(vals.get(fname))
            for fname in ("received_on", "acknowledged_on", "resolved_on")
        )
        state = vals.get("state") or ("resolved" if resolved else "open")
        if received and resolved and resolved < received:
            text = self.env._("It cannot be resolved before it is received.")
            noted.append(("resolved_on", text))
        if received and attended and attended < received:
            text = self.env._("It cannot be attended before it is received.")
            noted.append(("acknowledged_on", text))
        if state == "resolved" and not resolved:
            text = self.env._("It is resolved: give the day.")
            noted.append(("resolved_on", text))
        if state != "resolved" and resolved:
            text = self.env._("Only what is resolved has a day of resolution.")
            noted.append(("resolved_on", text))
        hours = vals.get("resolution_hours")
        # Neither is what is no number greater than anything.
        if hours and not (resolved and 0 < hours <= MAX_HOURS):
            text = self.env._("Only what is resolved has hours, more than zero.")
            noted.append(("resolution_hours", text))
        return state

    def _create_records(self, values_list):
        hours = [values.pop("resolution_hours", False) for values in values_list]
        tickets = super()._create_records(values_list)
        tickets._write_given_hours(hours)
        return tickets

    def _correct_record(self, record, values, changed):
        values = dict(values)
        hours = values.pop("resolution_hours", False)
        del values["company_id"]
        record.write(values)
        # Moving to the stage has stamped today.
        record.closed_date = values["closed_date"]
        if not hours:
            # The hours given before may be there no more.
            self.env.add_to_compute(record._fields["resolution_hours"], record)
        record._write_given_hours([hours])
