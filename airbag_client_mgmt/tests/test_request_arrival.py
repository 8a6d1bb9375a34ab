# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import new_test_user, tagged

from ..controllers import service_request
from .test_request import RequestCase
from .test_request import TestRequest as _RequestTests
from .test_request import TestRequestPage as _PageTests

receive = _RequestTests._receive
open_page, send, find = _PageTests._open, _PageTests._send, _PageTests._find
HttpBase = _PageTests.__bases__[1]
# Their tests are run where they are written.
del _RequestTests, _PageTests


class ArrivalCase(RequestCase):
    """Commercial has a leader; the company another language than its visitors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = new_test_user(
            cls.env,
            "request_leader",
            "helpdesk_mgmt.group_helpdesk_user,sales_team.group_sale_salesman",
            email="leader@example.com",
            lang="en_US",
        )
        cls.commercial.write({"user_id": cls.leader.id})
        cls.company.partner_id.lang = "en_US"

    def _assert_told_once(self, ticket):
        activity = ticket.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.leader)
        self.assertEqual(activity.summary, "Answer the request")
        authors = ticket.message_ids.author_id.mapped("name")
        self.assertNotIn("Public user", authors)


@tagged("post_install", "-at_install")
class TestRequestArrival(ArrivalCase):
    """PRO 008 §5.2.1: requests that arrive by themselves."""

    _receive = receive

    def _send(self, key="form-1"):
        return self.env["helpdesk.ticket"]._create_web_request(
            {
                "name": "Vans",
                "description": "Vans",
                "partner_name": "Ana Mora",
                "partner_email": "ana@example.com",
            },
            key,
        )

    def test_a_request_by_email_tells_commercial_once(self):
        ticket = self._receive()
        self._assert_told_once(ticket)
        self._receive()  # the same message again
        self._assert_told_once(ticket)

    def test_a_request_by_email_has_a_bare_address(self):
        self.assertEqual(self._receive().partner_email, "ana.mora@example.com")

    def test_an_email_to_another_area_is_no_task_of_commercial(self):
        care = self.env.ref("airbag_client_mgmt.helpdesk_team_customer_care")
        care.alias_name = "atencion-test"
        activity = self._receive("other-1", care).activity_ids
        self.assertNotIn(self.leader, activity.user_id)

    def test_a_request_goes_to_somebody_of_its_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.leader.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.commercial.user_ids = self.salesman
        self.assertEqual(self._send().activity_ids.user_id, self.salesman)

    def test_two_forms_at_the_same_moment_make_one_request(self):
        """The second server has looked, and found nothing, before the first wrote."""
        first = self._send()
        tickets = type(self.env["helpdesk.ticket"])
        search = tickets.search
        answers = [self.env["helpdesk.ticket"]]

        def look(records, *args, **kwargs):
            return answers.pop() if answers else search(records, *args, **kwargs)

        with patch.object(tickets, "search", look):
            self.assertEqual(self._send(), first)
        self.assertFalse(answers)
        self.assertEqual(len(first.activity_ids), 1)

    def test_a_server_that_cannot_see_the_first_form_starts_again(self):
        self._send()
        tickets = type(self.env["helpdesk.ticket"])
        blind = lambda records, *args, **kwargs: records.browse()  # noqa: E731
        with (
            patch.object(tickets, "search", blind),
            self.assertRaises(ConcurrencyError),
        ):
            self._send()


@tagged("post_install", "-at_install")
class TestRequestPageArrival(ArrivalCase, HttpBase):
    """PRO 008 §5.2.1: what strangers send, however they write it."""

    _open, _send, _find = open_page, send, find

    def test_a_request_by_the_page_tells_commercial_once(self):
        hidden = self._open()
        self._send(hidden)
        self._send(hidden)
        self._assert_told_once(self._find())

    def test_a_customers_request_is_written_by_the_customer(self):
        user = new_test_user(
            self.env, "request_portal", "base.group_portal", name="Luisa Paz"
        )
        self.authenticate("request_portal", "request_portal")
        self._send()
        ticket = self._find()
        self.assertIn(user.partner_id, ticket.message_ids.author_id)
        self._assert_told_once(ticket)

    def test_the_company_that_was_typed_is_kept(self):
        self._send()
        self.assertEqual(self._find().partner_company_name, "Taxis del Norte")

    def test_control_characters_are_cleaned(self):
        page = self._send(
            name="Ana\x00Mora",
            company="Taxis\r\nBcc: x@example.com",
            plate="A\x07BC",
            phone="+57 300\n555 0101",
            message="Two\x00 airbags\r\nfired\x1b",
        )
        self.assertEqual(page.status_code, 200)
        ticket = self._find()
        self.assertEqual(ticket.partner_name, "Ana Mora")
        self.assertEqual(ticket.partner_company_name, "Taxis Bcc: x@example.com")
        self.assertEqual(ticket.partner_phone, "+57 300 555 0101")
        self.assertNotRegex(ticket.name, r"[\r\n]")
        self.assertIn("<p>Two airbags</p><p>fired</p>", ticket.description)
        for field in ("email", "token", "product"):
            values = {"email": f"{field}@example.com", field: "a\x00\r\nb"}
            hidden = {**self._open(), "email": values["email"]}
            self.assertEqual(self._send(hidden, **values).status_code, 200, field)

    def test_a_pattern_in_an_email_counts_nobody_elses_requests(self):
        for letter in "vwxyz":
            self._send(email=f"ana{letter}mora@example.com")
        self._send(email="ana_mora@example.com")
        self.assertTrue(self._find("ana_mora@example.com"))

    def test_one_address_makes_only_so_many_requests(self):
        with patch.object(service_request, "REQUESTS_PER_ADDRESS", 2):
            for number in range(3):
                page = self._send(email=f"robot{number}@example.com")
            self.assertIn("alert-danger", page.text)
            self.assertFalse(self._find("robot2@example.com"))
            tickets = self._find("robot0@example.com") | self._find(
                "robot1@example.com"
            )
            self.assertEqual(len(tickets), 2)
            self.assertNotIn("127.0.0.1", tickets.mapped("request_address"))
            # Another place is not kept from asking.
            tickets.request_address = "another"
            self._send(email="robot3@example.com")
            self.assertTrue(self._find("robot3@example.com"))

    def test_all_together_make_only_so_many_requests(self):
        with patch.object(service_request, "REQUESTS_IN_ALL", 2):
            for number in range(3):
                self._send(email=f"robot{number}@example.com")
                self._find(f"robot{number}@example.com").request_address = number
            self.assertFalse(self._find("robot2@example.com"))
