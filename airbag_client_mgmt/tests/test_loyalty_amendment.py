# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from .test_loyalty_program import ProgramCase


@tagged("post_install", "-at_install")
class TestLoyaltyAmendment(ProgramCase):
    """PRO 008 §5.2.3, §5.5.1: an amendment keeps the benefits that were agreed."""

    def _sign_contract(self, prepare=None):
        with freeze_time("2026-01-01"):
            quotation = self._create_quotation()
            if prepare:
                prepare(quotation)
            quotation.action_confirm()
            self.env.flush_all()
        return quotation

    def _amend(self, contract, day="2026-03-01"):
        with freeze_time(day):
            action = contract.with_user(self.salesman).action_amend()
            amendment = self.env["sale.order"].browse(action["res_id"])
            amendment.amendment_reason = "Another van"
            self.env.flush_all()
        return amendment

    def _sign(self, amendment, day="2026-03-02"):
        with freeze_time(day):
            amendment.action_confirm()
            self.env.flush_all()

    def _get_free_visits(self, *orders):
        visits = self.env["sale.order"].union(*orders).intervention_ids
        return visits.filtered(
            lambda visit: (
                visit.order_line_id.reward_id.reward_type == "product"
                and visit.state != "cancelled"
            )
        )

    def _begin(self, visit):
        """Leave the visit as it is once it was done."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE airbag_intervention SET state = 'done', planned_start = %s,"
            " started_at = %s, finished_at = %s WHERE id = %s",
            ["2026-01-05", "2026-01-05", "2026-01-05 02:00", visit.id],
        )
        self.env.invalidate_all()

    def test_the_level_and_the_discount_of_the_contract_hold(self):
        self._create_program()
        contract = self._sign_contract()
        self.customer.loyalty_level_id = False
        amendment = self._amend(contract)
        self.assertEqual(amendment.loyalty_level_id, self.level)
        self.assertEqual(amendment.amount_total, contract.amount_total)
        self._sign(amendment)
        self.assertEqual(amendment.amount_total, contract.amount_total)

    def test_a_level_reached_since_changes_no_contract(self):
        self._create_program()
        self.customer.loyalty_level_id = False
        contract = self._sign_contract()
        self.customer.loyalty_level_id = self.level
        amendment = self._amend(contract)
        self.assertEqual(amendment.amount_total, contract.amount_total)

    def test_a_programme_that_ended_holds_in_the_amendment(self):
        ended, archived = (
            self._create_program(
                {
                    "reward_type": "discount",
                    "discount": rate,
                    "discount_mode": "percent",
                    "discount_applicability": "specific",
                }
            )
            for rate in (10, 20)
        )
        contract = self._sign_contract()
        self.assertEqual(len(self._get_rewards(contract).reward_id), 2)
        ended.date_to = date(2026, 2, 1)
        archived.active = False
        amendment = self._amend(contract)
        self.assertAlmostEqual(amendment.amount_total, contract.amount_total)
        self._sign(amendment)
        self.assertAlmostEqual(amendment.amount_total, contract.amount_total)

    def test_a_promo_code_holds_in_the_amendment(self):
        program = self._create_program(
            rule={"mode": "with_code", "code": "GOLD10"},
            trigger="with_code",
            program_type="promo_code",
        )

        def enter_code(quotation):
            (claimable,) = quotation._try_apply_code("GOLD10")
            quotation._apply_program_reward(program.reward_ids, claimable)

        contract = self._sign_contract(enter_code)
        self.assertTrue(self._get_rewards(contract))
        amendment = self._amend(contract)
        self.assertEqual(amendment.amount_total, contract.amount_total)
        self._sign(amendment)
        self.assertEqual(amendment.amount_total, contract.amount_total)

    def test_what_was_taken_off_the_contract_stays_off(self):
        self._create_program()
        contract = self._sign_contract(
            lambda quotation: self._get_rewards(quotation).unlink()
        )
        amendment = self._amend(contract)
        self.assertFalse(self._get_rewards(amendment))
        amendment.action_quotation_sent()
        amendment.with_user(self.salesman).create_revision()
        revision = amendment.current_revision_id
        self.assertEqual(revision.amount_total, contract.amount_total)

    def test_another_customer_agreed_on_nothing(self):
        self._create_program()
        amendment = self._amend(self._sign_contract())
        amendment.partner_id = self.stranger
        self.assertFalse(amendment.loyalty_level_id)
        self.assertFalse(self._get_rewards(amendment))

    def test_a_free_service_to_come_goes_on_with_its_visit(self):
        self._create_free_service()
        contract = self._sign_contract()
        visit = self._get_free_visits(contract)
        amendment = self._amend(contract)
        self.extra.list_price += 10
        self.assertEqual(self._get_rewards(amendment).product_id, self.extra)
        self._sign(amendment)
        self.assertEqual(self._get_free_visits(contract, amendment), visit)
        self.assertEqual(visit.order_id, amendment)

    def test_a_free_service_given_is_not_given_again(self):
        self._create_free_service()
        contract = self._sign_contract()
        visit = self._get_free_visits(contract)
        self._begin(visit)
        amendment = self._amend(contract)
        self.assertFalse(self._get_rewards(amendment))
        self._sign(amendment)
        self.assertEqual(self._get_free_visits(contract, amendment), visit)
        # Nor by the amendment after that one.
        second = self._amend(amendment, "2026-04-01")
        self.assertFalse(self._get_rewards(second))
        self._sign(second, "2026-04-02")
        self.assertEqual(self._get_free_visits(contract, amendment, second), visit)

    def test_a_free_service_given_before_the_signature_is_not_given_again(self):
        self._create_free_service()
        contract = self._sign_contract()
        visit = self._get_free_visits(contract)
        amendment = self._amend(contract)
        self._begin(visit)
        self._sign(amendment)
        self.assertEqual(self._get_free_visits(contract, amendment), visit)

    def test_a_discount_that_goes_on_is_the_one_invoiced_before(self):
        self._create_program()
        contract = self._sign_contract()
        amendment = self._amend(contract)
        self.assertEqual(
            self._get_rewards(amendment).amended_line_id, self._get_rewards(contract)
        )
