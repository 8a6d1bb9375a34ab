# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common import ClientMgmtCommon


@tagged("post_install", "-at_install", "browser")
class TestTechnicianTour(ClientMgmtCommon, HttpCase):
    """A technician documents a visit on a phone. PRO 008 §5.3."""

    browser_size = "390x844"
    touch_enabled = True

    def test_document_a_visit_on_a_phone(self):
        self.customer.special_requirements = "Safety shoes"
        self.treatment.write(
            {
                "product_ids": [Command.link(self.airbag.id)],
                "step_ids": [Command.create({"name": "Measure"})],
            }
        )
        self.env["product.product"].create({"name": "Cable ties", "type": "consu"})
        earlier = self._advise_before()
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
        airbag, ties = intervention.product_ids.sorted("id")
        self.assertEqual(airbag.product_id, self.airbag)
        self.assertEqual(airbag.lot_name, "LOT-2026")
        self.assertFalse(ties.lot_name)
        self.assertEqual(intervention.recommendation_ids.state, "open")
        self.assertEqual(intervention.step_ids.mapped("done"), [True, False, False])
        self.assertEqual(intervention.step_ids[2].excuse, "No power")
        self.assertEqual(intervention.step_ids[0].handled_by, self.technician)
        self.assertEqual(
            intervention.photo_ids.mapped("mimetype"), ["image/jpeg", "image/jpeg"]
        )
        self.assertTrue(intervention.customer_signature)
        self.assertEqual(intervention.signed_by, "Ana Torres")
        self.assertEqual(earlier.mapped("state"), ["done", "declined"])
        self.assertEqual(earlier[1].decline_reason, "It is fine like that")
        self.assertEqual(earlier.closed_by, self.technician)
        self.assertEqual(earlier.closed_intervention_id, intervention)

    def _advise_before(self):
        """Return what a colleague recommended on an earlier visit."""
        visit = self._create_intervention(user_id=self.other_technician.id)
        visit.action_plan()
        visit.with_user(self.other_technician).action_acknowledge_requirements()
        visit.action_start()
        visit.recommendation_ids = [
            Command.create({"name": "Clean the connector"}),
            Command.create({"name": "Move the seat"}),
        ]
        visit.step_ids.done = True
        visit.no_products_used = True
        visit.action_finish()
        return visit.recommendation_ids
