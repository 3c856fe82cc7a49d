import { useEffect, useState } from "preact/hooks";
import { get } from "../api";
import { Curves } from "../parts/Curves";
import { Choice, Table, Trouble } from "../parts/Parts";
import type { Model } from "../types";
import { count, decimal, enumName, eventTime } from "../words";

/** How versions were trained, one by itself or two side by side. */
export function Comparison(props: { versions: string }) {
  const [models, setModels] = useState<Model[]>();
  const [failure, setFailure] = useState<Error>();
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  // The status leaves curves out: they are asked for when versions come or go.
  useEffect(() => {
    const end = new AbortController();
    everyModel(end.signal)
      .then((all) => (setModels(all), setFailure(undefined)))
      .catch((error) => end.signal.aborted || setFailure(error as Error));
    return () => end.abort();
  }, [props.versions]);
  const known = [...(models ?? [])].sort((a, b) => Number(b.version) - Number(a.version));
  const one = known.find((m) => name(m) === first) ?? known.find((m) => m.provenance?.curve?.length) ?? known[0];
  const two = known.find((m) => name(m) === second && m !== one);
  const shown = [one, two].filter((m) => m !== undefined);
  const drawn = shown.filter((m) => m.provenance?.curve?.length);
  return (
    <section>
      <h2>How versions were trained</h2>
      <Trouble error={failure} />
      {one && (
        <>
          <div class="controls">
            <Choice label="Version" value={name(one)} options={known.map(option)} onChoose={setFirst} />
            <Choice label="Beside it" value={two ? name(two) : ""} options={[{ value: "", name: "none" }, ...known.filter((m) => m !== one).map(option)]} onChoose={setSecond} />
          </div>
          {shown.map((m) => drawn.includes(m) || <p>{title(m)} has no training curve: it {m.provenance?.origin === "imported" ? "was imported" : "was trained before curves were kept"}.</p>)}
          {drawn.length > 0 && <Curves curves={drawn.map((m) => ({ name: title(m), metricName: m.provenance!.metricName ?? "", epochs: m.provenance!.curve! }))} />}
          <div class="pair">
            <Table caption={two ? "The two side by side" : `Where ${title(one)} comes from`} columns={["what", ...shown.map(title)]} rows={origins(shown)} />
            <div class="long">
              <Table caption={`Metrics of ${shown.map(title).join(" and ")}`} columns={["metric", ...shown.map((m) => `>${title(m)}`)]} rows={metrics(shown)} />
            </div>
          </div>
        </>
      )}
    </section>
  );
}

async function everyModel(signal: AbortSignal): Promise<Model[]> {
  const models: Model[] = [];
  let token = "";
  do {
    const page = await get<{ models: Model[]; nextPageToken: string }>(`v1/models${token && `?pageToken=${encodeURIComponent(token)}`}`, signal);
    models.push(...page.models);
    token = page.nextPageToken;
  } while (token);
  return models;
}

function name(model: Model): string {
  return `${model.name}/${model.version}`;
}

function title(model: Model): string {
  return `${model.name} ${model.version}`;
}

function option(model: Model): { value: string; name: string } {
  return { value: name(model), name: `${title(model)}, ${enumName(model.state, "MODEL_STATE_")}` };
}

/** A line for each thing that one of them has. */
function origins(models: Model[]): string[][] {
  const line = (what: string, of: (m: Model) => string | undefined) => [what, ...models.map((m) => of(m) ?? "–")];
  return [
    line("state", (m) => enumName(m.state, "MODEL_STATE_")),
    line("origin", (m) => m.provenance?.origin),
    line("made", (m) => eventTime(m.provenance?.createdAtMs)),
    line("vertices", (m) => count(m.provenance?.vertices)),
    line("edges", (m) => count(m.provenance?.edges)),
    line("seed", (m) => m.provenance?.seed),
    ...keys(models, (m) => m.provenance?.hyperParameters).map((key) => line(key, (m) => m.provenance?.hyperParameters?.[key])),
  ];
}

function metrics(models: Model[]): string[][] {
  return keys(models, (m) => m.provenance?.metrics).map((metric) => [metric, ...models.map((m) => number(m.provenance?.metrics?.[metric]))]);
}

function keys(models: Model[], of: (m: Model) => Record<string, unknown> | undefined): string[] {
  return [...new Set(models.flatMap((m) => Object.keys(of(m) ?? {})))].sort();
}

/** Rows and epochs are whole. */
function number(value: number | undefined): string {
  return value === undefined ? "–" : Number.isInteger(value) && Math.abs(value) > 1 ? count(value) : decimal(value);
}
