// Four eyes: what France's recorder proposes, France's reviewer returns with a reason, then approves; nobody approves
// their own, nobody of the other side sees it; a proposal that was overtaken is stale, and is proposed anew by its form,
// which opens as it was filled in.
// Deliberately absent: tables, see tables.mjs; deciding in the place of another, see handover.mjs.
import * as asked from "../asked.mjs";
import { answer, refused, send, walk } from "../forms.mjs";
import { fault, leave, open, person, press } from "../kit.mjs";
import { fits, look } from "../look.mjs";
import { approving, returning, sides } from "../second.mjs";

const swiftly = { seen: fits, refuse: false };

export async function run(people, scripts) {
  const languages = scripts ? ["fr", "kk"] : ["en", "ru"];
  const [recorder, reviewer, other, away] = await sides(people, scripts, ["fra", "kaz"], languages);

  const first = await proposed(recorder, asked.party);
  await look(recorder, "proposal-own");
  if ((await recorder.page.locator(approving).count()) > 0) fault(recorder, "one may approve one's own proposal");
  await hidden(other, first);
  await givenBack(reviewer, first);
  await seenAsReturned(recorder, first);

  const second = await proposed(recorder, asked.milestone("school-astana"));
  await approved(reviewer, second);
  await overtaken(recorder, reviewer);
  await away();
}

// Fills a form in and sends it; gives the address of the proposal.
async function proposed(somebody, { begin, name, pages }) {
  await walk(somebody, begin, name, pages, swiftly);
  await answer(somebody, {});
  const at = new URL(somebody.page.url()).pathname;
  if (!/^\/review\/./.test(at)) fault(somebody, `a proposal leads to ${at}`);
  return at;
}

async function hidden(somebody, proposal) {
  await open(somebody, proposal, 403);
  await look(somebody, "proposal-hidden");
  await open(somebody, "/review");
  const listed = await somebody.page.locator(`a[href="${proposal}"]`).count();
  if (listed > 0) fault(somebody, "a proposal of another party is listed");
}

async function givenBack(somebody, proposal) {
  await open(somebody, "/review");
  await look(somebody, "review-waiting");
  await press(somebody, `a[href="${proposal}"]`);
  await look(somebody, "proposal");
  await refused(somebody, "proposal", { reason: "" }, { button: returning });
  await answer(somebody, { reason: "The register number is missing" }, returning);
  if (somebody.at !== "/review") fault(somebody, "a decision does not lead back to the list");
}

// Returned, the form is open again with every answer and the reason; proposed anew, it is given up after all.
async function seenAsReturned(somebody, proposal) {
  await open(somebody, "/work");
  const row = somebody.page.locator("li", { has: somebody.page.locator(`a[href="${proposal}"]`) });
  if (!(await row.innerText()).includes("The register number is missing")) fault(somebody, "the reason is not shown");
  await look(somebody, "work-returned");
  await press(somebody, `a[href="${proposal}"]`);
  await look(somebody, "proposal-returned");
  await answer(somebody, {}, "form[action$='/mend'] button");
  const kept = await somebody.page.innerText("#main-content");
  for (const words of ["The register number is missing", "130 015 506"]) {
    if (!kept.includes(words)) fault(somebody, `what was returned is opened again without: ${words}`);
  }
  await look(somebody, "check-returned");
  await answer(somebody, {});
  if (somebody.page.url().endsWith(proposal)) fault(somebody, "what was mended is not proposed anew");
  await answer(somebody, {}, "form[action$='/withdraw'] button");
}

async function approved(somebody, proposal) {
  await open(somebody, proposal);
  await look(somebody, "proposal-milestone");
  await answer(somebody, {}, approving);
  await open(somebody, "/history/commitment-school-astana");
  const history = await somebody.page.innerText("#main-content");
  for (const who of ["fra-reviewer", "fra-recorder"]) {
    if (!history.includes(who)) fault(somebody, `the history does not name ${who}`);
  }
}

// Two proposals on one commitment: when the first is approved, the second is stale.
async function overtaken(recorder, reviewer) {
  const first = await proposed(recorder, asked.milestone("school-astana"));
  const second = await proposed(recorder, asked.funds("school-astana"));
  await open(reviewer, second);
  await open(recorder, first);
  const late = await person("reviewer's other window", reviewer.language, reviewer.scripts);
  await late.context.addCookies(await reviewer.context.cookies());
  await open(late, first);
  await answer(late, {}, approving);
  const said = await send(reviewer, approving);
  if (said === 303) return fault(reviewer, "what was overtaken was approved");
  await look(reviewer, "proposal-stale");
  await open(recorder, second);
  await look(recorder, "proposal-stale-own");
  await answer(recorder, {}, "form[action$='/mend'] button");
  const kept = await recorder.page.innerText("#main-content");
  for (const words of ["100", "EUR"]) {
    if (!kept.includes(words)) fault(recorder, `what was overtaken is opened again without: ${words}`);
  }
  await look(recorder, "check-stale");
  await answer(recorder, {});
  const again = new URL(recorder.page.url()).pathname;
  if (again === second || !/^\/review\/./.test(again)) fault(recorder, `proposing anew leads to ${again}`);
  await open(reviewer, again);
  await answer(reviewer, {}, approving);
  await leave(late);
}
