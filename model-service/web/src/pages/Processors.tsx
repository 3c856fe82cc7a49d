import { Facts } from "../parts/Parts";
import type { ProcessorReport, Restore } from "../types";
import { count, enumName, span } from "../words";

/** Reports come every ten seconds; one that is this old is of a processor that may have died. */
const SILENT_SECONDS = 30;
const KINDS: Record<string, string> = { running: "good", failed: "bad" };

/** The stream processors as they last reported: what each does, and how far its state is on its way back. */
export function Processors(props: { reports: ProcessorReport[] }) {
  return (
    <section>
      <h2>Stream processors</h2>
      {props.reports.length === 0 && <p>No stream processor has reported.</p>}
      <div class="panels">
        {props.reports.map((report) => (
          <Processor key={report.instanceId} report={report} />
        ))}
      </div>
    </section>
  );
}

function Processor(props: { report: ProcessorReport }) {
  const { report } = props;
  const seconds = (Date.now() - Number(report.reportedMs)) / 1000;
  const restoring = report.restoring ?? [];
  const state = enumName(report.state, "PROCESSOR_STATE_");
  return (
    <article class="panel" aria-label={`Processor ${report.instanceId}`}>
      <h3>{report.instanceId}</h3>
      <Facts
        rows={[
          ["State", <span class={KINDS[state]}>{state}</span>],
          ["Last heard of", <span class={seconds > SILENT_SECONDS ? "bad" : ""}>{span(seconds)} ago{seconds > SILENT_SECONDS && ": it may be gone"}</span>],
          ["Partitions", list(report.activePartitions)],
          ["Standbys", list(report.standbyPartitions)],
        ]}
      />
      {restoring.length === 0 && (report.pending ?? []).map((line) => (
        <p class="quiet">{line}</p>
      ))}
      {restoring.map((restore) => (
        <Progress key={`${restore.topic}/${restore.partition}`} of={restore} />
      ))}
    </article>
  );
}

function list(partitions: number[] | undefined): string {
  return partitions?.length ? partitions.join(", ") : "none";
}

function Progress(props: { of: Restore }) {
  const { partition, topic } = props.of;
  const [restored, total] = [Number(props.of.restored), Number(props.of.total)];
  return (
    <div class="restore">
      <span class="label">Partition {partition}</span>
      <progress max={Math.max(1, total)} value={total === 0 ? 1 : Math.min(restored, total)} aria-label={`Partition ${partition} of ${topic} restored`} title={topic} />
      <span class="number">
        {count(restored)} of {count(total)}
      </span>
    </div>
  );
}
