#!/usr/bin/env python3
"""Walk PRO 008 from outside, each step by a user of the right role.

Drives a running ``./dev run`` (or any Odoo with this module and these users) with
``odoorpc``, a client that knows nothing of the module. The customer has no account: the
link of the quotation and of the survey are taken from the e-mails that really left.

    ./dev run                                    # in one terminal
    ./dev python docs/examples/walk_procedure.py # in another

Prints a trace; ends with an error at the first step that does not hold.
"""

import argparse
import email
import email.policy
import json
import os
import re
import sys
import textwrap
import time
import urllib.request
from datetime import date, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import odoorpc

MODULE = "airbag_client_mgmt"
#: A signature as the portal sends it: a drawn image.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAoAQAAAAAdkQOIAAAA90lEQVR42r2SvU0DYRBE360sYRHYLsCS"
    "T8QkVOBDNOIS3IGdkdIBlEF4ROcKiE8yGQT+EdLZOr5HAPJBATDZ7At2NbOZ/FLw/372c6BpaKeAVABv"
    "HW8q9anjhxyoOr7eq+PFifcSeFGe9tV9SNc1AJserK6A5QiAB3TSLmysVNtpYB5wYAzwXgapoGTHAOAZ"
    "bHRqZaOmicEBZqzoLeFYE+xgwx1RwisEL1CYk9VwCcEKmlTAnI854L2uG7Vyq+JE91t17a0a5pACGPgI"
    "RCqgvwHOjiVAo7aV2t6oslXb4ddxapwDMQKy2XdemqY/84asONWR/fF/fAI0BLjzSLicywAAAABJRU5E"
    "rkJggg=="
)


class Walk:
    """The state of one walk: sessions by role, and what each step left behind."""

    def __init__(self, options):
        self.options = options
        self.sessions = {}
        self.opened = set()
        self.stamp = datetime.now().strftime("%H%M%S")
        self.customer_email = f"ana.{self.stamp}@flotaprueba.example"
        self.started = time.time()
        browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self.browser = browser

    # -- speaking to the server ------------------------------------------------

    def role(self, login):
        """Return the session of a role, opened at its first use."""
        if login not in self.sessions:
            session = odoorpc.ODOO(self.options.host, port=self.options.port)
            session.login(self.options.database, login, login)  # demo passwords
            session.env.context["lang"] = "es_419"
            self.sessions[login] = session
        return self.sessions[login].env

    def ref(self, name):
        return self.role("admin").ref(name if "." in name else f"{MODULE}.{name}").id

    def run_cron(self, name):
        """Have the server run a scheduled action now."""
        cron = self.role("admin")["ir.cron"].browse(self.ref(name))
        cron.method_direct_trigger()

    def read(self, login, model, record_id, *fields):
        """Return the values of a record, as the role sees them."""
        values = self.role(login)[model].read([record_id], list(fields))[0]
        return values[fields[0]] if len(fields) == 1 else values

    def public(self, path, params=None):
        """Call a public address as the customer's browser does."""
        url = f"http://{self.options.host}:{self.options.port}{path}"
        if params is None:
            with self.browser.open(url) as answer:
                return answer.read().decode()
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        request = urllib.request.Request(
            url, body.encode(), {"Content-Type": "application/json"}
        )
        with self.browser.open(request) as answer:
            result = json.load(answer)
        if "error" in result:
            raise SystemExit(f"{path}: {result['error']['data']['message']}")
        return result["result"]

    def submit(self, path, form):
        """Send a form of a page as the customer's browser does."""
        url = f"http://{self.options.host}:{self.options.port}{path}"
        with self.browser.open(url, urlencode(form).encode()) as answer:
            return answer.read().decode()

    def mail_link(self, pattern):
        """Return the first link of the customer's unread e-mails that matches.

        :param pattern: a regular expression for the path of the link
        """
        deadline = time.time() + 90
        while time.time() < deadline:
            for path in sorted(Path(self.options.mail).glob("*.eml"), reverse=True):
                message = email.message_from_bytes(
                    path.read_bytes(), policy=email.policy.default
                )
                to = str(message["X-Envelope-To"])
                if path in self.opened or self.customer_email not in to:
                    continue
                html = message.get_body(("html",)).get_content()
                found = re.search(rf'href="(https?://[^"]*{pattern}[^"]*)"', html)
                if found:
                    self.opened.add(path)
                    self.say("", "correo recibido", str(message["Subject"]))
                    return found[1].replace("&amp;", "&")
            time.sleep(1)
        raise SystemExit(f"No e-mail with a link to {pattern} reached the customer")

    # -- telling what happens --------------------------------------------------

    def say(self, clause, who, what):
        print(f"{clause:<6}  {who:<16}  {what}", flush=True)

    def must(self, condition, what):
        if not condition:
            raise SystemExit(f"It does not hold: {what}")

    def must_refuse(self, call, what):
        """Check that the server refuses, and print its reason."""
        try:
            call()
        except odoorpc.error.RPCError as error:
            self.say(
                "", "rechazado", textwrap.shorten(str(error), 96, placeholder=" …")
            )
        else:
            raise SystemExit(f"It should have been refused: {what}")

    # -- the steps of the procedure --------------------------------------------

    def capture(self):
        env = self.role("comercial")
        lead = env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": f"Flota de prueba {self.stamp}",
                "partner_name": f"Flota Prueba {self.stamp} S.A.",
                "contact_name": "Ana Torres",
                "email_from": self.customer_email,
                "phone": "+57 601 555 0100",
                "medium_id": self.ref("utm_medium_commercial_visit"),
                "specific_needs": "Atender la flota en el patio, después de las 18:00",
                "special_requirements": "Casco y chaleco; registrarse en portería",
            }
        )
        self.partner = env["res.partner"].create(
            {
                "name": f"Flota Prueba {self.stamp} S.A.",
                "is_company": True,
                "email": self.customer_email,
                "lang": "es_419",
                "specific_needs": "Atender la flota en el patio, después de las 18:00",
                "special_requirements": "Casco y chaleco; registrarse en portería",
            }
        )
        env["crm.lead"].write([lead], {"partner_id": self.partner})
        self.lead = lead
        self.say("5.1.1", "comercial", "oportunidad por visita comercial")
        self.say("5.1.2", "comercial", "cliente con necesidades y requerimientos")

    def quote(self):
        env = self.role("comercial")
        template = self.ref("sale_order_template_annual")
        lines = env["sale.order.template.line"].search_read(
            [("sale_order_template_id", "=", template)],
            ["product_id", "product_uom_qty", "visit_interval", "visit_interval_unit"],
        )
        # The term ends within the notice of renewal: the walk needs no other day.
        start = date.today() - timedelta(days=335)
        self.order = env["sale.order"].create(
            {
                "partner_id": self.partner,
                "opportunity_id": self.lead,
                "sale_order_template_id": template,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": line["product_id"][0],
                            "product_uom_qty": line["product_uom_qty"],
                            "visit_interval": line["visit_interval"],
                            "visit_interval_unit": line["visit_interval_unit"],
                        },
                    )
                    for line in lines
                ],
            }
        )
        self.must_refuse(
            lambda: env["sale.order"].action_quotation_send([self.order]),
            "sending a contract without its first day",
        )
        env["sale.order"].write([self.order], {"contract_start": str(start)})
        name = self.send_quotation()
        self.say("5.1.3", "comercial", f"cotización {name} enviada por correo")

    def send_quotation(self):
        """Send the quotation by e-mail, as the button of its form does."""
        env = self.role("comercial")
        action = env["sale.order"].action_quotation_send([self.order])
        composer = env["mail.compose.message"].with_context(**action["context"])
        composer.action_send_mail([composer.create({})])
        return self.read("comercial", "sale.order", self.order, "name")

    def revise(self):
        env = self.role("comercial")
        old = self.order
        env["sale.order"].create_revision([old])
        self.order = self.read("comercial", "sale.order", old, "current_revision_id")[0]
        lines = env["sale.order.line"].search([("order_id", "=", self.order)])
        env["sale.order.line"].write(lines, {"discount": 5})
        name = self.send_quotation()
        totals = [
            self.read("comercial", "sale.order", order, "amount_untaxed")
            for order in (old, self.order)
        ]
        self.must(totals[1] < totals[0], "the earlier version keeps its prices")
        self.say("5.2.2", "comercial", f"revisión {name} con descuento, enviada")

    def accept(self, order, token):
        """Sign on the portal, as the customer does."""
        self.public(
            f"/my/orders/{order}/accept",
            {"access_token": token, "name": "Ana Torres", "signature": SIGNATURE},
        )

    def sign(self):
        link = urlsplit(self.mail_link(rf"/(my/orders/{self.order}|mail/view)"))
        token = parse_qs(link.query).get("access_token", [None])[0]
        page = self.public(f"/my/orders/{self.order}?access_token={token}")
        self.must("después de las 18:00" in page, "the page shows the stated needs")
        self.accept(self.order, token)
        values = self.read(
            "comercial",
            "sale.order",
            self.order,
            "contract_state",
            "contract_start",
            "contract_end",
            "signed_by",
        )
        self.must(values["contract_state"] == "active", "the contract is active")
        self.must(values["signed_by"] == "Ana Torres", "the signature is kept")
        self.say(
            "5.2.3",
            "cliente",
            f"contrato firmado: {values['contract_start']} a {values['contract_end']}",
        )
        self.must_refuse(
            lambda: self.role("comercial")["sale.order"].write(
                [self.order], {"contract_duration": 5}
            ),
            "changing a signed contract",
        )

    def plan(self):
        env = self.role("planificador")
        visits = env["airbag.intervention"].search(
            [("order_id", "=", self.order)], order="planned_start"
        )
        self.must(visits, "visits follow from the contract")
        self.visit = visits[0]
        technician = self.role("tecnico").uid
        start = datetime.utcnow().replace(second=0, microsecond=0)
        env["airbag.intervention"].write(
            [self.visit],
            {
                "planned_start": str(start),
                "user_id": technician,
                "booking_override_reason": "Recorrido de demostración",
                "reschedule_reason": "Acordado con el cliente para hoy",
            },
        )
        env["airbag.intervention"].action_plan([self.visit])
        self.say(
            "5.3.1", "planificador", f"{len(visits)} visitas; la primera, para hoy"
        )

    def carry_out(self):
        env = self.role("tecnico")
        visits = env["airbag.intervention"]
        self.must_refuse(
            lambda: visits.action_start([self.visit]),
            "starting without reading the special requirements",
        )
        visits.action_acknowledge_requirements([self.visit])
        visits.action_start([self.visit])
        self.must_refuse(
            lambda: visits.action_finish([self.visit]), "finishing undocumented"
        )
        steps = env["airbag.intervention.step"]
        ids = steps.search([("intervention_id", "=", self.visit)])
        steps.action_toggle_done(ids)
        self.say("5.3.2", "tecnico", f"{len(ids)} pasos del tratamiento cumplidos")
        product = env["product.product"].search([("tracking", "=", "serial")], limit=1)
        visits.write(
            [self.visit],
            {
                "findings": "Conector bajo el asiento con corrosión",
                "product_ids": [
                    (0, 0, {"product_id": product[0], "lot_name": f"L-{self.stamp}"})
                ],
                "recommendation_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Cambiar el arnés del asiento",
                            "date_due": str(date.today() + timedelta(days=30)),
                        },
                    )
                ],
            },
        )
        visits.action_finish([self.visit])
        name = self.read("tecnico", "airbag.intervention", self.visit, "name")
        self.say("5.3.3", "tecnico", f"{name} documentada y terminada")
        self.must_refuse(
            lambda: visits.write([self.visit], {"findings": "Otra cosa"}),
            "changing a done intervention",
        )

    def hand_over(self):
        """The customer receives the report with the good practices, and signs it."""
        link = urlsplit(self.mail_link(f"/my/interventions/{self.visit}"))
        page = self.public(f"{link.path}?{link.query}")
        self.must("Cambiar el arnés del asiento" in page, "the page shows the advice")
        answer = self.public(
            f"/my/interventions/{self.visit}/sign",
            {
                "access_token": parse_qs(link.query)["access_token"][0],
                "name": "Ana Torres",
                "signature": SIGNATURE,
            },
        )
        self.must("error" not in answer, answer.get("error"))
        self.say("5.3.3", "cliente", "informe recibido, y firmado en el portal")
        guides = self.role("sgc")["airbag.guide.delivery"].search_count(
            [("intervention_id", "=", self.visit)]
        )
        self.must(guides, "good practices go with the report")
        self.say(
            "5.5.2", "sistema", f"{guides} guías de buenas prácticas con el informe"
        )

    def ask(self):
        deadline = time.time() + 60
        # While the signed report is filed, the visit is locked: the next run asks.
        while time.time() < deadline and not self.role("comercial")[
            "survey.user_input"
        ].search_count([("intervention_id", "=", self.visit)]):
            self.run_cron("ir_cron_survey_obligations")
            time.sleep(1)
        self.run_cron("ir_cron_survey_followup")
        self.run_cron("mail.ir_cron_mail_scheduler_action")
        link = self.mail_link(r"/survey/start/[^\"]*score=2")
        found = self.role("comercial")["survey.user_input"].search_read(
            [("intervention_id", "=", self.visit)],
            ["contact_state", "contact_deadline", "contact_channel"],
        )
        self.must(len(found) == 1, "one survey for the visit")
        self.answer = found[0]["id"]
        self.must(found[0]["contact_state"] == "contacted", "the e-mail is the contact")
        self.say(
            "5.4.1",
            "programado",
            f"encuesta enviada; plazo {found[0]['contact_deadline']}",
        )
        return link

    def answer_badly(self, link):
        link = urlsplit(link)
        survey_token = link.path.rsplit("/", 1)[1]
        answer_token = parse_qs(link.query)["answer_token"][0]
        page = self.public(f"{link.path}?{link.query}")
        self.must("survey" in page, "the survey page opens")
        state = self.read("atencion", "survey.user_input", self.answer, "state")
        self.must(state == "new", "opening the link records nothing")
        tokens = f"{survey_token}/{answer_token}"
        # What the page does by itself with the number that was clicked.
        overall = self.ref("satisfaction_question_overall")
        kept = self.public(
            f"/survey/keep/{tokens}", {"question_id": overall, "answer": "2"}
        )
        self.must(kept["kept"], "one click in the e-mail is kept")
        self.say("5.4.1", "cliente", "un clic en el correo: 2 de 5")
        scores = {
            "overall": "2",
            "punctuality": "1",
            "quality": "4",
            "staff": "5",
            "recommend": "6",
            "comment": "Llegaron dos horas tarde",
        }
        self.public(
            f"/survey/submit/{tokens}",
            {
                str(self.ref(f"satisfaction_question_{name}")): value
                for name, value in scores.items()
            },
        )
        values = self.read(
            "atencion",
            "survey.user_input",
            self.answer,
            "contact_state",
            "is_satisfied",
            "ticket_ids",
        )
        self.must(
            values["contact_state"] == "answered", "the answer is in the register"
        )
        self.must(len(values["ticket_ids"]) == 1, "a bad answer opens one ticket")
        self.ticket = values["ticket_ids"][0]
        self.say("5.4.3", "cliente", "respondió: insatisfecho, puntualidad 1 de 5")
        ticket = self.read(
            "atencion", "helpdesk.ticket", self.ticket, "number", "team_id"
        )
        self.say("5.4.2", "sistema", f"{ticket['number']} → {ticket['team_id'][1]}")

    def resolve(self):
        self.mail_link(rf"/my/ticket/{self.ticket}")
        self.say("5.4.2", "cliente", "acuse de recibo con número y plazo")
        tickets = self.role("atencion")["helpdesk.ticket"]
        stage = "helpdesk_mgmt.helpdesk_ticket_stage_"
        tickets.write([self.ticket], {"stage_id": self.ref(f"{stage}in_progress")})
        done = self.ref(f"{stage}done")
        self.must_refuse(
            lambda: tickets.write([self.ticket], {"stage_id": done}),
            "closing a complaint without its cause",
        )
        tickets.write(
            [self.ticket],
            {
                "root_cause": "Ruta planificada sin tiempo de traslado",
                "corrective_action": "El traslado se suma a cada visita",
                "customer_answer": "Reservamos el tiempo del traslado",
                "stage_id": done,
            },
        )
        self.say("5.4.2", "atencion", "causa, acción correctiva y cierre")
        self.confirm("no", "Volvieron a llegar tarde")
        values = self.read(
            "atencion", "helpdesk.ticket", self.ticket, "closed", "reopen_count"
        )
        self.must(
            not values["closed"] and values["reopen_count"] == 1,
            "the customer's “No” reopens it, once",
        )
        tickets.write([self.ticket], {"stage_id": done})
        self.confirm("yes")
        values = self.read(
            "atencion",
            "helpdesk.ticket",
            self.ticket,
            "resolved_on",
            "resolution_hours",
        )
        self.must(values["resolved_on"], "the resolution is dated")

    def confirm(self, answer, comment=""):
        """Say as the customer whether it is solved, with a double click."""
        link = urlsplit(
            self.mail_link(rf"/ticket/solved/{self.ticket}/[^\"]*answer={answer}")
        )
        page = self.public(f"{link.path}?{link.query}")
        form = {
            "csrf_token": re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)[1],
            "answer": answer,
            "comment": comment,
        }
        for _click in range(2):
            self.submit(f"{link.path}/send", form)
        confirmed = self.read(
            "atencion", "helpdesk.ticket", self.ticket, "customer_confirmed"
        )
        self.must(confirmed == answer, "the customer's answer is on the complaint")
        self.say(
            "5.4.2", "cliente", f"¿quedó resuelto? {'sí' if answer == 'yes' else 'no'}"
        )

    def check_effectiveness(self):
        tickets = self.role("sgc")["helpdesk.ticket"]
        self.must_refuse(
            lambda: self.role("atencion")["helpdesk.ticket"].write(
                [self.ticket], {"effectiveness": "Funcionó"}
            ),
            "who resolved a complaint judges it",
        )
        tickets.write([self.ticket], {"effectiveness": "Diez visitas, todas a tiempo"})
        tickets.action_effective([self.ticket])
        result = self.read(
            "sgc", "helpdesk.ticket", self.ticket, "effectiveness_result"
        )
        self.must(result == "effective", "the effectiveness is recorded")
        self.say("5.4.2", "sgc", "eficacia de la acción verificada")

    def amend(self):
        env = self.role("comercial")
        signed = self.order
        self.order = env["sale.order"].action_amend([signed])["res_id"]
        self.must_refuse(
            lambda: env["sale.order"].action_quotation_send([self.order]),
            "sending an amendment that does not say what it changes",
        )
        env["sale.order"].write(
            [self.order], {"amendment_reason": "La flota crece en dos camionetas"}
        )
        name = self.send_quotation()
        link = urlsplit(self.mail_link(rf"/(my/orders/{self.order}|mail/view)"))
        self.accept(self.order, parse_qs(link.query)["access_token"][0])
        values = self.read(
            "comercial", "sale.order", signed, "replaced_on", "signed_by", "state"
        )
        self.must(values["replaced_on"], "the version before is replaced")
        self.must(values["signed_by"] == "Ana Torres", "what was signed is kept")
        self.say("5.2.3", "cliente", f"adenda {name} firmada; lo firmado se conserva")

    def renew(self):
        self.run_cron("ir_cron_renewals")
        env = self.role("comercial")
        orders = env["sale.order"]
        state = self.read("comercial", "sale.order", self.order, "renewal_state")
        self.must(state == "due", f"the renewal is due (it is {state})")
        env["airbag.renewal.contact"].create(
            {
                "order_id": self.order,
                "channel": "phone",
                "outcome": "interested",
                "note": "Quiere seguir, con las dos camionetas nuevas",
            }
        )
        self.say("5.5.3", "comercial", "contacto con el cliente registrado")
        renewal = orders.action_renew([self.order])["res_id"]
        orders.action_quotation_sent([renewal])
        link = orders.action_preview_sale_order([renewal])["url"]
        token = parse_qs(urlsplit(link).query)["access_token"][0]
        self.accept(renewal, token)
        state = self.read("comercial", "sale.order", self.order, "renewal_state")
        self.must(state == "renewed", f"the contract is renewed (it is {state})")
        term = self.read(
            "comercial", "sale.order", renewal, "contract_start", "contract_end"
        )
        self.say(
            "5.5.3",
            "cliente",
            f"renovación firmada: {term['contract_start']} a {term['contract_end']}",
        )

    def indicators(self):
        report = self.role("gerencia")["airbag.kpi.report"]
        for code in ("kpi_satisfaction", "kpi_resolution", "kpi_retention"):
            rows = report.formatted_read_group(
                [
                    ("kpi_id", "=", self.ref(code)),
                    ("partner_id", "=", self.partner),
                ],
                ["kpi_id"],
                ["numerator:sum", "denominator:sum", "value:avg"],
            )
            self.must(rows, f"{code} has a figure for the customer")
            row = rows[0]
            self.say(
                "7",
                "gerencia",
                f"{row['kpi_id'][1]}: {row['numerator:sum']:g} ÷ "
                f"{row['denominator:sum']:g} = {row['value:avg']:.2f}",
            )

    def walk(self):
        self.capture()
        self.quote()
        self.revise()
        self.sign()
        self.plan()
        self.carry_out()
        self.hand_over()
        self.answer_badly(self.ask())
        self.resolve()
        self.check_effectiveness()
        self.amend()
        self.renew()
        self.indicators()
        print(f"PRO 008 recorrido en {time.time() - self.started:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--database", default=os.environ.get("PGDATABASE"))
    parser.add_argument(
        "--mail",
        default=str(Path(__file__).resolve().parents[2] / ".dev" / "mail"),
        help="folder where the server's outgoing messages arrive",
    )
    Walk(parser.parse_args()).walk()


if __name__ == "__main__":
    sys.exit(main())
