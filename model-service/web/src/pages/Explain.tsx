import { useState } from "preact/hooks";
import { post } from "../api";
import { Table, Trouble } from "../parts/Parts";
import type { EdgeContribution, Explanation } from "../types";
import { count, decimal, enumName } from "../words";

const WITHOUT = 10;

/** Why a prediction is what it is: asked for by a button, since it is computed from scratch. */
export function Explain(props: { id: string; model: string; task: string }) {
  const [explanation, setExplanation] = useState<Explanation>();
  const [failure, setFailure] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setExplanation(
        await post<Explanation>("v1/explain", { model: { name: props.model }, task: props.task, nodeId: props.id, leaveOneOut: WITHOUT }),
      );
    } catch (error) {
      setFailure(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" disabled={busy} onClick={ask}>
        {explanation ? "Explain again" : `Explain ${props.task}`}
      </button>
      <Trouble error={failure} />
      {explanation && <Reasons said={explanation} />}
    </>
  );
}

function Reasons(props: { said: Explanation }) {
  const { said } = props;
  const edge = (e: EdgeContribution) => `${e.source} → ${e.target}`;
  return (
    <>
      <p>
        {said.className ? `The logit of ${said.className}` : "The value"} is {decimal(said.recomputed?.value ?? 0)} by version {said.modelVersion}, of which{" "}
        {decimal(said.constants)} are biases. {count(said.edgeCount)} edges and {count(said.nodeCount)} vertices have part in it.{" "}
        {said.matchesServed ? "" : "What is served is of other events than this recomputation: ask again in a moment."}
      </p>
      <Table
        caption="Edges that moved it most"
        columns={["edge", "type", "provenance", ">weight", ">contribution", ">without it"]}
        rows={said.edges.map((e) => [
          edge(e),
          e.type,
          enumName(e.provenance, "PROVENANCE_"),
          decimal(e.weight, 2),
          signed(e.contribution),
          e.without ? decimal(e.without.probability ?? e.without.value) : "",
        ])}
        empty="it depends on no edge"
      />
      <Table
        caption="Vertices whose features moved it most"
        columns={["vertex", ">edges away", ">contribution"]}
        rows={said.nodes.map((n) => [<a href={`#/vertex/${encodeURIComponent(n.nodeId)}`}>{n.nodeId}</a>, count(n.distance), signed(n.contribution)])}
      />
      <Table
        caption="What changed last among them"
        columns={["time", "what", ">contribution"]}
        rows={said.changes.map((c) => [
          new Date(Number(c.eventTimeMs)).toLocaleString(),
          c.edge ? `edge ${edge(c.edge)}` : `features of ${c.node?.nodeId}`,
          signed(c.edge?.contribution ?? c.node?.contribution ?? 0),
        ])}
        empty="no event time is known"
      />
    </>
  );
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${decimal(Math.abs(value))}`;
}
