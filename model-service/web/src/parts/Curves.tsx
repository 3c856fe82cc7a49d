import { Chart, type Line } from "./Chart";
import { Table } from "./Parts";
import type { TrainingEpoch } from "../types";
import { count, decimal } from "../words";

/** One training's numbers by epoch. */
export interface Curve {
  name: string;
  metricName: string;
  epochs: TrainingEpoch[];
}

/** Loss and validation metric by epoch, each in a chart of its own, since they have no unit in common; all numbers in a table. The second curve is dashed. */
export function Curves(props: { curves: Curve[] }) {
  const { curves } = props;
  const epochs = [...new Set(curves.flatMap((c) => c.epochs.map((e) => e.epoch)))].sort((a, b) => a - b);
  const at = curves.map((c) => new Map(c.epochs.map((e) => [e.epoch, e])));
  const metric = [...new Set(curves.map((c) => (c.metricName || "metric").replaceAll("_", " ")))].join(" / ");
  const lines: Line[] = curves.map((c, i) => ({ label: c.name, unit: "", digits: 4, dashed: i > 0 }));
  const rows = (number: (e: TrainingEpoch) => number | undefined) => epochs.map((epoch) => [epoch, ...at.map((of) => (of.has(epoch) ? (number(of.get(epoch)!) ?? null) : null))]);
  const losses = rows((e) => e.trainLoss);
  const metrics = rows((e) => e.validationMetric);
  const cell = (value: number | null | undefined) => (value === null || value === undefined ? "" : decimal(value));
  return (
    <>
      <div class="pair">
        <Chart title="Training loss by epoch" lines={lines} rows={losses} x="epoch" />
        <Chart title={`Validation ${metric} by epoch`} lines={lines} rows={metrics} x="epoch" range="around" />
      </div>
      <details>
        <summary>
          Numbers of {count(epochs.length)} epochs
        </summary>
        <div class="long">
          <Table
            caption={`Loss and validation metric by epoch: ${curves.map((c) => c.name).join(", ")}`}
            columns={[">epoch", ...curves.flatMap((c) => [`>loss, ${c.name}`, `>${c.metricName || "metric"}, ${c.name}`])]}
            rows={epochs.map((epoch, i) => [count(epoch), ...curves.flatMap((_, c) => [cell(losses[i]![c + 1]), cell(metrics[i]![c + 1])])])}
          />
        </div>
      </details>
    </>
  );
}
