import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { useMedia } from "../hooks";
import { time } from "../words";

export interface Line {
  label: string;
  unit: string;
  /** Behind the point, in words; 0 where it is not said. */
  digits?: number;
  dashed?: boolean;
}

const COLOURS = ["--line-1", "--line-2", "--line-3"];
const LOW = 180;
const FONT = "12px system-ui, sans-serif";
const DASH = [6, 4];
/** A chart over time is never narrower than this, and has no marks between seconds. */
const LEAST_SECONDS = 20;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800];

interface Props {
  title: string;
  lines: Line[];
  /** x, then one number a line; null: there is none. */
  rows: (number | null)[][];
  /** What x is, where it is no time in seconds. */
  x?: string;
  stepped?: boolean;
  /** Of y; else from zero to where the numbers are, or only around them. */
  range?: [number, number] | "around";
  /** In pixels. */
  height?: number;
}

/** Lines over time, or over something else. Its numbers stand in the page's tables and tiles too: a chart is never the only place of a fact. */
export function Chart(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const dark = useMedia("(prefers-color-scheme: dark)");
  const last = props.rows.at(-1);
  useEffect(() => {
    const box = place.current!;
    const chart = new uPlot(options(props, box.clientWidth), columns(props.rows, props.lines.length), box);
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: props.height ?? LOW }));
    resize.observe(box);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, [dark, props.lines.map((line) => line.label).join()]);
  useEffect(() => plot.current?.setData(columns(props.rows, props.lines.length)), [props.rows]);
  const words = last ? props.lines.map((line, i) => `${line.label} ${last[i + 1]?.toFixed(line.digits ?? 0) ?? "–"} ${line.unit}`.trim()).join(", ") : "no data yet";
  return (
    <figure>
      <figcaption>
        {props.title}
        {props.lines.flatMap((line, i) => [
          " ",
          <span class="key">
            <span class={`line line-${(i % COLOURS.length) + 1}${line.dashed ? " dashed" : ""}`} />
            {line.label}
            {line.unit && ` (${line.unit})`}
          </span>,
        ])}
      </figcaption>
      <div class="plot" ref={place} role="img" aria-label={`${props.title}: at last ${words}`} />
    </figure>
  );
}

function options(props: Props, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name);
  const axis = { stroke: colour("--quiet"), font: FONT, grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false } };
  const overTime = props.x === undefined;
  return {
    width,
    height: props.height ?? LOW,
    legend: { show: false },
    cursor: { show: false },
    axes: [
      overTime ? { ...axis, size: 30, space: 90, incrs: STEPS, values: (_, ticks) => ticks.map((at) => time(at * 1000)) } : { ...axis, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      { ...axis, size: 56 },
    ],
    scales: {
      x: { time: overTime, range: (_, min, max) => (overTime ? [Math.min(min, max - LEAST_SECONDS), max] : [min, Math.max(max, min + 1)]) },
      y: { range: (_, min, max) => (Array.isArray(props.range) ? props.range : around(props.range ? min : Math.min(0, min), max)) },
    },
    series: [
      {},
      ...props.lines.map((line, i) => ({
        label: line.label,
        stroke: colour(COLOURS[i % COLOURS.length]!),
        width: 2,
        dash: line.dashed ? DASH : undefined,
        // One point alone makes no line.
        points: { show: (chart: uPlot) => chart.data[0].length === 1, size: 6 },
        paths: props.stepped ? uPlot.paths.stepped!({ align: 1 }) : undefined,
      })),
    ],
  };
}

/** Rounded outwards; of numbers that are all the same a little more. Before there are any, uPlot asks with nulls. */
function around(min: number | null, max: number | null): uPlot.Range.MinMax {
  return uPlot.rangeNum(min ?? 0, max === null || max === min ? (min ?? 0) + 1 : max, 0.1, true);
}

function columns(rows: (number | null)[][], lines: number): uPlot.AlignedData {
  return Array.from({ length: lines + 1 }, (_, column) => rows.map((row) => row[column] ?? null)) as uPlot.AlignedData;
}
