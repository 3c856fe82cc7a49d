import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, follow, post } from "../api";
import { Chart } from "../parts/Chart";
import { Bar, Table, Trouble } from "../parts/Parts";
import { Timeline, type State } from "../timeline";
import type { PredictionHistory, WatchMessage } from "../types";
import { age, count, decimal, time } from "../words";
import { Explain } from "./Explain";

const KEPT = 1000;
const ROWS = 10;

interface Props {
  id: string;
  model: string;
  task: string;
}

/** What is predicted of a vertex: now, as it changes, and before this page was opened. */
export function Prediction(props: Props) {
  const { timeline, since, version, live, failure, silent } = useTimeline(props);
  const [all, setAll] = useState(false);
  const states = timeline?.states ?? [];
  const now = states.at(-1);
  const scores = [...(now?.said?.scores ?? [])].sort((a, b) => b.probability - a.probability);
  return (
    <section>
      <h2>
        {props.task} <small>{props.model}{version && `, version ${version}`}, <span class={live ? "good" : ""}>{live ? "live" : "not connected"}</span></small>
      </h2>
      <Trouble error={failure} />
      {now && !now.said && <p>There is no prediction: the vertex is not there.</p>}
      {now?.said?.value !== undefined && <p class="value">{decimal(now.said.value)}</p>}
      {scores.length > 0 && (
        <div class="panel">
          {scores.map((s) => (
            <Bar label={s.className} value={s.probability} strong={now!.said!.classNames.includes(s.className)} />
          ))}
        </div>
      )}
      {now?.said && <p class="quiet">Oldest event behind it accepted {age(now.said.freshness?.acceptedTimeMs)} ago.</p>}
      <div class="pair">
        <Course states={states} leading={scores.slice(0, 3).map((s) => s.className)} />
        {states.length > 0 && (
          <div>
            <Table caption={`Predictions of ${props.task}, newest first`} columns={["from", "prediction", ">probability"]} rows={[...states].reverse().slice(0, all ? KEPT : ROWS).map((s) => row(s, since))} />
            <p class="quiet">{silent ?? remembered(since, timeline!.cut)}</p>
            {states.length > ROWS && (
              <button type="button" onClick={() => setAll(!all)}>
                {all ? `The newest ${ROWS}` : `All ${count(states.length)}`}
              </button>
            )}
          </div>
        )}
      </div>
      {now?.said && <Explain {...props} />}
    </section>
  );
}

function remembered(since: number | undefined, cut: boolean): string {
  if (cut) {
    return `The newest ${count(KEPT)} are shown.`;
  }
  return since === undefined ? "" : `Complete since ${time(since)}, as far back as the service remembers; what was before may be missing.`;
}

function row(state: State, since: number | undefined): string[] {
  const { said } = state;
  return [
    state.older && since !== undefined ? `before ${time(since)}` : time(state.at),
    said ? said.classNames.join(", ") || (said.value !== undefined ? decimal(said.value) : "none") : "gone",
    said?.scores.length ? decimal(Math.max(...said.scores.map((s) => s.probability))) : "",
  ];
}

function Course(props: { states: State[]; leading: string[] }) {
  const regression = props.states.some((s) => s.said?.value !== undefined);
  const names = regression ? ["value"] : props.leading;
  if (props.states.length === 0 || names.length === 0) {
    return null;
  }
  // The last one holds until now.
  const last = props.states.at(-1)!;
  const states = [...props.states, { ...last, at: Math.max(last.at, Date.now()) }];
  const number = (state: State, name: string) => (regression ? state.said?.value : state.said?.scores.find((s) => s.className === name)?.probability) ?? null;
  return (
    <Chart
      key={[...names].sort().join()}
      title="Over time"
      lines={[...names].sort().map((label) => ({ label, unit: regression ? "" : "probability", digits: 4 }))}
      rows={states.map((s) => [s.at / 1000, ...[...names].sort().map((name) => number(s, name))])}
      stepped
      height={260}
      range={regression ? "around" : [0, 1]}
    />
  );
}

interface Followed {
  timeline?: Timeline;
  since?: number;
  version: string;
  live: boolean;
  failure?: Error;
  /** Why there is nothing from before. */
  silent?: string;
}

/** Watches first and asks for the history then, so that nothing falls between the two; begins anew with another version. */
function useTimeline({ id, model, task }: Props): Followed {
  const [followed, set] = useState<Followed>({ version: "", live: false });
  const parts = useRef<{ version: string; waiting: State[]; timeline?: Timeline }>({ version: "", waiting: [] });
  useEffect(() => {
    const end = new AbortController();
    const change = (more: Partial<Followed>) => set((last) => ({ ...last, ...more }));
    const recall = async (version: string) => {
      let [history, since, silent]: [State[], number | undefined, string | undefined] = [[], undefined, undefined];
      try {
        const said = await post<PredictionHistory>("v1/prediction-history", { model: { name: model }, task, nodeId: id }, end.signal);
        if (said.modelVersion === version) {
          const from = (since = Number(said.completeSinceMs));
          history = said.states.map((s) => (s.timeMs === "0" ? { at: from, older: true, said: s.classification } : { at: Number(s.timeMs), said: s.classification }));
        }
      } catch (error) {
        silent = `${error instanceof ApiError && error.unknownCall ? "This service remembers no predictions" : (error as Error).message}: what is shown is since this page was opened.`;
      }
      if (end.signal.aborted || parts.current.version !== version) {
        return;
      }
      const timeline = new Timeline(history, since ?? Date.now(), KEPT);
      parts.current.waiting.forEach((state) => timeline.take(state));
      parts.current.timeline = timeline;
      change({ timeline, since, silent });
    };
    const query = new URLSearchParams({ model, task, node: id, state: "true" });
    follow<WatchMessage>(
      `v1/watch?${query}`,
      end.signal,
      (message) => {
        const said = message.classifications[0];
        const gone = message.missingNodeIds.length > 0;
        if (!said && !gone) {
          return;
        }
        const state = { at: Date.now(), said };
        if (message.modelVersion !== parts.current.version) {
          parts.current = { version: message.modelVersion, waiting: [state] };
          change({ version: message.modelVersion, timeline: undefined, since: undefined });
          void recall(message.modelVersion);
        } else if (parts.current.timeline) {
          parts.current.timeline.take(state);
          change({});
        } else {
          parts.current.waiting.push(state);
        }
      },
      (live) => change({ live }),
    ).catch((failure) => change({ failure }));
    return () => end.abort();
  }, []);
  return followed;
}
