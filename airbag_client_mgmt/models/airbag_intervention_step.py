# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

#: What people write on a step; the rest is the treatment's, or stamped.
WRITTEN_BY_HAND = {"done", "excuse"}


class AirbagInterventionStep(models.Model):
    """A step of the treatment as it was when the intervention started.

    Copied by ``airbag.intervention._freeze_steps``; the technician ticks it or
    says why it was not done. PRO 008 §5.3.2.
    """

    _name = "airbag.intervention.step"
    _description = "Intervention Step"
    _inherit = ["airbag.intervention.part"]
    _order = "intervention_id, sequence, id"

    # === FIELDS === #
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Step", required=True, readonly=True)
    instruction = fields.Text(readonly=True)
    mandatory = fields.Boolean(readonly=True)
    done = fields.Boolean(string="Ticked")
    excuse = fields.Char(
        string="Why not done", help="Excuses a step that could not be done."
    )
    handled_by = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    handled_on = fields.Datetime(readonly=True)
    is_handled = fields.Boolean(compute="_compute_is_handled")

    # === COMPUTE METHODS === #
    @api.depends("done", "excuse")
    def _compute_is_handled(self):
        for step in self:
            step.is_handled = step.done or bool((step.excuse or "").strip())

    # === CRUD METHODS === #
    def write(self, vals):
        """:raise AccessError: if a user would change the procedure itself."""
        if not self.env.su and set(vals) - WRITTEN_BY_HAND:
            raise AccessError(
                self.env._(
                    "The steps of an intervention are those of its treatment: tick "
                    "each one, or say why it was not done."
                )
            )
        if vals.get("done"):
            vals = {"excuse": False, **vals}  # what was done needs no excuse
        result = super().write(vals)
        if WRITTEN_BY_HAND & set(vals):
            # Blanks are no excuse, and nobody has handled what is unticked.
            for handled, steps in self.grouped("is_handled").items():
                super(AirbagInterventionStep, steps).write(
                    {
                        "handled_by": self.env.uid if handled else False,
                        "handled_on": fields.Datetime.now() if handled else False,
                    }
                )
        return result

    # === ACTION METHODS === #
    def action_toggle_done(self):
        """Tick or untick the steps: one touch on a phone."""
        for done, steps in self.grouped("done").items():
            steps.done = not done
