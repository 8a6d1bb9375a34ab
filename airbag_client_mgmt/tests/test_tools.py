# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import importlib
import pkgutil

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.airbag_client_mgmt import tools
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
