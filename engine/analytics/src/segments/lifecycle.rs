//! Where each customer stands, by the customer's own rhythm: new, active, cooling, lost, won back.

/// Where a customer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// One day with orders, and the next is not overdue.
    New,
    /// Came again, and the next order is not overdue.
    Active,
    /// The next order is overdue.
    Cooling,
    /// So long overdue that few come back.
    Lost,
    /// Was lost before the last order, and that one is not overdue.
    WonBack,
}

impl Stage {
    /// The name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Cooling => "cooling",
            Self::Lost => "lost",
            Self::WonBack => "won_back",
        }
    }
}

/// Why the shop's rhythm is a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifecycleReason {
    /// Nobody has ordered on a second day: a month is taken.
    NoRepeats,
    /// Fewer than 30 gaps between orders: the limits are one and a half and three times the usual gap.
    FewGaps,
}

/// The shop's rhythm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rhythm {
    /// The mean gap between a customer's orders, in days; customers count alike.
    pub usual_gap: f64,
    /// How many own gaps late a customer is cooling: four gaps of five were shorter.
    pub cooling_after: f64,
    /// How many own gaps late a customer is lost: nineteen of twenty were shorter.
    pub lost_after: f64,
    /// Why it is a guess.
    pub reason: Option<LifecycleReason>,
}

/// Months as people count them roughly: horizons are told in these.
const MONTH_DAYS: f64 = 30.0;
/// The longest horizon of a risk.
const LONGEST: f64 = 24.0 * MONTH_DAYS;
/// The horizon where nobody has come again, so that there is no rhythm.
const YEAR_DAYS: u32 = 365;

impl Rhythm {
    /// Over how many days ahead a customer's risk of not ordering is told: by then the usual customer of the shop, who ordered on the
    /// first of them, is lost. In months of 30 days, so that it does not change from day to day; two years at most. A year where nobody
    /// has come again.
    pub fn churn_horizon_days(&self) -> u32 {
        if self.reason == Some(LifecycleReason::NoRepeats) {
            return YEAR_DAYS;
        }
        let days = self.usual_gap * self.lost_after;
        // `as` saturates, and makes of what is no number 0.
        ((days / MONTH_DAYS).ceil() * MONTH_DAYS).clamp(MONTH_DAYS, LONGEST) as u32
    }
}

/// The stages of customers.
#[derive(Debug, Clone, PartialEq)]
pub struct Lifecycle {
    /// One a customer; none for one without orders until `as_of`.
    pub stages: Vec<Option<Stage>>,
    /// What they were measured by.
    pub rhythm: Rhythm,
}

/// The usual gap counts for so many of the customer's own.
const PRIOR_GAPS: f64 = 2.0;
const ENOUGH_GAPS: usize = 30;
/// Shares of gaps that were shorter.
const COOLING: f64 = 0.8;
const LOST: f64 = 0.95;

/// The stage of each customer on the day `as_of`; `customers` are days with orders, rising, without doubles. Later days are not
/// looked at.
///
/// A customer's own gap is (the sum of the own gaps + 2 usual gaps) / (their number + 2). How late is too late is measured
/// too: of all gaps in the shop, each divided by what was then the customer's own gap, four of five were shorter than
/// `cooling_after`, nineteen of twenty than `lost_after`.
pub fn lifecycle(customers: &[&[i32]], as_of: i32) -> Lifecycle {
    let seen: Vec<&[i32]> = customers.iter().map(|days| &days[..days.partition_point(|&day| day <= as_of)]).collect();
    let rhythm = rhythm(&seen);
    let stages = seen.iter().map(|days| stage(days, as_of, &rhythm)).collect();
    Lifecycle { stages, rhythm }
}

fn stage(days: &[i32], as_of: i32, rhythm: &Rhythm) -> Option<Stage> {
    let last = *days.last()?;
    let idle = f64::from(as_of.abs_diff(last)) / own_gap(days, rhythm.usual_gap);
    if idle > rhythm.lost_after {
        return Some(Stage::Lost);
    }
    if idle > rhythm.cooling_after {
        return Some(Stage::Cooling);
    }
    let [before @ .., previous, last] = days else { return Some(Stage::New) };
    let earlier = &days[..=before.len()];
    let late = f64::from(last.abs_diff(*previous)) / own_gap(earlier, rhythm.usual_gap);
    Some(if late > rhythm.lost_after { Stage::WonBack } else { Stage::Active })
}

/// The gap between orders that a customer with these days is known for.
fn own_gap(days: &[i32], usual: f64) -> f64 {
    let span = days.first().zip(days.last()).map_or(0.0, |(first, last)| f64::from(last.abs_diff(*first)));
    let gaps = days.len().saturating_sub(1) as f64;
    (span + PRIOR_GAPS * usual) / (gaps + PRIOR_GAPS)
}

fn rhythm(customers: &[&[i32]]) -> Rhythm {
    let repeaters = customers.iter().filter(|days| days.len() > 1);
    let (mut count, mut sum) = (0.0, 0.0);
    for days in repeaters.clone() {
        count += 1.0;
        sum += f64::from(days[days.len() - 1].abs_diff(days[0])) / (days.len() - 1) as f64;
    }
    if count == 0.0 {
        let reason = Some(LifecycleReason::NoRepeats);
        return Rhythm { usual_gap: 30.0, cooling_after: 1.5, lost_after: 3.0, reason };
    }
    let usual_gap = f64::max(sum / count, 1.0);
    let mut ratios: Vec<f64> = repeaters
        .flat_map(|days| {
            (1..days.len()).map(move |i| f64::from(days[i].abs_diff(days[i - 1])) / own_gap(&days[..i], usual_gap))
        })
        .collect();
    if ratios.len() < ENOUGH_GAPS {
        return Rhythm { usual_gap, cooling_after: 1.5, lost_after: 3.0, reason: Some(LifecycleReason::FewGaps) };
    }
    let mut quantile = |share: f64| {
        let place = ((ratios.len() as f64 * share) as usize).min(ratios.len() - 1);
        *ratios.select_nth_unstable_by(place, f64::total_cmp).1
    };
    let (cooling_after, lost_after) = (quantile(COOLING), quantile(LOST));
    Rhythm { usual_gap, cooling_after, lost_after, reason: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_by_the_own_rhythm() {
        // Weekly ones, so that the shop has a rhythm, with gaps of 6 to 8 days.
        let regular: Vec<i32> = (0..40).map(|i| i * 7 + i % 2).collect();
        let monthly: Vec<i32> = (0..10).map(|i| i * 30 + i % 3).collect();
        let left = &regular[..20];
        let came_back: Vec<i32> = (0..10).map(|i| i * 7).chain([272]).collect();
        let customers = [&regular[..], &regular, &monthly, left, &came_back, &[272], &[10], &[], &[300]];
        let found = lifecycle(&customers, 276);
        println!("{:?}", found.rhythm);
        assert!(found.rhythm.reason.is_none());
        let names: Vec<_> = found.stages.iter().map(|s| s.map_or("-", Stage::name)).collect();
        assert_eq!(names, ["active", "active", "active", "lost", "won_back", "new", "lost", "-", "-"]);
    }

    #[test]
    fn the_future_changes_nothing() {
        let now: [&[i32]; 3] = [&[1, 5, 9, 40], &[3], &[]];
        let later: [&[i32]; 3] = [&[1, 5, 9, 90, 91], &[3, 50], &[60]];
        assert_eq!(lifecycle(&now, 20), lifecycle(&later, 20));
    }

    #[test]
    fn the_horizon_of_a_risk_is_the_shops_own() {
        let rhythm = |usual_gap, lost_after, reason| Rhythm { usual_gap, cooling_after: 1.5, lost_after, reason };
        // Bread each second day, coffee each fortnight, gifts each third of a year, furniture.
        let horizons = [(2.0, 3.0), (14.0, 3.0), (75.0, 2.4), (120.0, 2.5), (400.0, 4.0)]
            .map(|(usual, late)| rhythm(usual, late, None).churn_horizon_days());
        assert_eq!(horizons, [30, 60, 180, 300, 720]);
        assert_eq!(rhythm(30.0, 3.0, Some(LifecycleReason::NoRepeats)).churn_horizon_days(), 365);
        assert_eq!(rhythm(30.0, 3.0, Some(LifecycleReason::FewGaps)).churn_horizon_days(), 90);
        assert_eq!(lifecycle(&[&[3, 33, 63]], 70).rhythm.churn_horizon_days(), 90);
    }

    #[test]
    fn little_data_has_a_reason() {
        assert_eq!(lifecycle(&[], 0).rhythm.reason, Some(LifecycleReason::NoRepeats));
        assert_eq!(lifecycle(&[&[3]], 5).stages, [Some(Stage::New)]);
        let few = lifecycle(&[&[3, 5, 7]], 5000);
        assert_eq!((few.rhythm.reason, few.stages), (Some(LifecycleReason::FewGaps), vec![Some(Stage::Lost)]));
    }
}
