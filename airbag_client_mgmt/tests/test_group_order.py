# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.models import BaseModel
from odoo.tests import new_test_user, tagged

from .satisfaction_common import SatisfactionCommon

ORDERS = (
    ("technician_id",),
    ("technician_id desc",),
    ("partner_id", "technician_id"),
    ("date:month desc", "technician_id"),
    ("treatment_id", "date:month", "partner_id desc"),
)
MEASURES = ["numerator:sum", "denominator:sum", "value:avg"]


@tagged("post_install", "-at_install")
class TestGroupOrder(SatisfactionCommon):
    """Groups sorted after they were summed come as the database sorts them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["airbag.kpi.report"]
        group = "airbag_client_mgmt.group_technician"
        # Their names go the other way than their ids.
        technicians = [
            new_test_user(cls.env, login=f"order_{name}", name=name, groups=group)
            for name in ("Zoe", "Mia", "Ana")
        ]
        customers = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Zeta", "Alfa")]
        )
        for month in (3, 1):
            for technician in technicians:
                for customer in customers:
                    cls._create_answer(
                        datetime(2026, month, 10, 15),
                        {"overall": "5"},
                        user_id=technician.id,
                        partner_id=customer.id,
                        vehicle_id=False,
                    )
        # A complaint about no visit has no technician: blank comes last.
        cls.env["helpdesk.ticket"].create(
            {"name": "Noise", "description": "x", "kind": "complaint"}
        )

    def test_sorted_as_by_the_database(self):
        for order in ORDERS:
            specs = [part.split()[0] for part in order]
            with self.subTest(order):
                arguments = ([], [[], specs[:1], specs], MEASURES, ", ".join(order))
                ours = self.report._read_grouping_sets(*arguments)
                theirs = BaseModel._read_grouping_sets(self.report, *arguments)
                self.assertEqual(ours, theirs)
                self.assertGreater(len(ours[2]), 2)
                groups = self.report._read_group(
                    [], specs, MEASURES, order=", ".join(order)
                )
                self.assertEqual(groups, ours[2])

    def test_names_are_no_part_of_the_groups(self):
        """What costs more than the sums, on a million facts."""
        queries = []
        execute = self.env.cr.execute

        def note(query, *args, **kwargs):
            queries.append(str(query.code if hasattr(query, "code") else query))
            return execute(query, *args, **kwargs)

        self.patch(self.env.cr, "execute", note)
        self.report._read_grouping_sets(
            [], [[], ["technician_id"]], MEASURES, "technician_id"
        )
        [sums] = [query for query in queries if "GROUPING" in query]
        self.assertNotIn("res_users", sums)

    def test_what_the_database_must_sort_is_left_to_it(self):
        for order, limit in (("value:avg desc", None), ("technician_id", 2)):
            with self.subTest(order):
                arguments = ([], ["technician_id"], MEASURES, (), 0, limit, order)
                self.assertEqual(
                    self.report._read_group(*arguments),
                    BaseModel._read_group(self.report, *arguments),
                )
