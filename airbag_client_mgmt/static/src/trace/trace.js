import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { router } from "@web/core/browser/router";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const ICONS = {
    lead: "fa-star",
    order: "fa-file-text-o",
    visit: "fa-wrench",
    survey: "fa-smile-o",
    ticket: "fa-life-ring",
    contact: "fa-phone",
};

/** One record of a chain: what, number, date, state, who, and what is missing. */
export class TraceRow extends Component {
    static template = "airbag_client_mgmt.TraceRow";
    static components = { TraceRow };
    static props = { row: Object, open: Function, depth: { type: Number, optional: true } };

    get icon() {
        return ICONS[this.props.row.kind];
    }

    get href() {
        return `/odoo/${this.props.row.model}/${this.props.row.id}`;
    }

    onClick(ev) {
        // The browser opens a tab by itself.
        if (!(ev.ctrlKey || ev.metaKey || ev.shiftKey)) {
            ev.preventDefault();
            this.props.open(this.props.row);
        }
    }
}

/**
 * What came before and after a record: one block for each contract (PRO 008 §5).
 *
 * The server arranges the rows; here they are folded, narrowed to what is missing,
 * printed, and opened.
 */
export class TraceAction extends Component {
    static template = "airbag_client_mgmt.TraceAction";
    static components = { Layout, TraceRow };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Traceability");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.icons = ICONS;
        this.display = { controlPanel: {} };
        this.state = useState({ trace: null, open: {}, onlyGaps: false });
        this.openRow = this.openRow.bind(this);
        const context = this.props.action.context;
        // Of a page opened by its address only the address is known.
        this.start = {
            model: context.active_model || router.current.active_model,
            id: context.active_id || router.current.active_id,
        };
        this.root = useRef("root");
        onWillStart(() => this.load());
        onMounted(() => {
            const { model, id } = this.start;
            this.props.updateActionState({ active_id: id, active_model: model });
            const current = this.root.el.querySelector(".o_airbag_trace_current");
            current?.scrollIntoView({ block: "center" });
        });
    }

    async load() {
        const { model, id } = this.start;
        const trace = await this.orm.call("airbag.trace", "get_trace", [model, id]);
        for (const block of trace.blocks) {
            this.state.open[block.key] = block.open;
            for (const month of block.months) {
                this.state.open[month.key] = month.open;
            }
        }
        this.state.trace = trace;
        this.env.config.setDisplayName(_t("Traceability of %s", trace.title));
    }

    get gapCount() {
        return this.state.trace.steps.reduce((sum, step) => sum + step.gaps, 0);
    }

    get blocks() {
        const { trace, onlyGaps } = this.state;
        return onlyGaps
            ? trace.blocks.map((block) => this.keepGaps(block)).filter(Boolean)
            : trace.blocks;
    }

    hasGaps(row) {
        return Boolean(row.gaps.length || row.children.some((child) => child.gaps.length));
    }

    keepGaps(block) {
        const keep = (rows) => rows.filter((row) => this.hasGaps(row));
        const kept = {
            ...block,
            origins: keep(block.origins),
            documents: keep(block.documents),
            others: keep(block.others),
            renewal: { ...block.renewal, state: "", rows: keep(block.renewal.rows) },
            months: block.months
                .map((month) => ({ ...month, rows: keep(month.rows), cut: 0 }))
                .filter((month) => month.rows.length),
        };
        const parts = [kept.origins, kept.documents, kept.others, kept.months];
        return parts.some((part) => part.length) ? kept : null;
    }

    countGaps(rows) {
        const all = rows.flatMap((row) => [row, ...row.children]);
        return all.reduce((sum, row) => sum + row.gaps.length, 0);
    }

    blockGaps(block) {
        return this.countGaps([
            ...block.origins,
            ...block.documents,
            ...block.others,
            ...block.months.flatMap((month) => month.rows),
        ]);
    }

    isOpen(key) {
        return this.state.onlyGaps || this.state.open[key];
    }

    toggle(key) {
        this.state.open[key] = !this.state.open[key];
    }

    unfold(open) {
        for (const key in this.state.open) {
            this.state.open[key] = open;
        }
    }

    async openRow(row) {
        // The form that the model itself chooses, such as the register's own.
        const action = await this.orm.call(row.model, "get_formview_action", [[row.id]]);
        return this.action.doAction(action);
    }

    openCustomer() {
        const { id } = this.state.trace.customer;
        return this.openRow({ model: "res.partner", id });
    }

    async print() {
        this.state.onlyGaps = false;
        this.unfold(true);
        // Once all of it is on the page.
        await new Promise((resolve) => browser.setTimeout(resolve));
        window.print();
    }
}

registry.category("actions").add("airbag_client_mgmt.trace", TraceAction);
