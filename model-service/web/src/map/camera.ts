// What part of the map's plane the canvas shows. Both axes have one scale: they are distances between embeddings.

const MARGIN = 0.06;
const DEEPEST = 4000;

export class Camera {
  width = 1;
  height = 1;
  /** Pixels of the page for one unit of the plane. */
  scale = 1;
  x = 0;
  y = 0;
  private fitted = 1;

  /** Shows all points. */
  fit(xs: Float32Array, ys: Float32Array): void {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < xs.length; i++) {
      if (Number.isFinite(xs[i]!) && Number.isFinite(ys[i]!)) {
        left = Math.min(left, xs[i]!);
        right = Math.max(right, xs[i]!);
        bottom = Math.min(bottom, ys[i]!);
        top = Math.max(top, ys[i]!);
      }
    }
    if (left > right) {
      [left, right, bottom, top] = [-1, 1, -1, 1];
    }
    const span = (from: number, to: number) => Math.max(to - from, 1e-6);
    this.x = (left + right) / 2;
    this.y = (bottom + top) / 2;
    this.scale = (1 - 2 * MARGIN) * Math.min(this.width / span(left, right), this.height / span(bottom, top));
    this.fitted = this.scale;
  }

  /** Whether all points are in the picture. */
  sees(xs: Float32Array, ys: Float32Array): boolean {
    for (let i = 0; i < xs.length; i++) {
      const [px, py] = [this.screenX(xs[i]!), this.screenY(ys[i]!)];
      if (px < 0 || py < 0 || px > this.width || py > this.height) {
        return false;
      }
    }
    return true;
  }

  /** How much nearer than where all points are seen. */
  get zoom(): number {
    return this.scale / this.fitted;
  }

  /** The plane's y goes up, the page's down. */
  screenX(x: number): number {
    return this.width / 2 + (x - this.x) * this.scale;
  }

  screenY(y: number): number {
    return this.height / 2 - (y - this.y) * this.scale;
  }

  planeX(px: number): number {
    return this.x + (px - this.width / 2) / this.scale;
  }

  planeY(py: number): number {
    return this.y - (py - this.height / 2) / this.scale;
  }

  pan(px: number, py: number): void {
    this.x -= px / this.scale;
    this.y += py / this.scale;
  }

  /** What lies under (px, py) stays there. */
  zoomAt(factor: number, px: number, py: number): void {
    const [x, y] = [this.planeX(px), this.planeY(py)];
    this.scale = Math.min(this.fitted * DEEPEST, Math.max(this.fitted / 4, this.scale * factor));
    this.x = x - (px - this.width / 2) / this.scale;
    this.y = y + (py - this.height / 2) / this.scale;
  }

  /** Moves just so far that (x, y) is seen. */
  reveal(x: number, y: number): void {
    const inset = (at: number, size: number) => Math.min(0, at - Math.min(40, size / 4)) + Math.max(0, at - size + Math.min(40, size / 4));
    this.pan(-inset(this.screenX(x), this.width), -inset(this.screenY(y), this.height));
  }
}
