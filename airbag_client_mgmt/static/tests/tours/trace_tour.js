import { registry } from "@web/core/registry";

// PRO 008 §5: from a visit to its chain, to the complaint about it, and back.
registry.category("web_tour.tours").add("airbag_trace", {
    steps: () => [
        {
            content: "Open where the visit comes from",
            trigger: ".o_form_view .oe_stat_button:has(.fa-sitemap)",
            run: "click",
        },
        {
            content: "The visit one came from is marked, in its open block",
            trigger: ".o_airbag_trace_current[data-key^=visit-]",
        },
        {
            content: "The opportunity, the contract and the survey are there",
            trigger:
                ".o_airbag_trace:has([data-key^=lead-]):has([data-key^=order-]):has([data-key^=survey-])",
        },
        {
            content: "Look only at what is missing",
            trigger: "#o_airbag_trace_gaps",
            run: "click",
        },
        {
            content: "What is complete is gone",
            trigger: ".o_airbag_trace:not(:has([data-key^=lead-]))",
        },
        {
            content: "Look at everything again",
            trigger: "#o_airbag_trace_gaps",
            run: "click",
        },
        {
            content: "Open the complaint about the visit",
            trigger: ".o_airbag_trace_item .o_airbag_trace_item [data-key^=ticket-]",
            run: "click",
        },
        {
            content: "The ticket is open; the way back is there",
            trigger: ".o_form_view .o_field_widget[name=kind]",
        },
        {
            content: "Go back to the chain",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        {
            content: "It is the same chain",
            trigger: ".o_airbag_trace_current[data-key^=visit-]",
        },
    ],
});
