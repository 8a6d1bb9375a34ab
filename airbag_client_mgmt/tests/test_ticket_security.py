# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ClientMgmtCommon

FORM = "helpdesk_mgmt.ticket_view_form"
AREA_GROUP = "airbag_client_mgmt.group_area_member"


class AreaCase(ClientMgmtCommon):
    """Operations is led by the planner; a technician is in it, another is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls._speak_english()
        cls.operations = ref("airbag_client_mgmt.helpdesk_team_operations")
        cls.quality_area = ref("airbag_client_mgmt.helpdesk_team_quality")
        cls.commercial = ref("airbag_client_mgmt.helpdesk_team_commercial")
        cls.care_area = ref("airbag_client_mgmt.helpdesk_team_customer_care")
        for team in cls.operations | cls.quality_area | cls.commercial | cls.care_area:
            team.write({"user_id": False, "user_ids": [Command.clear()]})
        cls.operations.write(
            {"user_id": cls.planner.id, "user_ids": [Command.link(cls.technician.id)]}
        )
        cls.punctuality = ref("airbag_client_mgmt.helpdesk_category_punctuality")
        cls.in_progress = ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        cls.done = ref("helpdesk_mgmt.helpdesk_ticket_stage_done")

    @classmethod
    def _create_ticket(cls, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": "Late",
                "description": "Two hours late",
                "category_id": cls.punctuality.id,
                "partner_id": cls.customer.id,
                "user_id": False,
                **values,
            }
        )

    def _sees(self, user, ticket):
        tickets = self.env["helpdesk.ticket"].with_user(user)
        return bool(tickets.search_count([("id", "=", ticket.id)]))

    def _open_form(self, user, ticket):
        """Read what the web client reads to show the form."""
        ticket = ticket.with_user(user)
        view = ticket.get_views([(self.env.ref(FORM).id, "form")])
        names = view["models"]["helpdesk.ticket"]["fields"]
        fields = ticket._fields
        specification = {
            name: {"fields": {"display_name": {}}} if fields[name].relational else {}
            for name in names
            if name in fields
        }
        return ticket.web_read(specification)[0]


@tagged("post_install", "-at_install")
class TestTicketArea(AreaCase):
    """Who is in an area sees and works on what is sent to it, nobody else. §5.4.2."""

    def test_who_is_in_an_area_sees_its_tickets(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket.team_id, self.operations)
        for user in (self.planner, self.technician):
            self.assertTrue(self._sees(user, ticket), user.login)
        for user in (self.other_technician, self.salesperson):
            self.assertFalse(self._sees(user, ticket), user.login)
            with self.assertRaises(AccessError):
                ticket.with_user(user).write({"name": "x"})
        other = self._create_ticket(team_id=self.quality_area.id)
        for user in (self.planner, self.technician):
            self.assertFalse(self._sees(user, other), user.login)
            with self.assertRaises(AccessError):
                other.with_user(user).write({"name": "x"})

    def test_the_area_attends_resolves_and_closes(self):
        for user in (self.planner, self.technician):
            ticket = self._create_ticket().with_user(user)
            ticket.stage_id = self.in_progress
            ticket.write({"root_cause": "Traffic", "corrective_action": "Leave before"})
            ticket.message_post(body="We are on it", subtype_xmlid="mail.mt_comment")
            ticket.stage_id = self.done
            self.assertTrue(ticket.resolved_on)
            with self.assertRaises(AccessError):
                ticket.unlink()

    def test_the_form_opens_for_each_role_of_the_area(self):
        order = self._create_contract()
        order.action_confirm()
        visit = self._create_done_intervention(
            user_id=self.other_technician.id, order_id=order.id
        )
        ticket = self._create_ticket(
            intervention_id=visit.id, order_id=visit.order_id.id
        )
        plain = new_test_user(self.env, "area_plain", "base.group_user")
        self.operations.user_ids = [
            Command.link(user.id) for user in (plain, self.salesperson)
        ]
        for user in (
            plain,
            self.planner,
            self.technician,
            self.salesperson,
            self.care,
            self.quality,
            self.management,
        ):
            values = self._open_form(user, ticket)
            self.assertEqual(values["team_id"]["id"], self.operations.id, user.login)

    def test_the_menu_shows_what_waits_for_the_own_area(self):
        ticket = self._create_ticket()
        self._create_ticket(team_id=self.quality_area.id)
        self._create_ticket(
            stage_id=self.done.id, root_cause="x", corrective_action="x"
        )
        menu = self.env.ref("airbag_client_mgmt.menu_area_tickets")
        for user in (self.planner, self.technician):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertLessEqual(
                {menu.id, menu.parent_id.id, menu.parent_id.parent_id.id}, visible
            )
            domain = safe_eval(menu.action.domain, {"uid": user.id})
            found = self.env["helpdesk.ticket"].with_user(user).search(domain)
            self.assertEqual(found.filtered(lambda row: not row.closed), ticket)
        visible = self.env["ir.ui.menu"].with_user(self.other_technician)
        self.assertNotIn(menu.id, visible._visible_menu_ids())

    def test_leaving_the_area_takes_the_access_away(self):
        ticket = self._create_ticket()
        self.operations.user_ids = [Command.unlink(self.technician.id)]
        self.assertFalse(self.technician.has_group(AREA_GROUP))
        self.assertFalse(self._sees(self.technician, ticket))
        self.assertTrue(self.planner.has_group(AREA_GROUP))
        self.operations.user_id = False  # still a member
        self.assertTrue(self.planner.has_group(AREA_GROUP))
        self.technician.helpdesk_team_ids = self.operations  # on the user's side
        self.assertTrue(self._sees(self.technician, ticket))
        # In two areas, out of one.
        self.quality_area.user_id = self.technician
        self.assertIn(self.technician, self.quality_area.user_ids)
        self.operations.active = False
        self.assertTrue(self.technician.has_group(AREA_GROUP))
        self.assertFalse(self.planner.has_group(AREA_GROUP))
        self.quality_area.unlink()
        self.assertFalse(self.technician.has_group(AREA_GROUP))

    def test_areas_older_than_the_group_have_their_access(self):
        group = self.env.ref(AREA_GROUP)
        group.user_ids = [Command.clear()]
        self.env["helpdesk.ticket.team"]._init_area_access()
        self.assertEqual(
            group.user_ids & (self.planner | self.technician),
            self.planner | self.technician,
        )

    def test_a_portal_user_gets_no_rights_from_an_area(self):
        customer = new_test_user(self.env, "area_portal", "base.group_portal")
        self.operations.user_ids = [Command.link(customer.id)]
        self.assertFalse(customer.has_group(AREA_GROUP))

    def test_an_area_shared_by_companies_shows_each_its_own(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        theirs = self._create_ticket(company_id=other.id, partner_id=False)
        self.assertFalse(self._sees(self.planner, theirs))
        outsider = new_test_user(
            self.env,
            "area_outsider",
            "airbag_client_mgmt.group_planner",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.operations.user_ids = [Command.link(outsider.id)]
        self.assertTrue(self._sees(outsider, theirs))
        self.assertFalse(self._sees(outsider, self._create_ticket()))

    def test_who_follows_a_ticket_reads_it_only(self):
        ticket = self._create_ticket()
        ticket.message_subscribe(self.salesperson.partner_id.ids)
        self.assertTrue(self._sees(self.salesperson, ticket))
        with self.assertRaises(AccessError):
            ticket.with_user(self.salesperson).write({"name": "x"})


@tagged("post_install", "-at_install")
class TestTicketAttendant(AreaCase):
    """Each ticket has one person who knows of it and can open it. §5.4.2."""

    def _assert_told(self, ticket, user, summary="Attend the complaint"):
        activity = ticket.activity_ids
        self.assertEqual(activity.mapped("user_id"), user)
        self.assertEqual(activity.mapped("summary"), [summary])

    def test_a_new_ticket_tells_the_leader(self):
        self._assert_told(self._create_ticket(), self.planner)

    def test_the_leader_is_not_told_of_what_it_registers(self):
        self.care_area.user_id = self.care
        form = Form(self.env["helpdesk.ticket"].with_user(self.care))
        form.name = form.description = "Rude"
        form.category_id = self.env.ref("airbag_client_mgmt.helpdesk_category_general")
        ticket = form.save()
        self.assertEqual(ticket.team_id, self.care_area)
        self.assertFalse(ticket.activity_ids)

    def test_a_leader_that_left_is_not_told(self):
        self.planner.active = False
        self._assert_told(self._create_ticket(), self.technician)

    def test_an_area_of_nobody_is_attended_by_quality(self):
        ticket = self._create_ticket(team_id=self.quality_area.id)
        user = ticket.activity_ids.user_id
        self.assertTrue(user.has_group("airbag_client_mgmt.group_quality_manager"))

    def test_a_leader_of_another_company_is_not_told(self):
        other = self.env["res.company"].create({"name": "Other workshop"})
        self.planner.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self._assert_told(self._create_ticket(), self.technician)

    def test_a_ticket_moved_to_another_area_tells_it_once(self):
        self.quality_area.user_id = self.quality
        ticket = self._create_ticket()
        own = ticket.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.technician.id
        )
        category = self.env.ref("airbag_client_mgmt.helpdesk_category_quality")
        moved = ticket.with_user(self.planner)
        moved.web_save({"category_id": category.id}, {"name": {}, "team_id": {}})
        self.assertEqual(ticket.team_id, self.quality_area)
        self._assert_told_besides(ticket, own)
        # Whoever passed it on sees what becomes of it, and changes it no more.
        self.assertTrue(self._sees(self.planner, ticket))
        with self.assertRaises(AccessError):
            moved.write({"name": "x"})
        ticket.write({"category_id": category.id})
        self._assert_told_besides(ticket, own)

    def _assert_told_besides(self, ticket, own):
        activities = ticket.activity_ids - own
        self.assertEqual(activities.mapped("user_id"), self.quality)
        self.assertEqual(len(activities), 1)
        self.assertTrue(own.exists())

    def test_a_closed_ticket_moved_tells_nobody(self):
        ticket = self._create_ticket()
        ticket.write({"root_cause": "x", "corrective_action": "x"})
        ticket.stage_id = self.done
        planned = ticket.activity_ids
        ticket.team_id = self.quality_area
        self.assertEqual(ticket.activity_ids, planned)

    def test_an_overdue_ticket_is_told_to_who_can_open_it(self):
        ticket = self._create_ticket()
        self.assertEqual(ticket._get_escalation_user(), self.planner)
        self.planner.active = False
        ticket.user_id = self.technician
        self.assertEqual(ticket._get_escalation_user(), self.technician)
        # Assigned without an area, to somebody who cannot work on tickets.
        ticket.write({"team_id": False, "user_id": self.other_technician.id})
        user = ticket._get_escalation_user()
        self.assertTrue(user.has_group("airbag_client_mgmt.group_quality_manager"))

    def test_the_system_and_visitors_are_assigned_nothing(self):
        public = self.env.ref("base.public_user")
        root = self.env.ref("base.user_root")
        for user in (public, root):
            tickets = self.env["helpdesk.ticket"].with_user(user).sudo()
            ticket = tickets.create({"name": "Late", "description": "x"})
            self.assertFalse(ticket.user_id, user.login)
