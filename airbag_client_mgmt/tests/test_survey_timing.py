# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.tests import Form, tagged

from .survey_common import SurveyCommon

DEADLINE = "2026-03-10"


@tagged("post_install", "-at_install")
class TestSurveyTiming(SurveyCommon):
    """PRO 008 §5.4.1: which share of the customers was contacted in time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.user_inputs.browse()
        for _number in range(6):
            visit = cls._create_done_intervention(contact_id=cls.contact.id)
            cls.rows |= cls.user_inputs._create_obligations(visit)
        cls.rows.write({"contact_deadline": DEADLINE})

    def _contact(self, row, moment, state="contacted"):
        row.write({"contact_state": state, "contacted_on": moment})

    def _shares(self, groupby):
        return self.user_inputs._read_group(
            [("id", "in", self.rows.ids)],
            groupby,
            ["contacted_in_time:avg", "contacted_in_time:sum"],
        )

    def test_the_deadline_day_is_in_time_and_it_is_a_local_day(self):
        first, second = self.rows[:2]
        # 04:59 UTC on the 11th is 23:59 of the 10th in Bogotá.
        self._contact(first, datetime(2026, 3, 11, 4, 59))
        self._contact(second, datetime(2026, 3, 11, 5, 0))
        self.assertEqual(first.contact_timing, "in_time")
        self.assertEqual(second.contact_timing, "late")

    def test_what_is_undecided_or_waived_is_in_no_share(self):
        in_time, late, overdue, answered, waived, pending = self.rows
        self._contact(in_time, datetime(2026, 3, 8, 15))
        self._contact(late, datetime(2026, 3, 12, 15))
        overdue.contact_state = "overdue"
        self._contact(answered, datetime(2026, 3, 10, 15), "answered")
        self._contact(waived, datetime(2026, 3, 9, 15), "waived")
        self.assertEqual(
            self.rows.mapped("contact_timing"),
            ["in_time", "late", "late", "in_time", False, False],
        )
        [(share, _sum)] = self._shares([])
        self.assertEqual(share, 50.0)
        shares = {
            state: share for state, share, _sum in self._shares(["contact_state"])
        }
        self.assertEqual(
            shares,
            {
                "pending": False,
                "contacted": 50.0,
                "answered": 100.0,
                "overdue": 0.0,
                "waived": False,
            },
        )
        self.assertIs(pending.contacted_in_time, False)
        self.assertIsInstance(late.contacted_in_time, float)

    def test_the_web_client_reads_the_same(self):
        self._contact(self.rows[0], datetime(2026, 3, 8, 15))
        groups = self.user_inputs.formatted_read_group(
            [("id", "in", self.rows.ids)],
            ["contact_state"],
            ["contacted_in_time:avg", "__count"],
        )
        found = {g["contact_state"]: g["contacted_in_time:avg"] for g in groups}
        self.assertEqual(found["contacted"], 100.0)
        self.assertFalse(found["pending"])

    def test_a_bounce_makes_it_undecided_again(self):
        row = self.rows[0]
        self._contact(row, datetime(2026, 3, 8, 15))
        row.contact_channel = "email"
        row._message_receive_bounce("ana@example.com", self.contact)
        self.assertFalse(row.contact_timing)
        row._mark_overdue()
        self.assertEqual(row.contact_timing, "late")

    def test_management_reads_the_form(self):
        view = "airbag_client_mgmt.survey_user_input_register_view_form"
        form = Form(self.rows[0].with_user(self.management), view)
        self.assertEqual(form.contact_state, "pending")
