// Which point is nearest to a place: cells of equal size over all points, with the points of each cell side by side in one array.

const POINTS_A_CELL = 2;

export class Grid {
  private readonly left: number;
  private readonly top: number;
  private readonly side: number;
  private readonly columns: number;
  private readonly rows: number;
  /** Where the points of each cell begin in members; one more at the end. */
  private readonly starts: Int32Array;
  private readonly members: Int32Array;

  /** Of the points for which `has` says so. The positions are read again by nearest(): a grid is good until they change. */
  constructor(
    private readonly x: Float32Array,
    private readonly y: Float32Array,
    has: (i: number) => boolean,
  ) {
    let [left, right, top, bottom, count] = [Infinity, -Infinity, Infinity, -Infinity, 0];
    for (let i = 0; i < x.length; i++) {
      if (has(i)) {
        left = Math.min(left, x[i]!);
        right = Math.max(right, x[i]!);
        top = Math.min(top, y[i]!);
        bottom = Math.max(bottom, y[i]!);
        count++;
      }
    }
    const area = Math.max(right - left, 1e-12) * Math.max(bottom - top, 1e-12);
    // Points on a line have no area to speak of: no side is below the longer edge over the number of points.
    this.side = count === 0 ? 1 : Math.max(Math.sqrt((area * POINTS_A_CELL) / count), Math.max(right - left, bottom - top) / count, 1e-9);
    this.left = count === 0 ? 0 : left;
    this.top = count === 0 ? 0 : top;
    this.columns = count === 0 ? 0 : this.column(right) + 1;
    this.rows = count === 0 ? 0 : this.row(bottom) + 1;
    this.starts = new Int32Array(this.columns * this.rows + 1);
    for (let i = 0; i < x.length; i++) {
      if (has(i)) {
        this.starts[this.cell(i) + 1]!++;
      }
    }
    for (let c = 0; c < this.starts.length - 1; c++) {
      this.starts[c + 1]! += this.starts[c]!;
    }
    const next = this.starts.slice();
    this.members = new Int32Array(count);
    for (let i = 0; i < x.length; i++) {
      if (has(i)) {
        this.members[next[this.cell(i)]!++] = i;
      }
    }
  }

  /** The index of the point nearest to (x, y), at most `within` away; of several the first. -1: there is none. */
  nearest(x: number, y: number, within: number): number {
    const [column, row] = [this.column(x), this.row(y)];
    let found = -1;
    let best = within * within;
    const look = (c: number, r: number) => {
      if (c < 0 || r < 0 || c >= this.columns || r >= this.rows) {
        return;
      }
      const cell = r * this.columns + c;
      for (let m = this.starts[cell]!; m < this.starts[cell + 1]!; m++) {
        const i = this.members[m]!;
        const distance = (this.x[i]! - x) ** 2 + (this.y[i]! - y) ** 2;
        if (distance < best || (distance === best && (found < 0 || i < found))) {
          best = distance;
          found = i;
        }
      }
    };
    // Rings of cells around the place. What lies in ring k is more than k - 1 sides away.
    const first = Math.max(0, -column, column - this.columns + 1, -row, row - this.rows + 1);
    const last = Math.max(Math.abs(column), Math.abs(column - this.columns + 1), Math.abs(row), Math.abs(row - this.rows + 1));
    for (let k = first; k <= last && (k - 1) * this.side <= Math.sqrt(best); k++) {
      for (let c = Math.max(0, column - k); c <= Math.min(this.columns - 1, column + k); c++) {
        look(c, row - k);
        if (k > 0) {
          look(c, row + k);
        }
      }
      for (let r = Math.max(0, row - k + 1); r <= Math.min(this.rows - 1, row + k - 1); r++) {
        look(column - k, r);
        look(column + k, r);
      }
    }
    return found;
  }

  private column(x: number): number {
    return Math.floor((x - this.left) / this.side);
  }

  private row(y: number): number {
    return Math.floor((y - this.top) / this.side);
  }

  private cell(i: number): number {
    return this.row(this.y[i]!) * this.columns + this.column(this.x[i]!);
  }
}
