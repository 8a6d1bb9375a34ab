# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import ConcurrencyError, LockError
from odoo.http import request

from odoo.addons.survey.controllers.main import Survey

#: Why a link does not open the questionnaire, and the HTTP status that says so.
PROBLEMS = {
    "answer_deadline": 410,
    "answer_wrong_user": 403,
    "survey_void": 404,
    "survey_wrong": 404,
    "token_required": 404,
    "token_wrong": 404,
    "visit_waived": 410,
}
#: Answers that the page keeps as soon as they are given.
KEPT_TYPES = ("scale", "char_box", "text_box")


class SatisfactionSurvey(Survey):
    """The page where a customer answers about a visit. PRO 008 §5.4.1.

    The link of a visit answers once: whoever opens it, however often. Opening it
    records nothing, since mail scanners follow links; what is chosen is kept by
    the page itself.
    """

    # === ACCESS === #
    def _fetch_from_access_token(self, survey_token, answer_token):
        """Take what the database cannot even look for as a token nobody has."""
        tokens = (survey_token or "", answer_token or "")
        if not all(token.isprintable() for token in tokens):
            survey_token, answer_token = "", ""
        return super()._fetch_from_access_token(survey_token, answer_token)

    def _check_validity(
        self,
        survey_sudo,
        answer_sudo,
        answer_token,
        ensure_token=True,
        check_partner=True,
    ):
        """Check the link of a visit by its own rules.

        The token is enough: no login, and a questionnaire archived since still
        takes the answers of who was asked with it.
        """
        if answer_sudo.intervention_id:
            return self._check_visit_validity(answer_sudo, check_partner)
        if survey_sudo.is_satisfaction_survey and not answer_sudo:
            return "token_wrong" if answer_token else "token_required"
        return super()._check_validity(
            survey_sudo,
            answer_sudo,
            answer_token,
            ensure_token=ensure_token,
            check_partner=check_partner,
        )

    def _check_visit_validity(self, answer_sudo, check_partner):
        """Return True, or the key of why this visitor cannot answer now."""
        user = request.env.user
        stranger = not user._is_public() and user.partner_id != answer_sudo.partner_id
        if check_partner and stranger:
            return "answer_wrong_user"
        if answer_sudo.state == "done":
            return True
        if answer_sudo.contact_state == "waived":
            return "visit_waived"
        if answer_sudo._is_link_expired():
            return "answer_deadline"
        if not answer_sudo.survey_id.question_ids:
            return "survey_void"
        return True

    def _redirect_with_error(self, access_data, error_key):
        """Say kindly what is wrong with a link, and who can help."""
        survey_sudo, answer_sudo = (
            access_data["survey_sudo"],
            access_data["answer_sudo"],
        )
        ours = answer_sudo.intervention_id or (
            survey_sudo.is_satisfaction_survey and not answer_sudo
        )
        if error_key in PROBLEMS and (ours or error_key == "survey_wrong"):
            return self._render_problem(error_key, answer_sudo)
        return super()._redirect_with_error(access_data, error_key)

    def _render_problem(self, problem, answer_sudo):
        """Show the page of a link that cannot be answered.

        Nothing of the visit is said to who does not have its token.
        """
        self._use_language_of(answer_sudo)
        user = request.env.user
        may_record = (
            answer_sudo
            and user._is_internal()
            and answer_sudo.with_user(user).has_access("write")
        )
        return request.render(
            "airbag_client_mgmt.survey_link_problem",
            {
                "problem": problem,
                "answer": answer_sudo,
                "is_staff": user._is_internal(),
                "register_url": may_record and f"/odoo/satisfaction/{answer_sudo.id}",
                "res_company": answer_sudo.company_id or request.env.company,
            },
            status=PROBLEMS[problem],
        )

    def _use_language_of(self, answer_sudo):
        """Speak the language of the person asked, not of the browser."""
        lang = answer_sudo.lang_id
        if answer_sudo.intervention_id and lang.active:
            request.update_context(lang=lang.code)

    def _get_visit_answer(self, survey_token, answer_token):
        """Return the row of the register whose link it is, or an empty record."""
        _survey, answer_sudo = self._fetch_from_access_token(survey_token, answer_token)
        return answer_sudo if answer_sudo.intervention_id else answer_sudo.browse()

    def _lock(self, answer_sudo):
        """Wait for who saves the same answer at this moment, as a double click does.

        :raise ConcurrencyError: which makes Odoo try the request again.
        """
        try:
            answer_sudo.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise ConcurrencyError(str(error)) from error
        answer_sudo.invalidate_recordset()

    # === OPENING === #
    @http.route()
    def survey_start(self, survey_token, answer_token=None, email=False, **post):
        """Open the page, with the number that the e-mail's link chose.

        The questionnaire of the services opens with the link of a visit only:
        neither with the cookie of another visit, nor with a new answer.
        """
        survey_sudo, answer_sudo = self._fetch_from_access_token(
            survey_token, answer_token
        )
        if survey_sudo.is_satisfaction_survey and not answer_token:
            return self._render_problem("token_required", answer_sudo)
        response = super().survey_start(
            survey_token, answer_token=answer_token, email=email, **post
        )
        if answer_sudo.intervention_id and 300 <= response.status_code < 400:
            score = answer_sudo._get_one_click_score(post.get("score"))
            if score is not None:
                response.location = f"{response.location}?score={score}"
        return response

    @http.route()
    def survey_display_page(self, survey_token, answer_token, **post):
        """Show the questions of a visit at once: there is no screen to start."""
        answer_sudo = self._get_visit_answer(survey_token, answer_token)
        if answer_sudo:
            self._use_language_of(answer_sudo)
            post = {key: post[key] for key in ("score",) if key in post}
        return super().survey_display_page(survey_token, answer_token, **post)

    @http.route()
    def survey_retry(self, survey_token, answer_token, **post):
        """Show a visit's answer again instead of making a second one."""
        if self._get_visit_answer(survey_token, answer_token):
            return request.redirect(f"/survey/{survey_token}/{answer_token}")
        return super().survey_retry(survey_token, answer_token, **post)

    def _prepare_survey_data(self, survey_sudo, answer_sudo, **post):
        """Add what the page of a visit shows."""
        data = super()._prepare_survey_data(survey_sudo, answer_sudo, **post)
        if answer_sudo.intervention_id:
            started = survey_sudo.questions_layout == "one_page"
            data |= {
                "languages": [],
                "one_click_score": answer_sudo._get_one_click_score(post.get("score")),
                "res_company": answer_sudo.company_id,
                "starts_at_once": started and answer_sudo.state == "new",
                "visit": answer_sudo.intervention_id,
            }
        return data

    # === ANSWERING === #
    @http.route()
    def survey_begin(self, survey_token, answer_token, **post):
        """Show the questions of a visit, also to who begins a second time."""
        answer_sudo = self._get_visit_answer(survey_token, answer_token)
        if not answer_sudo:
            return super().survey_begin(survey_token, answer_token, **post)
        closed = self._take_turn(answer_sudo, answer_token)
        if closed:
            return closed
        if answer_sudo.state != "new":
            return {}, self._prepare_question_html(answer_sudo.survey_id, answer_sudo)
        # Not the language of the browser: the answer has that of the contact.
        return super().survey_begin(survey_token, answer_token)

    @http.route()
    def survey_submit(self, survey_token, answer_token, **post):
        """Save the answers of a visit once: the second time, show what follows."""
        answer_sudo = self._get_visit_answer(survey_token, answer_token)
        if not answer_sudo:
            return super().survey_submit(survey_token, answer_token, **post)
        closed = self._take_turn(answer_sudo, answer_token)
        if closed:
            return closed
        if not self._is_page_of(answer_sudo.survey_id, post):
            return {}, {"error": "validation", "fields": {}}
        if answer_sudo.state == "new":
            answer_sudo._mark_in_progress()
        return super().survey_submit(survey_token, answer_token, **post)

    def _take_turn(self, answer_sudo, answer_token):
        """Hold the answer of a visit; return what to reply when it is closed."""
        self._lock(answer_sudo)
        problem = self._check_validity(answer_sudo.survey_id, answer_sudo, answer_token)
        if problem is not True:
            return {}, {"error": problem}
        self._use_language_of(answer_sudo)
        if answer_sudo.state == "done":
            return {}, self._prepare_question_html(answer_sudo.survey_id, answer_sudo)
        return None

    def _is_page_of(self, survey_sudo, post):
        """Say whether the request is about a page that the questionnaire has."""
        known = {str(record_id) for record_id in survey_sudo.question_and_page_ids.ids}
        needed = {"page_per_section": "page_id", "page_per_question": "question_id"}
        key = needed.get(survey_sudo.questions_layout)
        named = [post[name] for name in ("page_id", "question_id") if name in post]
        if "previous_page_id" in post:
            named.append(post["previous_page_id"])
        return (not key or key in post) and all(str(name) in known for name in named)

    @http.route(
        "/survey/keep/<string:survey_token>/<string:answer_token>",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def survey_keep(self, survey_token, answer_token, question_id=None, answer=None):
        """Keep an answer as soon as it is chosen, so that who leaves is heard."""
        answer_sudo = self._get_visit_answer(survey_token, answer_token)
        if not answer_sudo or self._take_turn(answer_sudo, answer_token):
            return {"kept": False}
        question = answer_sudo.survey_id.question_ids.filtered(
            lambda question: str(question.id) == str(question_id)
        )
        if question.question_type not in KEPT_TYPES:
            return {"kept": False}
        return {"kept": answer_sudo._keep_answer(question, _to_text(answer))}

    def _extract_comment_from_answers(self, question, answers):
        """Leave answers of a strange shape to the validation, that refuses them."""
        if question.survey_id.is_satisfaction_survey:
            answers = _to_text(answers)
            if not _has_readable_comment(question, answers):
                return answers, None
        return super()._extract_comment_from_answers(question, answers)


def _to_text(answer):
    """Return a whole number as the page sends it; core takes 0 for no answer."""
    whole = isinstance(answer, int) and not isinstance(answer, bool)
    return str(answer) if whole else answer


def _has_readable_comment(question, answers):
    """Say whether core can look for a comment in an answer from outside."""
    if question.question_type == "matrix":
        if answers and not isinstance(answers, dict):
            return False
        answers = [answers]
    parts = answers if isinstance(answers, list) else [answers]
    return all(
        isinstance(part.get("comment", ""), str)
        for part in parts
        if isinstance(part, dict)
    )
