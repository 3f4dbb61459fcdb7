// How people fill forms in: by the names of the questions, page after page, and back again when something is refused. A
// refused form keeps every answer, says what is wrong first, and leads to it.
// Deliberately absent: which forms there are, see asked.mjs and flows.
import { base, fault, open } from "./kit.mjs";
import { look } from "./look.mjs";

const main = "#main-content form[method=post]";
// Not the one that nobody sees, which answers to Enter.
const onward = `${main} button.govuk-button:not(.govuk-button--secondary, .govuk-button--warning)`;

// Answers by the names of inputs: a text, the value of a radio or a select, a list of boxes to tick, a file.
export async function fillIn(somebody, answers) {
  const { page } = somebody;
  for (const [name, value] of Object.entries(answers)) {
    const inputs = page.locator(`${main} [name="${name}"]`);
    const count = await inputs.count();
    if (count === 0) {
      fault(somebody, `there is no question called ${name}`);
      continue;
    }
    const type = await inputs.first().evaluate((input) => (input.tagName === "SELECT" ? "select" : input.type));
    if (type === "radio") {
      await page.locator(`${main} [name="${name}"][value="${value}"]`).check();
    } else if (type === "checkbox") {
      for (let n = 0; n < count; n++) {
        const input = inputs.nth(n);
        await input.setChecked(value.includes(await input.getAttribute("value")));
      }
    } else if (type === "select") {
      await inputs.first().selectOption(value);
    } else if (type === "file") {
      await inputs.first().setInputFiles(value);
    } else {
      await inputs.first().fill(value);
    }
  }
}

// What stands in the forms of a page; nobody expects a password or a file to come back.
function typed() {
  const inputs = [...document.querySelectorAll("#main-content form[method=post] [name]")];
  const kept = inputs.filter((input) => !["hidden", "password", "file", "submit"].includes(input.type));
  const value = (input) => (["radio", "checkbox"].includes(input.type) ? input.checked : input.value.trim());
  const name = (input) => `${input.name}=${["radio", "checkbox"].includes(input.type) ? input.value : ""}`;
  return kept.map((input) => [name(input), value(input)]);
}

// Sends the form, whatever comes, and gives the status of the answer to it.
export async function send(somebody, button = onward) {
  const { page } = somebody;
  const posted = page.waitForResponse((response) => response.request().method() === "POST");
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.locator(button).first().click()]);
  somebody.at = new URL(page.url()).pathname;
  return (await posted).status();
}

// Sends what is wrong: it is refused, kept, and said where it is wrong.
export async function refused(somebody, name, answers, { button, status = 422, seen = look } = {}) {
  const { page, scripts } = somebody;
  await fillIn(somebody, answers);
  const before = await page.evaluate(typed);
  const said = await send(somebody, button);
  if (said !== status) fault(somebody, `${JSON.stringify(answers)} was answered with ${said}, not ${status}`);
  const summary = page.locator(".govuk-error-summary");
  if ((await summary.count()) === 0) {
    return fault(somebody, `nothing says what is wrong with ${JSON.stringify(answers)}`);
  }
  const after = new Map(await page.evaluate(typed));
  for (const [input, value] of before) {
    if (after.get(input) !== value) fault(somebody, `the answer ${input} ${value} became ${after.get(input)}`);
  }
  await leads(somebody, summary);
  if (scripts) {
    const focused = await page.evaluate(() => document.activeElement?.classList.contains("govuk-error-summary"));
    if (!focused) fault(somebody, "the focus is not on what is wrong");
  }
  await seen(somebody, `${name}-refused`);
}

// Every line of what is wrong leads to an input, or to another page of the form.
async function leads(somebody, summary) {
  const { page } = somebody;
  for (const link of await summary.locator("li").all()) {
    const way = link.locator("a");
    const href = (await way.count()) > 0 ? await way.first().getAttribute("href") : null;
    const there = href?.startsWith("#") ? await page.locator(`[id="${href.slice(1)}"]`).count() : 1;
    if (!href || there === 0) fault(somebody, `what is wrong leads nowhere: ${await link.textContent()} ${href}`);
  }
  const title = await page.title();
  const first = await page.evaluate(() => document.querySelector("#main-content h1")?.textContent.trim());
  if (first && title.startsWith(first)) fault(somebody, "the title does not say that something is wrong");
}

// Sends answers that are right.
export async function answer(somebody, answers, button) {
  const from = somebody.at;
  await fillIn(somebody, answers);
  const said = await send(somebody, button);
  if (said !== 303) {
    const told = (await somebody.page.locator(".govuk-error-summary").allTextContents()).join(" ");
    fault(somebody, `${from}: ${JSON.stringify(answers)} was answered with ${said}: ${told.replace(/\s+/g, " ")}`);
  }
}

// Goes through a form to the page with all answers. Each page is `[right]` or `[right, wrong, ...]`.
export async function walk(somebody, begin, name, pages, { seen = look, refuse = true } = {}) {
  await open(somebody, begin);
  for (const [number, [right, ...wrong]] of pages.entries()) {
    await seen(somebody, `${name}-${number + 1}`);
    for (const answers of refuse ? wrong : []) {
      await refused(somebody, `${name}-${number + 1}`, answers, { seen });
    }
    await answer(somebody, right);
  }
  if (!somebody.page.url().endsWith("/check")) {
    fault(somebody, `${begin} is not at its end but at ${somebody.page.url().replace(base, "")}`);
  }
  await seen(somebody, `${name}-check`);
}

// Records what was checked; gives the entry's number.
export async function record(somebody) {
  await answer(somebody, {});
  const position = somebody.page.url().match(/\/recorded\/(\d+)/)?.[1];
  if (!position || (await somebody.page.locator(".govuk-panel").count()) === 0) {
    const told = await somebody.page.locator("#main-content").innerText();
    fault(somebody, `nothing was recorded: ${told.slice(0, 400)}`);
  }
  return position;
}
