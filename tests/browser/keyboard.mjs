// A form without a mouse: Tab to the question, type, Space or arrows to choose, Enter to send.
import { fault } from "./kit.mjs";

async function at(page) {
  return page.evaluate(() => {
    const here = document.activeElement;
    const within = here?.closest("#main-content") !== null;
    return { name: here?.name ?? "", value: here?.value ?? "", type: here?.type ?? "", checked: here?.checked, within };
  });
}

// Presses Tab until it is at a question, or says that it never is.
async function to(somebody, good, what) {
  for (let presses = 0; presses < 120; presses++) {
    const here = await at(somebody.page);
    if (good(here)) return here;
    await somebody.page.keyboard.press("Tab");
  }
  fault(somebody, `the keyboard does not reach ${what}`);
  return null;
}

async function choose(somebody, name, value) {
  const { keyboard } = somebody.page;
  const first = await to(somebody, (here) => here.name === name, name);
  await keyboard.press("Space");
  for (let presses = 0; first && presses < 20; presses++) {
    const here = await at(somebody.page);
    if (here.value === value && here.checked) return;
    await keyboard.press("ArrowDown");
  }
  fault(somebody, `the arrows do not reach ${name} ${value}`);
}

// Answers a page and sends it, by keys alone.
export async function byKeyboard(somebody, answers) {
  const { page } = somebody;
  for (const [name, value] of Object.entries(answers)) {
    const type = await page.getAttribute(`#main-content [name="${name}"]`, "type");
    if (type === "radio") {
      await choose(somebody, name, value);
    } else if (value !== "") {
      await to(somebody, (here) => here.name === name, name);
      await page.keyboard.press("Control+a");
      await page.keyboard.type(value);
    }
  }
  const from = page.url();
  await to(somebody, (here) => here.within && here.type === "submit" && here.name === "", "the button that goes on");
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Enter")]);
  somebody.at = new URL(page.url()).pathname;
  if (page.url() === from) fault(somebody, `by keyboard ${JSON.stringify(answers)} did not lead on`);
}
