/** The clusters as a table: what the map shows, for those who do not see it, and what it cannot show. */
import type { ClusterSummary } from "neurocluster";
import { colourOf } from "../map/colour.ts";
import { useIsDark } from "../preferences.ts";
import { large, number, percent } from "../words.ts";

interface TableProps {
  clusters: readonly ClusterSummary[];
  onMark(id: number | undefined): void;
}

const FACTORS = ["share", "compactness", "recency", "stability", "separation"] as const;
type Factor = typeof FACTORS[number];

export function ClusterTable({ clusters, onMark }: TableProps) {
  const total = clusters.reduce((sum, { size }) => sum + size, 0);
  const sorted = clusters.toSorted((a, b) => b.size - a.size);
  return (
    <section class="panel" aria-labelledby="clusters-title">
      <h2 id="clusters-title">Clusters</h2>
      {clusters.length === 0
        ? <p class="empty">No clusters yet: they come with the points.</p>
        : (
          <div class="scroll" role="region" aria-labelledby="clusters-title" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Id</th>
                  <th scope="col" class="amount">Of all</th>
                  <th scope="col" class="amount">Size</th>
                  <th scope="col" class="amount">Radius</th>
                  <th scope="col">Health</th>
                  {FACTORS.map((factor) => <th scope="col" class="factor" key={factor}>{factor}</th>)}
                </tr>
              </thead>
              <tbody>
                {sorted.map((cluster) => (
                  <Row key={cluster.cluster_id} cluster={cluster} share={cluster.size / total} onMark={onMark} />
                ))}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}

function Row({ cluster, share, onMark }: { cluster: ClusterSummary; share: number; onMark: TableProps["onMark"] }) {
  const { cluster_id: id, size, radius, health_status, confidence, health_factors } = cluster;
  const colour = colourOf(id, useIsDark());
  return (
    <tr onMouseEnter={() => onMark(id)} onMouseLeave={() => onMark(undefined)}>
      <th scope="row">
        <i class="dot" style={{ background: colour }} aria-hidden="true" />
        {id}
      </th>
      <td class="amount">{percent(share)}</td>
      <td class="amount">{large(size)}</td>
      <td class="amount">{number(radius)}</td>
      <td>
        <span class={`badge ${health_status}`}>{health_status} {percent(confidence)}</span>
      </td>
      {FACTORS.map((factor) => <Gauge key={factor} value={health_factors[factor as Factor]} />)}
    </tr>
  );
}

function Gauge({ value }: { value: number }) {
  return (
    <td>
      <span class="gauge">
        <span class="bar" aria-hidden="true">
          <i style={{ width: `${100 * Math.max(0, Math.min(1, value))}%` }} />
        </span>
        {value.toFixed(2)}
      </span>
    </td>
  );
}
