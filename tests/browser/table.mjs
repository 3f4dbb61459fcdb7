// A table from the file to its preview, as people send one. Deliberately absent: what becomes of it, see flows.
import { answer } from "./forms.mjs";
import { open } from "./kit.mjs";

export const columns = {
  "column-id": "Nr", "column-statement": "Text", "column-obligors": "Who", "column-beneficiaries": "For",
  lang: "en", modality: "works", source: "Works",
};

export const csv = (text) => ({ name: "works.csv", mimeType: "text/csv", buffer: Buffer.from(`\uFEFF${text}`) });

// Sends a table of commitments; ends where it is asked which column means what.
export async function sendTable(somebody, file) {
  await open(somebody, "/import");
  await answer(somebody, { kind: "commitments", file });
}

// Says what the columns mean, ends at the preview, and gives the address of the table.
export async function toPreview(somebody, file, answers = columns) {
  await sendTable(somebody, file);
  await answer(somebody, answers);
  return new URL(somebody.page.url()).pathname.replace("/preview", "");
}
