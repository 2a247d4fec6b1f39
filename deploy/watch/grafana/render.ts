/** A board as Grafana reads it. */
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Board, Panel } from "./panels.ts";

/** Columns of Grafana's grid, and what a panel takes of it. */
const COLUMNS = 24, SIZES = { number: { w: 4, h: 4 }, graph: { w: 8, h: 8 } };

/** Whatever Prometheus is chosen at the top of the board. */
const SOURCE: common.DataSourceRef = { type: "prometheus", uid: "${datasource}" };

/** The JSON of a board. */
export function render(board: Board): string {
  const builder = new dashboard.DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags(["ncs"])
    .readonly()
    .timezone("browser")
    .time({ from: "now-1h", to: "now" })
    .refresh("30s")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(otherBoards())
    .annotation(firingAlerts())
    .withVariable(new dashboard.DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"))
    .withVariable(choice("instance", "Replica", 'label_values(up{job="ncs"}, instance)'));
  if (board.hasStreams) {
    builder.withVariable(choice("stream", "Stream", 'label_values(ncs_points_learned_total{job="ncs"}, stream)'));
  }
  let id = 0, y = 0;
  for (const { title, panels } of board.rows) {
    builder.withRow(new dashboard.RowBuilder(title).id(++id).gridPos({ x: 0, y: y++, w: COLUMNS, h: 1 }));
    let x = 0, height = 0;
    for (const panel of panels) {
      const { w, h } = SIZES[panel.kind];
      if (x + w > COLUMNS) [x, y] = [0, y + height];
      builder.withPanel(draw(panel).id(++id).gridPos({ x, y, w, h }));
      [x, height] = [x + w, h];
    }
    y += height;
  }
  return JSON.stringify(builder.build(), null, 2) + "\n";
}

function draw(panel: Panel) {
  const builder = panel.kind === "number" ? drawNumber() : drawGraph(panel);
  builder.title(panel.title).description(panel.description).datasource(SOURCE).unit(panel.unit).thresholds(
    new dashboard.ThresholdsConfigBuilder()
      .mode(dashboard.ThresholdsMode.Absolute)
      .steps([{ value: null, color: panel.base }, ...panel.steps]),
  );
  if (panel.min !== undefined) builder.min(panel.min);
  if (panel.max !== undefined) builder.max(panel.max);
  for (const [index, { expr, legend }] of panel.queries.entries()) {
    builder.withTarget(
      new prometheus.DataqueryBuilder().expr(expr).legendFormat(legend).refId(String.fromCharCode(65 + index)).range(),
    );
  }
  return builder;
}

function drawNumber() {
  return new stat.PanelBuilder()
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(common.BigValueColorMode.Value);
}

function drawGraph({ steps, isStacked }: Panel) {
  const builder = new timeseries.PanelBuilder()
    .lineWidth(1)
    .fillOpacity(isStacked ? 30 : 5)
    .showPoints(common.VisibilityMode.Never)
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(["lastNotNull", "max"]),
    );
  if (isStacked) builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (steps.length === 0) return builder;
  return builder.thresholdsStyle(
    new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
  );
}

/** A variable of many values, all of them at first. */
function choice(name: string, label: string, query: string) {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(SOURCE)
    .query(query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(".*")
    .current({ selected: true, text: ["All"], value: ["$__all"] });
}

function otherBoards() {
  return new dashboard.DashboardLinkBuilder("NCS")
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags(["ncs"])
    .keepTime(true)
    .includeVars(true);
}

function firingAlerts() {
  return new dashboard.AnnotationQueryBuilder()
    .name("Alerts")
    .datasource(SOURCE)
    .enable(true)
    .iconColor("red")
    .expr('ALERTS{alertstate="firing"}')
    .titleFormat("{{alertname}}")
    .textFormat("{{severity}} {{instance}} {{stream}}");
}
