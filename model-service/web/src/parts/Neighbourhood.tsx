import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError, get } from "../api";
import type { Edge, EdgePage } from "../types";
import { count, decimal, enumName, eventTime } from "../words";
import { Table, Trouble } from "./Parts";

const PAGE = 50;
const EVERY_MS = 5000;

export interface EdgeList {
  /** Of this vertex; empty: nothing was read yet. */
  id: string;
  edges: Edge[];
  /** Empty: all are here. */
  next: string;
  error?: Error;
  more: () => void;
}

export interface Near {
  in: EdgeList;
  out: EdgeList;
}

/** The edges of a vertex, by direction, a page at a time. */
export function useNeighbourhood(id: string): Near {
  const into = useEdges(id, "IN");
  const out = useEdges(id, "OUT");
  return useMemo(() => ({ in: into, out }), [into, out]);
}

interface Read {
  id: string;
  edges: Edge[];
  next: string;
  error?: Error;
}

/** The first page is read again while it is the only one; once more was asked for the list stays as it was read. */
function useEdges(id: string, direction: "IN" | "OUT"): EdgeList {
  const [read, setRead] = useState<Read>({ id, edges: [], next: "" });
  const further = useRef<AbortController>();
  const page = (token: string, signal: AbortSignal) => {
    const query = new URLSearchParams({ direction, pageSize: String(PAGE), ...(token && { pageToken: token }) });
    return get<EdgePage>(`v1/nodes/${encodeURIComponent(id)}/edges?${query}`, signal);
  };
  useEffect(() => {
    if (!id) {
      return;
    }
    const end = new AbortController();
    further.current = undefined;
    let timer: ReturnType<typeof setTimeout>;
    const first = async () => {
      let goesOn = true;
      if (!document.hidden && !further.current) {
        try {
          const { edges, nextPageToken } = await page("", end.signal);
          if (!further.current) {
            setRead((last) => (last.id === id && same(last, edges, nextPageToken) ? last : { id, edges, next: nextPageToken }));
          }
        } catch (error) {
          if (end.signal.aborted) {
            return;
          }
          // A vertex that is not there may come.
          const gone = error instanceof ApiError && error.status === 404;
          goesOn = !(error instanceof ApiError && error.unknownCall);
          setRead((last) => ({ id, edges: last.id === id && !gone ? last.edges : [], next: "", error: error as Error }));
        }
      }
      if (goesOn && !end.signal.aborted) {
        timer = setTimeout(first, EVERY_MS);
      }
    };
    void first();
    return () => {
      end.abort();
      further.current?.abort();
      clearTimeout(timer);
    };
  }, [id, direction]);
  const current = read.id === id ? read : NOTHING;
  return useMemo(
    () => ({
      ...current,
      more: () => {
        further.current ??= new AbortController();
        page(current.next, further.current.signal)
          .then((reply) => setRead({ id, edges: [...current.edges, ...reply.edges], next: reply.nextPageToken }))
          .catch((error) => further.current?.signal.aborted || setRead({ ...current, id, error: error as Error }));
      },
    }),
    [current],
  );
}

const NOTHING: Read = { id: "", edges: [], next: "" };

/** The same as was read before: then nothing is drawn anew. */
function same(last: Read, edges: Edge[], next: string): boolean {
  return !last.error && last.next === next && JSON.stringify(last.edges) === JSON.stringify(edges);
}

/** In-edges, which its embedding is made of, and out-edges; observed and learned ones told apart. */
export function Neighbourhood(props: { id: string; near: Near; link: (id: string) => ComponentChildren }) {
  const failure = props.near.in.error ?? props.near.out.error;
  if (failure instanceof ApiError && failure.unknownCall) {
    return <p>This service does not list edges: it is older than this page.</p>;
  }
  if (failure instanceof ApiError && failure.status === 404) {
    return <p>The graph has no vertex {props.id}.</p>;
  }
  return (
    <>
      <Trouble error={failure} />
      <div class="pair">
        <Edges caption="In-edges" empty="nothing leads to it" list={props.near.in} other={(e) => e.source} column="from" link={props.link} />
        <Edges caption="Out-edges" empty="nothing leads from it" list={props.near.out} other={(e) => e.target} column="to" link={props.link} />
      </div>
    </>
  );
}

function Edges(props: { caption: string; empty: string; list: EdgeList; other: (edge: Edge) => string; column: string; link: (id: string) => ComponentChildren }) {
  const { id, edges, next, more } = props.list;
  const expires = edges.some((e) => e.expiresMs);
  return (
    <div>
      <Table
        caption={id ? `${props.caption}: ${next ? `the first ${count(edges.length)}` : count(edges.length)}` : props.caption}
        columns={[props.column, "type", "provenance", ">weight", "since", ...(expires ? ["until"] : [])]}
        rows={edges.map((e) => [
          props.link(props.other(e)),
          e.type || "–",
          <Provenance of={e} />,
          decimal(e.weight, 2),
          eventTime(e.eventTimeMs),
          ...(expires ? [eventTime(e.expiresMs)] : []),
        ])}
        empty={id ? props.empty : "being asked for"}
      />
      {next && (
        <button type="button" onClick={more}>
          More {props.caption.toLowerCase()}
        </button>
      )}
    </div>
  );
}

/** As the lines on the map: solid or dashed, and in words. */
function Provenance(props: { of: Edge }) {
  const words = enumName(props.of.provenance, "PROVENANCE_");
  return (
    <>
      <span class={`edge-mark ${words}`} /> {words}
    </>
  );
}
