// What a good page is: it obeys the rules of accessibility, says its language, fits a narrow and an enlarged window,
// can be reached by keyboard, and stays readable in forced colours, without motion and on paper. Faults go to kit.mjs.
// Deliberately absent: opening pages.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { fault, looked, picture, sizes } from "./kit.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Keys pressed before the page is asked where they led.
const ASKED_EVERY = 8;
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

// Looks at the page where somebody is. `name` is what its picture is called.
export async function look(somebody, name) {
  const { page, language, scripts } = somebody;
  const [told, booted] = await page.evaluate(
    () => [document.documentElement.lang, document.body.classList.contains("govuk-frontend-supported")],
  );
  if (told !== language) fault(somebody, `the page says that its language is ${told}`);
  if (scripts && !booted) fault(somebody, "the scripts do not run");
  // The rules are a script.
  if (somebody.examined) await accessible(somebody);
  await wide(somebody, "in a wide window");
  await page.setViewportSize(sizes.narrow);
  await wide(somebody, "at 320 pixels");
  await picture(somebody, `${name}.narrow`);
  await page.setViewportSize(sizes.wide);
  await picture(somebody, name);
  looked();
}

// A shorter look at a page that others look at closely: it fits.
export async function fits(somebody) {
  const { page } = somebody;
  await page.setViewportSize(sizes.narrow);
  await wide(somebody, "at 320 pixels");
  await page.setViewportSize(sizes.wide);
  looked();
}

// The rules of WCAG 2.2 AA.
async function accessible(somebody) {
  const { page } = somebody;
  await page.evaluate(axe);
  // Every rule looks at everything; of what is right, it tells no more than that there was something.
  const found = await page.evaluate(
    (values) => axe.run({ runOnly: { type: "tag", values }, resultTypes: ["violations"] }), rules,
  );
  if (found.passes.length < 10) fault(somebody, `only ${found.passes.length} rules found anything to look at`);
  for (const { id, help, nodes } of found.violations) {
    fault(somebody, `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(" | ")}`);
  }
}

async function wide(somebody, where) {
  const over = await somebody.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (over > 0) fault(somebody, `${where} it is ${over} pixels too wide`);
}

// What takes longer, and does not depend on the language: enlarged, by keyboard, forced colours, motion, paper.
export async function lookClosely(somebody) {
  const { page } = somebody;
  // 1280 pixels enlarged to 400 % are 320 wide and 256 high.
  await page.setViewportSize({ width: 320, height: 256 });
  await wide(somebody, "enlarged to 400 %");
  await page.setViewportSize(sizes.wide);
  await reachable(somebody);
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  for (const what of await page.evaluate(lostInForcedColours)) {
    fault(somebody, `in forced colours one does not see ${what}`);
  }
  await page.emulateMedia({ forcedColors: null, colorScheme: null, reducedMotion: "reduce" });
  for (const what of await page.evaluate(moving)) fault(somebody, `it moves where no motion is wanted: ${what}`);
  // A4 with margins of a centimetre, in the pixels of a style sheet.
  await page.setViewportSize({ width: 718, height: 1000 });
  await page.emulateMedia({ reducedMotion: null, media: "print" });
  await wide(somebody, "on paper");
  for (const what of await page.evaluate(wrongOnPaper)) fault(somebody, `on paper: ${what}`);
  await page.emulateMedia({ media: null });
  await page.setViewportSize(sizes.wide);
}

// Presses Tab until it has been everywhere.
async function reachable(somebody) {
  const { page } = somebody;
  await page.reload({ waitUntil: "load" });
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement?.getAttribute("href"));
  if (first !== "#main-content") fault(somebody, `the first key leads to ${first} and not past the navigation`);
  const wanted = await page.evaluate(() => {
    const visible = (element) => element.getClientRects().length > 0 && !element.disabled && element.type !== "hidden";
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const meant = (element) => visible(element) && element.tabIndex >= 0 && !element.closest("fieldset:disabled");
    const chosen = all.filter(meant).slice(0, 60);
    chosen.forEach((element, n) => (element.dataset.wanted = n));
    return chosen.length;
  });
  // The page itself notes where the keys lead; it is asked now and then.
  await page.evaluate(() => {
    globalThis.reached = new Set();
    document.addEventListener("focusin", ({ target }) => {
      if (target.dataset?.wanted !== undefined) globalThis.reached.add(target.dataset.wanted);
    });
  });
  let reached = [];
  for (let presses = 0; presses < wanted * 2 + 20 && reached.length < wanted; presses += ASKED_EVERY) {
    for (let n = 0; n < ASKED_EVERY; n++) await page.keyboard.press("Tab");
    reached = await page.evaluate(() => [...globalThis.reached]);
  }
  const missed = await page.evaluate((reached) => {
    const missed = [...document.querySelectorAll("[data-wanted]")].filter((e) => !reached.includes(e.dataset.wanted));
    // Of radios with one name, Tab reaches one; the skip link was reached before.
    return missed.filter((e) => e.type !== "radio" && e.getAttribute("href") !== "#main-content")
      .map((e) => e.outerHTML.slice(0, 120));
  }, reached);
  for (const what of missed) fault(somebody, `the keyboard does not reach ${what}`);
}

// Buttons and fields without an edge, and words of charts in the colour of what is behind them.
function lostInForcedColours() {
  const seen = (element) => element.getClientRects().length > 0 && !element.matches(".govuk-visually-hidden");
  const edged = (element) => {
    const style = getComputedStyle(element);
    const border = ["Top", "Right", "Bottom", "Left"].some(
      (side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0,
    );
    return border || style.textDecorationLine.includes("underline");
  };
  // What the browser draws in the colours of the system by itself is seen.
  const drawn = ["hidden", "radio", "checkbox", "file", "range"].map((type) => `[type=${type}]`).join(", ");
  const fields = `button, select, textarea, input:not(${drawn})`;
  const lost = [...document.querySelectorAll(fields)].filter((e) => seen(e) && !edged(e)).map((e) => e.outerHTML);
  // The colours of the system are dark here: what is dark on its own is lost.
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g)?.map(Number) ?? [255, 255, 255];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const canvas = light(getComputedStyle(document.body).backgroundColor);
  for (const text of document.querySelectorAll("svg text")) {
    if (Math.abs(light(getComputedStyle(text).fill) - canvas) < 90) lost.push(text.outerHTML);
  }
  return lost.map((html) => html.slice(0, 120)).slice(0, 5);
}

function moving() {
  const moves = (style) => /[1-9]/.test(style.transitionDuration) || /[1-9]/.test(style.animationDuration);
  const all = [...document.querySelectorAll("body *")].filter((element) => moves(getComputedStyle(element)));
  return all.map((element) => element.outerHTML.slice(0, 120)).slice(0, 5);
}

// What is cut off, and ways that lead nowhere on paper.
function wrongOnPaper() {
  const wrong = [];
  const seen = (element) => element.getClientRects().length > 0;
  for (const scrolls of document.querySelectorAll(".app-scroll")) {
    const cut = scrolls.scrollWidth - scrolls.clientWidth;
    if (seen(scrolls) && cut > 1) wrong.push(`${cut} pixels are cut off of ${scrolls.outerHTML.slice(0, 80)}`);
  }
  for (const selector of [".govuk-service-navigation", ".govuk-language-navigation", ".govuk-skip-link", ".app-user"]) {
    if ([...document.querySelectorAll(selector)].some(seen)) wrong.push(`${selector} is printed`);
  }
  if (!seen(document.querySelector("h1"))) wrong.push("no heading");
  return wrong;
}
