# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo import Command, fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user, tagged

from .common import ClientMgmtCommon

MONDAY = datetime(2026, 3, 2, 9, 0)


class TicketCommon(ClientMgmtCommon):
    """Areas that work Monday to Friday, 8 to 12 and 13 to 17, in UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Quality is told apart, in the tests that are about it.
        cls.company.ticket_quality_escalation_hours = 0
        cls.stages = {
            name: cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            for name in ("new", "in_progress", "awaiting", "done", "cancelled")
        }
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Eight hours", "tz": "UTC", "hours_per_day": 8}
        )
        cls.calendar.attendance_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": f"{day} {start}",
                        "dayofweek": str(day),
                        "day_period": period,
                        "hour_from": start,
                        "hour_to": start + 4,
                    }
                )
                for day in range(5)
                for start, period in ((8, "morning"), (13, "afternoon"))
            ),
        ]
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Workshop",
                "user_id": cls.care.id,
                "user_ids": [Command.link(cls.care.id)],
                "resource_calendar_id": cls.calendar.id,
            }
        )
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {
                "name": "Noise",
                "kind": "complaint",
                "team_id": cls.team.id,
                "target_acknowledgement_hours": 2,
                "target_resolution_hours": 10,
            }
        )

    @classmethod
    def _create_ticket(cls, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "A noise",
                "description": "<p>It rattles</p>",
                "category_id": cls.category.id,
                "partner_id": cls.customer.id,
                "user_id": False,
                "received_on": MONDAY,
                **values,
            }
        )

    @classmethod
    def _move(cls, ticket, stage, now):
        """Move the ticket, at a given moment."""
        cls._explain(ticket)
        with freeze_time(now):
            ticket.stage_id = cls.stages[stage]

    @classmethod
    def _explain(cls, ticket):
        ticket.write(
            {
                "root_cause": "Loose clip",
                "corrective_action": "New clip",
                "cancel_reason": "The customer took it back",
            }
        )


@tagged("post_install", "-at_install")
class TestTicket(TicketCommon):
    """PRO 008 §5.4.2 and §7: the incident goes to its area and is resolved."""

    def test_one_not_yet_recorded_has_no_name(self):
        self.assertFalse(self.env["helpdesk.ticket"].new().display_name)

    def test_the_category_sends_it_to_its_area(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.kind, "complaint")
        self.assertFalse(ticket.user_id)

    def test_by_hand_the_category_wins_over_the_area_of_who_writes(self):
        """Who takes a call belongs to an area; the complaint may be another's."""
        own_area = self.env["helpdesk.ticket.team"].create(
            {"name": "Reception", "user_ids": [Command.link(self.care.id)]}
        )
        own_area.sequence = -1
        self.team.user_ids = [Command.unlink(self.care.id)]
        with Form(self.env["helpdesk.ticket"].with_user(self.care)) as form:
            form.name = "A noise"
            form.description = "<p>It rattles</p>"
            self.assertEqual(form.team_id, own_area)
            form.category_id = self.category
            self.assertEqual(form.team_id, self.team)
        ticket = form.record
        self.assertEqual(ticket.team_id, self.team)
        # Somebody sends it elsewhere: only another category takes it back.
        ticket.team_id = own_area
        ticket.user_id = self.care
        self.assertEqual(ticket.team_id, own_area)
        ticket.category_id = self.category.copy({"name": "Water"})
        self.assertEqual(ticket.team_id, self.team)

    def test_deadlines_count_in_working_hours(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.acknowledgement_deadline, datetime(2026, 3, 2, 11, 0))
        # 7 hours on Monday from nine, 3 more on Tuesday.
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 3, 11, 0))

    def test_resolution_counts_working_hours_only(self):
        ticket = self._create_ticket()
        self._move(ticket, "done", datetime(2026, 3, 3, 10, 0))
        self.assertEqual(ticket.resolved_on, datetime(2026, 3, 3, 10, 0))
        self.assertEqual(ticket.resolution_hours, 9)

    def test_weekends_and_holidays_do_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 9, 0, 0),
                "date_to": datetime(2026, 3, 9, 23, 59, 59),
            }
        )
        ticket = self._create_ticket(received_on=datetime(2026, 3, 6, 16, 0))
        self._move(ticket, "done", datetime(2026, 3, 10, 9, 0))
        self.assertEqual(ticket.resolution_hours, 2)

    def test_waiting_for_the_customer_does_not_count(self):
        ticket = self._create_ticket()
        self._move(ticket, "in_progress", datetime(2026, 3, 2, 10, 0))
        self._move(ticket, "awaiting", datetime(2026, 3, 2, 11, 0))
        self._move(ticket, "in_progress", datetime(2026, 3, 4, 9, 0))
        self._move(ticket, "done", datetime(2026, 3, 4, 10, 0))
        self.assertEqual(len(ticket.pause_ids), 1)
        self.assertEqual(ticket.resolution_hours, 3)

    def test_closing_from_the_pause_stops_the_clock_at_the_pause(self):
        ticket = self._create_ticket()
        self._move(ticket, "awaiting", datetime(2026, 3, 2, 11, 0))
        self._move(ticket, "done", datetime(2026, 3, 4, 9, 0))
        self.assertTrue(all(ticket.pause_ids.mapped("stop")))
        self.assertEqual(ticket.resolution_hours, 2)

    def test_two_pauses_add_up_and_move_the_deadline(self):
        ticket = self._create_ticket()
        self._move(ticket, "awaiting", datetime(2026, 3, 2, 10, 0))
        self._move(ticket, "in_progress", datetime(2026, 3, 2, 11, 0))
        self._move(ticket, "awaiting", datetime(2026, 3, 2, 14, 0))
        self._move(ticket, "in_progress", datetime(2026, 3, 2, 16, 0))
        self.assertEqual(ticket.resolution_deadline, datetime(2026, 3, 3, 15, 0))
        self._move(ticket, "done", datetime(2026, 3, 2, 17, 0))
        self.assertEqual(ticket.resolution_hours, 4)

    def test_reopening_clears_the_dates_and_counts_the_last_resolution(self):
        ticket = self._create_ticket()
        self._move(ticket, "done", datetime(2026, 3, 2, 11, 0))
        self.assertEqual(ticket.resolution_hours, 2)
        self._move(ticket, "in_progress", datetime(2026, 3, 2, 14, 0))
        self.assertFalse(ticket.resolved_on)
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.resolution_hours, 0)
        self.assertEqual(ticket.reopen_count, 1)
        self._move(ticket, "done", datetime(2026, 3, 2, 16, 0))
        self.assertEqual(ticket.resolution_hours, 6)
        self.assertEqual(ticket.closed_date, datetime(2026, 3, 2, 16, 0))

    def test_a_cancelled_ticket_is_not_resolved(self):
        ticket = self._create_ticket()
        self._move(ticket, "cancelled", datetime(2026, 3, 2, 11, 0))
        self.assertFalse(ticket.resolved_on)

    def test_attending_it_is_recorded_once(self):
        ticket = self._create_ticket()
        self.assertFalse(ticket.acknowledged_on)
        self._move(ticket, "in_progress", datetime(2026, 3, 2, 10, 0))
        self._move(ticket, "awaiting", datetime(2026, 3, 2, 12, 0))
        self.assertEqual(ticket.acknowledged_on, datetime(2026, 3, 2, 10, 0))

    def test_a_complaint_closes_with_cause_and_action(self):
        ticket = self._create_ticket()
        with self.assertRaisesRegex(ValidationError, ticket.number):
            ticket.stage_id = self.stages["done"]
        self._explain(ticket)
        ticket.stage_id = self.stages["done"]
        with self.assertRaises(ValidationError):
            ticket.root_cause = False

    def test_a_query_closes_without_cause(self):
        ticket = self._create_ticket(category_id=False, kind="query")
        ticket.stage_id = self.stages["done"]
        self.assertTrue(ticket.resolved_on)

    def test_it_is_not_resolved_before_it_is_received(self):
        ticket = self._create_ticket(category_id=False, kind="query")
        ticket.stage_id = self.stages["done"]
        with self.assertRaises(ValidationError):
            ticket.received_on = fields.Datetime.now() + timedelta(days=1)

    def test_closed_tickets_are_not_deleted(self):
        ticket = self._create_ticket()
        self._explain(ticket)
        ticket.stage_id = self.stages["done"]
        with self.assertRaises(UserError):
            ticket.unlink()
        self._create_ticket().unlink()

    # === ESCALATION === #
    def _escalations(self, ticket):
        kind = self.env.ref("airbag_client_mgmt.mail_activity_type_escalation")
        return ticket.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def _run_escalation(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("airbag_client_mgmt.ir_cron_ticket_escalation")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_a_late_ticket_goes_to_the_leader_once(self):
        ticket = self._create_ticket()
        self.assertTrue(ticket.is_overdue)
        self._run_escalation()
        self.assertEqual(self._escalations(ticket).user_id, self.care)
        self._run_escalation()
        self.assertEqual(len(self._escalations(ticket)), 1)

    def test_an_escalation_speaks_the_leaders_language(self):
        self.env["res.lang"]._activate_lang("es_419")
        self.care.lang = "es_419"
        ticket = self._create_ticket()
        self._run_escalation()
        self.assertEqual(self._escalations(ticket).summary, "Resolución fuera de plazo")

    def test_closing_leaves_nothing_to_do(self):
        ticket = self._create_ticket(root_cause="Known", corrective_action="Taken")
        self._run_escalation()
        ticket.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.care.id, summary="Attend"
        )
        ticket.stage_id = self.stages["done"]
        self.assertEqual(
            ticket.activity_ids.activity_type_id,
            self.env.ref("airbag_client_mgmt.mail_activity_type_effectiveness"),
        )

    def test_a_ticket_in_time_or_paused_is_not_escalated(self):
        in_time = self._create_ticket(received_on=fields.Datetime.now())
        paused = self._create_ticket()
        paused.stage_id = self.stages["awaiting"]
        self._run_escalation()
        self.assertFalse(self._escalations(in_time + paused))
        self.assertFalse(paused.is_overdue)
        overdue = self.env["helpdesk.ticket"].search([("is_overdue", "=", True)])
        self.assertFalse(overdue & (in_time + paused))

    # === REQUESTS === #
    def test_a_request_becomes_a_quotation(self):
        seller = new_test_user(
            self.env,
            login="test_seller_care",
            groups="sales_team.group_sale_salesman,helpdesk_mgmt.group_helpdesk_user",
        )
        ticket = self._create_ticket(category_id=False, kind="request")
        action = ticket.with_user(seller).action_create_quotation()
        self.assertEqual(action["res_id"], ticket.order_id.id)
        self.assertEqual(ticket.order_id.partner_id, self.customer)
        self.assertEqual(ticket.order_id.origin, ticket.number)

    def test_a_request_without_customer_says_so(self):
        ticket = self._create_ticket(partner_id=False, kind="request")
        with self.assertRaises(UserError):
            ticket.action_create_quotation()


@tagged("post_install", "-at_install")
class TestTicketPortal(TicketCommon, HttpCase):
    """A customer closes its own tickets, not those of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, login="test_portal", groups="base.group_portal"
        )
        cls.portal.partner_id.parent_id = cls.customer
        cls.stranger = new_test_user(
            cls.env, login="test_stranger", groups="base.group_portal"
        )
        cls.query = cls._create_ticket(category_id=False, kind="query")

    def _close(self, user, ticket, stage="done"):
        self.authenticate(user.login, user.login)
        response = self.url_open(
            "/ticket/close",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "ticket_id": ticket.id,
                "stage_id": self.stages[stage].id,
            },
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return response

    def test_the_customer_closes_its_own(self):
        self.assertEqual(self._close(self.portal, self.query).status_code, 302)
        self.assertTrue(self.query.closed)
        self.assertTrue(self.query.resolved_on)

    def test_another_customer_does_not(self):
        self.assertEqual(self._close(self.stranger, self.query).status_code, 404)
        self.assertFalse(self.query.closed)

    def test_a_stage_not_for_customers_is_refused(self):
        response = self._close(self.portal, self.query, "in_progress")
        self.assertEqual(response.status_code, 404)

    def test_nonsense_is_not_found(self):
        self.authenticate(self.portal.login, self.portal.login)
        for query in ("", "?ticket_id=x&stage_id=y", "?ticket_id=999999999&stage_id=1"):
            response = self.url_open(f"/ticket/close{query}", allow_redirects=False)
            self.assertEqual(response.status_code, 404)

    def test_a_complaint_without_cause_stays_open_and_says_the_wish(self):
        complaint = self._create_ticket()
        self.assertEqual(self._close(self.portal, complaint).status_code, 302)
        self.assertFalse(complaint.closed)
        wish = complaint.message_ids[0]
        self.assertEqual(wish.author_id, self.portal.partner_id)
        self.assertTrue(wish.body)
