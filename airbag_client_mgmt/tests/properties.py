# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How property tests run. Loaded before them, since each takes what is set then."""

from hypothesis import HealthCheck, settings

# A loaded machine is slow, not wrong.
settings.register_profile(
    "airbag", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("airbag")
