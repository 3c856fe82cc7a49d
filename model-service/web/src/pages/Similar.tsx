import { useEffect, useState } from "preact/hooks";
import { post } from "../api";
import { Table, Trouble } from "../parts/Parts";
import type { SimilarNode } from "../types";
import { decimal } from "../words";

/** Whose embeddings are nearest. */
export function Similar(props: { id: string; model: string }) {
  const [nodes, setNodes] = useState<SimilarNode[]>();
  const [failure, setFailure] = useState<Error>();
  useEffect(() => {
    const end = new AbortController();
    post<{ nodes: SimilarNode[] }>("v1/similar", { model: { name: props.model }, nodeId: props.id, k: 10 }, end.signal)
      .then((reply) => setNodes(reply.nodes))
      .catch((error) => end.signal.aborted || setFailure(error as Error));
    return () => end.abort();
  }, []);
  return (
    <section class="narrow">
      <h2>
        Nearest embeddings <small>{props.model}</small>
      </h2>
      <Trouble error={failure} />
      {nodes && (
        <Table
          caption={`Nearest by cosine under ${props.model}`}
          columns={["vertex", ">cosine"]}
          rows={nodes.map((n) => [<a href={`#/vertex/${encodeURIComponent(n.nodeId)}`}>{n.nodeId}</a>, decimal(n.score)])}
        />
      )}
    </section>
  );
}
