# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import freeze_time, new_test_user

from .common import ClientMgmtCommon


class ClosingCommon(ClientMgmtCommon):
    """A company with complaints resolved in known months, and who closes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._speak_english()
        cls.snapshots = cls.env["airbag.kpi.snapshot"]
        cls.actions = cls.env["airbag.improvement.action"]
        cls.kpi = cls.env.ref("airbag_client_mgmt.kpi_resolution")
        cls.other_quality = new_test_user(
            cls.env,
            login="test_other_quality",
            groups="base.group_user,airbag_client_mgmt.group_quality_manager",
        )
        cls.company.kpi_approver_id = cls.management
        cls.kpi.target = 5
        cls.kpi.user_id = cls.quality

    @classmethod
    def _resolve(cls, day, hours=4, **values):
        """Return a claim that came at eight and took so many working hours.

        In Bogotá, UTC-5, where nobody works from twelve to one.
        """
        received = datetime.combine(day, datetime.min.time()) + timedelta(hours=13)
        passed = timedelta(hours=hours + (1 if hours > 4 else 0))
        return cls.env["helpdesk.ticket"].create(
            {
                "name": f"claim of {day}",
                "description": "claim",
                "kind": "claim",
                "partner_id": cls.customer.id,
                "received_on": received,
                "resolved_on": received + passed,
                **values,
            }
        )

    @classmethod
    def _close_months(cls, today):
        """Close what is to be closed on a day at noon, and return it."""
        with freeze_time(datetime.combine(today, datetime.min.time()).replace(hour=17)):
            cls.env.flush_all()
            before = cls.snapshots.search([])
            for (company, month), kpis in cls.snapshots._get_months_to_close().items():
                cls.snapshots._close_month(company, month, kpis)
            cls.env.flush_all()
            return cls.snapshots.search([]) - before

    @classmethod
    def _close_month_of(cls, day, kpi=None, today=None):
        """Return the indicator of the month of a day, closed eleven days after it."""
        month = day.replace(day=1)
        cls._close_months(today or (month + timedelta(days=31)).replace(day=12))
        return cls.snapshots.search(
            [("kpi_id", "=", (kpi or cls.kpi).id), ("month", "=", month)]
        )

    @classmethod
    def _create_action(cls, snapshot, **values):
        return cls.actions.with_user(cls.quality).create(
            {
                "name": "Train the area",
                "user_id": cls.care.id,
                "date_due": date(2026, 4, 30),
                "snapshot_id": snapshot.id,
                **values,
            }
        )

    @classmethod
    def _approve(cls, snapshot):
        """Have quality analyse a month and management approve it."""
        snapshot = snapshot.with_user(cls.quality)
        if snapshot.is_missed:
            snapshot.analysis = "The spare part came late."
            cls._create_action(snapshot)
        snapshot.action_send()
        snapshot.with_user(cls.management).action_approve()

    @classmethod
    def _create_company(cls, name):
        """Return another company, its calendar and somebody of its quality."""
        company = cls.env["res.company"].create({"name": name})
        company.resource_calendar_id.tz = "America/Bogota"
        user = new_test_user(
            cls.env,
            login=f"quality of {name}",
            groups="base.group_user,airbag_client_mgmt.group_quality_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        return company, user
