import { useEffect, useState } from "preact/hooks";
import { follow, post } from "../api";
import type { Polled } from "../hooks";
import { Explain } from "./Explain";
import { Chart } from "../parts/Chart";
import { Bar, Table, Trouble } from "../parts/Parts";
import type { Classification, ModelSpec, SimilarNode, Status, WatchMessage } from "../types";
import { age, decimal } from "../words";

const CHANGES = 200;

/** One vertex: what is predicted of it, as it changes, and who is near. */
export function Vertex(props: { id: string; status: Polled<Status> }) {
  const [wanted, want] = useState(props.id);
  useEffect(() => want(props.id), [props.id]);
  const tasks = predictable(props.status.value);
  return (
    <>
      <h1>Vertex</h1>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          location.hash = `/vertex/${encodeURIComponent(wanted)}`;
        }}
      >
        <label>
          Id of a vertex
          <input type="search" autocomplete="off" value={wanted} onInput={(event) => want(event.currentTarget.value)} />
        </label>
        <button type="submit">Look</button>
      </form>
      <Trouble error={props.status.error} />
      {props.id &&
        tasks.map(({ model, task }) => <Prediction key={`${model}/${task}/${props.id}`} id={props.id} model={model} task={task} />)}
      {props.id && [...new Set(tasks.map((t) => t.model))].map((model) => <Similar key={`${model}/${props.id}`} id={props.id} model={model} />)}
      {props.status.value && tasks.length === 0 && <p>No active model classifies vertices.</p>}
    </>
  );
}

/** Tasks of active models that say something of one vertex. */
function predictable(status: Status | undefined): { model: string; task: string }[] {
  return (status?.models ?? [])
    .filter((m) => m.state === "MODEL_STATE_ACTIVE")
    .flatMap((m) => heads(m.spec).map((task) => ({ model: m.name, task })));
}

function heads(spec: ModelSpec | undefined): string[] {
  return (spec?.heads ?? []).filter((h) => h.kind !== "HEAD_KIND_LINK").map((h) => h.task);
}

/** The state now, then each change as the service tells it. */
function Prediction(props: { id: string; model: string; task: string }) {
  const [changes, setChanges] = useState<{ at: number; said: Classification | undefined }[]>([]);
  const [version, setVersion] = useState("");
  const [live, setLive] = useState(false);
  const [failure, setFailure] = useState<Error>();
  useEffect(() => {
    const end = new AbortController();
    const query = new URLSearchParams({ model: props.model, task: props.task, node: props.id, state: "true" });
    follow<WatchMessage>(
      `v1/watch?${query}`,
      end.signal,
      (message) => {
        setVersion(message.modelVersion);
        const said = message.classifications[0];
        const gone = message.missingNodeIds.length > 0;
        if (said || gone) {
          setChanges((last) => [...last, { at: Date.now() / 1000, said }].slice(-CHANGES));
        }
      },
      setLive,
    ).catch(setFailure);
    return () => end.abort();
  }, []);
  const now = changes.at(-1);
  const scores = [...(now?.said?.scores ?? [])].sort((a, b) => b.probability - a.probability);
  const leading = scores.slice(0, 3).map((s) => s.className);
  const rows = changes
    .filter((c) => c.said)
    .map((c) => [c.at, ...leading.map((name) => c.said!.scores.find((s) => s.className === name)?.probability ?? 0)]);
  return (
    <section>
      <h2>
        {props.task} <small>{props.model}{version && `, version ${version}`}, {live ? "live" : "not connected"}</small>
      </h2>
      <Trouble error={failure} />
      {now && !now.said && <p>There is no prediction: the vertex is not there.</p>}
      {now?.said?.value !== undefined && <p class="value">{decimal(now.said.value)}</p>}
      {scores.map((s) => (
        <Bar label={s.className} value={s.probability} strong={now!.said!.classNames.includes(s.className)} />
      ))}
      {now?.said && <p class="quiet">Oldest event behind it accepted {age(now.said.freshness?.acceptedTimeMs)} ago.</p>}
      {rows.length > 1 && (
        <Chart key={leading.join()} title="Since this page was opened" lines={leading.map((label) => ({ label, unit: "probability" }))} rows={rows} />
      )}
      {changes.length > 1 && (
        <Table
          caption="Changes since this page was opened, newest first"
          columns={["time", "prediction", ">probability"]}
          rows={[...changes]
            .reverse()
            .slice(0, 10)
            .map((c) => [
              new Date(c.at * 1000).toLocaleTimeString(),
              c.said ? c.said.classNames.join(", ") || decimal(c.said.value ?? 0) : "gone",
              c.said?.scores.length ? decimal(Math.max(...c.said.scores.map((s) => s.probability))) : "",
            ])}
        />
      )}
      {now?.said && <Explain id={props.id} model={props.model} task={props.task} />}
    </section>
  );
}

function Similar(props: { id: string; model: string }) {
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
    <section>
      <h2>Nearest embeddings</h2>
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
