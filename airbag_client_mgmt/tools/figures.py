# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How the satisfaction of a customer is called."""

#: Name of a band and the percentage from which on it holds, the best one first.
BANDS = (("high", 80), ("medium", 60), ("low", 0))
