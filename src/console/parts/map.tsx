/** The map of a stream: its clusters, and the points as they go by. */
import type { ClusterSummary } from "neurocluster";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Trail } from "../flow/trail.ts";
import { draw } from "../map/draw.ts";
import { Scene } from "../map/scene.ts";
import { useIsDark, useIsStill } from "../preferences.ts";
import { count } from "../words.ts";

interface MapProps {
  clusters: readonly ClusterSummary[] | undefined;
  trail: Trail;
  dims: number | null | undefined;
  marked: number | undefined;
  /** Whether points go by now. */
  isFlowing: boolean;
  hint: string;
}

const NONE: readonly ClusterSummary[] = [];
/** Where motion is unwelcome, pictures follow each other so slowly. */
const STILL_MS = 1000;

export function ClusterMap({ clusters = NONE, trail, dims, marked, isFlowing, hint }: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [scene] = useState(() => new Scene());
  const isDark = useIsDark(), isStill = useIsStill();
  useEffect(() => scene.fit(clusters, trail), [clusters]);
  useEffect(() => {
    const paint = () => {
      const element = canvas.current;
      if (!element) return;
      const { width, height } = sized(element);
      scene.place(clusters, trail, width / height, isStill);
      draw(element, scene, { isDark, marked });
    };
    return repeat(paint, isStill, isFlowing);
  }, [clusters, marked, isDark, isStill, isFlowing]);
  const isEmpty = clusters.length === 0 && trail.rows.length === 0;
  const plane = dims && dims > 2
    ? `, ${dims} dimensions seen in the plane of their first two principal components`
    : "";
  return (
    <figure class="map">
      <canvas ref={canvas} role="img" aria-label={`Map of ${count(clusters.length, "cluster")}${plane}`} />
      {isEmpty && <p class="empty over">{hint}</p>}
      <figcaption>
        <span class="key">
          <i class="dot" />point
        </span>
        <span class="key">
          <i class="cross">×</i>outlier
        </span>
        <span class="key">
          <i class="ring" />cluster, with its id
        </span>
        {dims && dims > 2 ? <span class="key">{dims} dimensions, first two principal components</span> : null}
      </figcaption>
    </figure>
  );
}

/** Gives the canvas as many pixels as the screen has for it. */
function sized(canvas: HTMLCanvasElement): { width: number; height: number } {
  const ratio = devicePixelRatio || 1, { clientWidth: width, clientHeight: height } = canvas;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  return { width: Math.max(1, width), height: Math.max(1, height) };
}

/** Paints with every picture of the screen; once a second where motion is unwelcome. Answers how to stop. */
function repeat(paint: () => void, isStill: boolean, isFlowing: boolean): () => void {
  paint();
  if (isStill) {
    const timer = setInterval(paint, STILL_MS);
    return () => clearInterval(timer);
  }
  let left = isFlowing ? Infinity : 90, request = 0;
  const next = () => {
    paint();
    if (--left > 0) request = requestAnimationFrame(next);
  };
  request = requestAnimationFrame(next);
  return () => cancelAnimationFrame(request);
}
