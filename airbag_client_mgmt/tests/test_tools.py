# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import importlib
import pkgutil

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.airbag_client_mgmt import tools
from odoo.addons.airbag_client_mgmt.tools.history import parse_products
from odoo.addons.airbag_client_mgmt.tools.vin import check_digit, has_valid_check_digit


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    """The plain functions: their examples, and properties that always hold."""

    def test_doctests(self):
        examples = 0
        for module_info in pkgutil.iter_modules(tools.__path__):
            module = importlib.import_module(f"{tools.__name__}.{module_info.name}")
            result = doctest.testmod(module)
            self.assertFalse(result.failed, module_info.name)
            examples += result.attempted
        self.assertGreater(examples, 10)

    @given(
        st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=16, max_size=16)
    )
    def test_only_one_check_digit_is_valid(self, body):
        vin = f"1{body}"
        digit = check_digit(vin)
        for candidate in "0123456789X":
            changed = vin[:8] + candidate + vin[9:]
            self.assertEqual(has_valid_check_digit(changed), candidate == digit)

    @given(
        st.lists(
            st.tuples(
                st.from_regex(r"[A-Z0-9][A-Z0-9 ñ.-]{0,8}[A-Z0-9]", fullmatch=True),
                st.integers(1, 99_999),
                st.from_regex(r"([A-Z0-9-]{1,9})?", fullmatch=True),
                st.text(" ", max_size=3),
            ),
            max_size=5,
        )
    )
    def test_the_products_of_a_cell_are_those_written(self, products):
        cell = ";".join(
            f"{blank}{code}{blank}*{blank}{cents / 100:.2f}{blank}"
            + (f"#{blank}{lot}{blank}" if lot else "")
            for code, cents, lot, blank in products
        )
        expected = [
            (" ".join(code.split()), cents / 100, lot)
            for code, cents, lot, _blank in products
        ]
        self.assertEqual([tuple(used) for used in parse_products(cell)], expected)

    def test_a_cell_that_cannot_be_read_is_told(self):
        for cell in ("A*", "A#", "*2", "#1", "A*x", "A**2", "A*1e9", "A*" + "9" * 400):
            with self.assertRaises(ValueError):
                parse_products(cell)
        # Not tried in every way: that would take hours.
        with self.assertRaises(ValueError):
            parse_products("A" + " " * 5000 + "*x")
