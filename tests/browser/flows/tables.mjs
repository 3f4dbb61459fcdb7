// A table where the ledger wants two persons: Kazakhstan's recorder gets it back as a workbook that says what is wrong
// beside each row, sends that in again, and sends the good rows to a second person; Kazakhstan's reviewer returns them
// with a reason, then approves them all together; all of it is taken back the same way. France sees none of it.
// Deliberately absent: a table that one person records alone, see accounts.mjs.
import { readFileSync } from "node:fs";
import { answer, refused } from "../forms.mjs";
import { fault, open, press } from "../kit.mjs";
import { look } from "../look.mjs";
import { approving, returning, sides } from "../second.mjs";
import { csv, toPreview } from "../table.mjs";
import { rows } from "../workbook.mjs";

const table = "Nr;Text;Who;For\n1;A well is dug;fra;kaz\n2;A road is built;Atlantis;kaz\n3;A dam is built;fra;kaz\n";
const nameOf = { en: "Who “Atlantis”:", fr: "Who «\u00a0Atlantis\u00a0»\u00a0:", kk: "Who «Atlantis»:" };
const reason = "Which well?";

export async function run(people, scripts) {
  const languages = scripts ? ["kk", "ru"] : ["fr", "en"];
  const [recorder, reviewer, other, away] = await sides(people, scripts, ["kaz", "fra"], languages);

  const batch = await toPreview(recorder, csv(table));
  await look(recorder, "import-preview-two");
  await sentAgain(recorder, await annotated(recorder), batch);
  const first = await proposed(recorder);
  await ownProposal(recorder, first);
  await hidden(other, first);
  await givenBack(reviewer, first);
  await openAgain(recorder, first, batch);
  const second = await proposed(recorder);
  await approved(reviewer, second);
  await recorded(recorder, batch);
  await takenBack(recorder, reviewer, batch);
  await away();
}

// The table back: each row as it was sent, what is wrong beside the one that is wrong, in the person's language.
async function annotated(somebody) {
  const { page, language } = somebody;
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='/annotated']")]);
  const name = download.suggestedFilename();
  if (name !== `works-${language}.xlsx`) fault(somebody, `the table comes back as ${name}`);
  const buffer = readFileSync(await download.path());
  const found = rows(buffer);
  const wrong = found.filter((row) => row.some((cell) => cell.startsWith(nameOf[language])));
  if (wrong.length !== 1 || wrong[0][0] !== "2" || !wrong[0].includes("A road is built")) {
    fault(somebody, `what is wrong does not stand beside its row: ${JSON.stringify(found)}`);
  }
  if (found.length !== 4 || found[0].slice(0, 4).join(";") !== "Nr;Text;Who;For") {
    fault(somebody, `the table does not come back as it was sent: ${JSON.stringify(found)}`);
  }
  return { name, mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffer };
}

// What came back can be sent in as it is; nothing of it is kept, and the first table is where it was.
async function sentAgain(somebody, file, batch) {
  await toPreview(somebody, file);
  const preview = await somebody.page.innerText("#main-content");
  if (!preview.includes("Atlantis")) fault(somebody, "the table that came back has lost what is wrong");
  await answer(somebody, {}, "form[action$='/delete'] button");
  await open(somebody, `${batch}/preview`);
}

// From the preview to the second person; gives the address of the proposal.
async function proposed(somebody) {
  await answer(somebody, {});
  await look(somebody, "import-proposed");
  const entries = await somebody.page.locator("#main-content a[href^='/entries/']").count();
  if (entries > 0) fault(somebody, "rows are recorded before a second person saw them");
  return somebody.page.getAttribute("#main-content a[href^='/review/']", "href");
}

async function ownProposal(somebody, proposal) {
  await press(somebody, `#main-content a[href="${proposal}"]`);
  await look(somebody, "proposal-table-own");
  if ((await somebody.page.locator(approving).count()) > 0) fault(somebody, "one may approve one's own table");
}

async function hidden(somebody, proposal) {
  await open(somebody, proposal, 403);
}

// From my work to the proposal, with each of its rows, and back to the recorder.
async function givenBack(somebody, proposal) {
  await open(somebody, "/work");
  await press(somebody, `#main-content a[href="${proposal}"]`);
  await look(somebody, "proposal-table");
  const shown = await somebody.page.innerText("#main-content");
  for (const row of ["A well is dug", "A dam is built"]) {
    if (!shown.includes(row)) fault(somebody, `whoever decides does not see: ${row}`);
  }
  if (shown.includes("A road is built")) fault(somebody, "a row that is wrong is to be decided on");
  await refused(somebody, "proposal-table", { reason: "" }, { button: returning });
  await answer(somebody, { reason }, returning);
}

// From my work to what was returned, with the reason, and from there to the table, which is open again.
async function openAgain(somebody, proposal, batch) {
  await open(somebody, "/work");
  await press(somebody, `#main-content a[href="${proposal}"]`);
  if (!(await somebody.page.innerText("#main-content")).includes(reason)) fault(somebody, "the reason is not shown");
  await look(somebody, "proposal-table-returned");
  await press(somebody, `#main-content a[href="${batch}"]`);
  if (!somebody.page.url().endsWith(`${batch}/preview`)) fault(somebody, "a returned table is not open again");
  if (!(await somebody.page.innerText("#main-content")).includes(reason)) fault(somebody, "the table lost the reason");
  await look(somebody, "import-returned");
}

async function approved(somebody, proposal) {
  await open(somebody, proposal);
  await answer(somebody, {}, approving);
  if (somebody.at !== "/review") fault(somebody, "a decision does not lead back to the list");
  await look(somebody, "review-decided");
}

// Both rows are entries, and each names both persons.
async function recorded(somebody, batch) {
  await open(somebody, batch);
  await look(somebody, "import-approved");
  const entries = somebody.page.locator("#main-content a[href^='/entries/']");
  if ((await entries.count()) !== 2) fault(somebody, `${await entries.count()} entries, not two`);
  await press(somebody, "#main-content a[href^='/entries/']");
  const entry = await somebody.page.innerText("#main-content");
  for (const who of ["kaz-recorder", "kaz-reviewer"]) {
    if (!entry.includes(who)) fault(somebody, `the entry does not name ${who}`);
  }
}

async function takenBack(recorder, reviewer, batch) {
  await open(recorder, batch);
  await answer(recorder, {}, "form[action$='/undo'] button");
  await look(recorder, "import-undo-proposed");
  const proposal = await recorder.page.getAttribute("#main-content a[href^='/review/']", "href");
  await open(reviewer, proposal);
  await look(reviewer, "proposal-undo");
  await answer(reviewer, {}, approving);
  await open(recorder, batch);
  await look(recorder, "import-undone-two");
  if ((await recorder.page.locator("form[action$='/undo']").count()) > 0) fault(recorder, "it is not taken back");
}
