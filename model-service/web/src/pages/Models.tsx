import { useState } from "preact/hooks";
import { post } from "../api";
import type { Polled } from "../hooks";
import { Table, Trouble } from "../parts/Parts";
import type { Model, Status } from "../types";
import { count, enumName, millis } from "../words";
import { Comparison } from "./Comparison";
import { Trainings } from "./Trainings";

/** Every version that is held, the two changes that an operator makes in a hurry, and how training goes and went. */
export function Models(props: { status: Polled<Status> }) {
  const [failure, setFailure] = useState<Error>();
  const [done, setDone] = useState("");
  const models = props.status.value?.models ?? [];
  const partitions = props.status.value?.partitions ?? 0;
  const change = async (question: string, path: string, body: unknown, said: string) => {
    if (!confirm(question)) {
      return;
    }
    try {
      setFailure(undefined);
      setDone("");
      await post(path, body);
      setDone(said);
    } catch (error) {
      setFailure(error as Error);
    }
  };
  const names = [...new Set(models.map((m) => m.name))];
  return (
    <>
      <h1>Models</h1>
      <Trouble error={failure ?? props.status.error} />
      <p role="status">{done}</p>
      {names.map((name) => (
        <section key={name}>
          <div class="heading">
            <h2>{name}</h2>
            <button
              type="button"
              onClick={() =>
                change(
                  `Go back to the version of ${name} that was active before?`,
                  `v1/models/${encodeURIComponent(name)}/rollback`,
                  { requestId: crypto.randomUUID() },
                  `The version of ${name} before is active again.`,
                )
              }
            >
              Roll back {name}
            </button>
          </div>
          <Table
            caption={`Versions of ${name}`}
            columns={["version", "state", "change", "also", "what it is", ">embeddings", ">partitions covered", ">requests", ">mean"]}
            rows={models
              .filter((m) => m.name === name)
              .sort((a, b) => Number(b.version) - Number(a.version))
              .map((m) => [
                m.version,
                enumName(m.state, "MODEL_STATE_"),
                m.state === "MODEL_STATE_COVERED" ? (
                  <button
                    type="button"
                    onClick={() =>
                      change(
                        `Make version ${m.version} of ${name} the active one?`,
                        `v1/models/${encodeURIComponent(name)}/promote`,
                        { version: m.version },
                        `Version ${m.version} of ${name} is active.`,
                      )
                    }
                  >
                    Promote version {m.version}
                  </button>
                ) : (
                  ""
                ),
                roles(m),
                words(m),
                count(m.embeddings),
                `${m.coveredPartitions} of ${partitions}`,
                count(m.served?.requests),
                millis(m.served?.meanLatencyMs),
              ])}
          />
        </section>
      ))}
      {props.status.value && names.length === 0 && <p>There is no model yet. Train one: ./anabranch train</p>}
      <Trainings />
      {names.length > 0 && <Comparison versions={models.map((m) => `${m.name}/${m.version}`).join()} />}
    </>
  );
}

function roles(model: Model): string {
  const roles = [...model.aliases];
  if (model.canaryPercent !== undefined) {
    roles.push(`canary ${model.canaryPercent} %`);
  }
  if (model.shadowPercent !== undefined) {
    roles.push(`shadow ${model.shadowPercent} %`);
  }
  return roles.join(", ");
}

function words(model: Model): string {
  const layers = model.spec?.layers ?? [];
  const heads = model.spec?.heads ?? [];
  const kind = layers[0]?.convolution ? enumName(layers[0].convolution, "CONVOLUTION_") : "";
  return `${layers.length} × ${kind}; ${heads.map((h) => h.task).join(", ")}`;
}
