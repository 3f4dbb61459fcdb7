// Runs flows of the officials from their beginning to their end, one after the other on one ledger, with or without
// scripts.
// Reads what kit.mjs reads, and FLOWS (which, with commas between), SCRIPTS (yes or no), PEOPLE (JSON: passwords by
// user).
import { report } from "./kit.mjs";

const { FLOWS, SCRIPTS, PEOPLE } = process.env;
for (const flow of FLOWS.split(",")) {
  const { run } = await import(`./flows/${flow}.mjs`);
  await run(JSON.parse(PEOPLE), SCRIPTS === "yes");
}
await report();
