import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";

/**
 * Says which plan the user has seen, so that nobody undoes a colleague's change
 * without knowing of it (PRO 008 §5.3.1).
 */
export class InterventionFormController extends formView.Controller {
    async onWillSaveRecord(record, changes) {
        if (record.resId) {
            changes.plan_revision = record.data.plan_revision;
        }
        return super.onWillSaveRecord(record, changes);
    }
}

registry.category("views").add("airbag_intervention_form", {
    ...formView,
    Controller: InterventionFormController,
});
