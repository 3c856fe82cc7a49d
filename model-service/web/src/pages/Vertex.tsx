import { useEffect, useState } from "preact/hooks";
import type { Polled } from "../hooks";
import { Neighbourhood, useNeighbourhood } from "../parts/Neighbourhood";
import { Trouble } from "../parts/Parts";
import { tasks } from "../tasks";
import type { Status } from "../types";
import { NodeFacts } from "./NodeFacts";
import { Prediction } from "./Prediction";
import { Similar } from "./Similar";

/** One vertex: what the graph says of it, what is predicted of it and why, and who is near. */
export function Vertex(props: { id: string; status: Polled<Status> }) {
  const { id } = props;
  const [wanted, want] = useState(id);
  useEffect(() => want(id), [id]);
  const known = tasks(props.status.value);
  return (
    <>
      <h1>Vertex {id && <small>{id}</small>}</h1>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          location.hash = `/vertex/${encodeURIComponent(wanted.trim())}`;
        }}
      >
        <label>
          Id of a vertex
          <input type="search" autocomplete="off" value={wanted} onInput={(event) => want(event.currentTarget.value)} />
        </label>
        <button type="submit">Look</button>
        {id && <a href={`#/map/${encodeURIComponent(id)}`}>Show it on the map</a>}
      </form>
      <Trouble error={props.status.error} />
      {id && <NodeFacts key={id} id={id} />}
      {id && known.map(({ model, task }) => <Prediction key={`${model}/${task}/${id}`} id={id} model={model} task={task} />)}
      {props.status.value && known.length === 0 && <p>No active model classifies vertices.</p>}
      {id && <Edges id={id} />}
      {id && [...new Set(known.map((t) => t.model))].map((model) => <Similar key={`${model}/${id}`} id={id} model={model} />)}
    </>
  );
}

function Edges(props: { id: string }) {
  const near = useNeighbourhood(props.id);
  return (
    <section>
      <h2>Neighbourhood</h2>
      <Neighbourhood id={props.id} near={near} link={(other) => <a href={`#/vertex/${encodeURIComponent(other)}`}>{other}</a>} />
    </section>
  );
}
