# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install", "browser")
class TestTechnicianTour(ClientMgmtCommon, HttpCase):
    """A technician documents a visit on a phone. PRO 008 §5.3."""

    browser_size = "390x844"
    touch_enabled = True

    def test_document_a_visit_on_a_phone(self):
        self.customer.special_requirements = "Safety shoes"
        order = self._create_contract(vehicle_id=self.vehicle.id)
        order.action_confirm()
        intervention = order.intervention_ids.sorted("visit_number")[0]
        intervention.write(
            {"planned_start": fields.Datetime.now(), "user_id": self.technician.id}
        )
        intervention.action_plan()
        self.start_tour(
            "/odoo/my-interventions", "airbag_technician", login=self.technician.login
        )
        self.assertEqual(intervention.state, "done")
        self.assertEqual(intervention.requirements_acknowledged_by, self.technician)
        self.assertEqual(intervention.product_ids.lot_name, "LOT-2026")
        self.assertEqual(intervention.product_ids.product_id, self.airbag)
        self.assertEqual(intervention.recommendation_ids.state, "open")
        self.assertTrue(intervention.step_ids[0].done)
        self.assertEqual(intervention.step_ids[0].handled_by, self.technician)
