//! `explain_change`: why a figure moved.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use kupets_engine::{
    insight::{Explain, Trends},
    semantic::{
        period::{Comparison, Expr, Unit},
        plan::PlanPeriod,
    },
};
use kupets_mcp::{Change, ExplainChange, Finding, ToolError, Total};

use super::{
    asking::Asking,
    failure::{Answer, failed},
    number::{estimate, exact},
    period::{self, Understood, span},
};

/// Findings unless others are asked for.
const FINDINGS: u32 = 30;

/// Answers `explain_change`.
pub(super) async fn explain(asking: Asking, sent: ExplainChange) -> Answer<Change> {
    let Understood { period: later, assumed: mut notes } = match &sent.period {
        Some(sent) => period::read(&asking, sent, "period")?,
        None => period::of_expr(&asking, &Expr::Ago { unit: Unit::Month, back: 1 }, "period")?,
    };
    let earlier = match &sent.compared_with {
        Some(sent) => period::beside(&asking, &later, sent, "compared_with")?,
        None => period::compared(&asking, &later, &Comparison::Previous, "compared_with")?,
    };
    if later.future {
        return Err(ToolError::new("It is still to come.").at("period").advice("Ask `forecast` what is expected."));
    }
    let (after, before) = (whole(&asking, &later, "period")?, whole(&asking, &earlier, "compared_with")?);
    let limit = sent.limit.unwrap_or(FINDINGS);
    let ranked = match (&sent.dimensions, later.running) {
        (None, false) => ranked(&asking, &sent, after, before, limit).await?,
        _ => None,
    };
    let found = match ranked {
        Some(found) => found,
        None => by_dimension(&asking, &sent, after, before).await?,
    };
    if later.running {
        notes.push(asking.say("Период ещё не закончился.", "The period is not over yet."));
    }
    told(&asking, found, (&later, &earlier), limit as usize, notes)
}

type Ends = (DateTime<Utc>, DateTime<Utc>);

/// Both ends of a period.
fn whole(asking: &Asking, period: &PlanPeriod, at: &str) -> Answer<Ends> {
    let (from, to) = (period.begin(&asking.calendar), period.end(&asking.calendar));
    if period.weekdays.is_some() {
        let wrong = ToolError::new("A change is explained over whole periods, not over some of their weekdays.").at(at);
        return Err(wrong.advice("Leave the weekdays out."));
    }
    from.zip(to).ok_or_else(|| {
        ToolError::new("It has no beginning or no end.")
            .at(at)
            .advice("Send a period that has both, such as `last month`.")
    })
}

/// The likeliest cause first, where that is the comparison which the ranking makes by itself: with the period just before.
async fn ranked(
    asking: &Asking,
    sent: &ExplainChange,
    after: Ends,
    before: Ends,
    limit: u32,
) -> Answer<Option<Trends>> {
    if before.1 != after.0 {
        return Ok(None);
    }
    let parameters: BTreeMap<String, String> = asking.parameters([
        ("metric", sent.metric.clone()),
        ("from", Some(asking.moment(after.0))),
        ("to", Some(asking.moment(after.1))),
        ("currency", sent.currency.clone()),
        ("limit", Some(limit.to_string())),
    ]);
    let found = asking.engine.trends(&asking.tenant, &parameters).await.map_err(failed)?;
    let same = found.compared_with.from == asking.moment(before.0);
    Ok(same.then_some(found))
}

/// Any two periods, dimension by dimension.
async fn by_dimension(asking: &Asking, sent: &ExplainChange, after: Ends, before: Ends) -> Answer<Trends> {
    let request = Explain {
        metric: sent.metric.clone(),
        from: asking.moment(after.0),
        to: asking.moment(after.1),
        compare_from: asking.moment(before.0),
        compare_to: asking.moment(before.1),
        dimensions: sent.dimensions.clone(),
        filters: Vec::new(),
        currency: sent.currency.clone(),
        locale: asking.locale(),
    };
    asking.engine.explain(&asking.tenant, request).await.map_err(failed)
}

fn told(
    asking: &Asking,
    found: Trends,
    (later, earlier): (&PlanPeriod, &PlanPeriod),
    limit: usize,
    mut notes: Vec<String>,
) -> Answer<Change> {
    let all = found.findings.len();
    // Where there are more than asked for, each dimension keeps as many of its greatest.
    let dimensions = found.findings.iter().map(|finding| &finding.dimension).collect::<HashSet<_>>().len();
    let each = if all <= limit { all } else { (limit / dimensions.max(1)).max(1) };
    let mut counts: HashMap<Option<String>, usize> = HashMap::new();
    let kept = found.findings.into_iter().filter(|finding| {
        let count = counts.entry(finding.dimension.clone()).or_default();
        *count += 1;
        *count <= each
    });
    let mut findings = Vec::with_capacity(all.min(limit));
    // Keys of one dimension rest on one statement: it is given with the first of them.
    let mut statements = HashSet::new();
    for finding in kept.take(limit) {
        findings.push(Finding {
            kind: finding.kind.to_owned(),
            dimension: finding.dimension,
            key: finding.key,
            label: finding.label,
            before: exact(finding.before)?,
            after: exact(finding.after)?,
            contribution: exact(finding.contribution)?,
            since: finding.since.map(|day| day.to_string()),
            seasonal: finding.seasonal,
            confidence: estimate(finding.confidence)?,
            sentence: finding.sentence,
            sql: statements.insert(finding.sql.clone()).then_some(finding.sql),
        });
    }
    let left = all - findings.len();
    if left > 0 {
        notes.push(asking.say(
            format!("Не показано находок: {left}. Назовите меньше измерений или больший `limit`."),
            format!("{left} findings are left out: name fewer dimensions, or a higher `limit`."),
        ));
    }
    notes.extend(found.notes);
    Ok(Change {
        period: span(asking, later),
        compared_with: span(asking, earlier),
        total: Total {
            metric: found.total.metric.to_owned(),
            before: exact(found.total.before)?,
            after: exact(found.total.after)?,
            change: exact(found.total.change)?,
        },
        findings,
        notes,
    })
}
