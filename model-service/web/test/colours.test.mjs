// The palette by numbers: contrast as WCAG 2 computes it, and marks that stay apart for the colour-blind.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../src/colours.css", import.meta.url), "utf8");
const [light, dark] = css.split("@media").map((part) => Object.fromEntries([...part.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex])));

const linear = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
function contrast(a, b) {
  const [high, low] = [luminance(linear(a)), luminance(linear(b))].sort((p, q) => q - p);
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira and Fernandes, IEEE TVCG 2009, severity 1. */
const SIGHT = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** CIE 1976 L*a*b*. */
function lab(hex, sight) {
  const seen = linear(hex);
  const [r, g, b] = SIGHT[sight].map((row) => Math.min(1, Math.max(0, row.reduce((sum, w, i) => sum + w * seen[i], 0))));
  const f = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const [x, y, z] = [(0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b, (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089].map(f);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const KINDS = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `kind-${i}`);
const AGES = [1, 2, 3, 4, 5, 6].map((i) => `age-${i}`);

for (const [name, colours] of Object.entries({ light, dark: { ...light, ...dark } })) {
  test(`${name}: text, lines and marks stand out from what they lie on`, () => {
    for (const text of ["text", "quiet", "accent", "bad", "good"]) {
      for (const ground of ["ground", "panel"]) {
        assert.ok(contrast(colours[text], colours[ground]) >= 4.5, `--${text} on --${ground}: ${contrast(colours[text], colours[ground])}`);
      }
    }
    for (const mark of ["edge", "line-1", "line-2", "line-3", "edge-observed", "edge-learned", "kind-none", ...KINDS]) {
      assert.ok(contrast(colours[mark], colours.panel) >= 3, `--${mark} on --panel: ${contrast(colours[mark], colours.panel)}`);
    }
  });

  test(`${name}: kinds of points stay apart, however one sees colours`, () => {
    for (const sight of Object.keys(SIGHT)) {
      KINDS.forEach((a, i) =>
        KINDS.slice(i + 1).forEach((b) => {
          const [p, q] = [lab(colours[a], sight), lab(colours[b], sight)];
          const apart = Math.hypot(...p.map((v, k) => v - q[k]));
          assert.ok(apart >= 20, `--${a} and --${b}, ${sight}: ${apart}`);
        }),
      );
    }
  });

  test(`${name}: the older, the darker`, () => {
    const lightness = AGES.map((age) => lab(colours[age], "normal")[0]);
    lightness.slice(1).forEach((l, i) => assert.ok(l < lightness[i] - 3, `--age-${i + 2}: ${l} after ${lightness[i]}`));
    AGES.forEach((age) => assert.ok(contrast(colours[age], colours.panel) >= 3, `--${age}: ${contrast(colours[age], colours.panel)}`));
  });
}
