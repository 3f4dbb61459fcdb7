// An administrator opens an account; its password is shown once and changed at the first sign-in; a token is made,
// shown once and revoked; the account is closed. An official of Kazakhstan sends a table, sees what would become of
// each row, records the good ones and takes them back.
// Deliberately absent: four eyes, see eyes.mjs, tables.mjs and handover.mjs; webhooks, see webhooks.mjs.
import { answer, fillIn, refused, send } from "../forms.mjs";
import { fault, leave, open, person, press, signIn } from "../kit.mjs";
import { look } from "../look.mjs";
import { columns, csv, sendTable } from "../table.mjs";

const user = "new-reader";
const table = "Nr;Text;Who;For;Amount;By\n" +
  "1;A school is built;fra;kaz;1 250,50;31.12.2026\n" +
  "2;A road is built;fra;kaz;;2027\n" +
  "3;A bridge is built;Atlantis;kaz;10;2027\n" +
  "4;A dam is built;fra;kaz;12;someday\n";

export async function run(people, scripts) {
  const admin = await person("administrator", scripts ? "en" : "fr", scripts);
  const newcomer = await person("newcomer", scripts ? "ru" : "kk", scripts);
  const kazakhstan = await person("Kazakhstan", scripts ? "kk" : "en", scripts);
  await signIn(admin, "admin", people.admin);
  const password = await opened(admin);
  const own = await firstSignIn(newcomer, password);
  await tokens(newcomer);
  await promoted(admin);
  await closed(admin, newcomer, own);
  await watched(admin);
  await signIn(kazakhstan, "kaz-recorder", people["kaz-recorder"]);
  await imported(kazakhstan);
  for (const somebody of [admin, newcomer, kazakhstan]) await leave(somebody);
}

async function opened(somebody) {
  await open(somebody, "/admin");
  await press(somebody, "a[href='/admin/new']");
  await refused(somebody, "admin-new", { id: "admin", name: "Again", role: "reader", party: "kaz" });
  await fillIn(somebody, { id: user, name: "Somebody new", role: "reader", party: "kaz" });
  const said = await send(somebody);
  if (said !== 201) fault(somebody, `opening an account was answered with ${said}`);
  await look(somebody, "admin-made");
  const password = await somebody.page.locator(".app-secret, #main-content code").first().innerText();
  await open(somebody, `/admin/users/${user}`);
  if ((await somebody.page.content()).includes(password)) fault(somebody, "a password is shown twice");
  await look(somebody, "admin-user");
  return password;
}

async function firstSignIn(somebody, password) {
  await open(somebody, `/sign-in?lang=${somebody.language}`);
  await answer(somebody, { name: user, password });
  if (!somebody.page.url().includes("/account/password")) fault(somebody, "a password of another need not be changed");
  await look(somebody, "password-first");
  const own = "correct-horse-battery-9";
  await refused(somebody, "password", { present: password, password: "short", again: "short" });
  await answer(somebody, { present: password, password: own, again: own });
  await look(somebody, "password-changed");
  return own;
}

async function tokens(somebody) {
  await open(somebody, "/account");
  await refused(somebody, "token", { label: "", scope: "read", days: "30" });
  await fillIn(somebody, { label: "My program", scope: "read", days: "30" });
  await send(somebody);
  await look(somebody, "token-made");
  const token = await somebody.page.locator(".app-secret, #main-content code").first().innerText();
  await open(somebody, "/account");
  if ((await somebody.page.content()).includes(token)) fault(somebody, "a token is shown twice");
  await look(somebody, "tokens");
  await answer(somebody, {}, "form[action='/account/tokens/revoke'] button");
  const left = await somebody.page.locator("form[action='/account/tokens/revoke']").count();
  if (left > 0) fault(somebody, "it is not revoked");
}

async function promoted(somebody) {
  await open(somebody, `/admin/users/${user}`);
  await answer(somebody, { role: "recorder", party: "kaz" });
  if (!(await somebody.page.isChecked("[name=role][value=recorder]"))) fault(somebody, "the role did not change");
}

async function closed(admin, newcomer, password) {
  await answer(admin, {}, "form[action$='/close'] button");
  await look(admin, "admin-closed");
  await open(newcomer, "/work");
  if (!newcomer.page.url().includes("/sign-in")) fault(newcomer, "a closed account goes on");
  await refused(newcomer, "sign-in-closed", { name: user, password });
  await answer(admin, {}, "form[action$='/open'] button");
}

async function watched(somebody) {
  for (const path of ["/admin/audit", "/admin/status"]) {
    await open(somebody, path);
    await look(somebody, path.slice(1).replace("/", "-"));
  }
  if (!(await openedHas(somebody, "/admin/audit", user))) fault(somebody, "a refused sign-in is not in the list");
}

async function openedHas(somebody, path, text) {
  await open(somebody, path);
  return (await somebody.page.innerText("#main-content")).includes(text);
}

async function imported(somebody) {
  await sendTable(somebody, csv(table));
  await look(somebody, "import-columns");
  await refused(somebody, "import-columns", { "column-statement": "" });
  await answer(somebody, {
    ...columns, "column-amount": "Amount", "column-due": "By", currency: "eur", numbers: "comma",
  });
  await look(somebody, "import-preview");
  const preview = await somebody.page.innerText("#main-content");
  for (const found of ["Atlantis", "someday"]) {
    if (!preview.includes(found)) fault(somebody, `the preview does not show ${found}`);
  }
  await answer(somebody, {});
  await look(somebody, "import-recorded");
  const entries = await somebody.page.locator("#main-content a[href^='/entries/']").count();
  if (entries !== 2) fault(somebody, `${entries} entries, not two`);
  await answer(somebody, {}, "form[action$='/undo'] button");
  await look(somebody, "import-undone");
  await open(somebody, "/import");
  await look(somebody, "import-tables");
}
