# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .helpdesk import _to_id

REPORT = "airbag_client_mgmt.action_report_intervention"
#: Longest side in pixels of a photo in the page, and when it is opened.
PHOTO_SIZES = {"small": 480, "large": 1920}


class InterventionPortal(CustomerPortal):
    """What customers see of their visits: list, page, photos, report and signature.

    Portal users have no rights on interventions; each route asks
    ``_get_portal_visit`` for the visit, which checks the owner or the link.
    """

    # === LIST === #
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "intervention_count" in counters:
            values["intervention_count"] = self._get_visits().search_count(
                self._get_own_domain(), limit=1
            )
        return values

    @http.route(
        ["/my/interventions", "/my/interventions/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_interventions(
        self, page=1, sortby=None, filterby=None, search=None, search_in=None, **kw
    ):
        """List the visits of the user's customer: those to come and those done."""
        visits = self._get_visits()
        sortings, filters = self._get_sortings(), self._get_filters()
        sortby = sortby if sortby in sortings else "newest"
        filterby = filterby if filterby in filters else "all"
        domain = self._get_own_domain() & filters[filterby]["domain"]
        if search:
            domain &= self._get_search_domain(search)
        pager = portal_pager(
            url="/my/interventions",
            url_args={"sortby": sortby, "filterby": filterby, "search": search},
            total=visits.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        found = visits.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "interventions": found,
                "page_name": "intervention",
                "default_url": "/my/interventions",
                "pager": pager,
                "sortby": sortby,
                "searchbar_sortings": sortings,
                "filterby": filterby,
                "searchbar_filters": filters,
                "search": search,
                "search_in": "all",
                "searchbar_inputs": {
                    "all": {
                        "input": "all",
                        "label": request.env._("Search in number, service and plate"),
                    }
                },
            }
        )
        return request.render("airbag_client_mgmt.portal_my_interventions", values)

    def _get_visits(self):
        """Return the model as superuser: each caller adds whose visits it means."""
        return request.env["airbag.intervention"].sudo()

    def _get_own_domain(self):
        user = request.env.user
        return self._get_visits()._get_portal_domain(user.partner_id, user.company_ids)

    def _get_sortings(self):
        return {
            "newest": {
                "label": request.env._("Newest first"),
                "order": "planned_start desc, id desc",
            },
            "oldest": {
                "label": request.env._("Oldest first"),
                "order": "planned_start, id",
            },
            "name": {"label": request.env._("Number"), "order": "name"},
        }

    def _get_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "coming": {
                "label": request.env._("Coming"),
                "domain": Domain("state", "in", ("planned", "in_progress")),
            },
            "done": {
                "label": request.env._("Done"),
                "domain": Domain("state", "=", "done"),
            },
            "to_sign": {
                "label": request.env._("To sign"),
                "domain": Domain("state", "=", "done")
                & Domain("signed_on", "=", False),
            },
        }

    def _get_search_domain(self, search):
        return Domain.OR(
            Domain(name, "ilike", search)
            for name in (
                "name",
                "treatment_id.name",
                "vehicle_id.license_plate",
                "partner_id.name",
            )
        )

    # === PAGE === #
    @http.route(
        "/my/interventions/<int:intervention_id>",
        type="http",
        auth="public",
        website=True,
    )
    def portal_intervention(
        self,
        intervention_id,
        access_token=None,
        report_type=None,
        download=False,
        message=None,
        **kw,
    ):
        """Show one visit, or its report as PDF."""
        visit = self._get_visits()._get_portal_visit(intervention_id, access_token)
        if not visit:
            return self._render_unavailable()
        if report_type == "pdf" and visit.state == "done":
            return self._show_report(visit, "pdf", REPORT, download=download)
        values = {
            "intervention": visit,
            "page_name": "intervention",
            "report_type": "html",
            "message": message,
            "photos": visit._get_photos(),
            "signer_name": self._get_author(visit).name,
            "get_url": self._get_url_maker(visit, access_token),
            "backend_url": f"/odoo/airbag.intervention/{visit.id}",
            "res_company": visit.company_id,  # whose logo the page shows
        }
        # Nothing else of the address: it would be taken for an argument.
        values = self._get_page_view_values(
            visit, access_token, values, "my_interventions_history", False
        )
        return request.render("airbag_client_mgmt.portal_intervention", values)

    @http.route(
        "/my/interventions/<int:intervention_id>/photos/<int:photo_id>",
        type="http",
        auth="public",
        readonly=True,
    )
    def portal_intervention_photo(
        self, intervention_id, photo_id, access_token=None, size="small", **kw
    ):
        """Show a photo of a visit to who may see the visit."""
        visit = self._get_visits()._get_portal_visit(intervention_id, access_token)
        photo = visit._get_photos().filtered(lambda file: file.id == photo_id)
        if not photo:
            raise request.not_found()
        side = PHOTO_SIZES.get(size, PHOTO_SIZES["small"])
        stream = request.env["ir.binary"]._get_image_stream_from(
            photo, width=side, height=side
        )
        return stream.get_response()

    def _render_unavailable(self):
        """Say the same of a visit that is another's and of one that does not exist."""
        return request.render(
            "airbag_client_mgmt.portal_intervention_unavailable",
            {"page_name": "intervention"},
            status=404,
        )

    def _get_author(self, visit):
        """Return who is at the page: the user, else the person who has the link."""
        user = request.env.user
        return visit._get_report_recipient() if user._is_public() else user.partner_id

    def _get_url_maker(self, visit, access_token):
        """Return a function that makes links for who came with, or without, a token."""

        def get_url(suffix="", query=""):
            token = f"access_token={visit.access_token}" if access_token else ""
            parts = "&".join(part for part in (token, query) if part)
            return f"{visit.access_url}{suffix}{'?' if parts else ''}{parts}"

        return get_url

    # === SIGNATURE === #
    @http.route(
        "/my/interventions/<int:intervention_id>/sign",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_intervention_sign(
        self, intervention_id, access_token=None, name=None, signature=None, **kw
    ):
        """Sign the report. Called by ``portal.signature_form``."""
        access_token = access_token or request.httprequest.args.get("access_token")
        visit = self._get_visits()._get_portal_visit(
            _to_id(intervention_id), access_token
        )
        if not visit:
            return {"error": request.env._("This report is no longer available.")}
        try:
            with request.env.cr.savepoint():
                visit._sign_by_customer(name, signature, self._get_author(visit))
        except UserError as error:
            return {"error": str(error)}
        get_url = self._get_url_maker(visit, access_token)
        return {
            "force_refresh": True,
            "redirect_url": get_url(query="message=signed"),
        }
