/** Draws a scene on a canvas. */
import { colourOf } from "./colour.ts";
import type { Frame } from "./frame.ts";
import type { Scene, Shape, Spot } from "./scene.ts";

export interface Look {
  isDark: boolean;
  /** The cluster that somebody points at. */
  marked?: number;
}

interface Surface {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  x(value: number): number;
  y(value: number): number;
  scaleX: number;
  scaleY: number;
}

const INK = { light: "#22303c", dark: "#e6edf3" }, PAPER = { light: "#ffffff", dark: "#121a22" };
const STRAY = { light: "#7b8894", dark: "#93a1ae" };

export function draw(canvas: HTMLCanvasElement, scene: Scene, look: Look): void {
  const { frame } = scene, context = canvas.getContext("2d")!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!frame) return;
  const surface = surfaceOf(canvas, context, frame);
  scene.shapes.forEach((shape) => drawShape(surface, shape, look));
  drawSpots(surface, scene.spots, look);
  // Names go over everything.
  scene.shapes.forEach((shape) => drawName(surface, shape, look));
}

function surfaceOf(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, frame: Frame): Surface {
  const ratio = devicePixelRatio || 1, width = canvas.width / ratio, height = canvas.height / ratio;
  context.scale(ratio, ratio);
  const scaleX = width / (frame.right - frame.left), scaleY = height / (frame.high - frame.low);
  const x = (value: number) => (value - frame.left) * scaleX, y = (value: number) => (frame.high - value) * scaleY;
  return { context, width, height, x, y, scaleX, scaleY };
}

/** In the scale of the plane, so that a stretched plane stretches the ellipse. */
function drawShape({ context, x, y, scaleX, scaleY }: Surface, shape: Shape, { isDark, marked }: Look): void {
  const colour = colourOf(shape.id, isDark);
  context.save();
  context.translate(x(shape.x), y(shape.y));
  context.scale(scaleX, -scaleY);
  context.beginPath();
  context.ellipse(0, 0, Math.max(shape.a, 1e-9), Math.max(shape.b, 1e-9), shape.turn, 0, 2 * Math.PI);
  context.restore();
  context.globalAlpha = marked === shape.id ? 0.28 : 0.12;
  context.fillStyle = context.strokeStyle = colour;
  context.fill();
  context.globalAlpha = 0.9;
  context.lineWidth = marked === shape.id ? 3 : 1.25;
  context.stroke();
  context.globalAlpha = 1;
}

/** Old points are faint: the eye sees where the stream goes. */
function drawSpots({ context, x, y }: Surface, spots: readonly Spot[], { isDark }: Look): void {
  const stray = isDark ? STRAY.dark : STRAY.light;
  spots.forEach((spot, i) => {
    const age = 1 - i / spots.length;
    context.globalAlpha = 0.12 + 0.68 * (1 - age) ** 2;
    context.fillStyle = context.strokeStyle = spot.id < 0 ? stray : colourOf(spot.id, isDark);
    if (spot.isOutlier) drawCross(context, x(spot.x), y(spot.y));
    else context.fillRect(x(spot.x) - 1.25, y(spot.y) - 1.25, 2.5, 2.5);
  });
  context.globalAlpha = 1;
}

/** An outlier: a shape of its own, since the colour is that of the cluster that takes it. */
function drawCross(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x - 2.5, y - 2.5);
  context.lineTo(x + 2.5, y + 2.5);
  context.moveTo(x - 2.5, y + 2.5);
  context.lineTo(x + 2.5, y - 2.5);
  context.stroke();
}

function drawName({ context, x, y }: Surface, shape: Shape, { isDark }: Look): void {
  context.font = "600 12px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = isDark ? PAPER.dark : PAPER.light;
  context.fillStyle = isDark ? INK.dark : INK.light;
  context.strokeText(`${shape.id}`, x(shape.x), y(shape.y));
  context.fillText(`${shape.id}`, x(shape.x), y(shape.y));
}
