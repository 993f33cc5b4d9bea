//! A time zone as a table of stretches with one offset each, so that a column converts at memory speed.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

const MICROS: i64 = 1_000_000;
const DAY_S: i64 = 86_400;
/// 1800-01-01 and 2200-01-01: chrono-tz has no transition outside.
const FIRST_S: i64 = -5_364_662_400;
const LAST_S: i64 = 7_258_118_400;

/// A time zone, ready to convert columns. Times are microseconds since the epoch.
#[derive(Debug)]
pub struct Zone {
    tz: Tz,
    /// UTC instants at which the offset changes, ascending.
    changes: Vec<i64>,
    /// The same moments as the latest local reading that belongs to the stretch before.
    local_changes: Vec<i64>,
    /// Offset from UTC of each stretch: one more than the changes.
    offsets: Vec<i64>,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.tz == other.tz
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.tz.name().hash(state);
    }
}

static ZONES: LazyLock<Mutex<HashMap<Tz, Arc<Zone>>>> = LazyLock::new(Mutex::default);

impl Zone {
    /// The zone, built on first use and shared after.
    pub fn of(tz: Tz) -> Arc<Self> {
        if let Some(zone) = ZONES.lock().unwrap_or_else(PoisonError::into_inner).get(&tz) {
            return zone.clone();
        }
        let zone = Arc::new(Self::build(tz));
        ZONES.lock().unwrap_or_else(PoisonError::into_inner).entry(tz).or_insert(zone).clone()
    }

    /// The zone of an IANA name.
    pub fn parse(name: &str) -> Option<Arc<Self>> {
        name.parse().ok().map(Self::of)
    }

    /// Its IANA name.
    pub fn name(&self) -> &'static str {
        self.tz.name()
    }

    fn build(tz: Tz) -> Self {
        let mut changes = Vec::new();
        let mut offsets = vec![offset(tz, FIRST_S)];
        let (mut day, mut before) = (FIRST_S, offset(tz, FIRST_S));
        while day < LAST_S {
            // No zone has ever changed its clock twice within a day, so looking once a day misses none.
            let next = day + DAY_S;
            let after = offset(tz, next);
            if after != before {
                let (mut low, mut high) = (day, next);
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if offset(tz, middle) == before { low = middle } else { high = middle }
                }
                changes.push(high * MICROS);
                offsets.push(after);
            }
            (day, before) = (next, after);
        }
        // In an overlap the earlier reading wins and in a gap the offset before it holds, as in java.time: either way the
        // stretch before a change reaches, on the local clock, to the change read with the larger of the two offsets.
        let local_changes =
            changes.iter().zip(offsets.windows(2)).map(|(change, pair)| change + pair[0].max(pair[1])).collect();
        Self { tz, changes, local_changes, offsets }
    }

    /// Local readings of UTC instants.
    pub fn to_local(&self, utc: &[i64]) -> Vec<i64> {
        self.map(&self.changes, utc, i64::saturating_add)
    }

    /// UTC instants of local readings. A reading that occurs twice means the first; one that the clock skipped means as
    /// long after the gap's start as it stands in the gap (02:30 in a spring night becomes 03:30).
    pub fn to_utc(&self, local: &[i64]) -> Vec<i64> {
        self.map(&self.local_changes, local, i64::saturating_sub)
    }

    fn map(&self, changes: &[i64], values: &[i64], apply: impl Fn(i64, i64) -> i64) -> Vec<i64> {
        let stretch = |value: i64| changes.partition_point(|&change| change <= value);
        let mut made = Vec::with_capacity(values.len());
        // Neighbours mostly fall in one stretch: then a whole block takes one addition a value.
        for block in values.chunks(1024) {
            let (low, high) = block.iter().fold((i64::MAX, i64::MIN), |(low, high), &v| (low.min(v), high.max(v)));
            let (first, last) = (stretch(low), stretch(high));
            if first == last {
                let offset = self.offsets[first];
                made.extend(block.iter().map(|&value| apply(value, offset)));
            } else {
                let near = &changes[first..last];
                made.extend(
                    block.iter().map(|&value| {
                        apply(value, self.offsets[first + near.partition_point(|&change| change <= value)])
                    }),
                );
            }
        }
        made
    }
}

/// Offset from UTC in microseconds at a UTC second.
fn offset(tz: Tz, utc_s: i64) -> i64 {
    let naive = DateTime::from_timestamp(utc_s, 0).unwrap_or_default().naive_utc();
    i64::from(tz.offset_from_utc_datetime(&naive).fix().local_minus_utc()) * MICROS
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{LocalResult, NaiveDateTime};
    use proptest::prelude::*;

    use super::*;

    fn by_chrono(tz: Tz, utc: i64) -> i64 {
        let naive = DateTime::from_timestamp_micros(utc).unwrap().naive_utc();
        utc + i64::from(tz.offset_from_utc_datetime(&naive).fix().local_minus_utc()) * MICROS
    }

    fn to_utc_by_chrono(tz: Tz, local: i64) -> i64 {
        let naive: NaiveDateTime = DateTime::from_timestamp_micros(local).unwrap().naive_utc();
        match tz.from_local_datetime(&naive) {
            LocalResult::Single(t) | LocalResult::Ambiguous(t, _) => t.timestamp_micros(),
            LocalResult::None => {
                // The offset that held a day earlier.
                let before = DateTime::from_timestamp_micros(local - DAY_S * MICROS).unwrap().naive_utc();
                local - i64::from(tz.offset_from_utc_datetime(&before).fix().local_minus_utc()) * MICROS
            }
        }
    }

    #[test]
    fn every_zone_agrees_around_every_change() {
        for tz in chrono_tz::TZ_VARIANTS {
            let zone = Zone::build(tz);
            assert!(zone.local_changes.is_sorted(), "{tz}");
            let mut probes = vec![FIRST_S * MICROS, LAST_S * MICROS, 0, i64::from(i32::MAX) * MICROS];
            for change in &zone.changes {
                for s in [-7200, -1801, -1, 0, 1, 1799, 3600, 86_400] {
                    probes.push(change + s * MICROS);
                    probes.push(change + s * MICROS + 999_999);
                }
            }
            let local = zone.to_local(&probes);
            for (utc, local) in probes.iter().zip(&local) {
                assert_eq!(by_chrono(tz, *utc), *local, "{tz} {utc}");
            }
        }
    }

    #[test]
    fn daylight_saving_by_hand() {
        let at = |s: &str| s.parse::<NaiveDateTime>().unwrap().and_utc().timestamp_micros();
        let berlin = Zone::of(Tz::Europe__Berlin);
        assert_eq!(
            berlin.to_local(&[at("2024-03-31T00:59:59"), at("2024-03-31T01:00:00")]),
            [at("2024-03-31T01:59:59"), at("2024-03-31T03:00:00")]
        );
        // Skipped, then doubled.
        assert_eq!(berlin.to_utc(&[at("2024-03-31T02:30:00")]), [at("2024-03-31T01:30:00")]);
        assert_eq!(berlin.to_utc(&[at("2024-10-27T02:30:00")]), [at("2024-10-27T00:30:00")]);
        assert_eq!(berlin.to_utc(&[at("2024-10-27T03:00:00")]), [at("2024-10-27T02:00:00")]);
        // Midnight that does not exist is the first moment of the day.
        let beirut = Zone::of(Tz::Asia__Beirut);
        assert_eq!(beirut.to_local(&beirut.to_utc(&[at("2024-03-31T00:00:00")])), [at("2024-03-31T01:00:00")]);
        // Extremes do not overflow.
        assert_eq!(berlin.to_local(&[i64::MAX, i64::MIN]).len(), 2);
    }

    proptest! {
        #[test]
        fn agrees_with_chrono(
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
            times in proptest::collection::vec(-2_208_988_800_000_000_i64..4_102_444_800_000_000, 1..50),
        ) {
            let tz = chrono_tz::TZ_VARIANTS[zone];
            let table = Zone::of(tz);
            prop_assert_eq!(table.to_local(&times), times.iter().map(|t| by_chrono(tz, *t)).collect::<Vec<_>>());
            // chrono-tz answers None or one of several in rare historical changes of more than a few hours; the last century has few.
            for t in times.iter().filter(|t| **t > 0) {
                prop_assert_eq!(table.to_utc(&[*t])[0], to_utc_by_chrono(tz, *t), "{} {}", tz, t);
            }
        }
    }
}
