/** Where points come from: a file that ends, or a generated stream that goes round for ever. */
import { draw, type Part } from "../../quality/mixture.ts";
import { arc, ball, ring, type Shape, spiralArm, vector } from "../../quality/shapes.ts";
import { type Random, random } from "../../random.ts";

/** Row-major points, some at a time. */
export interface Source {
  dims: number;
  /** At most so many points; undefined at the end. */
  next(points: number): Float32Array | undefined;
}

interface Recipe {
  title: string;
  parts: (r: Random) => Part[];
  noise?: number;
}

/** Points after which a generated stream begins again. */
const ROUND = 100_000;

const TURN = 2 * Math.PI;
const onCircle = (radius: number, turns: number) => [radius * Math.cos(TURN * turns), radius * Math.sin(TURN * turns)];
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const still = (shape: Shape, ...centre: number[]): Part => ({ shape, centre });

/** Each comes back to where it began, so that the end of a round is no jump. */
export const RECIPES: Record<string, Recipe> = {
  drift: {
    title: "Drift: groups that travel",
    parts: () =>
      times(5, (i) => {
        const home = onCircle(9, i / 5), spin = i % 2 ? 1 : -1;
        const away = (time: number) => onCircle(3.5, spin * time + i / 5);
        return { ...still(ball(2, 0.7), ...home), motion: away };
      }),
  },
  births: {
    title: "Births: groups that come and go",
    parts: () =>
      times(8, (i) => {
        const part = still(ball(2, 0.8), ...onCircle(9, i / 8)), from = i / 8, to = from + 0.5;
        return to <= 1 ? [{ ...part, from, to }] : [{ ...part, from, to: 1 }, { ...part, from: 0, to: to - 1 }];
      }).flat(),
  },
  abrupt: {
    title: "Abrupt: everything changes at once",
    parts: (r) =>
      times(4, (scene) =>
        times(4, (i) => {
          const [x, y] = onCircle(7 + 2 * r.uniform(), (i + scene / 4 + 0.3 * r.uniform()) / 4);
          return { ...still(ball(2, 0.8), x + 5 * (scene % 2), y), from: scene / 4, to: (scene + 1) / 4 };
        })).flat(),
  },
  noise: {
    title: "Noise: six groups, one point in six astray",
    parts: () => times(6, (i) => still(ball(2, 0.6), ...onCircle(7, i / 6))),
    noise: 0.17,
  },
  rings: {
    title: "Rings: one inside the other",
    parts: () => [still(ring(1, 0.08), 0, 0), { ...still(ring(2.4, 0.1), 0, 0), weight: 2 }],
  },
  moons: {
    title: "Moons: two arcs that interlock",
    parts: () => [still(arc(1, 0, Math.PI, 0.07), 0, 0), still(arc(1, Math.PI, TURN, 0.07), 1, 0.4)],
  },
  spirals: {
    title: "Spirals: two arms",
    parts: () => times(2, (i) => still(spiralArm(0.75, i * Math.PI, 0.05), 0, 0)),
  },
  ten: {
    title: "Ten dimensions: eight groups, seen in a plane",
    parts: (r) => times(8, () => still(ball(10, 1), ...vector(10, () => 9 * r.uniform()))),
  },
};

/** A generated stream by its name; a round of it is drawn at once. */
export function generated(name: string): Source {
  const { parts, noise } = RECIPES[name], r = random(7, name), made = parts(r);
  const { points } = draw(made, ROUND, r, noise);
  const dims = made[0].centre.length, round = ofPoints(points, dims);
  let turn = round();
  return { dims, next: (count) => turn(count) ?? (turn = round())(count) };
}

/** The points of a file, once. */
export function once(points: Float32Array, dims: number): Source {
  return { dims, next: ofPoints(points, dims)() };
}

/** Makes readers that each begin at the first point. */
function ofPoints(points: Float32Array, dims: number): () => Source["next"] {
  return () => {
    let at = 0;
    return (count) => {
      if (at >= points.length) return undefined;
      return points.slice(at, at += count * dims);
    };
  };
}
