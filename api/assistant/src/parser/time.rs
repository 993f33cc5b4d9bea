//! The period of a plan, and what it is compared with.

use kupets_semantic::catalogue::Dimension;
use kupets_semantic::find::Said;
use kupets_semantic::grain::Grain;
use kupets_semantic::period::{
    Calendar, Comparison, Expr, Future, Resolved, Slot, Unclear, Unit, Which, compare, resolve,
};
use kupets_semantic::plan::{Intent, Plan, PlanPeriod};

/// Sets the period of a plan.
///
/// # Errors
/// What to ask back.
pub(super) fn set_period(
    plan: &mut Plan,
    expr: &Expr,
    calendar: &Calendar,
    russian: bool,
) -> Result<Resolved, Unclear> {
    let resolved = resolve(expr, calendar)?;
    plan.period = PlanPeriod::of(expr, &resolved, russian);
    Ok(resolved)
}

/// Puts the plan's figures beside another period's.
///
/// # Errors
/// What to ask back.
pub(super) fn set_comparison(
    plan: &mut Plan,
    with: &Comparison,
    calendar: &Calendar,
    russian: bool,
) -> Result<bool, Unclear> {
    let resolved = plan.period.as_resolved(calendar);
    let other = compare(&resolved, with, calendar)?;
    plan.compared_with = other.as_ref().map(|other| PlanPeriod::resolved(other, russian));
    Ok(other.is_some())
}

/// The step of a plan out of what was said.
pub(super) fn set_grain(plan: &mut Plan, grain: Grain) {
    let cycle = match grain {
        Grain::Unit(unit) => {
            plan.grain = Some(unit);
            return;
        }
        Grain::Weekday => Dimension::Weekday,
        Grain::HourOfDay => Dimension::Hour,
        Grain::MonthOfYear => Dimension::MonthOfYear,
    };
    if !plan.dimensions.contains(&cycle) {
        plan.dimensions.push(cycle);
    }
}

/// The step that suits a period: some ten to forty points.
pub(super) fn fitting_grain(plan: &Plan, calendar: &Calendar) -> Unit {
    let (Some(first), Some(last)) = plan.period.days(calendar) else { return Unit::Month };
    match (last - first).num_days() + 1 {
        ..=2 => Unit::Hour,
        3..=45 => Unit::Day,
        46..=200 => Unit::Week,
        _ => Unit::Month,
    }
}

/// Makes a plan a forecast: how many steps ahead, of which length.
pub(super) fn set_forecast(plan: &mut Plan, said: &Said, calendar: &Calendar, russian: bool) -> Result<bool, Unclear> {
    plan.intent = Intent::Forecast;
    plan.compared_with = None;
    let expr = said.periods.first().map(|found| ahead(&found.expr, calendar));
    let assumed = expr.is_none();
    let expr = expr.unwrap_or(Expr::Future(Future::Unit { unit: Unit::Month, ahead: 1 }));
    let resolved = set_period(plan, &expr, calendar, russian)?;
    let (unit, count) = match &expr {
        Expr::Future(Future::Unit { unit, ahead }) => (*unit, *ahead),
        Expr::Future(Future::Whole { unit, count }) => (*unit, *count),
        Expr::Future(Future::Rest(unit)) => {
            (if *unit >= Unit::Quarter { Unit::Month } else { Unit::Day }, rest(&resolved, calendar, *unit))
        }
        _ => (Unit::Month, months_to(&resolved, calendar)),
    };
    let (grain, steps) = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => (Unit::Day, count),
        Unit::Week => (Unit::Week, count),
        Unit::Month => (Unit::Month, count),
        unit => (Unit::Month, count.saturating_mul(unit.months().unwrap_or(1))),
    };
    plan.grain = Some(match said.grain.as_ref().map(|found| found.expr) {
        Some(Grain::Unit(unit)) => unit,
        _ => grain,
    });
    plan.horizon = Some(steps.clamp(1, 36));
    Ok(assumed)
}

/// A yearly period without a year is the next one in a forecast.
fn ahead(expr: &Expr, calendar: &Calendar) -> Expr {
    // "How much will we sell in December", in December: what is left of it.
    if let Expr::Yearly { slot, which: Which::Latest } = expr
        && resolve(expr, calendar).is_ok_and(|resolved| resolved.running)
    {
        let unit = match slot {
            Slot::Month(_) => Some(Unit::Month),
            Slot::Quarter(_) => Some(Unit::Quarter),
            Slot::Half(_) => Some(Unit::HalfYear),
            _ => None,
        };
        if let Some(unit) = unit {
            return Expr::Future(Future::Rest(unit));
        }
    }
    match expr {
        Expr::Yearly {
            slot:
                slot @ (Slot::Month(_)
                | Slot::Quarter(_)
                | Slot::Half(_)
                | Slot::Season(_)
                | Slot::Day { .. }
                | Slot::Named(_)),
            which: Which::Latest,
        } => Expr::Yearly { slot: slot.clone(), which: Which::Next },
        Expr::This(unit) => Expr::Future(Future::Rest(*unit)),
        Expr::Rolling { count, unit } | Expr::Whole { count, unit, .. } => {
            Expr::Future(Future::Whole { count: *count, unit: *unit })
        }
        other => other.clone(),
    }
}

fn rest(resolved: &Resolved, calendar: &Calendar, unit: Unit) -> u32 {
    let days = resolved.last.map_or(1, |last| (last - calendar.today()).num_days() + 1).max(1);
    let steps = if unit >= Unit::Quarter { days / 30 + 1 } else { days };
    u32::try_from(steps).unwrap_or(1)
}

fn months_to(resolved: &Resolved, calendar: &Calendar) -> u32 {
    use chrono::Datelike;
    let Some(last) = resolved.last else { return 1 };
    let today = calendar.today();
    let months = (last.year() - today.year()) * 12 + last.month() as i32 - today.month() as i32;
    u32::try_from(months.max(1)).unwrap_or(1)
}
