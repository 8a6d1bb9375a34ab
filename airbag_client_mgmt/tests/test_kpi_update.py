# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import importlib.util

from psycopg2.extras import Json

from odoo.modules.module import get_module_path
from odoo.tests import tagged
from odoo.tools import SQL

from .kpi_common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiUpdate(KpiCommon):
    """What the update of an existing database brings to the indicators."""

    def test_an_update_finds_the_same_days(self):
        """The script of the update fills in what the ORM computes for new ones."""
        days = {
            "airbag.intervention": ["promised_date"],
            "helpdesk.ticket": ["incident_date", "commitment_date"],
            "sale.order": ["renewal_first_contacted_on"],
        }

        def read():
            self.env.invalidate_all()
            return {
                (record._name, record.id, name): record[name]
                for model, names in days.items()
                for record in self.env[model].with_context(active_test=False).search([])
                for name in names
            }

        self.contracts[3].action_log_renewal_contact()
        self.tickets[1].category_id = self.env.ref(
            "airbag_client_mgmt.helpdesk_category_general"
        )
        self.env.flush_all()
        before = read()
        for model, names in days.items():
            for name in names:
                self.assertTrue(any(before[key] for key in before if key[2] == name))
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = NULL",
                        SQL.identifier(self.env[model]._table),
                        SQL.identifier(name),
                    )
                )
        self._migrate("pre-kpi")
        self.assertEqual(read(), before)

    def _migrate(self, name):
        """Run a script of the update; return it."""
        folder = f"{get_module_path('airbag_client_mgmt')}/migrations/19.0.1.3.0"
        spec = importlib.util.spec_from_file_location("script", f"{folder}/{name}.py")
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.2.0")
        return script

    def test_an_update_words_the_formula_that_nobody_changed(self):
        kpi = self.kpi["satisfaction"]

        def update(formula):
            """Return what an update leaves of a formula, by language."""
            self.env.cr.execute(
                "UPDATE airbag_kpi SET formula = %s WHERE id = %s",
                [Json(formula), kpi.id],
            )
            self._migrate("post-kpi-formula")
            self.env.cr.execute(
                "SELECT formula FROM airbag_kpi WHERE id = %s", [kpi.id]
            )
            return self.env.cr.fetchone()[0]

        self.env.flush_all()
        self.env.cr.execute("SELECT formula FROM airbag_kpi WHERE id = %s", [kpi.id])
        new = self.env.cr.fetchone()[0]["en_US"]
        old = self._migrate("post-kpi-formula").OLD["kpi_satisfaction"]
        english, spanish = sorted(old, reverse=True)
        # The translation is loaded after it, where there is none.
        self.assertEqual(update({"en_US": english, "es_419": spanish}), {"en_US": new})
        for kept in (
            {"en_US": "As the board decided"},
            {"en_US": english, "es_419": "Lo que decidió la junta"},
        ):
            self.assertEqual(update(kept), kept)
