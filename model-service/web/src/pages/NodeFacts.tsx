import { ApiError } from "../api";
import { usePolled } from "../hooks";
import { Facts, Trouble } from "../parts/Parts";
import type { GraphNode, NodeLabel } from "../types";
import { count, decimal, enumName, eventTime } from "../words";

const EVERY_MS = 5000;
const FEATURES = 8;

/** What the graph says of a vertex. */
export function NodeFacts(props: { id: string }) {
  const { value, error } = usePolled<{ node: GraphNode }>(`v1/nodes/${encodeURIComponent(props.id)}`, EVERY_MS);
  if (error instanceof ApiError && error.unknownCall) {
    return <p>This service does not tell facts of single vertices: it is older than this page.</p>;
  }
  if (error instanceof ApiError && error.status === 404) {
    return <p>The graph has no vertex {props.id}.</p>;
  }
  const node = value?.node;
  return (
    <>
      <Trouble error={error} />
      {node && (
        <Facts
          rows={[
            ["Type", node.type || "none"],
            ["Partition", String(node.partition)],
            ["Edges", `${count(node.inEdges)} in, ${count(node.outEdges)} out`],
            ["Written", eventTime(node.eventTimeMs)],
            ["Labels", node.labels.length === 0 ? "none" : node.labels.map(label).join("; ")],
            ["Features", <Features of={node} />, "wide"],
          ]}
        />
      )}
    </>
  );
}

function label(of: NodeLabel): string {
  const value = of.className ?? of.classSet?.classNames.join(", ") ?? (of.target === undefined ? "" : String(of.target));
  const part = of.part && of.part !== "PART_UNSPECIFIED" ? ` (${enumName(of.part, "PART_")})` : "";
  return `${of.task}: ${value || "no class"}${part}`;
}

/** The greatest few, and how many there are; all of them where one asks. */
function Features(props: { of: GraphNode }) {
  const { dense, sparse } = props.of.features ?? {};
  const dimension = dense?.values.length ?? sparse?.dimension ?? 0;
  const entries = (dense ? dense.values.map((value, column) => ({ column, value })) : (sparse?.indices ?? []).map((column, i) => ({ column, value: sparse!.values[i]! }))).filter(
    (entry) => entry.value !== 0,
  );
  if (entries.length === 0) {
    return <>{dimension === 0 ? "all zero" : `${count(dimension)} columns, all zero`}</>;
  }
  const words = (some: typeof entries) => some.map((entry) => `${entry.column}: ${decimal(entry.value, 3)}`).join(", ");
  const greatest = [...entries].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, FEATURES);
  return (
    <>
      {count(dimension)} columns, {count(entries.length)} not zero
      {entries.length <= FEATURES ? (
        <> – {words(entries)}</>
      ) : (
        <>
          , greatest {words(greatest)}
          <details>
            <summary>All of them</summary>
            {words(entries)}
          </details>
        </>
      )}
    </>
  );
}
