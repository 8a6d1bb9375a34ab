import { patch } from "@web/core/utils/patch";
import { components } from "@odoo/o-spreadsheet";
// Its own patch of the cards is the one extended here.
import "@spreadsheet/chart/odoo_menu/figure_component";
import {
    SEE_RECORDS_PIVOT,
    SEE_RECORDS_PIVOT_VISIBLE,
} from "@spreadsheet/pivot/pivot_actions";
import { DashboardSearchBar } from "@spreadsheet_dashboard/bundle/dashboard_action/dashboard_search_bar/dashboard_search_bar";

const FACTS = "airbag.kpi.report";

// A card of an indicator opens the facts its figure is made of, within the filters of
// the dashboard; Odoo's would open a menu with all there is.
patch(components.ScorecardChart.prototype, {
    async onClick() {
        const { getters } = this.env.model;
        const range = getters.getChart(this.props.chartId)?.keyValue;
        if (getters.isDashboard() && range) {
            const { sheetId, zone } = range;
            const position = { sheetId, col: zone.left, row: zone.top };
            const pivotId = getters.getPivotIdFromPosition(position);
            if (
                pivotId &&
                getters.getPivotCoreDefinition(pivotId).model === FACTS &&
                SEE_RECORDS_PIVOT_VISIBLE(position, getters)
            ) {
                return SEE_RECORDS_PIVOT(position, this.env);
            }
        }
        return super.onClick(...arguments);
    },
});

// Odoo translates the names of the filters everywhere but on those in force.
patch(DashboardSearchBar.prototype, {
    async getFacetFor(filter) {
        const facet = await super.getFacetFor(...arguments);
        return { ...facet, title: this.getTranslatedFilterLabel(filter) };
    },
});
