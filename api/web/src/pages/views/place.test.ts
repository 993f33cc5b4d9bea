import { describe, expect, it } from 'vitest';
import { viewPlace } from './place';

describe('the place of a view', () => {
  it('is its page with what stood behind it', () => {
    expect(viewPlace({ page: 'overview', query: '' })).toBe('/');
    expect(viewPlace({ page: 'overview', query: 'period=last_month' })).toBe('/?period=last_month');
    expect(viewPlace({ page: 'customers', query: 'filter=orders%3E%3D2&sort=-revenue' })).toBe(
      '/customers?filter=orders%3E%3D2&sort=-revenue',
    );
  });

  it('names the report or the dashboard in its path', () => {
    expect(viewPlace({ page: 'reports', query: 'grain=week&id=sales_over_time' })).toBe(
      '/reports/sales_over_time?grain=week',
    );
    expect(viewPlace({ page: 'dashboards', query: 'board=a%2Fb&period=today' })).toBe(
      '/dashboards/a%2Fb?period=today',
    );
    expect(viewPlace({ page: 'dashboards', query: '' })).toBe('/dashboards');
  });
});
