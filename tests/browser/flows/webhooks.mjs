// Webhooks: an administrator is refused an address that the operator did not allow, makes one that this test listens
// to, sees its secret once and how far it has come, holds it up, lets it go on and removes it; one where nobody listens
// is said to fail.
// Reads HOOKS, the two hosts that the operator allowed: one that this test takes, one where nobody listens.
// Deliberately absent: what a message is signed with, which the tests of the sender look at.
import { createServer } from "node:http";
import { answer, fillIn, refused, send } from "../forms.mjs";
import { fault, leave, open, person, press, signIn } from "../kit.mjs";
import { look } from "../look.mjs";

const [listening, silent] = (process.env.HOOKS ?? "").split(",");
const PATIENCE_MS = 30_000;

export async function run(people, scripts) {
  const admin = await person("administrator", scripts ? "kk" : "fr", scripts);
  const received = [];
  const receiver = createServer((request, response) => {
    received.push(request.headers["webhook-signature"] ?? "");
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise((ready) => receiver.listen(Number(listening.split(":")[1]), "127.0.0.1", ready));
  await signIn(admin, "admin", people.admin);
  await unwelcome(admin);
  await made(admin, `http://${listening}/in`, "Registry");
  await arrived(admin, received);
  await made(admin, `http://${silent}/in`, "Nobody");
  await failing(admin);
  await heldUp(admin);
  await removed(admin);
  receiver.close();
  await leave(admin);
}

async function unwelcome(somebody) {
  await open(somebody, "/admin");
  await press(somebody, "#main-content a[href='/admin/webhooks']");
  await look(somebody, "webhooks-none");
  const wish = { label: "Registry", url: "https://elsewhere.example/in", "family-package": ["yes"], start: "first" };
  await refused(somebody, "webhooks-elsewhere", wish);
  await refused(somebody, "webhooks-plain", { ...wish, url: "http://elsewhere.example/in" });
}

async function made(somebody, url, label) {
  await open(somebody, "/admin/webhooks");
  await fillIn(somebody, { label, url, "family-package": ["yes"], start: "first" });
  const said = await send(somebody);
  if (said !== 201) fault(somebody, `making a webhook was answered with ${said}`);
  await look(somebody, "webhooks-made");
  const secret = await somebody.page.locator(".app-secret, #main-content code").first().innerText();
  await open(somebody, "/admin/webhooks");
  if ((await somebody.page.content()).includes(secret)) fault(somebody, "a secret is shown twice");
}

// Looks at the page again until it shows what is awaited.
async function until(somebody, shows, what) {
  const begun = Date.now();
  while (Date.now() - begun < PATIENCE_MS) {
    await open(somebody, "/admin/webhooks");
    if (await shows()) return;
    await somebody.page.waitForTimeout(200);
  }
  fault(somebody, `the page never shows ${what}`);
}

async function arrived(somebody, received) {
  const position = async () => {
    const text = await somebody.page.innerText("#main-content td.govuk-table__cell--numeric");
    return Number(text.replace(/\D/g, ""));
  };
  await until(somebody, async () => received.length > 0 && (await position()) > 0, "how far the receiver has come");
  if (!received.every((signature) => signature.startsWith("v1"))) fault(somebody, "a message is not signed");
  await look(somebody, "webhooks-acknowledged");
}

async function failing(somebody) {
  await until(somebody, async () => (await somebody.page.locator("#main-content td .app-note").count()) > 0, "a failure");
  await look(somebody, "webhooks-failing");
}

async function heldUp(somebody) {
  await answer(somebody, {}, "form[action$='/pause'] button");
  await look(somebody, "webhooks-paused");
  await answer(somebody, {}, "form[action$='/resume'] button");
  if ((await somebody.page.locator("form[action$='/resume']").count()) > 0) fault(somebody, "it does not go on");
}

async function removed(somebody) {
  for (let left = 2; left > 0; left--) await answer(somebody, {}, "form[action$='/remove'] button");
  const rows = await somebody.page.locator("#main-content table").count();
  if (rows > 0) fault(somebody, "a webhook that was removed is listed");
}
