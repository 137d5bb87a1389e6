import type { paths } from '../../../../client/index.ts';
import type { DetectedPattern } from '../patterns.tsx';

export type Alert =
  paths['/api/v1/alerts']['get']['responses'][200]['content']['application/json']['alerts'][number];

/** Alerts of one address and hour: one for each pattern, looked at and resolved together. */
export type AlertGroup = {
  key: string;
  address: string;
  alerts: readonly Alert[];
  /** Of the newest alert. */
  detection: Detection;
  createdAt: string;
};

/** What an alert's `data` tells; members that it does not have are undefined. */
export type Detection = {
  country: string | undefined;
  userAgent: string | undefined;
  confidence: number | undefined;
  patterns: readonly DetectedPattern[];
  clicks: number | undefined;
  agents: number | undefined;
  meanIntervalMs: number | undefined;
  intervalVariation: number | undefined;
};

/** @param alerts newest first, of one status; groups come in the order of their newest alerts */
export function groupAlerts(alerts: readonly Alert[]): AlertGroup[] {
  const groups = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const key = `${alert.address} ${alert.hour} ${alert.status}`;
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups].flatMap(([key, members]) => {
    const [newest] = members;
    if (newest === undefined) {
      return [];
    }
    const { address, created_at: createdAt, data } = newest;
    return [{ key, address, alerts: members, detection: detectionOf(data), createdAt }];
  });
}

function detectionOf(data: Record<string, unknown>): Detection {
  const window = isRecord(data.window) ? data.window : {};
  return {
    country: textOf(data.country),
    userAgent: textOf(data.user_agent),
    confidence: numberOf(data.confidence),
    patterns: Array.isArray(data.patterns) ? data.patterns.flatMap(patternOf) : [],
    clicks: numberOf(window.clicks),
    agents: numberOf(window.agents),
    meanIntervalMs: numberOf(window.mean_interval_ms),
    intervalVariation: numberOf(window.interval_variation),
  };
}

function patternOf(value: unknown): DetectedPattern[] {
  if (!isRecord(value)) {
    return [];
  }
  const pattern = textOf(value.pattern);
  const confidence = numberOf(value.confidence);
  return pattern === undefined || confidence === undefined ? [] : [{ pattern, confidence }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
