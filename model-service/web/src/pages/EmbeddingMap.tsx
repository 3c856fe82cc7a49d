import { useMemo, useState } from "preact/hooks";
import { ApiError, post } from "../api";
import { useKept, useRepeated, type Polled } from "../hooks";
import { colouring, COLOUR_BY, type ColourBy } from "../map/colouring";
import { Legend } from "../map/Legend";
import { describe, MapCanvas } from "../map/MapCanvas";
import { points, type Points } from "../map/points";
import type { Emphasis } from "../map/view";
import { Neighbourhood, useNeighbourhood } from "../parts/Neighbourhood";
import { Choice, Trouble } from "../parts/Parts";
import { maps, type Task } from "../tasks";
import type { MapReply, Status } from "../types";
import { count, percent, span } from "../words";

const EVERY_MS = 4000;
const SIZES = [1000, 5000, 20_000, 50_000];
const SUGGESTIONS = 20;

/** All embeddings, or a sample of them, in the plane in which they differ most; a chosen one with its edges. */
export function EmbeddingMap(props: { id: string; status: Polled<Status> }) {
  const known = maps(props.status.value);
  const [wanted, want] = useKept("map-task", "");
  const [most, setMost] = useKept("map-size", 20_000);
  const [by, setBy] = useKept<ColourBy>("map-colour", "class");
  const [paused, setPaused] = useState(false);
  const task = known.find((t) => name(t) === wanted) ?? known[0];
  const { value: map, error } = useRepeated<Points>(
    async (signal) => points(await post<MapReply>("v1/embedding-map", { model: { name: task!.model }, task: task!.task, maxNodes: most }, signal)),
    task ? `${name(task)} ${most}` : "",
    EVERY_MS,
    task !== undefined && !paused,
  );
  const colours = useMemo(() => map && colouring(map, by), [map, by]);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [only, setOnly] = useState<number>();
  const emphasis = useMemo<Emphasis>(() => ({ hidden, only }), [hidden, only]);
  const { id } = props;
  const near = useNeighbourhood(id);
  const edges = useMemo(() => [...near.in.edges, ...near.out.edges], [near.in.edges, near.out.edges]);
  const choose = (next: string) => {
    // Looking around on the map is no way to go back.
    location.replace(`#/map${next && `/${encodeURIComponent(next)}`}`);
  };
  return (
    <>
      <h1>Map</h1>
      <Trouble error={props.status.error} />
      <div class="controls">
        {known.length > 1 && <Choice label="Task" value={task ? name(task) : ""} options={known.map((t) => ({ value: name(t), name: t.task ? `${t.task} (${t.model})` : `no classes (${t.model})` }))} onChoose={want} />}
        <Choice label="Colour by" value={by} options={COLOUR_BY} onChoose={(value) => (setHidden(new Set()), setBy(value as ColourBy))} />
        <Choice label="At most" value={String(most)} options={SIZES.map((n) => ({ value: String(n), name: `${count(n)} vertices` }))} onChoose={(value) => setMost(Number(value))} />
        <Search map={map} id={id} onChoose={choose} />
        <button type="button" onClick={() => setPaused(!paused)}>
          {paused ? "Go on" : "Pause"}
        </button>
      </div>
      {error && <Trouble error={error instanceof ApiError && error.unknownCall ? new Error("This service does not draw maps: it is older than this page.") : error} />}
      {props.status.value && known.length === 0 && <p>There is no active model, and so nothing to show.</p>}
      <p class="quiet map-facts">{map ? facts(map, paused) : task && !error ? "The map is being asked for." : ""}</p>
      <div class="map">
        <MapCanvas map={map} colours={colours} emphasis={emphasis} chosen={id} edges={edges} onChoose={choose} onOpen={(of) => (location.hash = `/vertex/${encodeURIComponent(of)}`)} />
        <aside>
          {colours && <Legend name={by} colours={colours} hidden={hidden} onHide={setHidden} onOnly={setOnly} />}
          <p id="map-keys" class="quiet">
            Drag to move, wheel or pinch to zoom, click to choose. Keys on the map: arrows choose the next point, with Shift they move the map; + and − zoom, 0 shows all, Enter opens the vertex, Esc chooses none.
          </p>
        </aside>
      </div>
      <section class="chosen">
        <h2>{id || "No vertex is chosen"}</h2>
        <p role="status">{id && map && chosenWords(map, id)}</p>
        {id && (
          <>
            <p>
              <a href={`#/vertex/${encodeURIComponent(id)}`}>Open the vertex</a>
            </p>
            {map && edges.length > 0 && <OnTheMap map={map} near={near} />}
            <Neighbourhood
              id={id}
              near={near}
              link={(other) => (
                <a
                  href={`#/map/${encodeURIComponent(other)}`}
                  onClick={(event) => {
                    event.preventDefault();
                    choose(other);
                  }}
                >
                  {other}
                </a>
              )}
            />
          </>
        )}
      </section>
    </>
  );
}

function name(task: Task): string {
  return `${task.model}/${task.task}`;
}

function facts(map: Points, paused: boolean): string {
  const sample = map.ids.length < map.vertices ? `${count(map.ids.length)} of ${count(map.vertices)} vertices, always the same sample` : `all ${count(map.vertices)} vertices`;
  const variance = map.explainedVariance === undefined ? "" : ` The two axes hold ${percent(map.explainedVariance)} of the variance.`;
  return `Version ${map.version}: ${sample}.${variance} ${paused ? "Paused." : `Asked for anew every ${span(EVERY_MS / 1000)}.`}`;
}

function chosenWords(map: Points, id: string): string {
  const i = map.at.get(id);
  return i === undefined ? `${id} is not among the points of this map.` : `${describe(map, i)}.`;
}

function OnTheMap(props: { map: Points; near: ReturnType<typeof useNeighbourhood> }) {
  const { near, map } = props;
  const all = [...near.in.edges, ...near.out.edges];
  const drawn = all.filter((e) => map.at.has(e.source) && map.at.has(e.target)).length;
  return (
    <p class="quiet">
      {count(drawn)} of the {count(all.length)} edges below are drawn{drawn < all.length && ": the other ends are not on the map"}. <EdgeKey />
    </p>
  );
}

function EdgeKey() {
  return (
    <>
      <span class="edge-mark observed" /> observed, <span class="edge-mark learned" /> learned.
    </>
  );
}

/** By the whole id, which needs not be on the map; suggests those that are. */
function Search(props: { map: Points | undefined; id: string; onChoose: (id: string) => void }) {
  const [words, setWords] = useState("");
  const suggested = useMemo(() => (words ? matching(props.map?.ids ?? [], words) : []), [props.map, words]);
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        const id = words.trim();
        if (id) {
          props.onChoose(id);
        }
      }}
    >
      <label>
        Find a vertex
        <input type="search" autocomplete="off" list="map-suggestions" value={words} onInput={(event) => setWords(event.currentTarget.value)} />
      </label>
      <datalist id="map-suggestions">
        {suggested.map((id) => (
          <option value={id} />
        ))}
      </datalist>
      <button type="submit">Choose</button>
    </form>
  );
}

function matching(ids: string[], words: string): string[] {
  const found: string[] = [];
  for (const id of ids) {
    if (id.includes(words)) {
      found.push(id);
      if (found.length === SUGGESTIONS) {
        break;
      }
    }
  }
  return found;
}
