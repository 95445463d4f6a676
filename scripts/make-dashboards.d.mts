/** The files by name, as they stand in deploy/grafana/dashboards. */
export function dashboardFiles(): Record<string, string>;
