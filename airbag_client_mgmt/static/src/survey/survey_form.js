import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import { fadeIn } from "@survey/utils";
import { SurveyForm } from "@survey/interactions/survey_form";

const KEPT = "[data-question-type=scale], .o_survey_question_text_box";

/**
 * The page about a visit, PRO 008 §5.4.1: what a customer chooses is kept at once,
 * so that who leaves without sending is heard; sending asks nothing twice, and a
 * lost connection loses nothing.
 */
patch(SurveyForm.prototype, {
    setup() {
        super.setup();
        const { visit, oneClick, oneClickScore } = this.formEl.dataset;
        this.isVisit = Boolean(visit);
        this.oneClick = oneClick && { question: oneClick, answer: oneClickScore };
        // One request after the other: the last choice wins.
        this.keeping = Promise.resolve();
    },

    start() {
        super.start();
        if (this.isVisit && !this.readonly) {
            this.addListener(this.el, "change", this.onVisitChange);
            if (this.oneClick) {
                this.keepOneClick();
            }
        }
    },

    async keepOneClick() {
        await this.waitFor(this.keep(this.oneClick.question, this.oneClick.answer));
        // A reload, or the back button, shows what is kept, not this choice again.
        const url = new URL(window.location.href);
        url.searchParams.delete("score");
        window.history.replaceState({}, "", url.href);
        if (this.options.isStartScreen) {
            window.location.reload();
        }
    },

    onVisitChange(ev) {
        const kept = ev.target.closest(KEPT);
        if (!kept) {
            return;
        }
        if (kept.dataset.questionType === "scale") {
            const chosen = kept.querySelector("input:checked");
            this.keep(kept.dataset.name, chosen ? chosen.value : "");
        } else {
            this.keep(kept.name, kept.value);
        }
    },

    /** Keep one answer; a failure does not matter, sending the page saves all. */
    keep(question_id, answer) {
        const { surveyToken, answerToken } = this.options;
        const send = () =>
            rpc(
                `/survey/keep/${surveyToken}/${answerToken}`,
                { question_id, answer },
                { silent: true }
            ).catch(() => false);
        this.keeping = this.keeping.then(send);
        return this.keeping;
    },

    onSubmit(ev) {
        if (!this.isVisit || ev.currentTarget.value !== "finish") {
            return super.onSubmit(ev);
        }
        ev.preventDefault();
        this.submitForm({ isFinish: true });
    },

    async submitForm(options = {}) {
        if (!this.isVisit) {
            return super.submitForm(options);
        }
        try {
            await this.waitFor(this.keeping);
            return await super.submitForm(options);
        } catch (error) {
            this.submitting = false;
            // Core is still hiding the questions: show them when it has.
            this.waitForTimeout(() => this.showQuestions(), this.fadeInOutDelay + 100);
            this.notificationDestructors.push(
                this.services.notification.add(
                    _t("Your answers could not be sent. They are still here: try again."),
                    { type: "danger", sticky: true }
                )
            );
            return error;
        }
    },

    showQuestions() {
        fadeIn(this.el.querySelector(".o_survey_form_content"), 0);
        this.el
            .querySelector(".o_survey_main_title_fade")
            ?.classList.replace("opacity-0", "opacity-100");
    },

    onNextScreenDone(options) {
        const result = this.nextScreenResult;
        if (this.isVisit && result && result.error && result.error !== "validation") {
            // The page says why the link does not answer any more.
            window.location.reload();
            return;
        }
        return super.onNextScreenDone(options);
    },
});
