//! `list_metrics`: what can be asked for.

use kupets_engine::semantic::catalogue::Listing;
use kupets_mcp::{Absent, DimensionInfo, ListMetrics, MetricInfo, Metrics};

use super::{
    asking::Asking,
    failure::{Answer, failed},
};

/// Answers `list_metrics`.
pub(super) async fn list(asking: Asking, _: ListMetrics) -> Answer<Metrics> {
    let Listing { metrics, dimensions, absent } = asking.engine.metrics(&asking.tenant).await.map_err(failed)?;
    let russian = asking.language.russian();
    let said = |ru: String, en: String| if russian { ru } else { en };
    Ok(Metrics {
        metrics: metrics
            .into_iter()
            .map(|metric| MetricInfo {
                name: metric.name.to_owned(),
                title: said(metric.title.ru, metric.title.en),
                definition: said(metric.definition.ru, metric.definition.en),
                unit: metric.unit,
                dimensions: metric.dimensions.into_iter().map(str::to_owned).collect(),
                grains: metric.grains.map(str::to_owned).into(),
                adds_up: metric.adds_up,
            })
            .collect(),
        dimensions: dimensions
            .into_iter()
            .map(|dimension| DimensionInfo {
                name: dimension.name,
                title: said(dimension.title.ru, dimension.title.en),
            })
            .collect(),
        absent: absent
            .into_iter()
            .map(|absent| Absent {
                name: absent.name.to_owned(),
                title: said(absent.title.ru, absent.title.en),
                why: said(absent.why.ru, absent.why.en),
            })
            .collect(),
        currency: asking.tenant.currency().to_owned(),
        time_zone: asking.tenant.time_zone().name().to_owned(),
    })
}
