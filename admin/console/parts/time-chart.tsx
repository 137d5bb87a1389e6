import { AreaChart, BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { formatCompact } from './format.ts';

export type Series = { name: string; label: string; color: string };

/**
 * Figures over time. Says the same to those who cannot see it by `label`; the figures themselves should
 * stand in a table beside it.
 *
 * @param points in order; `at` is what stands on the axis
 */
export function TimeChart({
  label,
  points,
  series,
  kind = 'area',
  height = 240,
  format = formatCompact,
}: {
  label: string;
  points: ReadonlyArray<{ at: string } & Record<string, number | string>>;
  series: readonly Series[];
  kind?: 'area' | 'bar';
  height?: number;
  format?: (value: number) => string;
}) {
  const common = {
    h: height,
    data: [...points],
    dataKey: 'at',
    series: [...series],
    valueFormatter: format,
    withLegend: series.length > 1,
    tickLine: 'none' as const,
    gridAxis: 'x' as const,
    yAxisProps: { width: 48 },
    xAxisProps: { minTickGap: 28 },
  };
  return (
    <figure aria-label={label} style={{ margin: 0 }}>
      {kind === 'bar' ? (
        <BarChart {...common} type="stacked" />
      ) : (
        <AreaChart
          {...common}
          curveType="monotone"
          withDots={false}
          fillOpacity={0.22}
          strokeWidth={2}
        />
      )}
    </figure>
  );
}
