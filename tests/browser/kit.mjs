// What the tests in the browser share: a browser, people who look with it, and the list of faults. What is wrong is
// said in one line each; nothing stops at the first.
// Reads BASE (address of the service), CHROMIUM (the browser), SCREENSHOTS (a folder; no pictures are taken without).
// Deliberately absent: what a good page is, see look.mjs; what people do, see forms.mjs and flows.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const { BASE, CHROMIUM, SCREENSHOTS } = process.env;
export const base = BASE;
export const sizes = { wide: { width: 1280, height: 900 }, narrow: { width: 320, height: 800 } };
const faults = [];
let looks = 0;
let browser;

// What nobody foresaw is a fault like any other, and what was found before it is told.
process.on("uncaughtException", (error) => {
  faults.push(`the test itself failed: ${error.stack}`);
  void report();
});

// Somebody with a browser of their own: language, with or without scripts. Who they are is said by signing in. Where
// scripts are `"empty"`, those of the pages arrive empty: a page is then as it is without scripts, and can be examined
// by one.
export async function person(name, language, scripts) {
  browser ??= await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  const context = await browser.newContext({
    javaScriptEnabled: scripts !== false,
    viewport: sizes.wide,
    locale: language,
  });
  const empty = { contentType: "text/javascript", body: "" };
  if (scripts === "empty") await context.route("**/assets/*.js", (route) => route.fulfill(empty));
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const examined = scripts !== false;
  const somebody = { name, language, scripts: scripts === true, examined, context, page, at: "", status: 0 };
  listen(somebody);
  return somebody;
}

export async function leave(somebody) {
  await somebody.context.close();
}

export function fault(somebody, what) {
  const line = `${somebody.at || somebody.page.url()} (${somebody.name}, ${somebody.language}, ${
    somebody.scripts ? "with" : "without"} scripts): ${what}`;
  if (!faults.includes(line)) faults.push(line);
}

// What the browser itself finds wrong, on whatever page it is.
function listen(somebody) {
  const { page } = somebody;
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // A form that is refused is answered with 422, which the console repeats.
    const refused = /status of (401|403|404|409|422|429)/.test(message.text()) && message.location().url === page.url();
    if (!refused) fault(somebody, `the console says: ${message.text()}`);
  });
  page.on("pageerror", (error) => fault(somebody, `a script failed: ${error.message}`));
  page.on("requestfailed", (request) => {
    // The feed of new entries ends when the page is left, and a file that is downloaded is no page.
    const ended = request.failure()?.errorText === "net::ERR_ABORTED";
    if (!ended) fault(somebody, `not loaded: ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("response", (response) => {
    const document = response.request().resourceType() === "document";
    if (document && response.request().frame() === page.mainFrame()) somebody.status = response.status();
    if (!document && response.status() >= 400) fault(somebody, `${response.status()} for ${response.url()}`);
  });
}

// Opens a page, and says so where its status is not the one awaited.
export async function open(somebody, path, status = 200) {
  somebody.at = path;
  await somebody.page.goto(`${base}${path}`, { waitUntil: "load" });
  if (somebody.status !== status) fault(somebody, `status ${somebody.status}, not ${status}`);
}

// Signs in by the form, as people do.
export async function signIn(somebody, user, password) {
  await open(somebody, "/sign-in");
  await somebody.page.fill("[name=name]", user);
  await somebody.page.fill("[name=password]", password);
  await press(somebody, "form[action='/sign-in'] button[type=submit]");
  if (!somebody.page.url().endsWith("/work")) fault(somebody, `signing in as ${user} led to ${somebody.page.url()}`);
  // What an account prefers is not what is looked at here.
  await open(somebody, `/work?lang=${somebody.language}`);
  somebody.name = user;
}

// Presses a button or follows a link, and waits for the page that comes.
export async function press(somebody, selector) {
  if ((await somebody.page.locator(selector).count()) === 0) {
    throw new Error(`${somebody.page.url()} has no ${selector}`);
  }
  const [answer] = await Promise.all([
    somebody.page.waitForNavigation({ waitUntil: "load" }),
    somebody.page.locator(selector).first().click(),
  ]);
  somebody.at = new URL(somebody.page.url()).pathname;
  return answer;
}

export async function picture(somebody, name) {
  if (!SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  const file = `${SCREENSHOTS}/${name}.${somebody.language}.${somebody.scripts ? "js" : "plain"}`;
  await somebody.page.screenshot({ path: `${file}.png`, fullPage: true });
}

export function looked() {
  looks += 1;
}

// Says what was found, and ends.
export async function report() {
  await browser?.close();
  for (const line of faults) process.stdout.write(`${line}\n`);
  process.stdout.write(`looked ${looks} times, found ${faults.length} faults\n`);
  process.exit(faults.length > 0 ? 1 : 0);
}
