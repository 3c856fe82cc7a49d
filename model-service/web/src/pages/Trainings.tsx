import { ApiError } from "../api";
import { usePolled } from "../hooks";
import { Curves } from "../parts/Curves";
import { Table, Trouble } from "../parts/Parts";
import type { TrainingJob } from "../types";
import { count, decimal, enumName } from "../words";

const EVERY_MS = 2000;

/** Training jobs: those that run with their curves, all in a table. */
export function Trainings() {
  const { value, error } = usePolled<{ jobs: TrainingJob[] }>("v1/trainings", EVERY_MS);
  const jobs = value?.jobs ?? [];
  const running = jobs.filter((job) => job.state === "TRAINING_STATE_RUNNING");
  if (error instanceof ApiError && error.unknownCall) {
    return null;
  }
  return (
    <section>
      <h2>Trainings</h2>
      <Trouble error={error} />
      {running.map((job) => (
        <article class="panel" key={job.jobId} aria-label={`Training of ${job.modelName}`}>
          <h3>
            {job.modelName} <small>{job.task || "task not known yet"}, under way</small>
          </h3>
          <div class="restore">
            <span class="label">Epochs</span>
            <progress max={Math.max(1, job.maxEpochs)} value={job.epoch} aria-label={`Epochs of the training of ${job.modelName}`} />
            <span class="number">
              {count(job.epoch)} of at most {count(job.maxEpochs)}
            </span>
          </div>
          {(job.curve ?? []).length > 0 ? <Curves curves={[{ name: `${job.modelName}, under way`, metricName: job.metricName, epochs: job.curve! }]} /> : <p class="quiet">No epoch is done yet.</p>}
        </article>
      ))}
      {value && (
        <Table
          caption="Trainings, newest first"
          columns={["model", "task", "state", ">epochs", ">loss", ">metric", "outcome"]}
          rows={jobs.map((job) => [
            job.modelName,
            job.task,
            enumName(job.state, "TRAINING_STATE_"),
            count(job.epoch),
            job.epoch > 0 ? decimal(job.trainLoss) : "",
            job.epoch > 0 ? `${decimal(job.validationMetric)} ${job.metricName}` : "",
            job.error || (job.modelVersion !== "0" ? `version ${job.modelVersion}` : ""),
          ])}
          empty="none"
        />
      )}
    </section>
  );
}
