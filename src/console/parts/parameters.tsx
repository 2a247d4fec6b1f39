/** The parameters of a stream, as sliders. */
import type { Parameters } from "neurocluster";
import { number } from "../words.ts";

export type Chosen = Required<Parameters>;

export const DEFAULTS: Chosen = {
  max_clusters: 30,
  base_threshold: 0.71,
  learning_rate: 0.06,
  outlier_threshold: 0.5,
  scaling: "none",
};

type Slid = Exclude<keyof Chosen, "scaling">;

interface Range {
  name: Slid;
  title: string;
  says: string;
  min: number;
  max: number;
  step: number;
}

const RANGES: Range[] = [
  { name: "base_threshold", title: "Base threshold", says: "Higher: more clusters.", min: 0.05, max: 0.95, step: 0.01 },
  { name: "learning_rate", title: "Learning rate", says: "Higher: forgets sooner.", min: 0.005, max: 0.5, step: 0.005 },
  {
    name: "outlier_threshold",
    title: "Outlier threshold",
    says: "Higher: fewer outliers flagged.",
    min: 0,
    max: 1,
    step: 0.01,
  },
  { name: "max_clusters", title: "Clusters at most", says: "A change starts over.", min: 2, max: 100, step: 1 },
];

interface ParametersProps {
  chosen: Chosen;
  onChange(chosen: Chosen): void;
}

export function ParameterPanel({ chosen, onChange }: ParametersProps) {
  return (
    <section class="panel" aria-labelledby="parameters-title">
      <h2 id="parameters-title">Parameters</h2>
      <div class="sliders">
        {RANGES.map((range) => (
          <Slider
            key={range.name}
            range={range}
            value={chosen[range.name]}
            onChange={(value) => onChange({ ...chosen, [range.name]: value })}
          />
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={chosen.scaling === "standard"}
          onChange={(event) => onChange({ ...chosen, scaling: event.currentTarget.checked ? "standard" : "none" })}
        />
        Scale each coordinate by its deviation; a change starts over
      </label>
      <div class="actions start">
        <button type="button" onClick={() => onChange(DEFAULTS)}>Defaults</button>
      </div>
    </section>
  );
}

function Slider({ range, value, onChange }: { range: Range; value: number; onChange(value: number): void }) {
  const { name, title, says, min, max, step } = range;
  return (
    <div class="slider">
      <label for={name}>{title}</label>
      <output for={name}>{number(value)}</output>
      <input
        id={name}
        type="range"
        {...{ min, max, step, value }}
        aria-describedby={`${name}-says`}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <small id={`${name}-says`}>{says}</small>
    </div>
  );
}
