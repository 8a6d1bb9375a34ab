import { registry } from "@web/core/registry";

// PRO 008 §5.3.2 and §5.3.3 on a phone: start, tick, record, finish.
registry.category("web_tour.tours").add("airbag_technician", {
    steps: () => [
        {
            content: "Open today's visit",
            trigger: ".o_kanban_record:contains(Test Fleet)",
            run: "click",
        },
        {
            content: "Read the special requirements",
            trigger: ".alert:contains(Safety shoes)",
        },
        {
            content: "Confirm having read them",
            trigger: "button[name=action_acknowledge_requirements]",
            run: "click",
        },
        {
            content: "Start",
            trigger: "button[name=action_start]",
            run: "click",
        },
        {
            content: "Tick the mandatory step with one touch",
            trigger:
                ".o_field_widget[name=step_ids] .o_kanban_record:contains(Scan) button.btn-light",
            run: "click",
        },
        {
            content: "It is ticked",
            trigger:
                ".o_field_widget[name=step_ids] .o_kanban_record:contains(Scan) button.btn-success",
        },
        {
            content: "Open the products",
            trigger: "a.nav-link[name=products]",
            run: "click",
        },
        {
            content: "Add a product",
            trigger: ".o_field_widget[name=product_ids] .o-kanban-button-new",
            run: "click",
        },
        {
            content: "Look for the airbag: a phone opens the list of products",
            trigger: ".modal .o_field_widget[name=product_id] input",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: ".modal .o_kanban_record:contains(Driver airbag)",
            run: "click",
        },
        {
            content: "Write its lot",
            trigger: ".modal .o_field_widget[name=lot_name] input",
            run: "edit LOT-2026",
        },
        {
            content: "Save the product",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The product is there",
            trigger:
                ".o_field_widget[name=product_ids] .o_kanban_record:contains(LOT-2026)",
        },
        {
            content: "Open the recommendations",
            trigger: "a.nav-link[name=recommendations]",
            run: "click",
        },
        {
            content: "Add a recommendation",
            trigger: ".o_field_widget[name=recommendation_ids] .o-kanban-button-new",
            run: "click",
        },
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
            trigger:
                ".o_field_widget[name=recommendation_ids] .o_kanban_record:contains(seat belt)",
        },
        {
            content: "Finish",
            trigger: "button[name=action_finish]",
            run: "click",
        },
        {
            content: "The visit is done",
            trigger: ".o_form_view:not(:has(button[name=action_finish]))",
        },
    ],
});
