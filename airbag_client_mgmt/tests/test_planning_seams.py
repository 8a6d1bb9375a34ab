# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import ClientMgmtCommon
from .test_contract_visits import ContractVisitsCase

MONDAY = datetime(2030, 1, 7, 14)  # 09:00 where the company works


@tagged("post_install", "-at_install")
class TestPlanningSeams(ClientMgmtCommon):
    """Where the plan, the agenda and the dialog meet. PRO 008 §5.3.1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.treatment.qualified_user_ids = cls.technician | cls.other_technician

    def _create(self, start=MONDAY, **values):
        visit = self._create_intervention(planned_start=start, **values)
        return visit.with_user(self.planner)

    def _plan(self, start=MONDAY, **values):
        visit = self._create(start, **values)
        visit.action_plan()
        return visit

    def _open(self, visits):
        action = visits.action_reschedule()
        model = self.env["airbag.intervention.reschedule"].with_user(self.planner)
        return Form(model.with_context(**action["context"]))

    def test_visits_change_places_in_the_dialog(self):
        first = self._plan()
        second = self._plan(user_id=self.other_technician.id)
        self._plan(MONDAY + timedelta(days=1), user_id=self.other_technician.id)
        # Who chooses first takes the one with fewer hours, who has the other.
        dialog = self._open(first | second)
        dialog.assignment = "best"
        dialog.reason = "One knows the vehicle"
        dialog.save().action_apply()
        self.assertEqual(first.booking_ids.user_id, self.other_technician)
        self.assertEqual(second.booking_ids.user_id, self.technician)

    def test_visits_make_room_for_each_other(self):
        visits = self._plan() | self._plan(MONDAY + timedelta(days=1))
        for days in (1, -1):
            dialog = self._open(visits)
            dialog.days = days
            dialog.reason = "Holiday"
            dialog.save().action_apply()
        self.assertEqual(
            sorted(visits.booking_ids.mapped("busy_from")),
            [MONDAY, MONDAY + timedelta(days=1)],
        )

    def test_who_helps_is_not_suggested_as_responsible(self):
        visit = self._create(
            user_id=False, technician_ids=[Command.link(self.technician.id)]
        )
        other = self._create(user_id=False)
        (visit | other).action_assign_best()
        # Nor for the other visit at that time: one of both has nobody.
        self.assertEqual((visit | other).user_id, self.other_technician)
        self.assertEqual(len((visit | other).filtered("user_id")), 1)

    def test_the_best_is_asked_for_with_a_date(self):
        undated = self._create(False, user_id=False)
        planned = self._plan()
        dialog = self._open(undated | planned)
        dialog.assignment = "best"
        dialog.reason = "Ill"
        with self.assertRaisesRegex(UserError, f"date of {undated.name} first"):
            dialog.save().action_apply()
        self.assertTrue(planned.booking_ids)

    def test_an_end_before_the_start_is_refused_with_its_message(self):
        early = {"planned_end": MONDAY - timedelta(hours=1)}
        for visit, vals in (
            (self._create(), {**early, "state": "planned"}),
            (self._plan(), {**early, "reschedule_reason": "Earlier"}),
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                visit.write(vals)

    def test_what_is_planned_has_a_date_and_a_technician(self):
        visit = self._plan()
        for vals in ({"planned_start": False}, {"user_id": False}):
            with (
                self.assertRaisesRegex(UserError, "set its date"),
                self.env.cr.savepoint(),
            ):
                visit.write({**vals, "reschedule_reason": "To be agreed"})
        self.assertEqual(visit.booking_ids.user_id, self.technician)

    def test_a_reason_stands_for_the_move_it_came_with(self):
        visit = self._create().with_user(self.planner)
        visit.write(
            {"planned_start": MONDAY + timedelta(days=1), "reschedule_reason": "Ill"}
        )
        visit.planned_start += timedelta(hours=1)
        self.assertEqual(visit.reschedule_reason, "Ill")
        visit.planned_start += timedelta(days=5)
        self.assertFalse(visit.reschedule_reason)
        self.assertEqual(visit.original_planned_start, MONDAY)

    def test_another_treatment_is_no_other_date(self):
        visit = self._plan()
        visit.treatment_id = self.treatment.copy({"code": "T-5", "planned_hours": 5})
        self.assertEqual(visit.booking_ids.busy_to, MONDAY + timedelta(hours=5))
        with self.assertRaisesRegex(UserError, "Reschedule"):
            visit.planned_end = MONDAY + timedelta(hours=6)

    def test_several_visits_are_not_moved_unseen(self):
        visits = self._plan() | self._plan(MONDAY + timedelta(days=1))
        dialog = self._open(visits)
        dialog.days = 1
        dialog.reason = "Holiday"
        wizard = dialog.save()
        moved = MONDAY + timedelta(days=7)
        visits[0].write({"planned_start": moved, "reschedule_reason": "Travelling"})
        with self.assertRaisesRegex(UserError, "meanwhile"):
            wizard.action_apply()
        self.assertEqual(visits[0].planned_start, moved)

    def test_the_refusal_names_who_changed_the_plan(self):
        visit = self._plan()
        seen = visit.plan_revision
        visit.write(
            {"planned_start": MONDAY + timedelta(days=1), "reschedule_reason": "Ill"}
        )
        # Somebody else has written on the visit since, not its plan.
        visit.with_user(self.technician).findings = "Connector loose"
        with self.assertRaisesRegex(UserError, "Test planner has changed"):
            visit.write({"priority": "1", "plan_revision": seen})

    def test_conflicts_of_a_list_cost_the_same_for_any_number(self):
        visits = self.env["airbag.intervention"].union(
            *(self._plan(MONDAY + timedelta(days=day)) for day in range(80))
        )
        resource = self.env["resource.resource"].create(
            {"name": "Technician", "user_id": self.technician.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "resource_id": resource.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": MONDAY,
                "date_to": MONDAY + timedelta(days=100),
            }
        )
        self.env.flush_all()
        counts = []
        for some in (visits[:1], visits):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(all(some.mapped("booking_conflict")))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        found = visits.search([("booking_conflict", "!=", False)])
        self.assertEqual(found & visits, visits)


@tagged("post_install", "-at_install")
class TestPromiseSeams(ContractVisitsCase):
    """What a contract promised stays where it is counted. PRO 008 §5.3.1."""

    def setUp(self):
        super().setUp()
        clock = freeze_time("2026-03-01 15:00")
        clock.start()
        self.addCleanup(clock.stop)

    def _amend(self):
        amendment = self.env["sale.order"].browse(self.order.action_amend()["res_id"])
        amendment.write(
            {"amendment_reason": "Price", "amendment_start": date(2026, 4, 1)}
        )
        amendment.action_confirm()
        return amendment

    def test_a_promised_visit_stays_in_its_contract(self):
        visit = self.visits[0].with_user(self.planner)
        other = self._sign()
        for vals, words in (
            ({"order_line_id": False}, "promises the visit.*cancel it"),
            ({"order_line_id": False, "order_id": False}, "promises the visit"),
            (
                {"order_id": other.id, "order_line_id": other.order_line.id},
                "promises the visit",
            ),
            ({"visit_number": 0}, "number of a visit"),
        ):
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                visit.write(vals)
        self.assertTrue(visit.is_missed)
        # As it is: a form that sends everything back.
        visit.write(
            {
                "order_id": self.order.id,
                "order_line_id": self.order.order_line.id,
                "visit_number": 1,
            }
        )
        extra = self._create_intervention(
            order_id=self.order.id, order_line_id=self.order.order_line.id
        ).with_user(self.planner)
        extra.write({"order_line_id": False, "order_id": False})

    def test_an_overdue_visit_goes_on_under_the_amendment(self):
        amendment = self._amend()
        visit = self.visits[1].with_user(self.planner)
        self.assertEqual(visit.order_id, self.order)
        visit.write(
            {
                "order_id": amendment.id,
                "order_line_id": amendment.order_line.id,
                "planned_start": datetime(2026, 4, 2, 14),
                "reschedule_reason": "The customer was travelling",
            }
        )
        self.assertFalse(visit.is_missed)

    def test_nobody_makes_a_promise_by_hand(self):
        values = {
            "partner_id": self.customer.id,
            "treatment_id": self.treatment.id,
            "planned_start": datetime(2026, 3, 20, 14),
            "order_id": self.order.id,
            "order_line_id": self.order.order_line.id,
        }
        planned = self.env["airbag.intervention"].with_user(self.planner)
        with self.assertRaisesRegex(UserError, "number of a visit"):
            planned.create({**values, "visit_number": 99})
        # An import with an empty column; two extras of one line.
        visits = planned.create([{**values, "visit_number": 0}] * 2)
        self.assertFalse(any(visits.mapped("visit_number")))

    def test_the_refusal_says_what_to_do_with_a_promised_visit(self):
        repair = self.treatment.copy({"code": "T-REP", "name": "Repair"})
        last = self.visits[-1].with_user(self.planner)
        for vals in (
            {"treatment_id": repair.id},
            {"planned_start": datetime(2027, 2, 1, 14), "reschedule_reason": "Late"},
        ):
            with (
                self.assertRaisesRegex(UserError, "promised this visit: cancel it"),
                self.env.cr.savepoint(),
            ):
                last.write(vals)

    def test_an_archived_visit_goes_on_under_the_amendment(self):
        self.visits[-1].active = False
        self.assertEqual(self.visits[-1].order_id, self.order)
        amendment = self._amend()
        self.assertEqual(self.visits[-1].order_id, amendment)

    def test_an_archived_visit_ends_with_the_contract(self):
        self.visits[-1].active = False
        self.order._terminate(date(2026, 3, 15), self.reason)
        self.assertEqual(self.visits[-1].state, "cancelled")


@tagged("post_install", "-at_install")
class TestVisitCountsByChance(ContractVisitsCase):
    """The counts of the database against the definition, written in Python."""

    STATES = ("draft", "planned", "in_progress", "done", "cancelled")
    NAMES = ("due", "done", "planned", "to_plan", "missed")
    TODAY = date(2026, 6, 15)

    def test_any_contract_is_counted_as_defined(self):
        for seed in range(40):
            chance = random.Random(seed)
            ended = chance.choice([None, date(2026, chance.randint(2, 12), 12)])
            rows = [self._shake(visit, ended, chance) for visit in self.visits]
            self.env.cr.execute(
                "UPDATE sale_order SET terminated_on = %s, contract_state = %s"
                " WHERE id = %s",
                (
                    ended,
                    "terminated" if ended and ended < self.TODAY else "active",
                    self.order.id,
                ),
            )
            self.env.invalidate_all()
            with freeze_time("2026-06-15 15:00"), self.subTest(seed=seed):
                counts = [self.order[f"visits_{name}"] for name in self.NAMES]
                self.assertEqual(counts, self._count_by_hand(rows, ended))

    def _shake(self, visit, ended, chance):
        """Give a visit any state and moment, and return them."""
        start = datetime(2026, 1, 1) + timedelta(minutes=chance.randrange(525_000))
        if chance.random() < 0.3:
            # About midnight where the company works.
            after_end = ended and chance.random() < 0.5
            day = ended + timedelta(days=1) if after_end else start
            start = datetime(day.year, day.month, day.day, chance.choice([4, 5]))
        if chance.random() < 0.15:
            start = None
        number = chance.choice([0, visit.id, visit.id, visit.id])
        state = chance.choice(self.STATES)
        self.env.cr.execute(
            "UPDATE airbag_intervention SET state = %s, planned_start = %s,"
            " planned_end = %s, visit_number = %s, active = %s WHERE id = %s",
            (
                state,
                start,
                start and start + timedelta(hours=2),
                number or None,
                chance.random() < 0.8,
                visit.id,
            ),
        )
        return state, start, number

    def _count_by_hand(self, rows, ended):
        """Return what :attr:`NAMES` must count."""
        due = done = planned = to_plan = missed = 0
        last = min(day for day in (ended, self.order.contract_end) if day)
        zone = ZoneInfo("America/Bogota")
        for state, start, number in rows:
            if not number:
                continue
            if start:
                day = start.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date()
                passed = day < self.TODAY and day <= last
            else:
                over = ended and ended < self.TODAY
                passed = bool(over) and state in ("draft", "planned")
            done += state == "done"
            due += state == "done" or passed
            missed += passed and state in ("draft", "planned", "cancelled")
            planned += state == "in_progress" or (state == "planned" and not passed)
            to_plan += state == "draft" and not passed
        return [due, done, planned, to_plan, missed]

    def test_counting_is_not_compiled(self):
        self.env.cr.cache.pop("visits_without_jit", None)
        self.env.cr.execute("SET LOCAL jit TO on")
        self.env["sale.order"].search([("visits_missed", ">", 0)])
        self.env.cr.execute("SHOW jit")
        self.assertEqual(self.env.cr.fetchone(), ("off",))
