// France signs in, records a signing question by question, leaves it and comes back, adds a commitment and a milestone,
// reports it achieved by keyboard alone; Kazakhstan answers; what was wrong is corrected, what was agreed is amended;
// somebody records meanwhile, and what was typed stays.
// Deliberately absent: two persons for one entry, see eyes.mjs.
import * as asked from "../asked.mjs";
import { answer, fillIn, record, refused, send, walk } from "../forms.mjs";
import { fault, leave, open, person, press, signIn } from "../kit.mjs";
import { byKeyboard } from "../keyboard.mjs";
import { fits, look } from "../look.mjs";

const swiftly = { seen: fits, refuse: false };

export async function run(people, scripts) {
  const france = await person("France", scripts ? "fr" : "en", scripts);
  const kazakhstan = await person("Kazakhstan", scripts ? "kk" : "ru", scripts);
  await wrongPassword(france);
  await signIn(france, "fra-recorder", people["fra-recorder"]);
  await signIn(kazakhstan, "kaz-recorder", people["kaz-recorder"]);

  const agreement = await signing(france);
  const commitment = await promised(france, agreement);
  const planned = await planning(france, commitment, "recorded-add-milestone");
  const claim = await achieved(france, commitment);
  await otherwise(kazakhstan, commitment);
  await corrected(france, claim);
  await confirmed(kazakhstan, commitment);
  await disputed(france, kazakhstan, commitment);
  await twice(france, commitment);
  await amended(france, planned);
  await meanwhile(france, kazakhstan, commitment);
  if (scripts) await heard(france, kazakhstan, commitment);
  await readAfterwards(france, commitment);
  await past(france, commitment);
  await entered(france);
  await signOut(france);
  await leave(france);
  await leave(kazakhstan);
}

async function wrongPassword(somebody) {
  await open(somebody, `/sign-in?next=/record&lang=${somebody.language}`);
  await refused(somebody, "sign-in", { name: "fra-recorder", password: "wrong" });
  if ((await somebody.page.inputValue("[name=name]")) !== "fra-recorder") fault(somebody, "the name is gone");
}

// One question on a page, left in the middle, found again among the drafts, and finished.
async function signing(somebody) {
  const { begin, pages, name } = asked.signing;
  await open(somebody, begin);
  for (const [right] of pages.slice(0, 3)) await answer(somebody, right);
  await fillIn(somebody, { place: "Paris" });
  await answer(somebody, {}, "button[name=then][value=later]");
  if (!somebody.page.url().endsWith("/drafts")) fault(somebody, "what is left for later does not lead to the drafts");
  await look(somebody, "drafts");
  await press(somebody, "#main-content table a");
  if (!somebody.page.url().endsWith("/date")) fault(somebody, `the draft goes on at ${somebody.page.url()}`);
  if ((await somebody.page.inputValue("[name=place]")) !== "Paris") fault(somebody, "the draft lost an answer");
  for (const [right] of pages.slice(3)) {
    await fits(somebody);
    await answer(somebody, right);
  }
  await look(somebody, `${name}-check`);
  await changeOne(somebody);
  await record(somebody);
  await look(somebody, "recorded");
  const next = await somebody.page.getAttribute("a[href^='/record/commitment']", "href");
  return next.match(/agreement=([^&]+)/)[1];
}

// From the answers to one question and back to all of them.
async function changeOne(somebody) {
  const check = somebody.page.url();
  await press(somebody, "a[href*='/date?back=check']");
  await answer(somebody, { place: "Paris, Élysée" });
  if (somebody.page.url() !== check) fault(somebody, "a changed answer does not lead back to all answers");
  if (!(await somebody.page.innerText("#main-content")).includes("Élysée")) fault(somebody, "the change is not shown");
}

async function promised(somebody, agreement) {
  await press(somebody, "a[href^='/record/commitment']");
  const begin = new URL(somebody.page.url());
  if (begin.searchParams.get("agreement") !== agreement) fault(somebody, "the commitment belongs to another agreement");
  await walk(somebody, begin.pathname + begin.search, "commitment", asked.commitment.pages, swiftly);
  await record(somebody);
  const next = await somebody.page.getAttribute("a[href^='/record/milestone']", "href");
  return next.match(/commitment=([^&]+)/)[1];
}

async function planning(somebody, commitment) {
  const { begin, name, pages } = asked.milestone(commitment);
  await walk(somebody, begin, name, pages, swiftly);
  return record(somebody);
}

// The whole form without a mouse; where no script runs, by hand like any other.
async function achieved(somebody, commitment) {
  await open(somebody, `/commitments/${commitment}`);
  await press(somebody, "a[href^='/record/achieve']");
  const milestone = await somebody.page.inputValue("[name=milestone]");
  const { pages } = asked.achieve(commitment, milestone);
  if (somebody.scripts) {
    for (const [right] of pages) await byKeyboard(somebody, right);
    await byKeyboard(somebody, {});
    if (!somebody.page.url().includes("/recorded/")) fault(somebody, "by keyboard alone nothing is recorded");
  } else {
    for (const [right] of pages) await answer(somebody, right);
    await record(somebody);
  }
  await look(somebody, "recorded-claim");
  return somebody.page.url().match(/\/recorded\/(\d+)/)?.[1];
}

// From the list of what waits for an answer to the form of the answer.
async function toAnswer(somebody, commitment) {
  await open(somebody, "/work");
  await look(somebody, "work-to-answer");
  await press(somebody, `#main-content a[href^="/record/answer"][href*="${commitment}"]`);
}

async function answered(somebody, commitment, word, name) {
  await toAnswer(somebody, commitment);
  await look(somebody, "answer");
  const { pages } = asked.answerTo(commitment, "", word);
  for (const [right] of pages) await answer(somebody, right);
  await look(somebody, `${name}-check`);
  await record(somebody);
}

async function otherwise(somebody, commitment) {
  await answered(somebody, commitment, "otherwise", "answer-otherwise");
}

async function corrected(somebody, claim) {
  await open(somebody, "/work");
  await look(somebody, "work-answered");
  const { begin, name, pages } = asked.correction(claim, asked.date("achieved_on", "", "4", "2026"));
  await walk(somebody, begin, name, pages, swiftly);
  await look(somebody, "correct-check");
  await record(somebody);
}

async function confirmed(somebody, commitment) {
  await answered(somebody, commitment, "confirm", "answer-confirm");
}

async function disputed(france, kazakhstan, commitment) {
  const { begin, name, pages } = asked.paid(commitment);
  await walk(france, begin, name, pages, swiftly);
  await record(france);
  await answered(kazakhstan, commitment, "dispute", "answer-dispute");
}

// The same payment again: said in words before it is sent, with the first one beside it.
async function twice(somebody, commitment) {
  const { begin, name, pages } = asked.paid(commitment);
  await walk(somebody, begin, `${name}-twice`, pages, swiftly);
  await look(somebody, "check-already");
  const told = await somebody.page.innerText(".govuk-error-summary");
  if (!told.includes("TR-1") || told.includes("payment/")) fault(somebody, `a payment is named by its key: ${told}`);
  const first = await somebody.page.locator("section[aria-labelledby=already] a[href^='/entries/']").count();
  if (first !== 1) fault(somebody, "the first payment is not shown");
  await answer(somebody, {}, "form[action$='/delete'] button");
}

async function amended(somebody, planned) {
  // What is achieved has no date to move any more, so another milestone is planned first.
  const other = await planning(somebody, await commitmentOf(somebody, planned));
  const { begin, name, pages } = asked.amendment(other);
  await walk(somebody, begin, name, pages, swiftly);
  await look(somebody, "amend-check");
  await record(somebody);
}

async function commitmentOf(somebody, position) {
  await open(somebody, `/entries/${position}`);
  const href = await somebody.page.getAttribute("#main-content a[href^='/history/commitment-']", "href");
  return href.replace("/history/commitment-", "").split("?")[0];
}

// France is at its last page when Kazakhstan records on the same commitment.
async function meanwhile(france, kazakhstan, commitment) {
  const { begin, name, pages } = asked.funds(commitment);
  await walk(france, begin, name, pages, swiftly);
  await planning(kazakhstan, commitment);
  if ((await send(france)) !== 409) fault(france, "what was recorded meanwhile is passed over");
  await look(france, "conflict");
  const shown = await france.page.innerText("#main-content");
  for (const kept of ["100", "Letter 12-3/45 of the ministry"]) {
    if (!shown.includes(kept)) fault(france, `the conflict lost the answer ${kept}`);
  }
  await answer(france, {});
  await look(france, "conflict-check");
  await record(france);
}

// A page that is open hears that France recorded, and takes nobody's focus.
async function heard(france, kazakhstan, commitment) {
  await open(kazakhstan, "/");
  await planning(france, commitment);
  const told = kazakhstan.page.locator("[data-live] a");
  await told.waitFor({ timeout: 30_000 }).catch(() => fault(kazakhstan, "an open page hears of no new entry"));
  const focused = await kazakhstan.page.evaluate(() => document.activeElement?.tagName);
  if (focused !== "BODY") fault(kazakhstan, `the news took the focus to ${focused}`);
}

async function readAfterwards(somebody, commitment) {
  for (const [path, name] of [
    [`/commitments/${commitment}`, "commitment"],
    [`/history/commitment-${commitment}`, "history"],
  ]) {
    await open(somebody, path);
    await look(somebody, `${name}-after`);
  }
}

// In the past nothing can be recorded, and the page says so.
async function past(somebody, commitment) {
  await open(somebody, `/record/funds?commitment=${commitment}&as_of=2026-01-01`);
  await look(somebody, "past");
  const open_ = await somebody.page.locator("#main-content form button:enabled").count();
  if (open_ > 0) fault(somebody, "a form is open in the past");
}

// Enter in a field does what the form is for, though a search comes first in it; in the field of the search it
// searches.
async function entered(somebody) {
  const { page } = somebody;
  const enter = async (selector) => {
    await page.focus(selector);
    await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Enter")]);
    return new URL(page.url()).pathname.split("/").pop();
  };
  const { begin, pages: [[titles], [parties]] } = asked.package_;
  await open(somebody, begin);
  await answer(somebody, titles);
  await fillIn(somebody, { parties: parties.parties.slice(0, 1), "parties-find": "kaz" });
  if ((await enter("[name=parties-find]")) !== "parties") fault(somebody, "Enter does not search for what was typed");
  if ((await page.locator("[name=parties]:checked").count()) !== 1) fault(somebody, "a search forgets what was ticked");
  await fillIn(somebody, parties);
  if ((await enter("[name=parties]:checked")) !== "date") fault(somebody, "Enter in a form searches again");
}

async function signOut(somebody) {
  await press(somebody, "form[action='/sign-out'] button");
  await open(somebody, "/account");
  if (!somebody.page.url().includes("/sign-in?next=")) fault(somebody, "an account is shown to whoever signed out");
}
