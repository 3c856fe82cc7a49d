import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export interface Line {
  label: string;
  unit: string;
}

const COLOURS = ["--line-1", "--line-2", "--line-3"];

/** Lines over time. Its numbers stand in the page's tables and tiles too: a chart is never the only place of a fact. */
export function Chart(props: { title: string; lines: Line[]; rows: number[][] }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const last = props.rows.at(-1);
  useEffect(() => {
    const box = place.current!;
    const style = getComputedStyle(document.documentElement);
    const axis = { stroke: style.getPropertyValue("--quiet"), grid: { stroke: style.getPropertyValue("--rule"), width: 1 } };
    const chart = new uPlot(
      {
        width: box.clientWidth,
        height: 180,
        legend: { show: false },
        cursor: { show: false },
        axes: [axis, { ...axis, size: 60 }],
        series: [
          {},
          ...props.lines.map((line, i) => ({
            label: line.label,
            stroke: style.getPropertyValue(COLOURS[i % COLOURS.length]!),
            width: 2,
            points: { show: false },
          })),
        ],
      },
      columns(props.rows, props.lines.length),
      box,
    );
    plot.current = chart;
    const resize = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: 180 }));
    resize.observe(box);
    return () => {
      resize.disconnect();
      chart.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(columns(props.rows, props.lines.length)), [props.rows]);
  const words = last ? props.lines.map((line, i) => `${line.label} ${(last[i + 1] ?? 0).toFixed(0)} ${line.unit}`).join(", ") : "no data yet";
  return (
    <figure>
      <figcaption>
        {props.title}
        {props.lines.map((line, i) => (
          <span class={`key key-${i + 1}`}>
            {line.label} ({line.unit})
          </span>
        ))}
      </figcaption>
      <div ref={place} role="img" aria-label={`${props.title}: now ${words}`} />
    </figure>
  );
}

function columns(rows: number[][], lines: number): uPlot.AlignedData {
  return Array.from({ length: lines + 1 }, (_, column) => rows.map((row) => row[column] ?? 0)) as uPlot.AlignedData;
}
