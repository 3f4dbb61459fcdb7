// Makes of the style sheet, the scripts and the letters what the service sends: folder `dist`, names with the hash of
// what is inside, each text also compressed, and `manifest.json`, which says what each is called.
// Run by scripts/assets, after `npm ci`. Deliberately absent: anything that a page could do without at run time.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { compile } from "sass";

const here = (name) => new URL(name, import.meta.url).pathname;
const dist = here("dist");

// Latin with the tenge sign, Cyrillic with the Kazakh letters; regular and bold.
const subsets = ["latin", "latin-ext", "cyrillic", "cyrillic-ext"];
const weights = [400, 700];
const ranges = JSON.parse(readFileSync(here("node_modules/@fontsource/noto-sans/unicode.json")));
const face = (subset, weight) => `@font-face {
  font-family: "Noto Sans"; font-style: normal; font-weight: ${weight}; font-display: swap;
  src: url("@fontsource/noto-sans/files/noto-sans-${subset}-${weight}-normal.woff2") format("woff2");
  unicode-range: ${ranges[subset]};
}`;
const faces = subsets.flatMap((subset) => weights.map((weight) => face(subset, weight))).join("\n");

const sass = {
  name: "sass",
  setup({ onLoad }) {
    onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css } = compile(path, { loadPaths: [here("node_modules")], quietDeps: true, charset: false });
      return { contents: `${faces}\n${css}`, loader: "css", resolveDir: here(".") };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
await build({
  entryPoints: ["main.scss", "main.js", "boot.js", "icon.svg"].map((name) => here(`src/${name}`)),
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["es2017"],
  outdir: dist,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: "/assets/",
  loader: { ".woff2": "file", ".svg": "copy" },
  plugins: [sass],
  logLevel: "warning",
});

const licences = [
  ["GOV.UK Frontend", "src/govuk-frontend-licence.txt"],
  ["Noto Sans", "node_modules/@fontsource/noto-sans/LICENSE"],
].map(([name, path]) => `${name}\n\n${readFileSync(here(path), "utf8").trim()}\n`);
const text = licences.join(`\n${"-".repeat(80)}\n\n`);
const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
writeFileSync(`${dist}/licences-${hash}.txt`, text);

const manifest = {};
for (const name of readdirSync(dist).sort()) {
  const plain = name.replace(/-[0-9A-Za-z]{8}(?=\.[a-z0-9]+$)/, "");
  if (plain === name || manifest[plain]) throw new Error(`${name} has no name of its own`);
  manifest[plain] = name;
  if (name.endsWith(".woff2")) continue;
  const bytes = readFileSync(`${dist}/${name}`);
  writeFileSync(`${dist}/${name}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${dist}/${name}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
writeFileSync(`${dist}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
