import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const HEADERS = "ID externo,Cliente,Tratamiento,Inicio del servicio";

/** Choose a file in the import screen, as if it had been picked from the disk. */
function chooseFile(...lines) {
    const transfer = new DataTransfer();
    transfer.items.add(
        new File([[HEADERS, ...lines].join("\n")], "historia.csv", { type: "text/csv" })
    );
    const input = document.querySelector(".o_control_panel .o_input_file");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change"));
}

/** Fail unless the screen says of a column all this, in its order, and no more. */
function expectReasons(column, ...expected) {
    const row = [...document.querySelectorAll(".o_import_data_content tbody > tr")].find(
        (each) => each.querySelector(".fw-bold.text-truncate").textContent.includes(column)
    );
    const items = row.querySelectorAll(".o_import_report li.o_import_report_more");
    const single = row.querySelectorAll(".o_import_report > p.mb-0");
    const found = [...(items.length ? items : single)].map((each) =>
        each.textContent.replace(/\s+/g, " ").trim()
    );
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`${column}: ${JSON.stringify(found)}`);
    }
}

/** Fail if a row has been written. */
async function expectNothing() {
    const model = "airbag.import.intervention";
    const call = { model, method: "search_count", args: [[]], kwargs: {} };
    const count = await rpc(`/web/dataset/call_kw/${model}/search_count`, call);
    if (count) {
        throw new Error(`${count} rows are written`);
    }
}

// Wrong rows of the history are named with their reason; corrected, all of them come.
registry.category("web_tour.tours").add("airbag_import", {
    steps: () => [
        {
            content: "Open the gear beside the title",
            trigger: ".o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        {
            content: "Import records",
            trigger: ".o_import_menu",
            run: "click",
        },
        {
            content: "Upload a file with wrong rows",
            trigger: ".o_view_nocontent a[href$='intervenciones.xlsx']",
            run: () =>
                chooseFile(
                    "INT-1,Nadie,T-DIAG,2023-01-16 09:00:00",
                    "INT-2,Test Fleet,T-DIAG,2023-01-17 09:00:00",
                    "INT-3,Nadie,T-NADA,2023-01-18 09:00:00",
                    "INT-4,Otro,T-DIAG,ayer",
                    "INT-5,Nadie,T-DIAG,2023-01-20 09:00:00"
                ),
        },
        {
            content: "Import it",
            trigger: ".o_control_panel button:contains(Importar)",
            run: "click",
        },
        {
            content: "There are more of a column than are shown at first",
            trigger: ".o_import_report_count",
            timeout: 60000,
            run: "click",
        },
        {
            content: "Each row is named with all its reasons",
            trigger: ".o_import_report li:contains(INT-5)",
            run() {
                expectReasons(
                    "Cliente",
                    "Fila 2 (INT-1): No existe el cliente «Nadie».",
                    "Fila 4 (INT-3): No existe el cliente «Nadie».",
                    "Fila 5 (INT-4): No existe el cliente «Otro».",
                    "Fila 6 (INT-5): No existe el cliente «Nadie»."
                );
                expectReasons(
                    "Tratamiento",
                    "Fila 4 (INT-3): No existe el tratamiento «T-NADA»."
                );
                expectReasons(
                    "Inicio del servicio",
                    "Fila 5 (INT-4): '\u200bayer' no parece una fecha y hora valida " +
                        "para el campo 'Inicio del servicio'"
                );
            },
        },
        {
            content: "None is written while one is wrong",
            trigger: ".o_import_action",
            run: expectNothing,
        },
        {
            content: "Upload the file corrected",
            trigger: ".o_import_action",
            run: () =>
                chooseFile(
                    ...[1, 2, 3, 4, 5].map(
                        (number) => `INT-${number},Test Fleet,T-DIAG,2023-01-1${number} 09:00:00`
                    )
                ),
        },
        {
            content: "Nothing is said of it yet",
            trigger: ".o_import_data_content:not(:has(.o_import_report))",
        },
        {
            content: "Import it",
            trigger: ".o_control_panel button:contains(Importar)",
            run: "click",
        },
        {
            content: "All its rows are there",
            trigger: ".o_list_view:has(.o_data_row:nth-child(5))",
            timeout: 60000,
        },
    ],
});
