// The pictures of docs/images, taken from the demo. With ./dev run in another terminal:
//
//     npm install --no-save playwright-core
//     node docs/screenshots.mjs
//
// CHROMIUM names the browser when it is not /usr/bin/chromium.
import { chromium } from "playwright-core";

const BASE = process.env.BASE_URL || "http://127.0.0.1:8069";
const IMAGES = new URL("images/", import.meta.url).pathname;
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

/** Open the home screen of a role; demo passwords are the logins. */
async function openAs(login, width, height) {
    const phone = width < 600;
    const context = await browser.newContext({
        viewport: { width, height },
        isMobile: phone,
        hasTouch: phone,
        locale: "es-419",
        timezoneId: "America/Bogota",
    });
    const page = await context.newPage();
    page.on("console", (message) => {
        if (message.type() === "error") {
            console.error(login, message.text());
            process.exitCode = 1;
        }
    });
    await page.goto(`${BASE}/web/login`);
    await page.fill("input[name=login]", login);
    await page.fill("input[name=password]", login);
    await page.click("button[type=submit]");
    await page.waitForSelector(".o_action_manager .o_view_controller");
    return page;
}

/** Save what the page shows once it has come to rest. */
async function shoot(page, name) {
    await page.waitForTimeout(2500);
    await page.screenshot({ path: `${IMAGES}${name}.png` });
    console.log(name);
}

const management = await openAs("gerencia", 1400, 900);
await management.waitForSelector(".o_kanban_record canvas");
await shoot(management, "indicators");
await management.goto(`${BASE}/odoo/client-dashboard`);
await management.waitForFunction(
    () => window.performance.now() > 5000 && !document.querySelector(".o_loading_indicator")
);
await management.waitForTimeout(8000);
await shoot(management, "dashboard");
await management.goto(
    `${BASE}/odoo/action-airbag_client_mgmt.airbag_procedure_step_action`
);
await management.waitForSelector(".o_data_row");
await shoot(management, "matrix");
await shoot(await openAs("planificador", 1400, 900), "planning");

const contracts = await openAs("comercial", 1400, 1300);
await contracts.locator(".o_data_row .o_data_cell").nth(12).click();
await contracts
    .locator(".o_notebook a.nav-link", { hasText: /^\s*Contrato\s*$/ })
    .first()
    .click();
await shoot(contracts, "contract");

const phone = await openAs("tecnico", 390, 844);
await shoot(phone, "technician_day");
await phone.locator(".o_kanban_record").first().click();
await phone.locator(".o_field_widget[name=step_ids]").waitFor();
await phone.evaluate(() =>
    document.querySelector(".o_field_widget[name=step_ids]").scrollIntoView()
);
await shoot(phone, "technician");

const analysis = await openAs("sgc", 1400, 560);
await analysis.goto(`${BASE}/odoo/satisfaction-analysis`);
await shoot(analysis, "analysis");

// The page of a customer who was asked and has not answered, as its e-mail opens it.
const link = await analysis.evaluate(async () => {
    const call = async (method, args, kwargs = {}) => {
        const response = await fetch("/web/dataset/call_kw", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({
                jsonrpc: "2.0",
                params: { model: "survey.user_input", method, args, kwargs },
            }),
        });
        return (await response.json()).result;
    };
    const asked = [
        ["contact_state", "=", "contacted"],
        ["state", "=", "new"],
        ["deadline", ">", "now"],
    ];
    const [id] = await call("search", [asked], { limit: 1 });
    return call("get_start_url", [id]);
});
const customer = await (
    await browser.newContext({
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        locale: "es-419",
    })
).newPage();
await customer.goto(`${BASE}${link}&score=5`);
await shoot(customer, "survey");
await browser.close();
