import { count } from "../words";
import type { Colouring, Mark } from "./colouring";
import { SHAPES } from "./marks";

/** What the marks mean. A press hides a kind or shows it again; pointing at it, or reaching it by keyboard, dims all others. */
export function Legend(props: { name: string; colours: Colouring; hidden: ReadonlySet<number>; onHide: (hidden: ReadonlySet<number>) => void; onOnly: (only?: number) => void }) {
  const toggle = (k: number) => {
    const next = new Set(props.hidden);
    if (!next.delete(k)) {
      next.add(k);
    }
    props.onHide(next);
  };
  return (
    <section class="legend" aria-label={`Legend: ${props.name}`}>
      <ul>
        {props.colours.kinds.map((kind, k) => (
          <li>
            <button
              type="button"
              aria-pressed={!props.hidden.has(k)}
              title={props.hidden.has(k) ? "Show these" : "Hide these"}
              onClick={() => toggle(k)}
              onPointerEnter={() => props.onOnly(k)}
              onPointerLeave={() => props.onOnly()}
              onFocus={() => props.onOnly(k)}
              onBlur={() => props.onOnly()}
            >
              <Swatch mark={kind.mark} />
              <span class="label">{kind.label}</span>
              <span class="number">{props.hidden.has(k) ? "hidden" : count(kind.count)}</span>
            </button>
          </li>
        ))}
      </ul>
      {props.hidden.size > 0 && (
        <button type="button" onClick={() => props.onHide(new Set())}>
          Show all
        </button>
      )}
    </section>
  );
}

function Swatch(props: { mark: Mark }) {
  return (
    <svg class={`swatch ${props.mark.colour.slice(2)}`} viewBox="-1.4 -1.4 2.8 2.8" width="14" height="14" aria-hidden="true">
      <path d={SHAPES[props.mark.shape]} />
    </svg>
  );
}
