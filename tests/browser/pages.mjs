// Looks at every page as people do: in four languages, with and without scripts, wide, narrow and enlarged, by keyboard.
// Says what is wrong in one line each, and ends with 1 if anything is. Reads BASE (address of the service), PAGES (JSON:
// paths), CHROMIUM (the browser), LANGUAGES (all four without), SCREENSHOTS (a folder; none are taken without). Deliberately absent: flows that record.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const { BASE, PAGES, CHROMIUM, LANGUAGES, SCREENSHOTS } = process.env;
const paths = JSON.parse(PAGES);
const languages = (LANGUAGES ?? "en fr kk ru").split(" ");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const wrong = [];
let looked = 0;

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});

const fileName = (path) => path.replace(/^\//, "").replace(/[^a-zA-Z0-9]+/g, "-").replace(/-$/, "") || "dashboard";

async function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

// Presses Tab until it has been everywhere; says what was never reached.
async function notReached(page) {
  const wanted = await page.evaluate(() => {
    const visible = (element) => element.getClientRects().length > 0 && !element.disabled && element.type !== "hidden";
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const chosen = all.filter(visible).slice(0, 60);
    chosen.forEach((element, n) => (element.dataset.wanted = n));
    return chosen.length;
  });
  const reached = new Set();
  for (let presses = 0; presses < wanted * 2 + 20 && reached.size < wanted; presses++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement?.dataset?.wanted);
    if (at !== undefined) reached.add(at);
  }
  return page.evaluate((reached) => {
    const missed = [...document.querySelectorAll("[data-wanted]")].filter((e) => !reached.includes(e.dataset.wanted));
    // Of radios with one name, Tab reaches one.
    return missed.filter((e) => e.type !== "radio").map((e) => e.outerHTML.slice(0, 120));
  }, [...reached]);
}

async function look(context, path, language, scripts) {
  const page = await context.newPage();
  const name = `${path} in ${language}, ${scripts ? "with" : "without"} scripts`;
  const say = (what) => wrong.push(`${name}: ${what}`);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) say(`the console says: ${message.text()}`);
  });
  page.on("pageerror", (error) => say(`a script failed: ${error.message}`));
  page.on("requestfailed", (request) => say(`not loaded: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && response.url() !== page.url()) say(`${response.status()} for ${response.url()}`);
  });
  const address = `${BASE}${path}${path.includes("?") ? "&" : "?"}lang=${language}`;
  const answer = await page.goto(address, { waitUntil: "load" });
  if (answer.status() !== 200) say(`status ${answer.status()}`);
  const told = await page.getAttribute("html", "lang").catch(() => null);
  if (told !== language) say(`the page says that its language is ${told}`);
  if (scripts) {
    await page.evaluate(axe);
    const found = await page.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), rules);
    if (found.passes.length < 10) say(`only ${found.passes.length} rules found anything to look at`);
    for (const { id, help, nodes } of found.violations) {
      say(`${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" | ")}`);
    }
    const booted = await page.evaluate(() => document.body.classList.contains("govuk-frontend-supported"));
    if (!booted) say("the scripts do not run");
  }
  await page.setViewportSize({ width: 320, height: 800 });
  let over = await sideways(page);
  if (over > 0) say(`at 320 pixels it is ${over} pixels too wide`);
  if (SCREENSHOTS) {
    const file = `${SCREENSHOTS}/${fileName(path)}.${language}.${scripts ? "js" : "plain"}`;
    await page.screenshot({ path: `${file}.narrow.png`, fullPage: true });
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.screenshot({ path: `${file}.png`, fullPage: true });
  }
  if (scripts) {
    // 1280 pixels enlarged to 400 % are 320 wide and 256 high.
    await page.setViewportSize({ width: 320, height: 256 });
    over = await sideways(page);
    if (over > 0) say(`enlarged to 400 % it is ${over} pixels too wide`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(address, { waitUntil: "load" });
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
    if (first !== "#main-content") say(`the first key leads to ${first} and not past the navigation`);
    for (const missed of await notReached(page)) say(`the keyboard does not reach ${missed}`);
  }
  looked++;
  await page.close();
}

if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
for (const language of languages) {
  for (const scripts of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled: scripts, viewport: { width: 1280, height: 900 } });
    for (const path of paths) await look(context, path, language, scripts);
    await context.close();
  }
}
await browser.close();
for (const line of wrong) process.stdout.write(`${line}\n`);
process.stdout.write(`looked ${looked} times, found ${wrong.length} faults\n`);
process.exit(wrong.length > 0 ? 1 : 0);
