// Points as pixels: one stamp a kind, copied by hand into the picture. Twenty thousand points take a few milliseconds so; as calls of the canvas fifty.
import type { Mark } from "./colouring";
import { SHAPES } from "./marks";

export class Raster {
  private readonly image: ImageData;
  private readonly pixels: Uint32Array;
  /** Side of a stamp in pixels, odd. */
  private side = 1;
  private stamps: Uint32Array[] = [];
  private dimmed: Uint32Array[] = [];

  constructor(width: number, height: number) {
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Whether it is of this size. */
  fits(width: number, height: number): boolean {
    return this.image.width === width && this.image.height === height;
  }

  /** Makes the stamps anew; the radius is in pixels of the picture, and of what is dimmed only a share is left. */
  cut(marks: Mark[], radius: number, colour: (name: string) => string, dimmed: number): void {
    this.side = 2 * Math.ceil(1.3 * radius) + 1;
    const cutter = document.createElement("canvas");
    cutter.width = cutter.height = this.side;
    const context = cutter.getContext("2d", { willReadFrequently: true })!;
    this.stamps = marks.map((mark) => stamp(context, mark, radius, colour, 1));
    this.dimmed = marks.map((mark) => stamp(context, mark, radius, colour, dimmed));
  }

  clear(): void {
    this.pixels.fill(0);
  }

  /** With its centre in this pixel. Where stamps overlap the later wins, but for its softer edge. */
  stamp(kind: number, dim: boolean, x: number, y: number): void {
    const of = (dim ? this.dimmed : this.stamps)[kind]!;
    const { side, pixels } = this;
    const { width, height } = this.image;
    const [left, top] = [Math.round(x) - (side >> 1), Math.round(y) - (side >> 1)];
    const [fromX, toX] = [Math.max(0, -left), Math.min(side, width - left)];
    const toY = Math.min(side, height - top);
    for (let row = Math.max(0, -top); row < toY; row++) {
      let at = (top + row) * width + left + fromX;
      for (let i = row * side + fromX, end = row * side + toX; i < end; i++, at++) {
        const pixel = of[i]!;
        if (pixel !== 0 && pixel >>> 24 >= pixels[at]! >>> 24) {
          pixels[at] = pixel;
        }
      }
    }
  }

  put(context: CanvasRenderingContext2D): void {
    context.putImageData(this.image, 0, 0);
  }
}

/** Pixels as the image has them: alpha in the highest byte, on every machine that browsers run on. */
function stamp(context: CanvasRenderingContext2D, mark: Mark, radius: number, colour: (name: string) => string, share: number): Uint32Array {
  const side = context.canvas.width;
  const read = () => new Uint32Array(context.getImageData(0, 0, side, side).data.buffer);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = colour(mark.colour);
  context.fillRect(0, 0, side, side);
  const solid = read()[0]! & 0xffffff;
  context.clearRect(0, 0, side, side);
  context.setTransform(radius, 0, 0, radius, side / 2, side / 2);
  context.fill(new Path2D(SHAPES[mark.shape]));
  return read().map((pixel) => {
    const alpha = Math.round((pixel >>> 24) * share);
    return alpha === 0 ? 0 : ((alpha << 24) | solid) >>> 0;
  });
}
