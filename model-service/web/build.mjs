// Bundles the page into dist/: one script, one style sheet, one HTML file. What is there needs no server but a static one.
import { build } from "esbuild";
import { cp, mkdir, rm } from "node:fs/promises";

const out = "dist";
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  entryPoints: { page: "src/main.tsx", style: "src/style.css" },
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "css" },
  legalComments: "linked",
  outdir: out,
});
await cp("index.html", `${out}/index.html`);
