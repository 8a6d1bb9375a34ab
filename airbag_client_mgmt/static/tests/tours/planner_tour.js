import { registry } from "@web/core/registry";

// PRO 008 §5.3.1: a visit is dragged to another time, and the planner says why.
registry.category("web_tour.tours").add("airbag_planner", {
    steps: () => [
        {
            content: "Drag the visit to another time",
            trigger: ".fc-timegrid-event:contains(Test Fleet)",
            async run({ drag_and_drop }) {
                await drag_and_drop(".fc-timegrid-slot-lane[data-time='11:00:00']");
            },
        },
        {
            content: "It does not move without a reason",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal .o_field_invalid[name=reason] input",
            run: "edit The customer asked for it",
        },
        {
            content: "Move it",
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "The calendar shows it",
            trigger: "body:not(:has(.modal)) .fc-timegrid-event:contains(Test Fleet)",
        },
    ],
});
