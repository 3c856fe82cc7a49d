// The predictions of one vertex over time: what the service remembers, then what it tells while one watches, without telling anything twice.
import type { Classification } from "./types";

export interface State {
  /** Milliseconds. Of remembered states by the service's clock, of later ones when they came here. */
  at: number;
  /** Absent: the vertex was gone. */
  said?: Classification;
  /** It was so before the service's memory begins; nobody knows since when. */
  older?: boolean;
}

const GONE = "gone";

export class Timeline {
  /** Oldest first. */
  states: State[] = [];
  /** When more states came than are kept: those before are cut off. */
  cut = false;
  private readonly remembered: string[];
  /** Of remembered: all before have been told live too. */
  private next = 0;
  /** Of the last that the watch told; undefined: it has told none. */
  private lastTold?: string;

  /**
   * The history must have been read after the watch had told its first state: whatever has changed since is then in the one or the other,
   * and a first state that the history lacks is older than all of it.
   */
  constructor(
    history: State[],
    private readonly completeSince: number,
    private readonly most: number,
  ) {
    this.states = [...history];
    this.remembered = history.map(key);
    this.trim();
  }

  /** The next state that the watch tells. It may be behind the history, and may be sent again. */
  take(state: State): void {
    const told = key(state);
    if (told === this.lastTold) {
      return;
    }
    const first = this.lastTold === undefined;
    this.lastTold = told;
    if (first) {
      // Gone may be among them more than once: the watch began with the latest, or the next state tells otherwise.
      const found = this.remembered.lastIndexOf(told);
      this.next = found + 1;
      if (found < 0) {
        this.states.unshift({ ...state, at: Math.min(this.completeSince, this.states[0]?.at ?? Infinity), older: true });
      }
      return;
    }
    const found = this.remembered.indexOf(told, told === GONE ? this.next : 0);
    if (found >= 0) {
      this.next = found + 1;
      return;
    }
    this.next = this.remembered.length;
    const last = this.states.at(-1);
    // The service's clock may be ahead of this one: time does not go back.
    this.states.push({ ...state, at: Math.max(state.at, last?.at ?? 0) });
    this.trim();
  }

  private trim(): void {
    if (this.states.length > this.most) {
      this.states.splice(0, this.states.length - this.most);
      this.cut = true;
    }
  }
}

/** By where the embedding stands in its partition, which is of one state only. Probabilities may be computed along two ways, and differ in their last bit. */
function key(state: State): string {
  if (!state.said) {
    return GONE;
  }
  const { partition, position, acceptedTimeMs, sentTimeMs } = state.said.freshness ?? {};
  return [partition, position, acceptedTimeMs, sentTimeMs].join();
}
