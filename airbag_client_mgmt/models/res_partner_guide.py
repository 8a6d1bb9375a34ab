# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

TEMPLATE = "airbag_client_mgmt.mail_template_good_practices"


class ResPartner(models.Model):
    """Which good practices a customer knows, and which it still has to. §5.5.2.

    The customer company is informed, through any of its contacts; what counts is the
    current version of the guides of the treatments it was given.
    """

    _inherit = "res.partner"

    # === FIELDS === #
    has_pending_guides = fields.Boolean(
        string="Not Informed of Good Practices",
        compute="_compute_pending_guide_ids",
        compute_sudo=True,
        search="_search_has_pending_guides",
        groups="base.group_user",
    )
    pending_guide_ids = fields.Many2many(
        comodel_name="airbag.guide",
        string="Good Practices to Send",
        compute="_compute_pending_guide_ids",
        compute_sudo=True,
        groups="base.group_user",
        help="Guides of the services carried out whose current version the customer "
        "has not been informed of.",
    )
    guide_delivery_count = fields.Integer(
        compute="_compute_guide_delivery_count",
        compute_sudo=True,
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #
    @api.depends_context("allowed_company_ids")
    def _compute_pending_guide_ids(self):
        pending = defaultdict(self.env["airbag.guide.version"].browse)
        for (_company, customer), versions in self._get_pending_guides().items():
            pending[customer] |= versions
        for partner in self:
            guides = pending[partner.commercial_partner_id].guide_id
            partner.pending_guide_ids = guides
            partner.has_pending_guides = bool(guides)

    @api.depends_context("allowed_company_ids")
    def _compute_guide_delivery_count(self):
        counts = dict(
            self.env["airbag.guide.delivery"]._read_group(
                [
                    ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.guide_delivery_count = counts.get(partner.commercial_partner_id, 0)

    def _search_has_pending_guides(self, operator, value):
        """Find the customer companies, never their contacts: each is informed once."""
        if operator != "in":
            return NotImplemented
        self._flush_guides()
        customers = SQL(
            "(SELECT pending.customer_id FROM (%s) AS pending)",
            self._get_pending_guides_query(),
        )
        return Domain("id", "in" if True in value else "not in", customers)

    # === ACTION METHODS === #
    def action_view_guide_deliveries(self):
        """Open of what the customer company was informed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "airbag_client_mgmt.airbag_guide_delivery_action"
        )
        customer = self.commercial_partner_id
        action["domain"] = [("commercial_partner_id", "=", customer.id)]
        action["context"] = {"default_partner_id": customer.id}
        return action

    # === BUSINESS METHODS === #
    @api.model
    def _flush_guides(self):
        """Write to the database what ``_get_pending_guides_query`` reads there."""
        for model, names in {
            "airbag.guide": ["active", "company_id", "treatment_ids"],
            "airbag.guide.delivery": [
                "commercial_partner_id",
                "company_id",
                "email_failed",
                "version_id",
            ],
            "airbag.guide.version": ["guide_id", "state"],
            "airbag.intervention": [
                "company_id",
                "partner_id",
                "state",
                "treatment_id",
            ],
            "res.partner": ["commercial_partner_id"],
        }.items():
            self.env[model].flush_model(names)

    @api.model
    def _get_pending_guides_query(self, customers=None) -> SQL:
        """Return the query of what customers were not informed of.

        One row for each company of ours, customer company and current version of a
        guide: the customer had a visit with a treatment of the guide, and nobody of
        it got that version. In plain SQL: over all customers at once, from the visits
        of their contacts.

        :param customers: customer companies, by default all
        """
        companies = tuple(self.env.companies.ids)
        return SQL(
            """
            SELECT visit.company_id,
                   partner.commercial_partner_id AS customer_id,
                   version.id AS version_id
              FROM airbag_intervention visit
              JOIN res_partner partner ON partner.id = visit.partner_id
              JOIN airbag_guide_treatment_rel link
                ON link.treatment_id = visit.treatment_id
              JOIN airbag_guide guide
                ON guide.id = link.guide_id
               AND guide.active
               AND (guide.company_id IS NULL OR guide.company_id = visit.company_id)
              JOIN airbag_guide_version version
                ON version.guide_id = guide.id AND version.state = 'current'
             WHERE visit.state = 'done'
               AND visit.company_id IN %(companies)s
               %(visited)s
            EXCEPT
            SELECT delivery.company_id,
                   delivery.commercial_partner_id,
                   delivery.version_id
              FROM airbag_guide_delivery delivery
             WHERE delivery.email_failed IS NOT TRUE
               AND delivery.company_id IN %(companies)s
               %(informed)s
            """,
            companies=companies,
            visited=SQL("AND partner.commercial_partner_id IN %s", tuple(customers.ids))
            if customers
            else SQL(),
            informed=SQL(
                "AND delivery.commercial_partner_id IN %s", tuple(customers.ids)
            )
            if customers
            else SQL(),
        )

    def _get_pending_guides(self):
        """Return {(company, customer company): versions not delivered} in one query."""
        customers = self.commercial_partner_id.filtered("id")
        pending = defaultdict(self.env["airbag.guide.version"].browse)
        if not customers:
            return pending
        self._flush_guides()
        rows = self.env.execute_query(self._get_pending_guides_query(customers))
        versions = self.env["airbag.guide.version"].browse({row[2] for row in rows})
        versions = versions.sorted(lambda version: version.guide_id.sequence)
        # Of one recordset, so that what is read of one is read of all.
        customer_of = {customer.id: customer for customer in customers}
        company_of = {company.id: company for company in self.env.companies}
        place = {version.id: place for place, version in enumerate(versions)}
        for company_id, customer_id, version_id in sorted(
            rows, key=lambda row: place[row[2]]
        ):
            key = company_of[company_id], customer_of[customer_id]
            pending[key] += versions[place[version_id]]
        return pending

    def _get_guide_recipient(self):
        """Return who of a customer company is written to: itself, else a contact."""
        self.ensure_one()
        people = self | self.child_ids.filtered(lambda child: not child.is_company)
        return people.filtered(lambda person: email_normalize(person.email or ""))[:1]

    def _send_good_practices(self):
        """E-mail these customers the guides they were not informed of, each once.

        A customer that somebody else informs at this moment is left to them.

        :return: the customer companies that were written to
        """
        self.check_access("read")
        customers = self.commercial_partner_id
        locked = customers.sudo().try_lock_for_update(allow_referencing=True)
        groups = defaultdict(self.browse)
        for (company, customer), versions in locked._get_pending_guides().items():
            recipient = customer._get_guide_recipient()
            if recipient:
                lang = recipient.lang or company._get_lang()
                groups[company, lang, versions] |= recipient
        for (company, lang, versions), recipients in groups.items():
            recipients._mail_good_practices(company, lang, versions)
        if groups:
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        informed = self.browse().union(*groups.values()).commercial_partner_id
        return customers.filtered(lambda customer: customer in informed)

    def _mail_good_practices(self, company, lang, versions):
        """Queue one e-mail for each of these people and register what they get."""
        versions = versions.sudo().with_company(company).with_context(lang=lang)
        attachments = [version._get_attachment().id for version in versions]
        mails = (
            self.env.ref(TEMPLATE)
            .sudo()
            .with_company(company)
            .with_context(lang=lang, good_practices=versions.guide_id.mapped("name"))
            .send_mail_batch(
                self.ids,
                email_values={
                    "attachment_ids": [fields.Command.set(attachments)],
                    "author_id": self.env.user.partner_id.id,
                },
                email_layout_xmlid="mail.mail_notification_light",
            )
        )
        now = fields.Datetime.now()
        self.env["airbag.guide.delivery"]._register_versions(
            versions,
            [
                {
                    "company_id": company.id,
                    "partner_id": recipient.commercial_partner_id.id,
                    "contact_id": recipient.id,
                    "channel": "email",
                    "date": now,
                    "mail_message_id": mail.mail_message_id.id,
                }
                for recipient, mail in zip(self, mails, strict=True)
            ],
        )
