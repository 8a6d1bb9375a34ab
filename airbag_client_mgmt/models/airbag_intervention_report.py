# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import logging

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

CRON = "airbag_client_mgmt.ir_cron_intervention_reports"
MAIL_QUEUE = "mail.ir_cron_mail_scheduler_action"
REPORT = "airbag_client_mgmt.action_report_intervention"
TEMPLATE = "airbag_client_mgmt.mail_template_intervention_report"
#: What only the system writes: what was sent, and what the customer may open.
STAMPED_FIELDS = {
    "access_token",
    "report_error",
    "report_message_id",
    "report_revision",
    "report_sent_on",
    "report_state",
    "signed_on",
    "signed_report_state",
}
#: Who sends a report again.
SENDER_GROUPS = (
    "airbag_client_mgmt.group_planner",
    "airbag_client_mgmt.group_quality_manager",
    "helpdesk_mgmt.group_helpdesk_user_own",
    "sales_team.group_sale_salesman",
)


class AirbagIntervention(models.Model):
    """The *Informe de intervención*, mailed when the visit is done. PRO 008 §5.3.3.

    Finishing a visit only notes that its report is due; a scheduled action renders
    and sends it, so that the technician waits for no PDF and no mail server.
    """

    _inherit = "airbag.intervention"

    # === FIELDS === #
    report_state = fields.Selection(
        selection=[
            ("to_send", "To send"),
            ("sent", "Sent"),
            ("no_email", "No e-mail address"),
            ("failed", "Not delivered"),
        ],
        string="Report to the Customer",
        readonly=True,
        copy=False,
        help="Empty for visits that were finished before reports were mailed.",
    )
    report_sent_on = fields.Datetime(readonly=True, copy=False)
    report_error = fields.Char(
        readonly=True, copy=False, help="Why the report could not be made or sent."
    )
    report_revision = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How many times the report was corrected; 0 for the first one.",
    )
    report_message_id = fields.Many2one(
        comodel_name="mail.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The message with the report, as it was sent.",
    )
    signed_report_state = fields.Selection(
        selection=[
            ("to_file", "To file"),
            ("filed", "Filed"),
            ("failed", "Not filed"),
        ],
        string="Signed Report",
        readonly=True,
        copy=False,
        help="Whether the PDF with the customer's signature is in the chatter.",
    )

    # The few among all visits that the scheduled action looks for.
    _report_due_idx = models.Index(
        "(finished_at, id)"
        " WHERE report_state = 'to_send' OR signed_report_state = 'to_file'"
    )

    # === CRUD METHODS === #
    def write(self, vals):
        if not self.env.su and STAMPED_FIELDS & set(vals):
            raise AccessError(
                self.env._(
                    "What was sent and signed is noted by the system, not by hand."
                )
            )
        finishing = self._filtered_finishing_now(vals)
        reopening = self.browse()
        if vals.get("state") == "in_progress":
            reopening = self.filtered(lambda record: record.state == "done")
        if reopening:
            reopening._check_may_reopen()
            reopening._keep_signed_report()
        result = super().write(vals)
        if reopening:
            reopening.sudo().write(self._prepare_reopening_values())
            for intervention in reopening.sudo():
                intervention.report_revision += 1
        if finishing:
            finishing.sudo().write({"report_state": "to_send", "report_error": False})
        if vals.get("customer_signature"):
            signed = self.filtered(lambda record: record.state == "done")
            (signed - finishing).sudo().signed_report_state = "to_file"
        if finishing or vals.get("customer_signature"):
            self._trigger_report_cron()
        return result

    def _filtered_finishing_now(self, vals):
        """Return the visits that ``vals`` finish now, whose customer is waiting.

        Not those whose end is given: they come from other registers, and were
        finished when nobody was sent a report.
        """
        if vals.get("state") != "done" or "finished_at" in vals:
            return self.browse()
        return self.filtered(
            lambda record: (
                record.state != "done"
                and (not record.finished_at or record.report_revision)
            )
        )

    @api.model
    def _prepare_reopening_values(self):
        """Return what a reopened visit forgets: the signature was of another text."""
        return {
            "customer_signature": False,
            "signed_by": False,
            "signed_on": False,
            "report_state": False,
            "report_error": False,
            "signed_report_state": False,
        }

    # === ACTION METHODS === #
    def action_send_report(self):
        """Send the report again, or at last, and file the signed one. Called by people.

        :raise AccessError: for who neither plans, nor cares for customers, nor sells,
            nor is the QMS responsible
        :raise UserError: if a visit is not done
        """
        self.check_access("read")
        if not (self.env.su or any(map(self.env.user.has_group, SENDER_GROUPS))):
            raise AccessError(
                self.env._("A technician finishes the visit; the office sends reports.")
            )
        for intervention in self.sudo():
            if intervention.state != "done":
                raise UserError(
                    self.env._(
                        "The report of %(name)s can be sent when the visit is done.",
                        name=intervention.name,
                    )
                )
            values = {}
            # Who clicks twice queues it once, even while the first one is being made.
            if intervention.report_state != "to_send":
                values |= {"report_state": "to_send", "report_error": False}
            if intervention.signed_report_state == "failed":
                values["signed_report_state"] = "to_file"
            if values:
                intervention.write(values)
        self._trigger_report_cron()

    # === SCHEDULED ACTION === #
    def _trigger_report_cron(self):
        """Have the reports sent as soon as this is committed."""
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _get_reports_due_domain(self):
        """Return the done visits whose report is to be sent, or filed as signed."""
        return Domain("state", "=", "done") & (
            Domain("report_state", "=", "to_send")
            | Domain("signed_report_state", "=", "to_file")
        )

    @api.model
    def _cron_intervention_reports(self, batch_size=20):
        """Send the reports due, each once, whatever happens to the others."""
        cron = self.env["ir.cron"]
        domain = self._get_reports_due_domain()
        model = self.with_context(active_test=False)
        due = model.search(domain, limit=batch_size, order="finished_at, id")
        total = len(due) if len(due) < batch_size else model.search_count(domain)
        cron._commit_progress(remaining=total)
        for intervention_id in due.ids:
            intervention = model.browse(intervention_id)
            try:
                locked = intervention.try_lock_for_update(allow_referencing=True)
                # Another server has it, or had it.
                if not locked.filtered_domain(domain):
                    continue
                intervention._do_report()
                # What the database refuses must come to light within this visit.
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                continue
            except Exception as error:  # one visit must not stop the others
                self.env.cr.rollback()
                _logger.exception("Report of intervention %s", intervention_id)
                intervention._log_report_failure(error)
            if not cron._commit_progress(1):
                break

    def _do_report(self):
        """Send the report that is due and file the signed one."""
        self.ensure_one()
        if self.report_state == "to_send":
            self._send_report()
        if self.signed_report_state == "to_file":
            self._file_signed_report()

    def _log_report_failure(self, error):
        """Show the failure on the visit; people ask for the next try."""
        self.ensure_one()
        values = {"report_error": str(error).strip().partition("\n")[0]}
        if self.report_state == "to_send":
            values["report_state"] = "failed"
        if self.signed_report_state == "to_file":
            values["signed_report_state"] = "failed"
        self.sudo().write(values)

    # === BUSINESS METHODS === #
    def _get_report_recipient(self):
        """Return who gets the report: who received the service, else the customer.

        The first of both with an e-mail address, or the person if none has.
        """
        self.ensure_one()
        people = (self.contact_id or self.partner_id) | self.partner_id
        with_email = people.filtered(
            lambda partner: tools.email_normalize(partner.email or "")
        )
        return (with_email or people)[:1]

    def _get_report_lang(self):
        """Return the language of the report: of its recipient, else the company's."""
        self.ensure_one()
        return self._get_report_recipient().lang or self.company_id._get_lang()

    def _send_report(self):
        """Post the report to its recipient, or note that there is no address."""
        self.ensure_one()
        record = self.sudo()
        recipient = record._get_report_recipient()
        if not tools.email_normalize(recipient.email or ""):
            record.report_state = "no_email"
            if record.customer_signature and not record.signed_report_state:
                record.signed_report_state = "to_file"
            return
        record.report_message_id = record._post_report()
        # The mail queue runs each hour: nobody waits that long for a report.
        self.env.ref(MAIL_QUEUE).sudo()._trigger()
        record.write(
            {
                "report_state": "sent",
                "report_sent_on": fields.Datetime.now(),
                "report_error": False,
            }
        )
        if record.customer_signature:
            record.signed_report_state = "filed"
        record._after_report_sent()

    def _post_report(self):
        """Post the e-mail with its attachments as the company; return the message."""
        template = self.env.ref(TEMPLATE).with_company(self.company_id)
        # Given an author, the composer forgets the sender of the template.
        sender = template._render_field("email_from", self.ids)[self.id]
        # Only the queue sends it: who else did at the same moment would send it twice.
        record = self.with_company(self.company_id)
        return record.with_context(
            mail_notify_force_send=False
        ).message_post_with_source(
            template,
            author_id=self.company_id.partner_id.id,
            email_from=sender,
            email_layout_xmlid="mail.mail_notification_light",
            message_type="comment",
            subtype_xmlid="mail.mt_note",
        )

    def _get_report_attachments(self) -> list[tuple[str, bytes]]:
        """Return name and content of each file that goes with the report's e-mail.

        The report is the first one. Extended by what else the customer is given.
        """
        self.ensure_one()
        return [(self._get_report_filename(), self._render_report())]

    def _after_report_sent(self):
        """Do what follows from a report that was sent. Extended by other capabilities.

        Called once for each visit, in the transaction that sends it.
        """

    def _note_report_undelivered(self, reason):
        """Show that the e-mail left for nowhere. Called by the mail queue."""
        self.sudo().write(
            {"report_state": "failed", "report_error": str(reason or "").strip()}
        )

    def _note_report_delivered(self):
        """Show that an e-mail which had failed left after all."""
        failed = self.filtered(lambda record: record.report_state == "failed")
        failed.sudo().write({"report_state": "sent", "report_error": False})

    def _message_receive_bounce(self, email, partner):
        """Show that the report came back. Called by the mail gateway."""
        result = super()._message_receive_bounce(email, partner)
        sent = self.filtered(lambda record: record.report_state == "sent")
        for intervention in sent:
            company = intervention.company_id
            env = intervention.with_context(lang=company._get_lang()).env
            intervention._note_report_undelivered(
                env._("The e-mail to %(address)s came back.", address=email)
            )
        return result

    def _process_attachments_for_template_post(self, mail_template):
        """Add the files of the report to its e-mail."""
        result = super()._process_attachments_for_template_post(mail_template)
        if mail_template != self.env.ref(TEMPLATE, raise_if_not_found=False):
            return result
        for intervention in self:
            files = result.setdefault(intervention.id, {}).setdefault("attachments", [])
            files += [
                (name, base64.b64encode(content))
                for name, content in intervention._get_report_attachments()
            ]
        return result

    def _render_report(self) -> bytes:
        """Return the *Informe de intervención* as it is now."""
        self.ensure_one()
        reports = self.env["ir.actions.report"].with_user(SUPERUSER_ID)
        reports = reports.with_company(self.company_id)
        return reports._render_qweb_pdf(REPORT, self.ids)[0]

    # === SIGNED REPORT === #
    def _file_signed_report(self):
        """Keep the PDF with the signature in the chatter, as it was signed."""
        # As the system, whoever corrects the visit: it is evidence, see ir.attachment.
        for intervention in self.with_user(SUPERUSER_ID):
            company = intervention.company_id
            env = intervention.with_context(lang=company._get_lang()).env
            intervention.message_post(
                body=env._("Report signed by %(name)s", name=intervention.signed_by),
                attachments=[
                    (intervention._get_report_filename(), intervention._render_report())
                ],
                author_id=company.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )
            intervention.signed_report_state = "filed"

    def _keep_signed_report(self):
        """File what was signed, before a correction clears the signature."""
        self.filtered(
            lambda record: (
                record.customer_signature and record.signed_report_state != "filed"
            )
        )._file_signed_report()
