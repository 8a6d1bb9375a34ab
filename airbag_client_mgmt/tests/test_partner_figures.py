# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ast import literal_eval
from collections import defaultdict
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.airbag_client_mgmt.models.res_partner_figures import FIGURES

from .satisfaction_common import SatisfactionCommon

NOW = datetime(2026, 5, 4, 15)


@tagged("post_install", "-at_install")
class TestPartnerFigures(SatisfactionCommon):
    """How a customer is doing, on the customer. PRO 008 §7 and §9."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ana Torres", "parent_id": cls.customer.id}
        )
        cls.nobody = cls.env["res.partner"].create({"name": "Nobody"})
        for answer in cls.answers:
            day = answer.intervention_id.finished_at + timedelta(days=1)
            models.BaseModel.write(answer, {"contacted_on": day})
        # Those that the bad answers opened.
        cls.env["helpdesk.ticket"].search([]).active = False
        cls.late = cls._create_ticket("complaint", partner_id=cls.contact.id)
        cls._create_ticket("claim")
        cls._create_ticket("query")
        closed = cls._create_ticket(
            "complaint", root_cause="Haste", corrective_action="A second look"
        )
        stage = cls.env["helpdesk.ticket.stage"].search([("closed", "=", True)])[:1]
        models.BaseModel.write(closed, {"stage_id": stage.id})
        cls._create_intervention(
            partner_id=cls.contact.id, planned_start=NOW + timedelta(days=2)
        )
        cls._create_intervention(
            partner_id=cls.customer.id, planned_start=NOW - timedelta(days=2)
        )
        cls.contract = cls._create_contract()
        cls.contract.action_confirm()
        models.BaseModel.write(cls.contract, {"renewal_state": "due"})
        cls.env.flush_all()
        # Past every recomputation of its deadlines.
        cls.env.cr.execute(
            "UPDATE helpdesk_ticket SET resolution_deadline = %s WHERE id = %s",
            [NOW - timedelta(hours=1), cls.late.id],
        )
        cls.env.invalidate_all()

    @classmethod
    def _create_ticket(cls, kind, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": kind,
                "description": kind,
                "kind": kind,
                "partner_id": cls.customer.id,
                "user_id": False,
                "received_on": NOW - timedelta(days=1),
                **values,
            }
        )

    # === FIGURES === #
    def test_the_figures_of_a_customer(self):
        customer = self.customer.with_user(self.management)
        upcoming = self.contract.intervention_ids.filtered("planned_start")
        self.assertEqual(customer.visit_done_count, 3)
        self.assertEqual(customer.visit_upcoming_count, 1 + len(upcoming))
        self.assertEqual(customer.satisfaction_answer_count, 3)
        self.assertEqual(customer.satisfaction_rate, 66.7)
        self.assertEqual(customer.satisfaction_band, "medium")
        self.assertEqual(customer.open_complaint_count, 2)
        self.assertEqual(customer.overdue_complaint_count, 1)
        self.assertTrue(customer.has_open_complaint)
        self.assertEqual(customer.contract_active_count, 1)
        self.assertEqual(customer.contract_ending_count, 1)
        self.assertEqual(customer.contract_due_count, 1)
        self.assertEqual(customer.last_visit_on.isoformat(), "2026-04-09")
        self.assertEqual(customer.last_contact_on.isoformat(), "2026-05-03")

    def test_days_are_those_of_where_the_company_works(self):
        other = self.other_customer.with_user(self.management)
        # On the 1st of April at 03:00 UTC it is still March in Bogota.
        self.assertEqual(other.last_visit_on.isoformat(), "2026-03-31")

    def test_a_contact_has_the_figures_of_its_company(self):
        contact = self.contact.with_user(self.management)
        for fname in FIGURES:
            self.assertEqual(
                contact[fname], self.customer.with_user(self.management)[fname], fname
            )
        found = self._search([("open_complaint_count", "=", 2)])
        self.assertEqual(found, self.customer | self.contact)

    def test_without_answers_there_is_no_satisfaction(self):
        nobody = self.nobody.with_user(self.management)
        self.assertIs(nobody.satisfaction_rate, False)
        self.assertFalse(nobody.satisfaction_band)
        self.assertFalse(nobody.last_contact_on)
        self.assertEqual(nobody.open_complaint_count, 0)
        draft = self.env["res.partner"].with_user(self.management).new({"name": "New"})
        self.assertEqual(draft.visit_done_count, 0)

    def test_old_answers_say_nothing_about_today(self):
        customer = self.customer.with_user(self.management)
        with freeze_time(NOW + relativedelta(months=10)):
            # Only the visit of the 9th of April 2026 is less than a year ago.
            self.assertEqual(customer.satisfaction_answer_count, 1)
            self.assertEqual(customer.satisfaction_rate, 100.0)

    def test_archived_customers_have_figures(self):
        self.contact.active = False
        self.customer.active = False
        customer = self.customer.with_user(self.management)
        self.assertEqual(customer.open_complaint_count, 2)

    # === LISTS === #
    def _search(self, domain, user=None, **options):
        partners = self.env["res.partner"].with_user(user or self.management)
        own = ("id", "in", self._get_everybody().ids)
        return partners.search([own, *domain], **options)

    def _get_everybody(self):
        return self.customer | self.other_customer | self.contact | self.nobody

    def test_lists_are_filtered_by_figures(self):
        both = self.customer | self.contact
        nobody = self.nobody
        for domain, expected in (
            ([("has_open_complaint", "=", True)], both),
            ([("has_open_complaint", "=", False)], self.other_customer | nobody),
            ([("has_open_complaint", "!=", True)], self.other_customer | nobody),
            ([("overdue_complaint_count", ">", 0)], both),
            ([("overdue_complaint_count", "=", 0)], self.other_customer | nobody),
            ([("overdue_complaint_count", "=", False)], self.other_customer | nobody),
            ([("satisfaction_band", "=", "medium")], both),
            (
                [("satisfaction_band", "in", ["medium", "low"])],
                both | self.other_customer,
            ),
            ([("satisfaction_band", "=", False)], nobody),
            ([("satisfaction_band", "!=", False)], both | self.other_customer),
            ([("satisfaction_band", "!=", "medium")], self.other_customer | nobody),
            ([("satisfaction_rate", "=", False)], nobody),
            ([("satisfaction_rate", "<", 60)], self.other_customer),
            ([("satisfaction_rate", ">=", 60)], both),
            ([("contract_due_count", ">", 0)], both),
            ([("last_visit_on", ">=", "2026-04-01")], both),
            ([("last_visit_on", "<", "2026-04-01")], self.other_customer),
            ([("last_visit_on", "=", False)], nobody),
            ([("last_contact_on", ">=", "today -7d")], both),
            (
                ["|", ("last_visit_on", "=", False), ("visit_done_count", "=", 2)],
                nobody | self.other_customer,
            ),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(self._search(domain), expected.sorted())

    def test_lists_are_sorted_by_figures(self):
        found = self._search([], order="satisfaction_rate desc nulls last, id")
        self.assertEqual(found[-2], self.other_customer)
        self.assertEqual(found[-1], self.nobody)
        found = self._search([], order="visit_done_count, id")
        self.assertEqual(found[0], self.nobody)
        found = self._search([], order="last_visit_on desc nulls last, id")
        self.assertEqual(found[-1], self.nobody)

    def test_groups_have_the_figures_of_their_customers(self):
        """The same as counted in plain Python, customer by customer."""
        partners = self.env["res.partner"].with_user(self.management)
        everybody = self._get_everybody().with_user(self.management)
        domain = [("id", "in", everybody.ids)]
        names = [f for f in FIGURES if f.endswith("_count")]
        for fname in ("satisfaction_band", "has_open_complaint", "last_visit_on:month"):
            expected = defaultdict(list)
            for partner in everybody:
                key = partner[fname.split(":")[0]]
                if key and fname.endswith(":month"):
                    key = key.replace(day=1)
                expected[key].append(partner)
            rows = partners._read_group(
                domain, [fname], ["__count", *(f"{name}:sum" for name in names)]
            )
            self.assertEqual({row[0] for row in rows}, set(expected), fname)
            for key, count, *sums in rows:
                members = expected[key]
                self.assertEqual(count, len(members))
                self.assertEqual(
                    sums, [sum(each[name] for each in members) for name in names]
                )

    def test_the_satisfaction_of_a_group_is_that_of_its_answers(self):
        partners = self.env["res.partner"].with_user(self.management)
        pair = self.customer | self.other_customer
        rows = partners._read_group(
            [("id", "in", pair.ids)], [], ["satisfaction_rate:avg"]
        )
        answered = self.answers.filtered("satisfaction_score")
        satisfied = answered.filtered("is_satisfied")
        self.assertAlmostEqual(rows[0][0], 100 * len(satisfied) / len(answered))
        rows = partners._read_group(
            [("id", "=", self.nobody.id)], [], ["satisfaction_rate:avg"]
        )
        self.assertFalse(rows[0][0])

    def test_groups_open_the_customers_they_count(self):
        partners = self.env["res.partner"].with_user(self.management)
        domain = [("id", "in", self._get_everybody().ids)]
        for fname in ("satisfaction_band", "has_open_complaint", "last_visit_on:month"):
            groups = partners.formatted_read_group(domain, [fname], ["__count"])
            for group in groups:
                found = partners.search_count([*domain, *group["__extra_domain"]])
                self.assertEqual(found, group["__count"], group)

    def test_the_web_client_may_sort_and_group(self):
        described = (
            self.env["res.partner"].with_user(self.management).fields_get(FIGURES)
        )
        for fname, field in described.items():
            self.assertTrue(field["sortable"], fname)
            self.assertTrue(field["groupable"], fname)

    def test_bands_begin_where_their_names_say(self):
        for satisfied, answered, band in (
            (4, 5, "high"),
            (79, 100, "medium"),
            (3, 5, "medium"),
            (59, 100, "low"),
            (0, 1, "low"),
        ):
            counted = SQL("SELECT %s AS satisfied_count, %s AS n", satisfied, answered)
            band_sql = self.env["res.partner"]._sql_figure("c", "satisfaction_band")
            rows = self.env.execute_query(
                SQL(
                    "SELECT %s FROM (SELECT satisfied_count, "
                    "n AS satisfaction_answer_count FROM (%s) x) c",
                    band_sql,
                    counted,
                )
            )
            self.assertEqual(rows, [(band,)])

    def test_a_list_takes_the_same_queries_for_many_customers(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(80)]
        )
        self.env["airbag.intervention"].create(
            [
                {"partner_id": partner.id, "treatment_id": self.treatment.id}
                for partner in partners
            ]
        )
        specification = {fname: {} for fname in FIGURES}

        def count_queries(customers):
            model = self.env["res.partner"].with_user(self.management)
            domain = [("id", "in", customers.ids)]
            for _turn in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                model.web_search_read(domain, specification, limit=100)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count_queries(partners[:1]), count_queries(partners))

    # === RIGHTS === #
    def test_who_reads_no_register_sees_no_figure(self):
        employee = new_test_user(self.env, "test_employee", "base.group_user")
        for user in (employee, self.technician):
            partner = self.customer.with_user(user)
            for fname in FIGURES:
                with self.assertRaises(AccessError):
                    partner.read([fname])
                with self.assertRaises(AccessError):
                    partner.search([(fname, "=", False)])
                with self.assertRaises(AccessError):
                    partner.search([], order=fname)
        for fname in ("open_complaint_count", "has_open_complaint"):
            with self.assertRaises(AccessError):
                self.customer.with_user(self.planner).read([fname])
        with self.assertRaises(AccessError):
            self.customer.with_user(self.care).read(["contract_due_count"])

    def test_no_way_round_leads_to_a_figure(self):
        """Groups, sums, exports, inheriting and related models ask for the rights."""
        for user in (self.technician, self.planner):
            ways = self._list_ways(user, "open_complaint_count", "has_open_complaint")
            for name, attempt in ways.items():
                with self.subTest(way=name), self.assertRaises(AccessError):
                    attempt()

    def test_the_satisfaction_of_a_group_is_told_to_its_readers_only(self):
        partners = self.customer.with_user(self.technician)
        with self.assertRaises(AccessError):
            partners._read_group([], [], ["satisfaction_rate:avg"])

    def test_a_test_of_the_survey_is_no_answer(self):
        models.BaseModel.write(self.answers[0], {"test_entry": True})
        customer = self.customer.with_user(self.management)
        self.assertEqual(customer.satisfaction_answer_count, 2)

    def _list_ways(self, user, fname, group):
        """Return the ways in which a user could try to learn a figure."""
        partners = self.customer.with_user(user)
        visits = self.env["airbag.intervention"].with_user(user)
        some = [(fname, ">", 0)]
        return {
            "read": lambda: partners.read([fname]),
            "export": lambda: partners._export_rows([[fname]]),
            "group": lambda: partners._read_group([], [group], ["__count"]),
            "sum": lambda: partners._read_group([], [], [f"{fname}:sum"]),
            "having": lambda: partners._read_group(
                [], ["name"], ["__count"], [(f"{fname}:sum", ">", 0)]
            ),
            "parent": lambda: partners.search([("parent_id", "any", some)]),
            "user": lambda: user.with_user(user).read([fname]),
            "users": lambda: user.with_user(user).search(some),
            "related": lambda: visits.search([(f"partner_id.{fname}", ">", 0)]),
            "related group": lambda: visits._read_group(
                [], [f"partner_id.{group}"], ["__count"]
            ),
        }

    def test_a_user_of_the_portal_has_the_figures_that_one_may_read(self):
        portal = new_test_user(self.env, "test_figures_portal", "base.group_portal")
        portal.partner_id.parent_id = self.other_customer
        self.assertEqual(portal.sudo().satisfaction_answer_count, 2)
        self.env.invalidate_all()
        theirs = portal.with_user(self.salesperson)
        self.assertEqual(theirs.satisfaction_answer_count, 0)
        domain = [("satisfaction_answer_count", ">", 0), ("id", "=", portal.id)]
        self.assertFalse(theirs.search(domain))
        self.assertEqual(portal.with_user(self.other_seller).search(domain), portal)

    def test_figures_count_what_their_user_may_read(self):
        mine = self.customer.with_user(self.salesperson)
        theirs = self.other_customer.with_user(self.salesperson)
        self.assertEqual(mine.satisfaction_answer_count, 3)
        self.assertEqual(mine.open_complaint_count, 2)
        self.assertFalse(theirs.satisfaction_rate)
        self.assertEqual(theirs.visit_done_count, 2)
        # Nor do filters and groups tell what the figures do not.
        low = [("satisfaction_band", "=", "low")]
        self.assertFalse(self._search(low, self.salesperson))
        self.assertEqual(self._search(low, self.other_seller), self.other_customer)
        self.assertEqual(self._search(low), self.other_customer)

    def test_a_superuser_leaves_no_figures_for_others(self):
        self.assertEqual(self.other_customer.sudo().satisfaction_answer_count, 2)
        theirs = self.other_customer.with_user(self.salesperson)
        self.assertEqual(theirs.sudo().satisfaction_answer_count, 2)
        self.assertEqual(theirs.satisfaction_answer_count, 0)

    def test_companies_count_apart(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.management.company_ids += other
        partners = self.customer.with_user(self.management)
        there = partners.with_context(allowed_company_ids=other.ids)
        both = partners.with_context(allowed_company_ids=[self.company.id, other.id])
        self.env["airbag.intervention"].create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "treatment_id": self.treatment.id,
                "planned_start": NOW + timedelta(days=1),
            }
        )
        here = partners.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(there.visit_upcoming_count, 1)
        self.assertEqual(both.visit_upcoming_count, here.visit_upcoming_count + 1)
        for partner in (there, there.sudo()):
            self.assertEqual(partner.open_complaint_count, 0)
        self.assertFalse(there.search([("has_open_complaint", "=", True)]))

    # === WINDOWS === #
    def test_buttons_open_what_the_figures_count(self):
        customer = self.contact.with_user(self.management)
        for method, fname, more in (
            ("visits", "visit_done_count", [("state", "=", "done")]),
            ("satisfaction", "satisfaction_answer_count", [("state", "=", "done")]),
            (
                "complaints",
                "open_complaint_count",
                [
                    ("stage_id.closed", "=", False),
                    ("kind", "in", ["complaint", "claim"]),
                ],
            ),
            ("contracts", "contract_active_count", [("contract_state", "=", "active")]),
        ):
            action = getattr(customer, f"action_view_{method}")()
            rows = self.env[action["res_model"]].with_user(self.management)
            count = rows.search_count([*action["domain"], *more])
            self.assertEqual(count, customer[fname], method)

    def test_customers_at_risk_are_those_of_any_of_its_reasons(self):
        action = self.env.ref("airbag_client_mgmt.res_partner_action_at_risk")
        view = (
            self.env["res.partner"]
            .with_user(self.management)
            .get_view(self.env.ref("base.view_res_partner_filter").id, "search")
        )
        for name in ("risk_dissatisfied", "risk_overdue", "risk_ending"):
            self.assertIn(f'name="{name}"', view["arch"])
            self.assertIn(f"search_default_{name}", action.context)
        domain = Domain.OR(
            [
                [("satisfaction_band", "=", "low")],
                [("overdue_complaint_count", ">", 0)],
                [("contract_due_count", ">", 0)],
            ]
        )
        found = self._search([*domain, *literal_eval(action.domain)])
        self.assertEqual(found, (self.customer | self.other_customer).sorted())
