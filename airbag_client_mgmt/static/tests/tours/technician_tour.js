import { registry } from "@web/core/registry";

/** What could be moved sideways on a phone, were it too wide. */
const SCREENS =
    ".o_content, .o_form_renderer, .o_kanban_renderer, .o_form_sheet, .modal-body";

/**
 * Return a step that waits for a page and fails if it is wider than the phone.
 *
 * @param {string} page what to call it
 * @param {string} trigger what shows that the page is there
 */
function fits(page, trigger) {
    return {
        content: `${page} fits into the width of the phone`,
        trigger,
        run() {
            const root = document.documentElement;
            for (const element of [root, ...document.querySelectorAll(SCREENS)]) {
                if (element.scrollWidth > element.clientWidth) {
                    throw new Error(
                        `${page}: ${element.className || "the page"} is ` +
                            `${element.scrollWidth} px wide, not ${element.clientWidth}`
                    );
                }
            }
        },
    };
}

/** Return a photo as the camera gives it: a real file with a real image. */
async function takePhoto() {
    const canvas = Object.assign(document.createElement("canvas"), {
        width: 1200,
        height: 900,
    });
    canvas.getContext("2d").fillRect(200, 200, 400, 400);
    const image = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
    return new File([image], "front.jpg", { type: "image/jpeg" });
}

/** Return the steps that choose files in the input of the photos. */
function upload(content, files) {
    return {
        content,
        trigger: ".o_airbag_photos .o_attach",
        async run() {
            const input = document.querySelector(".o_airbag_photos input[type=file]");
            const chosen = new DataTransfer();
            (await files()).forEach((file) => chosen.items.add(file));
            input.files = chosen.files;
            input.dispatchEvent(new Event("change"));
        },
    };
}

const STEPS = ".o_field_widget[name=step_ids]";
const PRODUCTS = ".o_field_widget[name=product_ids]";
const ADVICE = ".o_field_widget[name=recommendation_ids]";
const EARLIER = ".o_field_widget[name=open_recommendation_ids]";

// PRO 008 §5.3.2 and §5.3.3 on a phone: start, tick, record, finish.
registry.category("web_tour.tours").add("airbag_technician", {
    steps: () => [
        fits("The agenda", ".o_kanban_record:contains(Test Fleet)"),
        {
            content: "Open today's visit",
            trigger: ".o_kanban_record:contains(Test Fleet)",
            run: "click",
        },
        fits("The planned visit", ".alert:contains(Safety shoes)"),
        {
            content: "The customer did what a colleague had recommended",
            trigger: `${EARLIER} .o_kanban_record:contains(Clean the connector) button[name=action_done]`,
            run: "click",
        },
        {
            content: "Another recommendation is declined",
            trigger: `${EARLIER}:not(:contains(Clean the connector)) .o_kanban_record:contains(Move the seat) button[name=action_ask_reason]`,
            run: "click",
        },
        fits("Why it is declined", ".modal .o_field_widget[name=reason] input"),
        {
            content: "Write what the customer said",
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit It is fine like that",
        },
        {
            content: "Decline",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "Nothing is left of the earlier visits: confirm the requirements",
            trigger:
                ".o_form_view:not(:has(.o_field_widget[name=open_recommendation_ids])) button[name=action_acknowledge_requirements]",
            run: "click",
        },
        {
            content: "Start",
            trigger: "button[name=action_start]",
            run: "click",
        },
        {
            content: "Tick the mandatory step with one touch",
            trigger: `${STEPS} .o_kanban_record:contains(Scan) button.btn-light`,
            run: "click",
        },
        {
            content: "It is ticked",
            trigger: `${STEPS} .o_kanban_record:contains(Scan) button.btn-success`,
        },
        fits("The steps", STEPS),
        {
            content: "Open a step that could not be done",
            trigger: `${STEPS} .o_kanban_record:contains(Measure) div.text-primary`,
            run: "click",
        },
        fits("A step", ".modal .o_field_widget[name=excuse]"),
        {
            content: "Say why",
            trigger: ".modal .o_field_widget[name=excuse] input",
            run: "edit No power",
        },
        {
            content: "Save the excuse",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The step is excused",
            trigger: `body:not(:has(.modal)) ${STEPS} .o_kanban_record:contains(No power)`,
        },
        {
            content: "Open the products",
            trigger: "a.nav-link[name=products]",
            run: "click",
        },
        fits("The products", "button[name=action_add_usual_products]"),
        {
            content: "Add what the treatment usually takes",
            trigger: "button[name=action_add_usual_products]",
            run: "click",
        },
        {
            content: "Its lot is missing: open it",
            trigger: `${PRODUCTS} .o_kanban_record:contains(Driver airbag):has(.text-danger)`,
            run: "click",
        },
        fits("A product", ".modal .o_field_widget[name=lot_name]"),
        {
            content: "Write its lot",
            trigger: ".modal .o_field_widget[name=lot_name] input",
            run: "edit lot-2026",
        },
        {
            content: "Save the product",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Add another product",
            trigger: `body:not(:has(.modal)) ${PRODUCTS} .o-kanban-button-new`,
            run: "click",
        },
        {
            content: "Look for it: a phone opens the list of products",
            trigger: ".modal .o_field_widget[name=product_id] input",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: ".modal .o_kanban_record:contains(Cable ties)",
            run: "click",
        },
        {
            content: "It has no lot; save it",
            trigger:
                ".modal:not(:has(.o_field_widget[name=lot_name])):has(.o_field_widget[name=product_id]) .o_form_button_save",
            run: "click",
        },
        {
            content: "The product is there",
            trigger: `body:not(:has(.modal)) ${PRODUCTS} .o_kanban_record:contains(Cable ties)`,
        },
        {
            content: "Open the recommendations",
            trigger: "a.nav-link[name=recommendations]",
            run: "click",
        },
        fits("The recommendations", ADVICE),
        {
            content: "Add a recommendation",
            trigger: `${ADVICE} .o-kanban-button-new`,
            run: "click",
        },
        fits("A recommendation", ".modal .o_field_widget[name=name]"),
        {
            content: "Write it",
            trigger: ".modal .o_field_widget[name=name] textarea",
            run: "edit Replace the seat belt",
        },
        {
            content: "Save the recommendation",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The recommendation is there",
            trigger: `body:not(:has(.modal)) ${ADVICE} .o_kanban_record:contains(seat belt)`,
        },
        {
            content: "Open photos and signature",
            trigger: "a.nav-link[name=evidence]",
            run: "click",
        },
        upload("Take two photos", async () => [await takePhoto(), await takePhoto()]),
        {
            content: "Both are seen: the page shows the images themselves",
            trigger: ".o_airbag_photos:has(.o_airbag_photo:nth-child(2) img)",
        },
        {
            content: "They are saved at once",
            trigger: ".o_form_view:has(.o_form_status_indicator_buttons.invisible)",
        },
        upload("Choose a document by mistake", () => [
            new File(["%PDF-1.7"], "contract.jpg", { type: "image/jpeg" }),
        ]),
        {
            content: "It is refused",
            trigger: ".modal:contains(contract.jpg) .btn-primary",
            run: "click",
        },
        {
            content: "Only the photos are left",
            trigger:
                "body:not(:has(.modal)) .o_airbag_photos:not(:has(.o_airbag_photo:nth-child(3) img))",
        },
        fits("Photos and signature", ".o_airbag_photos"),
        {
            content: "Who signs",
            trigger: ".o_field_widget[name=signed_by] input",
            run: "edit Ana Torres",
        },
        {
            content: "The customer signs",
            trigger: ".o_field_widget[name=customer_signature] .o_signature",
            run: "click",
        },
        {
            content: "Adopt the signature",
            trigger: ".modal .btn-primary:not([disabled])",
            run: "click",
        },
        {
            content: "The signature is there",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=customer_signature] img",
        },
        {
            content: "Finish",
            trigger: "button[name=action_finish]",
            run: "click",
        },
        fits("The done visit", ".o_form_view:not(:has(button[name=action_finish]))"),
    ],
});
