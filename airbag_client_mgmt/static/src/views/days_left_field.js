import { registry } from "@web/core/registry";
import { capitalize } from "@web/core/utils/strings";
import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";

/**
 * Days to a deadline. Odoo's own says "next month" on the 28th of a deadline on the
 * 1st: of five days to contact a customer, nobody would see that three are left.
 */
export class DaysLeftField extends RemainingDaysField {
    get diffString() {
        if (this.diffDays === null || Math.abs(this.diffDays) > 99) {
            return super.diffString;
        }
        const { record, name } = this.props;
        return capitalize(record.data[name].toRelativeCalendar({ unit: "days" }));
    }
}

registry.category("fields").add("airbag_days_left", {
    ...remainingDaysField,
    component: DaysLeftField,
});
