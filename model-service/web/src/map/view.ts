// The map on its canvas: what is drawn, and what lies under a place. It knows nothing of the page around it.
import { Camera } from "./camera";
import type { Colouring } from "./colouring";
import { towards } from "./direction";
import { Grid } from "./grid";
import { drawEdges, type DrawnEdge } from "./lines";
import { SHAPES } from "./marks";
import { Motion } from "./motion";
import type { Points } from "./points";
import { Raster } from "./raster";

const MOVE_MS = 700;
const DIMMED = 0.3;
const NONE = -1;

/** What part of which plane was looked at. */
export interface Sight {
  axes: string;
  x: number;
  y: number;
  scale: number;
}

/** How the legend and the page's choice bear on the points. */
export interface Emphasis {
  hidden: ReadonlySet<number>;
  /** The one kind that is not dimmed; absent: none is. */
  only?: number;
}

export class MapView {
  readonly camera = new Camera();
  map?: Points;
  /** Told when something was drawn, for labels that lie over the canvas. */
  onDraw: () => void = () => {};
  private readonly context: CanvasRenderingContext2D;
  private readonly motion = new Motion();
  private colouring: Colouring = { kinds: [], of: new Uint16Array(0) };
  private emphasis: Emphasis = { hidden: new Set() };
  private edges: DrawnEdge[] = [];
  private neighbours = new Set<number>();
  private chosen = NONE;
  private hovered = NONE;
  private raster = new Raster(1, 1);
  /** What the raster's stamps were cut for. */
  private cut = "";
  private grid?: Grid;
  private frame = 0;
  private moving = false;
  private untouched = true;

  constructor(readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d")!;
  }

  /** Another map. Its points move from where they are, unless the reader wants nothing to move. */
  show(map: Points, colours: Colouring, still: boolean): void {
    const last = this.map;
    const otherAxes = last === undefined || axes(last) !== axes(map);
    const keep = (i: number) => (i === NONE ? NONE : (map.at.get(last!.ids[i]!) ?? NONE));
    this.chosen = keep(this.chosen);
    this.hovered = keep(this.hovered);
    this.edges = [];
    this.neighbours = new Set();
    this.motion.aim(map, last, performance.now(), still ? 0 : MOVE_MS);
    this.map = map;
    this.colour(colours);
    this.moving = true;
    // Points that drift do not make the picture breathe: it changes when one would be lost from sight.
    if (otherAxes || (this.untouched && !this.camera.sees(map.x, map.y))) {
      this.fit();
    }
  }

  /** What is looked at; undefined: all there is. */
  get sight(): Sight | undefined {
    const { x, y, scale } = this.camera;
    return this.map && !this.untouched ? { axes: axes(this.map), x, y, scale } : undefined;
  }

  /** Looks there again, if the map still has these axes. */
  look(sight: Sight | undefined): void {
    if (this.map && sight?.axes === axes(this.map)) {
      Object.assign(this.camera, { x: sight.x, y: sight.y, scale: sight.scale });
      this.untouched = false;
      this.redraw();
    }
  }

  colour(colours: Colouring): void {
    this.colouring = colours;
    this.changed();
  }

  emphasise(emphasis: Emphasis): void {
    this.emphasis = emphasis;
    this.changed();
  }

  /** The chosen vertex, which may be none, and its edges to others on the map. */
  choose(id: string | undefined): void {
    this.chosen = id === undefined ? NONE : (this.map?.at.get(id) ?? NONE);
    if (this.chosen !== NONE && this.drawn(this.chosen)) {
      this.camera.reveal(this.motion.x[this.chosen]!, this.motion.y[this.chosen]!);
    }
    this.redraw();
  }

  connect(edges: { source: string; target: string; learned: boolean }[]): void {
    const at = (id: string) => this.map?.at.get(id) ?? NONE;
    this.edges = edges.map((e) => ({ source: at(e.source), target: at(e.target), learned: e.learned })).filter((e) => e.source !== NONE && e.target !== NONE);
    this.neighbours = new Set(this.edges.flatMap((e) => [e.source, e.target]));
    this.redraw();
  }

  hover(i: number): void {
    if (i !== this.hovered) {
      this.hovered = i;
      this.redraw();
    }
  }

  get hoveredPoint(): number {
    return this.hovered;
  }

  get chosenPoint(): number {
    return this.chosen;
  }

  /** The point nearest to a place of the canvas, at most so many pixels away; -1: there is none. */
  nearest(px: number, py: number, within: number): number {
    if (!this.map) {
      return NONE;
    }
    this.grid ??= new Grid(this.motion.x, this.motion.y, (i) => this.drawn(i));
    return this.grid.nearest(this.camera.planeX(px), this.camera.planeY(py), within / this.camera.scale);
  }

  /** The nearest point from the chosen one in a direction; without a chosen one, the point nearest to the middle. */
  next(dx: number, dy: number): number {
    if (this.chosen === NONE || !this.drawn(this.chosen)) {
      return this.nearest(this.camera.width / 2, this.camera.height / 2, Infinity);
    }
    const from = { x: this.motion.x[this.chosen]!, y: this.motion.y[this.chosen]! };
    return towards(this.motion.x, this.motion.y, from, dx, dy, (i) => i !== this.chosen && this.drawn(i));
  }

  /** Where a point is on the canvas. */
  place(i: number): { x: number; y: number } {
    return { x: this.camera.screenX(this.motion.x[i]!), y: this.camera.screenY(this.motion.y[i]!) };
  }

  fit(): void {
    if (this.map) {
      this.camera.fit(this.map.x, this.map.y);
      this.untouched = true;
      this.redraw();
    }
  }

  pan(px: number, py: number): void {
    this.camera.pan(px, py);
    this.untouched = false;
    this.redraw();
  }

  zoom(factor: number, px = this.camera.width / 2, py = this.camera.height / 2): void {
    this.camera.zoomAt(factor, px, py);
    this.untouched = false;
    this.redraw();
  }

  /** The place of the canvas in the page has another size, or the screen another density. */
  resize(width: number, height: number): void {
    if (width === 0 || height === 0) {
      // Not laid out at present.
      return;
    }
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.camera.width = width;
    this.camera.height = height;
    if (this.untouched) {
      this.fit();
    }
    this.redraw();
  }

  /** Colours are read anew, since light has become dark or the other way round. */
  recolour(): void {
    this.cut = "";
    this.redraw();
  }

  close(): void {
    cancelAnimationFrame(this.frame);
  }

  private drawn(i: number): boolean {
    return Number.isFinite(this.motion.x[i]!) && Number.isFinite(this.motion.y[i]!) && !this.emphasis.hidden.has(this.colouring.of[i]!);
  }

  private changed(): void {
    this.grid = undefined;
    this.redraw();
  }

  private redraw(): void {
    this.frame ||= requestAnimationFrame((now) => {
      this.frame = 0;
      if (this.moving) {
        this.moving = this.motion.step(now);
        this.grid = undefined;
      }
      this.draw();
      this.onDraw();
      if (this.moving) {
        this.redraw();
      }
    });
  }

  /** The many points as pixels, the few that the choice concerns above them. */
  private draw(): void {
    const { context, camera, motion } = this;
    const ratio = devicePixelRatio;
    const style = getComputedStyle(this.canvas);
    const colour = (name: string) => style.getPropertyValue(name);
    const radius = this.radius();
    const raster = this.rasterFor(radius * ratio, colour);
    const only = this.emphasis.only;
    const dims = only !== undefined || this.edges.length > 0;
    let count = 0;
    raster.clear();
    // Two rounds where some are dimmed: those that are not lie above.
    for (const dim of dims ? [true, false] : [false]) {
      for (let i = 0; i < motion.x.length; i++) {
        const kind = this.colouring.of[i]!;
        if (dims && (only === undefined || kind !== only) !== dim) {
          continue;
        }
        if (this.drawn(i)) {
          count++;
          raster.stamp(kind, dim, camera.screenX(motion.x[i]!) * ratio, camera.screenY(motion.y[i]!) * ratio);
        }
      }
    }
    raster.put(context);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawEdges(context, this.edges, (i) => this.place(i), radius, colour);
    this.neighbours.forEach((i) => this.mark(i, radius + 1, colour));
    this.ring(this.hovered, radius + 4, 1.5, colour("--text"));
    this.ring(this.chosen, radius + 4, 2.5, colour("--text"));
    this.canvas.dataset.drawn = String(count);
  }

  private mark(i: number, radius: number, colour: (name: string) => string): void {
    if (this.drawn(i)) {
      const { context } = this;
      const at = this.place(i);
      const { mark } = this.colouring.kinds[this.colouring.of[i]!]!;
      context.save();
      context.translate(at.x, at.y);
      context.scale(radius, radius);
      context.fillStyle = colour(mark.colour);
      context.strokeStyle = colour("--panel");
      context.lineWidth = 1 / radius;
      const shape = new Path2D(SHAPES[mark.shape]);
      context.fill(shape);
      context.stroke(shape);
      context.restore();
    }
  }

  private ring(i: number, radius: number, width: number, colour: string): void {
    if (i !== NONE && this.drawn(i)) {
      const at = this.place(i);
      this.context.beginPath();
      this.context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
      this.context.lineWidth = width;
      this.context.strokeStyle = colour;
      this.context.stroke();
    }
  }

  /** Larger where there are few, and larger when one looks closer. */
  private radius(): number {
    const many = this.map?.ids.length ?? 0;
    const base = many <= 500 ? 4.5 : many <= 3000 ? 3.5 : many <= 10_000 ? 2.75 : 2.25;
    return Math.round(4 * Math.min(9, base * Math.max(1, this.camera.zoom ** 0.3))) / 4;
  }

  private rasterFor(radius: number, colour: (name: string) => string): Raster {
    const { width, height } = this.canvas;
    const marks = this.colouring.kinds.map((kind) => kind.mark);
    const wanted = `${width} ${height} ${radius} ${marks.map((mark) => `${mark.colour}${mark.shape}`)}`;
    if (wanted !== this.cut) {
      if (!this.raster.fits(width, height)) {
        this.raster = new Raster(Math.max(1, width), Math.max(1, height));
      }
      this.raster.cut(marks, radius, colour, DIMMED);
      this.cut = wanted;
    }
    return this.raster;
  }
}

function axes(map: Points): string {
  return `${map.version}/${map.axesRevision}`;
}
