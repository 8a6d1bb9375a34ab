import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

/** Smallest side of what a thumb can hit, in pixels. */
const TOUCH = 44;

/** The number that the e-mail's link chose is kept, and the address forgets it. */
const ONE_CLICK = [
    {
        content: "The number of the e-mail is chosen, the visit is named",
        trigger: ".o_airbag_survey_visit:contains(Test diagnosis)",
    },
    {
        content: "It is chosen at the question that decides",
        trigger: ".js_question-wrapper:first label.o_survey_selected:contains(2)",
        async run() {
            const wait = () => new Promise((resolve) => setTimeout(resolve, 100));
            while (window.location.search) {
                await wait();
            }
        },
    },
];

// PRO 008 §5.4.1: the customer clicks a number in the e-mail and leaves.
registry.category("web_tour.tours").add("airbag_survey_left", {
    steps: () => ONE_CLICK,
});

// PRO 008 §5.4.1: the customer answers on a phone.
registry.category("web_tour.tours").add("airbag_survey_page", {
    steps: () => [
        ...ONE_CLICK,
        {
            content: "The page fits the phone, and thumbs hit the numbers",
            trigger: "button[value=finish]:not(.disabled)",
            run() {
                const root = document.documentElement;
                if (root.scrollWidth > root.clientWidth) {
                    throw new Error(`The page is ${root.scrollWidth} px wide`);
                }
                for (const label of document.querySelectorAll(
                    ".o_survey_choice_btn, button[value=finish]"
                )) {
                    const { width, height } = label.getBoundingClientRect();
                    if (Math.min(width, height) < TOUCH - 0.5) {
                        throw new Error(`A button of ${width} × ${height} px`);
                    }
                }
            },
        },
        {
            content: "Take the number back",
            trigger: ".js_question-wrapper:first label.o_survey_selected input:not(:visible)",
            run: "click",
        },
        {
            content: "Send without it",
            trigger: "button[value=finish]",
            run: "click",
        },
        {
            content: "The question says that it needs an answer",
            trigger: ".js_question-wrapper:first .o_survey_question_error.slide_in span",
        },
        {
            content: "Answer it",
            trigger: ".js_question-wrapper:first label:contains(1)",
            run: "click",
        },
        {
            content: "Answer another one",
            trigger: ".js_question-wrapper:eq(1) label:contains(3)",
            run: "click",
        },
        {
            content: "Say what was wrong",
            trigger: "textarea.o_survey_question_text_box",
            run: "edit They came <b>late</b>",
        },
        {
            content: "Send, twice",
            trigger: "button[value=finish]",
            run: "dblclick",
        },
        {
            content: "The page says what follows, without asking to confirm",
            trigger: ".o_airbag_survey_done .alert strong",
        },
    ],
});

/** The connection, as it is in a tunnel. */
class LostConnection extends window.XMLHttpRequest {
    send() {
        setTimeout(() => this.dispatchEvent(new Event("error")));
    }
}

// PRO 008 §5.4.1: the connection is lost while the customer sends the answers.
registry.category("web_tour.tours").add("airbag_survey_offline", {
    steps: () => [
        ...ONE_CLICK,
        {
            content: "Say what was wrong",
            trigger: "textarea.o_survey_question_text_box",
            run: "edit They came late",
        },
        {
            content: "Send in a tunnel",
            trigger: "button[value=finish]",
            async run(helpers) {
                browser.XMLHttpRequest = LostConnection;
                await helpers.click();
            },
        },
        {
            content: "The page says so",
            trigger: ".o_notification:contains(could not be sent)",
        },
        {
            content: "The answers are still there, to be seen",
            trigger: ".js_question-wrapper:first label.o_survey_selected:contains(2)",
            async run() {
                const content = document.querySelector(".o_survey_form_content");
                const hidden = () => Number(getComputedStyle(content).opacity) < 1;
                for (let turn = 0; hidden(); turn++) {
                    if (turn === 50) {
                        throw new Error("The questions do not come back");
                    }
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                browser.XMLHttpRequest = window.XMLHttpRequest;
            },
        },
        {
            content: "Send again",
            trigger: "button[value=finish]",
            run: "click",
        },
        {
            content: "The page says what follows",
            trigger: ".o_airbag_survey_done .alert strong",
        },
    ],
});
