import type { components, paths } from './schema';

type Schemas = components['schemas'];

/** What trends and forecasts can be told of. */
export type Metric = NonNullable<NonNullable<paths['/v1/trends']['get']['parameters']['query']>['metric']>;

export type Scope = Schemas['Scope'];
export type ApiKey = Schemas['ApiKey'];
export type Connection = Schemas['ConnectionBody'];
export type Customer = Schemas['CustomerBody'];
export type CustomerCard = Schemas['CardBody'];
export type Consent = Schemas['ConsentRecord'];
export type TimelineEvent = Schemas['EventBody'];
export type PurchaseEvent = Extract<TimelineEvent, { type: 'purchase' }>;
export type Offers = Schemas['OffersBody'];
export type Offer = Schemas['OfferBody'];
export type Forecast = Schemas['ForecastBody'];
export type Finding = Schemas['FindingBody'];
export type Recommendation = Schemas['RecommendationBody'];
export type SegmentRule = Schemas['RuleBody'];

/** A value of a result. The document allows for arrays and objects, which only statements of one's own make. */
export type Cell = string | number | boolean | null;

export interface Column {
  name: string;
  type: string;
  unit?: string | null;
}

export interface Meta {
  report?: string | null;
  sql: string;
  from?: string | null;
  to?: string | null;
  time_zone: string;
  currency?: string | null;
  snapshot: string;
  rows_scanned: number;
  elapsed_ms: number;
  truncated?: boolean;
}

export interface Result {
  columns: Column[];
  rows: Cell[][];
  meta: Meta;
}

export interface Text {
  en: string;
  ru: string;
}

export interface ReportParameter {
  name: string;
  type: 'text' | 'choice' | 'integer' | 'number' | 'time';
  default?: string | null;
  required: boolean;
  allowed?: string[];
  min?: number;
  max?: number;
  description: Text;
}

export interface ReportColumn {
  name: string;
  type: 'text' | 'integer' | 'decimal' | 'number' | 'time' | 'period' | 'boolean';
  unit?: string | null;
  title: Text;
}

export interface Report {
  id: string;
  title: Text;
  description: Text;
  currency: boolean;
  parameters: ReportParameter[];
  columns: ReportColumn[];
  chart: {
    kind: 'figures' | 'line' | 'bar' | 'stacked_bar' | 'heatmap' | 'table';
    x: string;
    y: string[];
    series?: string;
  };
}

export interface Trends {
  from: string;
  to: string;
  compared_with: { from: string; to: string };
  total: { metric: string; unit: string; before: number; after: number; change: number };
  findings: Finding[];
  notes: string[];
  headline?: string | null;
  tree?: TreePart[] | { parts?: TreePart[]; sentence?: string } | null;
}

/** A factor of the change and the amount that it carries. */
export interface TreePart {
  id?: string;
  factor?: string;
  /** The factor that it is a part of: those without one sum to the change. */
  parent?: string | null;
  /** What one of `before` and `after` is. */
  unit?: string;
  sql?: string;
  name?: string;
  label?: string;
  before?: number | null;
  after?: number | null;
  contribution?: number | null;
  amount?: number | null;
}
