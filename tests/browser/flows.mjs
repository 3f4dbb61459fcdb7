// Runs one flow of the officials from its beginning to its end, with or without scripts.
// Reads what kit.mjs reads, and FLOW (which one), SCRIPTS (yes or no), PEOPLE (JSON: passwords by user).
import { report } from "./kit.mjs";

const { FLOW, SCRIPTS, PEOPLE } = process.env;
const { run } = await import(`./flows/${FLOW}.mjs`);
await run(JSON.parse(PEOPLE), SCRIPTS === "yes");
await report();
