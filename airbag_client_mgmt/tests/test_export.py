# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import json

from openpyxl import load_workbook

from odoo import http
from odoo.tests import HttpCase, tagged

from .satisfaction_common import SatisfactionCommon


@tagged("post_install", "-at_install")
class TestExport(SatisfactionCommon, HttpCase):
    """What is exported says what the screen says. PRO 008 §6 and §7."""

    def _export(self, groupby):
        """Return {label of a row: its average score} of the exported register."""
        rows = self.answers | self.owed
        params = {
            "model": "survey.user_input",
            "fields": [
                {"name": "customer_id", "label": "Customer", "type": "many2one"},
                {"name": "satisfaction_score", "label": "Score", "type": "float"},
                {"name": "contacted_in_time", "label": "In time", "type": "float"},
            ],
            "ids": rows.ids,
            "domain": [],
            "groupby": groupby,
            "import_compat": False,
        }
        self.authenticate(self.quality.login, self.quality.login)
        response = self.url_open(
            "/web/export/xlsx",
            data={
                "data": json.dumps(params),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200)
        sheet = load_workbook(io.BytesIO(response.content)).active
        return {
            str(label).strip().rpartition(" (")[0]: (score, in_time)
            for label, score, in_time in sheet.iter_rows(values_only=True)
            if " (" in str(label)
        }

    def test_averages_of_groups_leave_out_who_has_not_answered(self):
        self.quality.group_ids |= self.env.ref("base.group_allow_export")
        day = self.HISTORY[0][0]
        self.owed = self._create_owed(day) | self._create_owed(
            day, partner_id=self.other_customer.id, vehicle_id=False
        )
        third = self.env["res.partner"].create({"name": "Third Fleet"})
        self.owed |= self._create_owed(day, partner_id=third.id, vehicle_id=False)
        self.env.flush_all()
        shown = {
            customer.display_name: (score or None, share or None)
            for customer, score, share in self.env["survey.user_input"]._read_group(
                [("id", "in", (self.answers | self.owed).ids)],
                ["customer_id"],
                ["satisfaction_score:avg", "contacted_in_time:avg"],
            )
        }
        exported = self._export(["customer_id"])
        self.assertEqual(set(exported), set(shown))
        for name, (score, share) in shown.items():
            said, in_time = exported[name]
            self.assertEqual(said and round(said, 4), score and round(score, 4), name)
            self.assertEqual(in_time or None, share)
        self.assertIsNone(shown["Third Fleet"][0], "nobody answered there")
        # In two levels, the figure of the upper one is over all its answers.
        nested = self._export(["customer_id", "service_date:month"])
        for name, (score, _share) in shown.items():
            said = nested[name][0]
            self.assertEqual(said and round(said, 4), score and round(score, 4), name)
