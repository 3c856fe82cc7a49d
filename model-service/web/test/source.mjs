// A module of the page for tests without a browser.
import { build } from "esbuild";

export async function source(path) {
  const { outputFiles } = await build({ entryPoints: [new URL(`../src/${path}`, import.meta.url).pathname], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
