// Deciding in the place of another: an administrator opens an account for a second recorder of France, who proposes;
// France's reviewer goes on leave and hands over to the first recorder, who opens the document, decides, and no longer
// may once the handing over is ended.
// Deliberately absent: fetching the document, which lies elsewhere; the browser stops on its way there.
import * as asked from "../asked.mjs";
import { answer, fillIn, refused, send, walk } from "../forms.mjs";
import { base, fault, leave, open, person, press, signIn } from "../kit.mjs";
import { fits, look } from "../look.mjs";

const swiftly = { seen: fits, refuse: false };
const newcomer = "fra-second";
const approving = "form[action$='/approve'] button";

export async function run(people, scripts) {
  const admin = await person("administrator", "en", scripts);
  const second = await person("second recorder", scripts ? "ru" : "kk", scripts);
  const reviewer = await person("reviewer", scripts ? "en" : "fr", scripts);
  const recorder = await person("recorder", scripts ? "fr" : "ru", scripts);
  await signIn(admin, "admin", people.admin);
  await signIn(reviewer, "fra-reviewer", people["fra-reviewer"]);
  await signIn(recorder, "fra-recorder", people["fra-recorder"]);
  await joined(second, await account(admin));

  const [first, later] = [await proposed(second), await proposed(second)];
  await notTheirs(recorder, first);
  await handedOver(reviewer);
  await opened(recorder, first);
  await decided(recorder, first);
  await ended(reviewer);
  await notTheirs(recorder, later);
  for (const somebody of [admin, second, reviewer, recorder]) await leave(somebody);
}

async function account(somebody) {
  await open(somebody, "/admin/new");
  await fillIn(somebody, { id: newcomer, name: "Second recorder", role: "recorder", party: "fra" });
  await send(somebody);
  return somebody.page.locator(".app-secret, #main-content code").first().innerText();
}

async function joined(somebody, password) {
  await open(somebody, `/sign-in?lang=${somebody.language}`);
  await answer(somebody, { name: newcomer, password });
  const own = "correct-horse-battery-7";
  await answer(somebody, { present: password, password: own, again: own });
  await open(somebody, `/work?lang=${somebody.language}`);
}

// A payment, with a document that lies elsewhere; gives the address of the proposal.
async function proposed(somebody) {
  const { begin, name, pages } = asked.funds("school-astana");
  await walk(somebody, begin, name, pages, swiftly);
  await answer(somebody, {});
  return new URL(somebody.page.url()).pathname;
}

async function notTheirs(somebody, proposal) {
  await open(somebody, proposal);
  await look(somebody, "proposal-of-a-colleague");
  if ((await somebody.page.locator(approving).count()) > 0) fault(somebody, "somebody decides without the right to");
}

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function handedOver(somebody) {
  await open(somebody, "/review");
  await press(somebody, "#main-content a[href='/delegations']");
  await look(somebody, "delegations-none");
  const wish = { giver: "fra-reviewer", taker: "fra-recorder", from: inDays(0), until: inDays(7), reason: "On leave" };
  await refused(somebody, "delegation-nobody", { ...wish, taker: "" });
  await refused(somebody, "delegation-days", { ...wish, until: inDays(400) });
  await answer(somebody, wish);
  await look(somebody, "delegations");
  const listed = await somebody.page.innerText("#main-content");
  for (const word of ["fra-recorder", "On leave"]) {
    if (!listed.includes(word)) fault(somebody, `what was handed over does not name ${word}`);
  }
}

// The document is opened through the service, which notes it and leads there.
async function opened(somebody, proposal) {
  const { page, context } = somebody;
  await open(somebody, "/review");
  await look(somebody, "review-in-place");
  await press(somebody, `#main-content a[href="${proposal}"]`);
  const warned = () => page.locator("#decision .govuk-warning-text").count();
  if ((await warned()) === 0) fault(somebody, "nothing says that the document was not opened");
  await look(somebody, "proposal-unopened");
  let led = "";
  await context.route("**/evidence/*", async (route) => {
    const reply = await route.fetch({ maxRedirects: 0 });
    led = `${reply.status()} ${reply.headers().location}`;
    await route.fulfill({ status: 200, contentType: "text/html", body: "<title>Letter</title><h1>Letter</h1>" });
  });
  await press(somebody, "#main-content a[href*='/evidence/']");
  if (led !== "303 https://example.org/letter.pdf") fault(somebody, `the document led to ${led}`);
  await open(somebody, proposal);
  await look(somebody, "proposal-opened");
  if ((await warned()) > 0) fault(somebody, "a document that was opened counts as not opened");
  if (!(await page.innerText("#main-content")).includes("fra-recorder")) fault(somebody, "nobody says who opened it");
}

async function decided(somebody, proposal) {
  await answer(somebody, {}, approving);
  await look(somebody, "review-decided-in-place");
  await open(somebody, proposal);
  await look(somebody, "proposal-decided-in-place");
  await open(somebody, "/history/commitment-school-astana");
  const history = await somebody.page.innerText("#main-content");
  for (const who of [newcomer, "fra-recorder"]) {
    if (!history.includes(who)) fault(somebody, `the history does not name ${who}`);
  }
}

async function ended(somebody) {
  await open(somebody, "/delegations");
  await answer(somebody, {}, "form[action$='/end'] button");
  await look(somebody, "delegations-ended");
  if (somebody.page.url() !== `${base}/delegations`) fault(somebody, "taking back leads elsewhere");
  if ((await somebody.page.locator("form[action$='/end']").count()) > 0) fault(somebody, "it can be ended twice");
}
