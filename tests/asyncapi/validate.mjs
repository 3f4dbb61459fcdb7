// Prints what the official parser finds wrong in an AsyncAPI document, as a JSON array: empty where all is well.
// node validate.mjs FOLDER_WITH_PACKAGES DOCUMENT
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [folder, file] = process.argv.slice(2);
const { Parser } = createRequire(`${resolve(folder)}/`)('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'));
// Severity 0 is an error; the others are advice.
const wrong = diagnostics.filter(({ severity }) => severity === 0);
const found = wrong.map(({ code, message, path }) => `${code} at ${path.join('/')}: ${message}`);
if (document === undefined && found.length === 0) found.push('the parser gives no document and no reason');
process.stdout.write(JSON.stringify(found));
