//! Recommendations as they are told: those found and those decided on, in one list.

use std::collections::{BTreeMap, HashMap, HashSet};

use arrow::{
    array::{Array, AsArray, RecordBatch, StringArray},
    compute::cast,
    datatypes::{DataType, Field, Schema},
};
use chrono::{DateTime, Utc};
use kupets_analytics::recommend::{KINDS, Kind, Reason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    candidates,
    evidence::Evidence,
    item::{Expected, Found, Item, Product},
    lift::{self, Lift, Task},
    sentences::CUSTOMER,
    sources::AsOf,
    status::{self, Decided, Status, Target},
    text,
};
use kupets_core::{Error, Result, TenantContext};

use crate::{
    Engine,
    customers::cursor,
    insight::parameters::{Asked, Language},
    snapshot_reader::{SnapshotReader, Values},
};

/// Parameters of recommendations.
const PARAMETERS: [&str; 8] = ["kind", "customer_id", "status", "limit", "cursor", "customers", "as_of", "locale"];
/// Recommendations of one kind at most.
const PER_KIND: usize = 20;
/// New ones of a kind that stand in a list of all kinds; the others are folded.
const UNFOLDED: usize = 3;
/// Customers that are told of each, unless asked otherwise, and at most: all that a list can have.
const CUSTOMERS: u32 = 50;
const MOST_CUSTOMERS: u32 = 10_000;

/// Recommendations, the greatest expected money times confidence, less the cost of asking, first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RecommendationsBody)]
pub struct Recommendations {
    /// The recommendations of this page.
    pub items: Vec<Recommended>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// The kinds without a new recommendation, and why.
    pub none: Vec<NoneFound>,
    /// The kinds of which a list of all kinds has its three greatest alone, and how many more there are: ask by `kind` for them.
    pub folded: Vec<Folded>,
    /// Products that by their names are no goods (postage, fees, discounts): nothing is recommended about them. Lines that say their
    /// `kind` need no guess.
    pub no_goods: Vec<Product>,
    /// As of when they were looked for.
    pub as_of: DateTime<Utc>,
    /// The version of the data.
    pub snapshot: String,
}

/// How many recommendations of a kind a list of all kinds leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FoldedBody)]
pub struct Folded {
    /// The kind.
    pub kind: &'static str,
    /// How many more there are.
    pub more: usize,
}

/// Why a kind has no recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = NoneBody)]
pub struct NoneFound {
    /// The kind.
    pub kind: &'static str,
    /// no_facts, too_few, nothing_found, or decided: all that there is was decided on.
    pub code: &'static str,
    /// In a sentence.
    pub reason: String,
}

/// An action that the records speak for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RecommendationBody)]
pub struct Recommended {
    /// The same for the same action and subject at any time.
    pub id: String,
    /// win_back, second_purchase, cross_sell_bundle, reorder_due, price_leak, promote_product, drop_product,
    /// at_risk_key_customer, best_contact_time or stock_out.
    pub kind: String,
    /// What to do.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The figures and their statement.
    pub evidence: Evidence,
    /// Whom it is about, those with most at stake first; as many as asked for.
    pub customers: Vec<TargetTold>,
    /// How many it is about; 10000 at most.
    pub customers_total: usize,
    /// What it is about.
    pub products: Vec<Product>,
    /// What it may bring.
    pub expected: ExpectedTold,
    /// One minus the probability that chance looks like this, 0 to 1.
    pub confidence: f64,
    /// What would prove it wrong.
    pub falsified_by: String,
    /// Where it stands.
    pub status: Status,
    /// When it was decided on.
    pub decided_at: Option<DateTime<Utc>>,
    /// When it became a task.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When the task was finished.
    pub done_at: Option<DateTime<Utc>>,
    /// Until when orders count for its lift.
    pub measured_until: Option<DateTime<Utc>>,
    /// What the task brought so far; none if it is no task, or if nobody was held out.
    pub lift: Option<Lift>,
}

/// A customer of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TargetBody)]
pub struct TargetTold {
    /// The app's own id.
    pub customer_id: String,
    /// The name.
    pub name: Option<String>,
    /// Not to be contacted, so that the others can be compared with somebody; false until it is a task.
    pub held_out: bool,
}

/// Additional revenue that is expected, with its 95 % interval and how it was estimated.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExpectedBody)]
pub struct ExpectedTold {
    /// The figures.
    #[serde(flatten)]
    pub figures: Expected,
    /// How they were estimated, in a sentence.
    pub explanation: String,
}

/// A recommendation before names and lifts are looked up.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub item: Item,
    pub decided: Option<Decided>,
}

impl Draft {
    fn status(&self) -> Status {
        self.decided.as_ref().map_or(Status::New, |decided| decided.status)
    }

    /// The order of the list: weight from the greatest down, then confidence, then id.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let (a, b) = (&self.item, &other.item);
        b.weight().total_cmp(&a.weight()).then(b.confidence.total_cmp(&a.confidence)).then(a.id.cmp(&b.id))
    }
}

/// What is asked for.
#[derive(Debug)]
struct Question {
    kind: Option<Kind>,
    customer: Option<String>,
    statuses: Vec<Status>,
    limit: usize,
    customers: usize,
    after: Option<End>,
    as_of: AsOf,
    language: Language,
    fingerprint: String,
}

/// Where a page ended: the sort key of its last item, so that what is added meanwhile shifts nothing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    weight: u64,
    confidence: u64,
    id: String,
    query: String,
}

impl Question {
    fn new(parameters: &BTreeMap<String, String>, tenant: &TenantContext, now: DateTime<Utc>) -> Result<Self> {
        let bad = |message: String| Error::invalid("bad_parameter", message);
        let asked = Asked::new(parameters, &PARAMETERS, tenant, now)?;
        let kind = match asked.text("kind") {
            None => None,
            Some(name) => Some(KINDS.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
                let names: Vec<&str> = KINDS.iter().map(|kind| kind.name()).collect();
                bad(format!("There is no kind `{name}`. There are: {}.", names.join(", ")))
            })?),
        };
        let statuses = match asked.text("status") {
            None => vec![Status::New, Status::Accepted],
            Some(names) => names
                .split(',')
                .map(|name| {
                    let names = Status::ALL.map(Status::name).join(", ");
                    Status::parse(name.trim()).ok_or_else(|| {
                        bad(format!("`status` holds `{name}`; it may be one or more of {names}, with commas."))
                    })
                })
                .collect::<Result<_>>()?,
        };
        let as_of = AsOf::new(tenant, asked.as_of()?);
        let customer = asked.owned("customer_id");
        let fingerprint = cursor::fingerprint(&(kind, &customer, &statuses, asked.text("as_of")));
        let after = asked.text("cursor").map(cursor::decode::<End>).transpose()?;
        if after.as_ref().is_some_and(|end| end.query != fingerprint) {
            return Err(cursor::of_another("parameters"));
        }
        Ok(Self {
            kind,
            customer,
            statuses,
            limit: asked.integer("limit", 50, 1, 500)? as usize,
            customers: asked.integer("customers", CUSTOMERS, 0, MOST_CUSTOMERS)? as usize,
            after,
            as_of,
            language: asked.language()?,
            fingerprint,
        })
    }

    fn is_before(&self, draft: &Draft) -> bool {
        let Some(end) = &self.after else { return true };
        let (weight, confidence) = (f64::from_bits(end.weight), f64::from_bits(end.confidence));
        let place = weight
            .total_cmp(&draft.item.weight())
            .then(confidence.total_cmp(&draft.item.confidence))
            .then_with(|| draft.item.id.cmp(&end.id));
        place.is_gt()
    }
}

/// Recommendations by what is asked for.
///
/// # Errors
/// A parameter that there is not or that does not parse, and the limits of queries.
pub(in crate::insight) async fn answer(
    engine: &Engine,
    tenant: &TenantContext,
    parameters: &BTreeMap<String, String>,
) -> Result<Recommendations> {
    let now = engine.clock().now();
    let question = Question::new(parameters, tenant, now)?;
    let reader = SnapshotReader::open(engine, tenant).await?;
    let latest = status::latest(engine.control(), tenant.id()).await?;
    let (mut none, mut folded, mut no_goods) = (Vec::new(), Vec::new(), Vec::new());
    let mut drafts = Vec::new();
    if question.statuses.contains(&Status::New) {
        let found = found_with(&reader, &question.as_of, latest.len()).await?;
        let mut fresh = fresh(&found, &latest, question.as_of.moment.timestamp_micros());
        none = nothing(&found, &fresh, question.kind, question.language);
        no_goods.clone_from(&found.no_goods);
        // Whoever asks for one kind, or for one customer, sees all of it.
        if question.kind.is_none() && question.customer.is_none() {
            folded = fold(&mut fresh);
        }
        drafts.extend(fresh);
    }
    for decided in latest {
        if question.statuses.contains(&decided.status) {
            let item = decided.item.clone();
            drafts.push(Draft { item, decided: Some(decided) });
        }
    }
    drafts.retain(|draft| question.kind.is_none_or(|kind| kind.name() == draft.item.kind));
    for draft in &mut drafts {
        if let Some(decided) = &draft.decided {
            let targets = status::targets(engine.control(), tenant.id(), &draft.item.id, decided.round).await?;
            draft.item.customers = targets.into_iter().map(|target| target.customer_id.into()).collect();
        }
    }
    if let Some(customer) = &question.customer {
        drafts.retain(|draft| draft.item.customers.iter().any(|one| **one == **customer));
    }
    drafts.sort_by(Draft::order);
    drafts.retain(|draft| question.is_before(draft));
    let more = drafts.len() > question.limit;
    drafts.truncate(question.limit);
    let next_cursor = match drafts.last().filter(|_| more) {
        None => None,
        Some(last) => Some(cursor::encode(&End {
            weight: last.item.weight().to_bits(),
            confidence: last.item.confidence.to_bits(),
            id: last.item.id.clone(),
            query: question.fingerprint.clone(),
        })?),
    };
    let shown =
        Shown { customers: question.customers, only: question.customer.as_deref(), language: question.language };
    let items = tell(&reader, drafts, &AsOf::new(tenant, now), &shown).await?;
    Ok(Recommendations {
        items,
        next_cursor,
        none,
        folded,
        no_goods,
        as_of: question.as_of.moment,
        snapshot: reader.snapshot().to_owned(),
    })
}

/// What the rules find, with room for as many as were decided on: those must not crowd out others.
pub(super) async fn found_with(reader: &SnapshotReader, as_of: &AsOf, decided: usize) -> Result<std::sync::Arc<Found>> {
    // In steps, so that not every decision computes anew.
    candidates::find(reader, as_of, (PER_KIND + decided).next_power_of_two()).await
}

/// What is found and not decided on, up to so many of a kind. What was done may be done again when it has been measured.
fn fresh(found: &Found, latest: &[Decided], now: i64) -> Vec<Draft> {
    let hides = |decided: &&Decided| match decided.status {
        Status::Done => decided.measured_until.is_some_and(|until| until > now),
        Status::New => false,
        Status::Accepted | Status::Dismissed => true,
    };
    let hidden: HashSet<&str> = latest.iter().filter(hides).map(|decided| decided.item.id.as_str()).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut fresh = Vec::new();
    for item in found.items.iter().filter(|item| !hidden.contains(item.id.as_str())) {
        let count = counts.entry(&item.kind).or_default();
        *count += 1;
        if *count <= PER_KIND {
            fresh.push(Draft { item: item.clone(), decided: None });
        }
    }
    fresh
}

/// Keeps the first few of each kind, which are its greatest, and counts the others.
fn fold(fresh: &mut Vec<Draft>) -> Vec<Folded> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    fresh.retain(|draft| {
        let count = counts.entry(draft.item.kind.clone()).or_default();
        *count += 1;
        *count <= UNFOLDED
    });
    let more = |kind: Kind| counts.get(kind.name()).map_or(0, |count| count.saturating_sub(UNFOLDED));
    let folded = KINDS.into_iter().map(|kind| Folded { kind: kind.name(), more: more(kind) });
    folded.filter(|folded| folded.more > 0).collect()
}

/// The kinds that have nothing new.
fn nothing(found: &Found, fresh: &[Draft], asked: Option<Kind>, language: Language) -> Vec<NoneFound> {
    let missing = KINDS.into_iter().filter(|kind| asked.is_none_or(|asked| asked == *kind));
    let missing = missing.filter(|kind| !fresh.iter().any(|draft| draft.item.kind == kind.name()));
    let told = missing.map(|kind| {
        let reason = found.none.iter().find(|(one, _)| *one == kind).map(|(_, reason)| *reason);
        let code = match reason {
            None => "decided",
            Some(Reason::NoFacts) => "no_facts",
            Some(Reason::TooFew { .. }) => "too_few",
            Some(Reason::NothingFound) => "nothing_found",
        };
        NoneFound { kind: kind.name(), code, reason: text::none(kind, reason, language) }
    });
    told.collect()
}

/// How recommendations are told.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    /// Customers of each at most.
    pub customers: usize,
    /// Only this customer.
    pub only: Option<&'a str>,
    /// Language of the sentences.
    pub language: Language,
}

/// Adds names and lifts. A customer who is not there any more is left out, and with it what was about that customer alone:
/// what was computed from an older version may still know it.
///
/// # Errors
/// The limits of queries.
pub(super) async fn tell(
    reader: &SnapshotReader,
    drafts: Vec<Draft>,
    as_of: &AsOf,
    shown: &Shown<'_>,
) -> Result<Vec<Recommended>> {
    let listed = |item: &Item| -> Vec<String> {
        let all = item.customers.iter().map(|id| id.to_string());
        match shown.only {
            Some(only) => all.filter(|id| id == only).collect(),
            // One more than asked where somebody may be gone; the one of a recommendation about one in any case.
            None => all.take(shown.customers.max(1)).collect(),
        }
    };
    let lists: Vec<Vec<String>> = drafts.iter().map(|draft| listed(&draft.item)).collect();
    let names = contactable(reader, lists.iter().flatten().map(String::as_str)).await?;
    let mut tasks = Vec::new();
    let mut places = HashMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        if let Some(decided) = draft.decided.as_ref().filter(|decided| decided.accepted_at.is_some()) {
            let (control, tenant) = (reader.engine().control(), reader.tenant().id());
            let targets = status::targets(control, tenant, &decided.item.id, decided.round).await?;
            places.insert(place, tasks.len());
            tasks.push(Task { decided: decided.clone(), targets });
        }
    }
    let lifts = lift::lifts(reader, &tasks, as_of).await?;
    let mut told = Vec::with_capacity(drafts.len());
    for (place, (draft, list)) in drafts.into_iter().zip(lists).enumerate() {
        let alone = draft.item.kind == Kind::AtRiskKeyCustomer.name();
        if alone && !list.iter().any(|id| names.contains_key(id)) {
            continue;
        }
        let task = places.get(&place).copied();
        let held: HashSet<&str> = task.and_then(|task| tasks.get(task)).map_or_else(HashSet::new, |task| {
            task.targets.iter().filter(|t: &&Target| t.held_out).map(|t| t.customer_id.as_str()).collect()
        });
        let lift = task.and_then(|task| lifts.get(task)).cloned().flatten();
        told.push(recommended(draft, &list, &names, &held, lift, shown));
    }
    Ok(told)
}

fn recommended(
    draft: Draft,
    list: &[String],
    names: &HashMap<String, Option<String>>,
    held: &HashSet<&str>,
    lift: Option<Lift>,
    shown: &Shown<'_>,
) -> Recommended {
    let status = draft.status();
    // Whom a dismissed one was about is not kept.
    let customers_total = match status {
        Status::Dismissed => draft.item.total,
        Status::New | Status::Accepted | Status::Done => draft.item.customers.len(),
    };
    let Draft { item, decided } = draft;
    let words = item.texts.in_language(shown.language);
    // The one customer of a recommendation about one, by name where there is one.
    let who = list.first().map_or("", |id| names.get(id).and_then(Option::as_deref).unwrap_or(id));
    let named = |text: &str| match item.kind == Kind::AtRiskKeyCustomer.name() {
        true => text.replace(CUSTOMER, who),
        false => text.to_owned(),
    };
    let time = |us: Option<i64>| us.and_then(DateTime::from_timestamp_micros);
    let customers = list.iter().filter(|id| names.contains_key(*id)).take(match shown.only {
        Some(_) => 1,
        None => shown.customers,
    });
    Recommended {
        title: named(&words.title),
        reason: named(&words.reason),
        customers: customers
            .map(|id| TargetTold {
                customer_id: id.clone(),
                name: names.get(id).cloned().flatten(),
                held_out: held.contains(id.as_str()),
            })
            .collect(),
        customers_total,
        expected: ExpectedTold { figures: item.expected, explanation: words.estimate.clone() },
        falsified_by: named(&words.falsified_by),
        id: item.id,
        kind: item.kind,
        evidence: item.evidence,
        products: item.products,
        confidence: item.confidence,
        status,
        decided_at: time(decided.as_ref().map(|decided| decided.decided_at)),
        accepted_at: time(decided.as_ref().and_then(|decided| decided.accepted_at)),
        done_at: time(decided.as_ref().and_then(|decided| decided.done_at)),
        measured_until: time(decided.as_ref().and_then(|decided| decided.measured_until)),
        lift,
    }
}

/// The names of those customers who are there and may be contacted: a list that was accepted loses who says since then not to be.
async fn contactable<'a>(
    reader: &SnapshotReader,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Option<String>>> {
    named(reader, ids, " WHERE c.do_not_contact IS NOT TRUE AND consent_refused(c.consent) IS NOT TRUE").await
}

/// The names of those customers who are there.
///
/// # Errors
/// The limits of queries.
pub(super) async fn names<'a>(
    reader: &SnapshotReader,
    ids: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, Option<String>>> {
    named(reader, ids, "").await
}

async fn named<'a>(
    reader: &SnapshotReader,
    ids: impl Iterator<Item = &'a str>,
    place: &str,
) -> Result<HashMap<String, Option<String>>> {
    let ids: HashSet<&str> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let column = StringArray::from_iter_values(ids);
    let schema = Schema::new(vec![Field::new("customer_id", DataType::Utf8, false)]);
    let rows = RecordBatch::try_new(std::sync::Arc::new(schema), vec![std::sync::Arc::new(column)])
        .map_err(|e| Error::internal("ids of customers do not fit").with_source(e))?;
    let mut own = reader.clone();
    own.add_rows("targets", rows)?;
    let sql =
        format!("SELECT c.customer_id, c.name FROM targets t JOIN customers c ON c.customer_id = t.customer_id{place}");
    let found = own.collect(sql, Values::default()).await?;
    let wrong = |e: arrow::error::ArrowError| Error::internal("names of customers cannot be read").with_source(e);
    let text = |at: usize| cast(found.column(at), &DataType::Utf8).map_err(wrong);
    let (ids, names) = (text(0)?, text(1)?);
    let (ids, names) = (ids.as_string::<i32>(), names.as_string::<i32>());
    let name = |row: usize| names.is_valid(row).then(|| names.value(row).to_owned());
    Ok((0..found.num_rows()).map(|row| (ids.value(row).to_owned(), name(row))).collect())
}
