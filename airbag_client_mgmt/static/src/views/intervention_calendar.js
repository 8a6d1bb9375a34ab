import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { calendarView } from "@web/views/calendar/calendar_view";

/**
 * PRO 008 §5.3.1: planners drag visits; one that is settled asks why it moves.
 */
export class InterventionCalendarModel extends calendarView.Model {
    static services = [...calendarView.Model.services, "action"];

    setup(params, services) {
        super.setup(params, services);
        this.action = services.action;
        this.canPlan = false;
    }

    async load(params) {
        this.canPlan = await user.hasGroup("airbag_client_mgmt.group_planner");
        return super.load(params);
    }

    get canCreate() {
        return super.canCreate && this.canPlan;
    }

    get canEdit() {
        return super.canEdit && this.canPlan;
    }

    async updateRecord(record, options = {}) {
        const values = this.buildRawRecord(record, options);
        try {
            const action = await this.orm.call(
                this.resModel,
                "action_reschedule",
                [[record.id]],
                {
                    planned_start: values.planned_start,
                    planned_end: values.planned_end,
                    plan_revision: this.records[record.id].rawRecord.plan_revision,
                    context: this.meta.context,
                }
            );
            if (action) {
                await new Promise((resolve) => {
                    this.action.doAction(action, { onClose: resolve });
                });
            }
        } finally {
            // Where it is in the end, also if the planner thought better of it.
            await this.load();
        }
    }
}

registry.category("views").add("airbag_intervention_calendar", {
    ...calendarView,
    Model: InterventionCalendarModel,
});
