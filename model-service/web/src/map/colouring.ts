// What the colours of a map say: every point is of one kind, and every kind has an entry in the legend.
import type { Points } from "./points";

export type ColourBy = "class" | "staleness" | "partition";

export const COLOUR_BY: { value: ColourBy; name: string }[] = [
  { value: "class", name: "class" },
  { value: "staleness", name: "staleness" },
  { value: "partition", name: "partition" },
];

export interface Kind {
  label: string;
  count: number;
  /** Of a mark; see marks.ts. */
  mark: Mark;
}

/** A colour by the name of its CSS variable, and a shape by its number. */
export interface Mark {
  colour: string;
  shape: number;
}

export interface Colouring {
  kinds: Kind[];
  /** Of each point. */
  of: Uint16Array;
}

/** Distinct colours in style.css, and shapes in marks.ts. */
const COLOURS = 8;
const UNKNOWN: Mark = { colour: "--kind-none", shape: 0 };
const AGES = [
  { below: 1, label: "under 1 s" },
  { below: 10, label: "1 to 10 s" },
  { below: 60, label: "10 to 60 s" },
  { below: 600, label: "1 to 10 min" },
  { below: 3600, label: "10 to 60 min" },
  { below: Infinity, label: "an hour or more" },
];

export function colouring(map: Points, by: ColourBy): Colouring {
  switch (by) {
    case "class":
      return byClass(map);
    case "staleness":
      return byAge(map);
    case "partition":
      return byPartition(map);
  }
}

function byClass(map: Points): Colouring {
  const kinds = map.classNames.map((label, i) => ({ label, count: 0, mark: distinct(i) }));
  return counted([...kinds, { label: "no class", count: 0, mark: UNKNOWN }], map, (i) => Math.min(map.classIndex[i]!, kinds.length), kinds.length);
}

function byAge(map: Points): Colouring {
  const kinds = AGES.map(({ label }, i) => ({ label, count: 0, mark: { colour: `--age-${i + 1}`, shape: 0 } }));
  const kind = (age: number) => (Number.isNaN(age) ? AGES.length : AGES.findIndex(({ below }) => age < below));
  return counted([...kinds, { label: "not known", count: 0, mark: UNKNOWN }], map, (i) => kind(map.age[i]!), kinds.length);
}

function byPartition(map: Points): Colouring {
  const greatest = map.partition.reduce((most, partition) => Math.max(most, partition), -1);
  const kinds = Array.from({ length: greatest + 1 }, (_, i) => ({ label: `partition ${i}`, count: 0, mark: distinct(i) }));
  return counted(kinds, map, (i) => map.partition[i]!, kinds.length);
}

/** Eight colours, each with a shape of its own; the next eight have the same colours with other shapes, and so on. */
function distinct(i: number): Mark {
  return { colour: `--kind-${(i % COLOURS) + 1}`, shape: (i + Math.floor(i / COLOURS)) % COLOURS };
}

/** The kind of those that have none has an entry only where there is such a point. */
function counted(kinds: Kind[], map: Points, kind: (i: number) => number, none: number): Colouring {
  const of = new Uint16Array(map.ids.length);
  for (let i = 0; i < of.length; i++) {
    of[i] = kind(i);
    kinds[of[i]!]!.count++;
  }
  return { kinds: kinds.filter((k, i) => i < none || k.count > 0), of };
}
