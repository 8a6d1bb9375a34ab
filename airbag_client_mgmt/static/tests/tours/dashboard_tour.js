import { registry } from "@web/core/registry";
import { App } from "@odoo/owl";

/** Return the spreadsheet on the screen, or nothing while it loads. */
function findModel() {
    const find = (node) =>
        node?.component?.loader?.getActiveDashboard?.()?.model ||
        Object.values(node?.children || {})
            .map(find)
            .find(Boolean);
    return [...App.apps].map((app) => find(app.root)).find(Boolean);
}

/** Return what the cells of all sheets hold, by their address. */
function readCells(model) {
    const cells = {};
    for (const sheetId of model.getters.getSheetIds()) {
        const name = model.getters.getSheetName(sheetId);
        for (const id of Object.keys(model.getters.getCells(sheetId))) {
            const { col, row } = model.getters.getCellPosition(id);
            const address = `${name}!${String.fromCharCode(65 + col)}${row + 1}`;
            cells[address] = model.getters.getEvaluatedCell({ sheetId, col, row });
        }
    }
    return cells;
}

/** Wait for the figures, and fail on a cell that shows an error. */
async function readLoadedCells() {
    for (let turn = 0; turn < 600; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const cells = findModel() ? readCells(findModel()) : {};
        const values = Object.values(cells);
        const isLoading = (cell) => String(cell.value) === "Loading...";
        if (!values.length || values.some(isLoading)) {
            continue;
        }
        for (const [address, cell] of Object.entries(cells)) {
            if (cell.type === "error") {
                throw new Error(`${address}: ${cell.value} ${cell.message || ""}`);
            }
        }
        return cells;
    }
    throw new Error("The figures do not come");
}

function expectCell(cells, address, expected) {
    const found = cells[address].formattedValue;
    if (found !== expected) {
        throw new Error(`${address} is ${found}, not ${expected}`);
    }
}

const OPENED = {
    content: "The cards and the lines are there",
    trigger: ".o-spreadsheet .o-figure canvas",
    timeout: 60000,
};

// PRO 008 §7: management reads the indicators against target and before.
registry.category("web_tour.tours").add("airbag_dashboard", {
    steps: () => [
        OPENED,
        {
            content: "The figures are those of the period, blank without data",
            trigger: ".o-spreadsheet",
            async run() {
                const cells = await readLoadedCells();
                expectCell(cells, "Data!C2", "66.7 %");
                expectCell(cells, "Data!D2", "100.0 %");
                expectCell(cells, "Data!E2", "90.0 %");
                expectCell(cells, "Data!H2", "-1");
                expectCell(cells, "Data!C4", "");
                expectCell(cells, "Data!L4", "No cases");
                expectCell(cells, "Dashboard!F39", "Test diagnosis");
            },
        },
        {
            content: "A card opens what its figure is made of",
            trigger: ".o-figure canvas.o-scorecard",
            run: "click",
        },
        {
            content: "One line for each answer of the period, and no other",
            trigger: ".o_list_view tbody:not(:has(.o_data_row:nth-child(4))) .o_data_row:nth-child(3)",
        },
        {
            content: "A line opens the survey it comes from",
            trigger: ".o_list_view .o_data_row .o_data_cell[name=partner_id]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_breadcrumb .o_back_button, .o_form_view .breadcrumb-item a",
        },
        {
            content: "Back to the dashboard",
            trigger: ".o_breadcrumb .breadcrumb-item:first-child a",
            run: "click",
        },
        OPENED,
        {
            content: "Without a period there is none before",
            trigger: ".o-spreadsheet",
            async run() {
                findModel().dispatch("SET_GLOBAL_FILTER_VALUE", { id: "period" });
                const cells = await readLoadedCells();
                expectCell(cells, "Data!C2", "75.0 %");
                expectCell(cells, "Data!D2", "");
            },
        },
        {
            content: "Another treatment",
            trigger: ".o-spreadsheet",
            async run() {
                findModel().dispatch("SET_GLOBAL_FILTER_VALUE", {
                    id: "treatment",
                    value: { operator: "ilike", strings: ["Other"] },
                });
                const cells = await readLoadedCells();
                expectCell(cells, "Data!C2", "");
                expectCell(cells, "Dashboard!F39", "");
            },
        },
    ],
});

// PRO 008 §3: managers who do not read contracts see the rest.
registry.category("web_tour.tours").add("airbag_dashboard_opens", {
    steps: () => [
        OPENED,
        {
            content: "No cell shows an error, and what they may read is there",
            trigger: ".o-spreadsheet",
            async run() {
                // A figure that may not be read is a blank, not an error.
                const cells = await readLoadedCells();
                expectCell(cells, "Data!C2", "66,7 %");
                expectCell(cells, "Dashboard!F39", "Test diagnosis");
            },
        },
        {
            content: "A filter in force is named in the language of the user",
            trigger: ".o-spreadsheet",
            run() {
                const filter = findModel().getters.getGlobalFilter("treatment");
                findModel().dispatch("SET_GLOBAL_FILTER_VALUE", {
                    id: filter.id,
                    value: { operator: "ilike", strings: ["Other"] },
                });
            },
        },
        {
            trigger: ".o_searchview_facet_label:contains(Tratamiento)",
        },
    ],
});
