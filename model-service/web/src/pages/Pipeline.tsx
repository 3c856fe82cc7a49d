import { useHistory, type Polled } from "../hooks";
import { Chart } from "../parts/Chart";
import { Table, Tile, Trouble } from "../parts/Parts";
import type { Status } from "../types";
import { Processors } from "./Processors";
import { count, enumName, millis, rate } from "../words";

const SAMPLES = 300;
const RATE_SECONDS = 5;

/** How the stream is doing: rates, lag, freshness by stage, what is not ready, dead letters. */
export function Pipeline(props: { status: Polled<Status> }) {
  const status = props.status.value;
  const totals = useHistory(status, (s) => [Number(s.events), s.freshness?.p50Ms ?? 0, s.freshness?.p99Ms ?? 0], SAMPLES);
  const rates = perSecond(totals);
  return (
    <>
      <h1>Pipeline</h1>
      <Trouble error={props.status.error} />
      {status && (
        <>
          <dl class="tiles">
            <Tile
              name="Ready"
              value={status.ready ? "yes" : "no"}
              bad={!status.ready}
              note={status.pending.join("; ")}
            />
            <Tile name="Vertices" value={count(status.vertices)} />
            <Tile name="Edges" value={count(status.edges)} note={provenance(status)} />
            <Tile name="Events" value={count(status.events)} note={rate(rates.at(-1)?.[1])} />
            <Tile name="Freshness p50" value={millis(status.freshness?.p50Ms)} />
            <Tile name="Freshness p99" value={millis(status.freshness?.p99Ms)} />
            <Tile name="Dead letters" value={count(status.deadLetters)} bad={Number(status.deadLetters) > 0} />
            <Tile name="Labels" value={count(status.labels)} />
          </dl>
          <div class="pair">
            <Chart title="Events" lines={[{ label: "events", unit: "a second" }]} rows={rates} />
            <Chart
              title="Freshness"
              lines={[
                { label: "p50", unit: "ms" },
                { label: "p99", unit: "ms" },
              ]}
              rows={totals.map((row) => [row[0]!, row[2]!, row[3]!])}
            />
          </div>
          {status.learnedEdges !== undefined && <p>{structure(status)}</p>}
          {status.processors && <Processors reports={status.processors} />}
          <h2>Flow</h2>
          <div class="pair">
            <div>
              <Table
                caption="Where the time goes"
                columns={["stage", ">count", ">p50", ">p99", ">greatest"]}
                rows={status.stages.map((s) => [s.stage, count(s.count), millis(s.p50Ms), millis(s.p99Ms), millis(s.maxMs)])}
                empty="nothing has come through yet"
              />
              <Table
                caption="Progress of the embeddings"
                columns={["partition of the graph", "first event not taken in, by partition of the events"]}
                rows={status.progress.map((p) => [String(p.partition), p.positions.length ? p.positions.map((at) => count(at)).join("  ") : "not known yet"])}
              />
            </div>
            <Table
              caption="Topics"
              columns={["topic", ">partitions", ">records", ">lag"]}
              rows={status.topics.map((t) => [t.topic, count(t.partitions), count(t.records), count(t.lag)])}
            />
          </div>
          <Table
            caption="Shared sums of trainings"
            columns={["rows", ">rows read by itself", ">rows read shared", ">times fewer", ">edits", ">searches"]}
            rows={status.sharedAggregations.map((s) => [
              enumName(s.rows, "AGGREGATED_ROWS_"),
              count(s.directTransfers),
              count(s.sharedTransfers),
              (Number(s.directTransfers) / Math.max(1, Number(s.sharedTransfers))).toFixed(2),
              count(s.edits),
              `${count(s.rebuilds)}${s.rebuilding ? " + 1 under way" : ""}${Number(s.failedRebuilds) ? `, ${count(s.failedRebuilds)} failed` : ""}`,
            ])}
            empty="none until a training has use for them"
          />
        </>
      )}
    </>
  );
}

function provenance(status: Status): string | undefined {
  return status.learnedEdges === undefined ? undefined : `${count(status.observedEdges)} observed, ${count(status.learnedEdges)} learned`;
}

/** Whether the structure is as it was observed. */
function structure(status: Status): string {
  return status.learnedEdges === "0"
    ? "No learned edges are in the graph: its structure is as it was observed."
    : `Learned edges in the graph: ${count(status.learnedEdges)} of ${count(status.edges)}. All others were observed.`;
}

/** Rows of time and rate from rows of time and total, over some seconds each: totals come in steps. */
function perSecond(totals: number[][]): number[][] {
  const rates: number[][] = [];
  let from = 0;
  for (let i = 1; i < totals.length; i++) {
    const now = totals[i]!;
    while (from + 1 < i && now[0]! - totals[from + 1]![0]! >= RATE_SECONDS) {
      from++;
    }
    const before = totals[from]!;
    rates.push([now[0]!, Math.max(0, (now[1]! - before[1]!) / Math.max(0.001, now[0]! - before[0]!))]);
  }
  return rates;
}
