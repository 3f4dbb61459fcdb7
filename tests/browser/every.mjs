// Looks at every page and every form in one language, as people of each side and as an administrator, with scripts and
// without; every form is also refused once on every page. Nothing is recorded.
// Reads what kit.mjs reads, and LANGUAGE, PEOPLE (JSON: passwords by user), PAGES (JSON: paths that anyone may read).
// Deliberately absent: what is recorded and answered, see flows.mjs.
import * as asked from "./asked.mjs";
import { refused, walk } from "./forms.mjs";
import { leave, open, person, report, signIn } from "./kit.mjs";
import { look, lookClosely } from "./look.mjs";

const language = process.env.LANGUAGE;
const people = JSON.parse(process.env.PEOPLE);
const paths = JSON.parse(process.env.PAGES);
// People who look around at a time.
const AT_A_TIME = 3;
// What does not depend on the words is looked at closely in one language.
const closely = language === "en";

const fileName = (path) =>
  path.replace(/^\/(?=\?|$)/, "dashboard").replace(/[^a-zA-Z0-9]+/g, "-").replace(/^-|-$/g, "");

async function each(somebody, paths) {
  for (const path of paths) {
    await open(somebody, `${path}${path.includes("?") ? "&" : "?"}lang=${language}`);
    await look(somebody, fileName(path));
    if (closely && somebody.scripts) await lookClosely(somebody);
  }
}

// Pages of whoever is signed in, by user.
const own = {
  "fra-recorder": [
    "/", "/work", "/drafts", "/record", "/import", "/account", "/account/password", "/review",
    "/commitments/school-astana", "/agreements/doc-supply", "/packages/paris-visit", "/entries/81", "/recorded/81",
    "/help", "/record/achieve?commitment=school-astana&as_of=2025-12-31",
  ],
  "kaz-reviewer": ["/work", "/review", "/delegations", "/commitments/school-astana", "/record/party"],
  admin: [
    "/admin", "/admin/new", "/admin/users/fra-recorder", "/admin/audit", "/admin/status", "/admin/webhooks",
    "/delegations", "/work",
  ],
};

// Every form, by who fills it in. The claim and the payment are the demo's.
const forms = {
  "fra-recorder": [
    asked.signing, asked.commitment, asked.party, asked.package_, asked.milestone("school-astana"),
    asked.achieve("school-astana", "built"), asked.funds("school-astana"), asked.paid("school-astana"),
    asked.returned("school-astana", "paris-072.1"),
    asked.correction(81, { ...asked.date("achieved_on", "14", "12", "2025") }), asked.amendment(24),
  ],
  "kaz-reviewer": ["otherwise", "confirm", "dispute", "not_ours"].map(
    (word) => asked.answerTo("school-astana", "paris-079.1", word)),
};

// Forms that are one page.
async function small(somebody) {
  await open(somebody, "/account");
  await refused(somebody, "account", { label: "", scope: "read" });
  await open(somebody, "/account/password");
  await refused(somebody, "password", { present: "wrong", password: "short", again: "other" });
  await open(somebody, "/import");
  await refused(somebody, "import", { kind: "commitments" });
}

async function administration(somebody) {
  await open(somebody, "/admin/new");
  await refused(somebody, "admin-new", { id: "Not An Id", name: "Somebody", role: "reader", party: "fra" });
  await refused(somebody, "admin-new", { id: "somebody", name: "" });
  await open(somebody, "/admin/webhooks");
  await refused(somebody, "webhooks", { label: "", url: "https://elsewhere.example/in", "family-party": ["yes"] });
}

async function strangers(scripts) {
  const stranger = await person("nobody", language, scripts);
  return () => unknown(stranger, scripts);
}

async function unknown(stranger, scripts) {
  await each(stranger, paths);
  await open(stranger, "/sign-in");
  await look(stranger, "sign-in");
  if (closely && scripts === true) await lookClosely(stranger);
  await refused(stranger, "sign-in", { name: "fra-recorder", password: "wrong" });
  await open(stranger, "/nowhere", 404);
  await look(stranger, "not-found");
  await leave(stranger);
}

async function signedIn(user, scripts) {
  const somebody = await person(user, language, scripts);
  await signIn(somebody, user, people[user]);
  return () => known(somebody, user, scripts);
}

async function known(somebody, user, scripts) {
  await each(somebody, own[user]);
  if (user === "fra-recorder") await small(somebody);
  if (user === "admin") await administration(somebody);
  // Without scripts the forms are the same HTML; the flows fill them in so.
  for (const form of scripts === true ? forms[user] ?? [] : []) await walk(somebody, form.begin, form.name, form.pages);
  if (scripts === true && user === "fra-recorder") {
    await open(somebody, "/drafts");
    await look(somebody, "drafts-kept");
  }
  await leave(somebody);
}

// Everybody comes in before anybody looks around: whoever mistypes a password has others of that name wait. Then some of
// them look at a time, for a browser waits more than it works.
const all = [];
for (const scripts of [true, "empty"]) {
  for (const user of Object.keys(own)) all.push(await signedIn(user, scripts));
  all.push(await strangers(scripts));
}
const next = async () => {
  for (let looks = all.shift(); looks; looks = all.shift()) await looks();
};
await Promise.all(Array.from({ length: AT_A_TIME }, next));
await report();
