// Points on their way from where they were to where a new map has them.
import type { Points } from "./points";

export class Motion {
  /** Where the points are now. */
  x: Float32Array = new Float32Array(0);
  y: Float32Array = new Float32Array(0);
  private fromX = this.x;
  private fromY = this.y;
  private toX = this.x;
  private toY = this.y;
  private began = 0;
  private lasts = 0;

  /** Points that the last map had too go on from where they are; others, and all under other axes, are at once where they belong. */
  aim(next: Points, last: Points | undefined, now: number, lasts: number): void {
    const [x, y] = [next.x.slice(), next.y.slice()];
    const follows = lasts > 0 && last !== undefined && last.axesRevision === next.axesRevision && last.version === next.version;
    if (follows) {
      for (let i = 0; i < next.ids.length; i++) {
        const before = last.at.get(next.ids[i]!);
        if (before !== undefined && Number.isFinite(this.x[before]!) && Number.isFinite(this.y[before]!)) {
          x[i] = this.x[before]!;
          y[i] = this.y[before]!;
        }
      }
    }
    this.x = x;
    this.y = y;
    this.fromX = x.slice();
    this.fromY = y.slice();
    this.toX = next.x;
    this.toY = next.y;
    this.began = now;
    this.lasts = follows ? lasts : 0;
    this.step(now);
  }

  /** Goes on to this time; false: all have arrived. */
  step(now: number): boolean {
    const share = this.lasts === 0 ? 1 : Math.min(1, (now - this.began) / this.lasts);
    // Slow at both ends.
    const eased = share * share * (3 - 2 * share);
    for (let i = 0; i < this.x.length; i++) {
      this.x[i] = share === 1 ? this.toX[i]! : this.fromX[i]! + (this.toX[i]! - this.fromX[i]!) * eased;
      this.y[i] = share === 1 ? this.toY[i]! : this.fromY[i]! + (this.toY[i]! - this.fromY[i]!) * eased;
    }
    return share < 1;
  }
}
