# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Names that the models of renewals share. PRO 008 §5.5.3."""

#: Reminder of the salesperson.
ACTIVITY_RENEWAL = "airbag_client_mgmt.mail_activity_type_renewal"
#: States of a renewal still to be decided.
OPEN_STATES = ("due", "contacted", "offered")
