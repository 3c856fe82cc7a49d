import type { ComponentChildren } from "preact";
import { ApiError, hasToken, setToken } from "../api";
import { useState } from "preact/hooks";

export function Tile(props: { name: string; value: string; note?: string; bad?: boolean }) {
  return (
    <div class={`tile${props.bad ? " bad" : ""}`}>
      <dt>{props.name}</dt>
      <dd>
        {props.value}
        {props.note && <small>{props.note}</small>}
      </dd>
    </div>
  );
}

/** One of several. */
export function Choice(props: { label: string; value: string; options: { value: string; name: string }[]; onChoose: (value: string) => void }) {
  return (
    <label>
      {props.label}
      <select value={props.value} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        {props.options.map((o) => (
          <option value={o.value} selected={o.value === props.value}>
            {o.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Names and what they stand for; a third member says that it may take a line of its own. */
export function Facts(props: { rows: [name: string, value: ComponentChildren, wide?: "wide"][] }) {
  return (
    <dl class="facts">
      {props.rows.map(([name, value, wide]) => (
        <div class={wide}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Columns that begin with ">" hold numbers. */
export function Table(props: { caption: string; columns: string[]; rows: ComponentChildren[][]; empty?: string }) {
  const numeric = props.columns.map((name) => name.startsWith(">"));
  return (
    <div class="scroll" role="region" aria-label={props.caption} tabIndex={0}>
      <table>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((name, i) => (
              <th scope="col" class={numeric[i] ? "number" : ""}>
                {name.replace(/^>/, "")}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              {row.map((cell, i) => (i === 0 ? <th scope="row">{cell}</th> : <td class={numeric[i] ? "number" : ""}>{cell}</td>))}
            </tr>
          ))}
          {props.rows.length === 0 && (
            <tr>
              <td colSpan={props.columns.length}>{props.empty ?? "none"}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** What went wrong; where the service asks who calls, a field for a token. */
export function Trouble(props: { error?: Error }) {
  const [token, put] = useState("");
  if (!props.error) {
    return null;
  }
  const asks = props.error instanceof ApiError && props.error.status === 401;
  return (
    <div class="trouble" role="alert">
      <p>{props.error.message}</p>
      {asks && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setToken(token);
            location.reload();
          }}
        >
          <label>
            Bearer token, kept for this tab only
            <input type="password" autocomplete="off" value={token} onInput={(event) => put(event.currentTarget.value)} />
          </label>
          <button type="submit">Use it</button>
          {hasToken() && <span>The one that was given is refused.</span>}
        </form>
      )}
    </div>
  );
}

/** A probability as a bar with its number. */
export function Bar(props: { label: string; value: number; strong?: boolean }) {
  return (
    <div class={`bar${props.strong ? " strong" : ""}`}>
      <span class="label">{props.label}</span>
      <meter min={0} max={1} value={props.value} aria-label={props.label} />
      <span class="number">{props.value.toFixed(4)}</span>
    </div>
  );
}
