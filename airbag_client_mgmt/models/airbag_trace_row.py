# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import format_date

from .airbag_trace import KINDS

#: How the states are coloured; those not named are grey.
TONES = {
    "order": {"sent": "info", "sale": "success"},
    "contract": {"signed": "info", "active": "success", "terminated": "danger"},
    "visit": {"planned": "info", "in_progress": "warning", "done": "success"},
    "survey": {
        "pending": "info",
        "contacted": "info",
        "answered": "success",
        "overdue": "danger",
    },
    "renewal": {
        "due": "warning",
        "contacted": "info",
        "offered": "info",
        "renewed": "success",
        "lost": "danger",
    },
}


class AirbagTrace(models.AbstractModel):
    """One row for each record of a chain: what, number, date, state, who, gaps."""

    _inherit = "airbag.trace"

    # === BUSINESS METHODS === #
    @api.model
    def _get_rows(self, chain):
        """Return the rows of what the user may read, as {kind: {id: row}}."""
        rows = {}
        for kind in KINDS:
            prepare = getattr(self, f"_prepare_{kind}_row")
            rows[kind] = {
                record.id: {
                    "key": f"{kind}-{record.id}",
                    "kind": kind,
                    "model": KINDS[kind],
                    "id": record.id,
                    "current": chain.start._name == KINDS[kind]
                    and chain.start.id == record.id,
                    "archived": False,
                    "detail": "",
                    "gaps": [],
                    "children": [],
                    **prepare(record),
                }
                for record in chain.get_readable(kind)
            }
        self._note_gaps(chain, rows)
        self._mark_vehicle(chain, rows)
        return rows

    @api.model
    def _mark_vehicle(self, chain, rows):
        """From a vehicle, one looks for its own visits."""
        if chain.start._name == "airbag.vehicle":
            for visit in chain.start.sudo().intervention_ids:
                if visit.id in rows["visit"]:
                    rows["visit"][visit.id]["current"] = True

    @api.model
    def _prepare_lead_row(self, lead):
        lost = not lead.active
        return {
            "label": self.env._("Opportunity"),
            "name": lead.name,
            "date": self._format_moment(lead.create_date, self.env.company),
            "state": self.env._("Lost") if lost else lead.stage_id.name or "",
            "tone": "success" if lead.stage_id.is_won else "secondary",
            "who": lead.user_id.name or "",
        }

    @api.model
    def _prepare_order_row(self, order):
        signed = order.state == "sale"
        contract = order.is_service_contract and signed
        fname = "contract_state" if contract else "state"
        day = order.signed_on or order.date_order
        # An old revision is a step of the chain, not something put away.
        return {
            "label": self._get_order_label(order),
            "name": order.name,
            "date": self._format_moment(day, order.company_id),
            "state": self.env._("Revised")
            if order.current_revision_id
            else self._format_selection(order, fname),
            "tone": TONES["contract" if contract else "order"].get(
                order[fname], "secondary"
            ),
            "who": order.user_id.name or "",
            "detail": self._format_term(order) if contract else "",
        }

    @api.model
    def _get_order_label(self, order):
        """Tell what an order is in its chain."""
        if order.amended_order_id:
            return self.env._("Amendment")
        if order.state == "sale":
            if order.is_service_contract:
                return (
                    self.env._("Renewal")
                    if order.renewed_order_id
                    else self.env._("Contract")
                )
            return self.env._("Order")
        if order.renewed_order_id:
            return self.env._("Renewal quotation")
        if order.revision_number:
            return self.env._("Revision %(number)s", number=order.revision_number)
        return self.env._("Quotation")

    @api.model
    def _format_term(self, order):
        first = order._get_first_day()
        days = [
            day
            for day in (order.contract_end, order.replaced_on, order.terminated_on)
            if day
        ]
        return self.env._(
            "From %(first)s to %(last)s",
            first=format_date(self.env, first) if first else "?",
            last=format_date(self.env, min(days)) if days else self.env._("open-ended"),
        )

    @api.model
    def _prepare_visit_row(self, visit):
        moment = visit.finished_at or visit.planned_start
        return {
            "label": self.env._("Visit %(number)s", number=visit.visit_number)
            if visit.visit_number
            else self.env._("Visit"),
            "name": visit.name,
            "date": self._format_moment(moment, visit.company_id),
            "state": self._format_selection(visit, "state"),
            "tone": TONES["visit"].get(visit.state, "secondary"),
            "who": visit.user_id.name or "",
            "detail": visit.treatment_id.name or "",
            "archived": not visit.active,
        }

    @api.model
    def _prepare_survey_row(self, survey):
        answered = survey.satisfaction_score
        tone = TONES["survey"].get(survey.contact_state, "secondary")
        if answered and not survey.is_satisfied:
            tone = "danger"
        day = survey.contacted_on and self._format_moment(
            survey.contacted_on, survey.company_id
        )
        return {
            "label": self.env._("Survey"),
            "name": self.env._("%(score)s of 5", score=f"{answered:g}")
            if answered
            else self._format_deadline(survey),
            "date": day or "",
            "state": self._format_selection(survey, "contact_state"),
            "tone": tone,
            "who": survey.contact_user_id.name or "",
        }

    @api.model
    def _format_deadline(self, survey):
        if survey.contact_state == "waived" or not survey.contact_deadline:
            return self.env._("Satisfaction")
        return self.env._(
            "Contact until %(day)s", day=format_date(self.env, survey.contact_deadline)
        )

    @api.model
    def _prepare_ticket_row(self, ticket):
        closed = ticket.stage_id.closed
        return {
            "label": self._format_selection(ticket, "kind"),
            "name": ticket.number,
            "date": self._format_moment(ticket.received_on, ticket.company_id),
            "state": ticket.stage_id.name or "",
            "tone": "success" if closed else "warning",
            "who": ticket.user_id.name or ticket.team_id.name or "",
            "detail": ticket.name,
            "archived": not ticket.active,
        }

    @api.model
    def _prepare_contact_row(self, contact):
        return {
            "label": self.env._("Renewal contact"),
            "name": self._format_selection(contact, "channel"),
            "date": self._format_moment(contact.contacted_on, contact.company_id),
            "state": self._format_selection(contact, "outcome"),
            "tone": "secondary" if contact.outcome == "no_answer" else "info",
            "who": contact.user_id.name or "",
            "detail": contact.note or "",
        }

    @api.model
    def _format_moment(self, moment, company):
        """Return the local day of a moment, as the user reads dates."""
        if not moment:
            return ""
        company = company or self.env.company
        return format_date(self.env, company.sudo()._get_service_date(moment))

    @api.model
    def _format_selection(self, record, fname):
        """Return the label of a state, in the user's language."""
        selection = record._fields[fname]._description_selection(self.env)
        return dict(selection).get(record[fname], "")

    # --- what is missing ---
    @api.model
    def _note_gaps(self, chain, rows):
        """Say on each row which evidence the procedure expects and is not there."""
        for kind in KINDS:
            note = getattr(self, f"_note_{kind}_gaps", None)
            if note:
                note(chain, rows[kind])

    @api.model
    def _note_lead_gaps(self, chain, rows):
        quoted = chain.records["order"].opportunity_id
        for lead in chain.get_readable("lead") - quoted:
            if lead.stage_id.is_won:
                rows[lead.id]["gaps"].append(self.env._("Won without a quotation"))

    @api.model
    def _note_order_gaps(self, chain, rows):
        visited = chain.records["visit"].order_id
        contacted = chain.records["contact"].order_id
        for order in chain.get_readable("order"):
            gaps = rows[order.id]["gaps"]
            if order.state != "sale" or not order.is_service_contract:
                continue
            if not order.signed_on:
                gaps.append(self.env._("Without the customer's signature"))
            if order.contract_state == "active" and order not in visited:
                gaps.append(self.env._("No visit planned"))
            if order.renewal_state == "due":
                gaps.append(self.env._("Renewal due: customer not contacted"))
            elif order.renewal_state == "lost" and not (
                order in contacted or order.terminated_on
            ):
                gaps.append(self.env._("Lost without contacting the customer"))

    @api.model
    def _note_visit_gaps(self, chain, rows):
        visits = chain.get_readable("visit")
        surveyed = chain.records["survey"].intervention_id
        done = visits.filtered(lambda visit: visit.state == "done") - surveyed
        domain = self.env["survey.user_input"].sudo()._get_survey_obligations_domain()
        for visit in done.filtered_domain(domain):
            rows[visit.id]["gaps"].append(self.env._("No satisfaction survey"))
        for visit in visits.filtered("is_missed"):
            rows[visit.id]["gaps"].append(self.env._("Visit missed"))

    @api.model
    def _note_survey_gaps(self, chain, rows):
        tickets = chain.records["ticket"]
        complained = tickets.user_input_id
        # Of the history one knows which visit a complaint is about, and no more.
        complained |= tickets.filtered(
            lambda ticket: ticket.kind in ("complaint", "claim")
        ).intervention_id.survey_input_ids.filtered("imported_on")
        for survey in chain.get_readable("survey"):
            gaps = rows[survey.id]["gaps"]
            if survey.contact_state == "overdue":
                gaps.append(self.env._("Customer not contacted in time"))
            threshold = survey.company_id.satisfaction_ticket_threshold
            bad = 0 < (survey.satisfaction_score or 0) <= threshold
            if bad and survey not in complained:
                gaps.append(self.env._("Dissatisfied, without a complaint"))

    @api.model
    def _note_ticket_gaps(self, chain, rows):
        for ticket in chain.get_readable("ticket").filtered("is_overdue"):
            rows[ticket.id]["gaps"].append(self.env._("Overdue"))
            rows[ticket.id]["tone"] = "danger"
