//! The catalogue as `GET /v1/metrics` tells it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ABSENT, ATTRIBUTES, Absent, DIMENSIONS, METRICS, Metric};

/// A text in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TextInBothLanguages)]
pub struct Both {
    /// In English.
    pub en: String,
    /// In Russian.
    pub ru: String,
}

impl Both {
    fn new(ru: &str, en: &str) -> Self {
        Self { en: en.to_owned(), ru: ru.to_owned() }
    }
}

/// A metric as listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ListedMetric)]
pub struct ListedMetric {
    /// Its name in requests.
    pub name: &'static str,
    /// Its title.
    pub title: Both,
    /// How it is worked out.
    pub definition: Both,
    /// What one of it is; money has the currency's code.
    pub unit: String,
    /// What it may be cut and filtered by.
    pub dimensions: Vec<&'static str>,
    /// The steps in time it may be cut by.
    pub grains: [&'static str; 7],
    /// Whether the values of parts add up to that of the whole.
    pub adds_up: bool,
    /// Words it is asked for by.
    pub synonyms: Vec<&'static str>,
}

/// A dimension as listed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ListedDimension)]
pub struct ListedDimension {
    /// Its name in requests.
    pub name: String,
    /// Its title.
    pub title: Both,
}

/// What is not there.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ListedAbsent)]
pub struct ListedAbsent {
    /// Its name.
    pub name: &'static str,
    /// Its title.
    pub title: Both,
    /// Why it is not there.
    pub why: Both,
}

/// The whole catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MetricCatalogue)]
pub struct Listing {
    /// The metrics.
    pub metrics: Vec<ListedMetric>,
    /// The dimensions; any attribute of a purchase or customer is one more, as `attributes.NAME`.
    pub dimensions: Vec<ListedDimension>,
    /// What is asked for and not there.
    pub absent: Vec<ListedAbsent>,
}

/// The catalogue for a workspace of that currency whose records have those attributes, and hold what some metrics are made of.
pub fn listing(currency: &str, attributes: &[&str], records: impl Fn(Metric) -> bool) -> Listing {
    let metrics = METRICS.iter().map(|known| ListedMetric {
        name: known.name,
        title: Both::new(known.names.ru, known.names.en),
        definition: Both::new(known.definition.0, known.definition.1),
        unit: known.unit.name(currency),
        dimensions: DIMENSIONS.iter().filter(|(by, ..)| by.fits(known.metric)).map(|(_, name, _)| *name).collect(),
        grains: ["hour", "day", "week", "month", "quarter", "half_year", "year"],
        adds_up: known.metric.adds_up(),
        synonyms: known
            .names
            .all()
            .chain(Absent::of(known.metric).into_iter().flat_map(|absent| absent.names.all()))
            .collect(),
    });
    let plain = DIMENSIONS
        .iter()
        .map(|(_, name, names)| ListedDimension { name: (*name).to_owned(), title: Both::new(names.ru, names.en) });
    let own = attributes.iter().map(|attribute| {
        let known = ATTRIBUTES.iter().find(|(name, _)| name == attribute);
        let title = known.map_or_else(|| Both::new(attribute, attribute), |(_, names)| Both::new(names.ru, names.en));
        ListedDimension { name: format!("{}{attribute}", super::ATTRIBUTE_PREFIX), title }
    });
    let missing = ABSENT.iter().filter(|known| !known.metric.is_some_and(&records));
    let absent = missing.map(|known| ListedAbsent {
        name: known.name,
        title: Both::new(known.names.ru, known.names.en),
        why: Both::new(known.why.0, known.why.1),
    });
    Listing { metrics: metrics.collect(), dimensions: plain.chain(own).collect(), absent: absent.collect() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalogue::{Dimension, Metric};

    #[test]
    fn the_catalogue_tells_all_that_can_be_asked() {
        let margin = |listing: &Listing| listing.absent.iter().any(|absent| absent.name == "margin");
        let with_costs = listing("RUB", &[], |metric| matches!(metric, Metric::Cost | Metric::Margin));
        assert!(!margin(&with_costs) && with_costs.absent.iter().any(|absent| absent.name == "shipping"));
        let listing = listing("RUB", &["city", "shoe_size"], |_| false);
        assert!(margin(&listing));
        assert_eq!(listing.metrics.len(), METRICS.len());
        let json = serde_json::to_value(&listing).unwrap();
        assert_eq!(json["metrics"][0]["unit"], "RUB");
        assert_eq!(json["metrics"][0]["title"]["ru"], "Выручка");
        assert!(json["dimensions"].as_array().unwrap().iter().any(|one| one["name"] == "attributes.shoe_size"));
        for known in METRICS {
            assert_eq!(Metric::parse(known.name), Some(known.metric));
        }
        for (dimension, name, _) in DIMENSIONS {
            assert_eq!(Dimension::parse(name), Some(dimension.clone()));
            assert_eq!(dimension.to_string(), name);
        }
        assert_eq!(Dimension::parse("attributes.city"), Some(Dimension::Attribute("city".into())));
        assert_eq!(Dimension::parse("attributes."), None);
        assert_eq!(Dimension::parse("colour"), None);
    }
}
