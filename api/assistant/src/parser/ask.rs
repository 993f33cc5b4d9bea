//! What is asked back, and what is not there.

use kupets_semantic::catalogue::{ABSENT, ATTRIBUTES, Absent, Dimension, Metric};
use kupets_semantic::period::{Expr, Unit};
use kupets_semantic::plan::{Filter, Intent, Plan};
use kupets_semantic::values::Entry;

use super::builder::{Builder, MOST_CHOICES, Stop};
use super::reading::Reading;
use super::scan::MOST_HITS;
use super::{replies, time};
use crate::language::Language;

impl Builder<'_> {
    /// What is not in the data.
    pub(super) fn absent(&mut self) -> Result<(), Stop> {
        if let Some(absent) = self.reading.absent.and_then(|place| ABSENT.get(place)) {
            let there = |metric: &&Metric| Absent::of(**metric).is_none() || self.asked.values.records(**metric);
            let instead: Vec<Metric> = absent.instead.iter().filter(there).copied().collect();
            for metric in instead {
                let mut plan = Plan { metrics: vec![metric], ..Plan::default() };
                let expr = self.scan.said.period().unwrap_or(Expr::Unsaid);
                if time::set_period(&mut plan, &expr, self.asked.calendar, self.language.russian()).is_ok()
                    && !plan.period.future
                {
                    let names = metric.definition().names;
                    self.choose(self.say(names.ru, names.en), plan);
                }
            }
            return Err(Stop::Unsupported(replies::absent(self.language, absent)));
        }
        let missing = self.reading.no_attribute.and_then(|place| ATTRIBUTES.get(place));
        if let Some((_, names)) = missing {
            return Err(Stop::Unsupported(replies::no_attribute(
                self.language,
                self.language.pick(names.ru, names.en),
            )));
        }
        Ok(())
    }

    /// Names that may be several values.
    pub(super) fn ask_names(&mut self, plan: &Plan) -> Result<(), Stop> {
        let Some(doubt) = self.reading.doubts.first().cloned() else { return Ok(()) };
        let picked = |reading: &Reading, entries: &[Entry]| {
            let mut another = Reading { filters: reading.filters.clone(), ..Reading::default() };
            for entry in entries {
                another.add_value(entry.clone(), doubt.negated);
            }
            another.filters
        };
        let with = |builder: &mut Self, label: String, entries: &[Entry]| {
            let mut another = plan.clone();
            let bounds: Vec<_> = plan.filters.iter().filter(|filter| filter.dimension().is_none()).cloned().collect();
            another.filters = picked(&builder.reading, entries);
            another.filters.extend(bounds);
            builder.finish(&mut another);
            builder.choose(label, another);
        };
        for entry in doubt.entries.iter().take(MOST_CHOICES - 1) {
            with(self, entry.label.clone(), std::slice::from_ref(entry));
        }
        let alike = doubt.entries.iter().all(|entry| entry.dimension == doubt.entries[0].dimension);
        if alike && doubt.entries.len() > 1 && doubt.entries.len() < MOST_HITS {
            let all = self.say("Все сразу", "All of them");
            with(self, format!("{all} ({})", doubt.entries.len()), &doubt.entries);
        }
        Err(Stop::Ask(replies::which(self.language, &doubt.typed)))
    }

    /// Words that nothing explains.
    pub(super) fn ask_unexplained(&mut self, plan: &Plan) -> Result<(), Stop> {
        if let Some((Some(dimension), typed)) = self.reading.unknown_name.clone()
            && matches!(dimension, Dimension::Channel | Dimension::Category)
            && self.asked.values.values(&dimension, 1).is_empty()
            && self.reading.unexplained == [typed.clone()]
        {
            // No record has a channel yet: the answer is that there is nothing of it, not a list to pick from.
            self.reading.unexplained.clear();
            self.reading.unknown_name = None;
            self.unrecorded = Some(Filter::one_of(dimension, vec![typed.clone()], vec![typed]));
            return Ok(());
        }
        if let Some((dimension, typed)) = self.reading.unknown_name.clone() {
            let title = dimension.as_ref().map(|dimension| {
                let (ru, en) = dimension.title();
                self.say(&ru, &en)
            });
            if let Some(dimension) = dimension.filter(|one| !self.asked.values.values(one, 1).is_empty()) {
                let known: Vec<_> = self.asked.values.values(&dimension, MOST_CHOICES).into_iter().cloned().collect();
                for entry in known {
                    let mut another = plan.clone();
                    another.dimensions.retain(|one| *one != dimension);
                    another.filters.push(Filter::one_of(
                        dimension.clone(),
                        vec![entry.key.clone()],
                        vec![entry.label.clone()],
                    ));
                    self.finish(&mut another);
                    self.choose(entry.label, another);
                }
            }
            return Err(Stop::Ask(replies::no_such(self.language, &typed, title.as_deref())));
        }
        if self.reading.unexplained.is_empty() {
            if plan.is_statement() && plan.metrics.is_empty() && !self.reading.says {
                return Err(Stop::Help);
            }
            return Ok(());
        }
        let looks_up = matches!(plan.intent, Intent::Customer | Intent::Offer);
        if looks_up {
            return Err(Stop::Ask(replies::no_such(self.language, &self.reading.unexplained.join(" "), None)));
        }
        if self.reading.says && (!plan.metrics.is_empty() || !plan.is_statement()) {
            let mut without = plan.clone();
            self.finish(&mut without);
            if without.check(self.asked.calendar).is_ok() {
                self.choose(self.say("Ответить без этих слов", "Answer without these words"), without);
            }
            return Err(Stop::Ask(replies::unexplained(self.language, &self.reading.unexplained)));
        }
        Err(Stop::Ask(replies::unexplained(self.language, &self.reading.unexplained)))
    }

    /// Words whose meaning the plan does not have.
    pub(super) fn ask_unaccounted(&mut self, plan: &Plan) -> Result<(), Stop> {
        let left = self.unaccounted(plan);
        if left.is_empty() {
            return Ok(());
        }
        self.choose(self.say("Ответить без этих слов", "Answer without these words"), plan.clone());
        let question = replies::left_out(self.language, &left);
        self.reading.unexplained.extend(left);
        Err(Stop::Ask(question))
    }

    /// A forecast of what no forecast is made for: one country, each country. What there is is offered.
    pub(super) fn ask_forecast_of(&mut self, plan: &Plan) -> Result<(), Stop> {
        let reading = &self.reading;
        let named = reading.filters.iter().filter_map(Filter::dimension).chain(&reading.dimensions);
        let takes = |one: &&Dimension| {
            matches!(
                one,
                Dimension::Product
                    | Dimension::Category
                    | Dimension::Channel
                    | Dimension::Segment
                    | Dimension::CustomerKind
            )
        };
        let other = named.filter(|one| !takes(one)).find(|one| matches!(one, Dimension::Attribute(_))).cloned();
        let Some(other) = other.filter(|_| plan.intent == Intent::Forecast && plan.filters.is_empty()) else {
            return Ok(());
        };
        let (ru, en) = other.title();
        self.choose(self.say("Прогноз по всему магазину", "Forecast of the whole shop"), plan.clone());
        let mut course = Plan {
            metrics: plan.metrics.clone(),
            filters: self.reading.filters.clone(),
            dimensions: self.reading.dimensions.clone(),
            grain: Some(Unit::Month),
            ..Plan::default()
        };
        let year = Expr::Whole { count: 12, unit: Unit::Month, with_running: false };
        if time::set_period(&mut course, &year, self.asked.calendar, self.language.russian()).is_ok() {
            self.finish(&mut course);
            if course.check(self.asked.calendar).is_ok() {
                self.choose(self.say("По месяцам за последний год", "By month over the last year"), course);
            }
        }
        let text = match self.language {
            Language::Ru => format!(
                "Прогноз строится по всему магазину, товару, категории, каналу или сегменту, а по признаку «{}» пока нет. Что показать вместо него?",
                ru.to_lowercase()
            ),
            Language::En => format!(
                "A forecast is made for the whole shop, a product, a category, a channel or a segment, but not by {} yet. What do you want to see instead?",
                en.to_lowercase()
            ),
        };
        Err(Stop::Ask(text))
    }

    /// A follow-up whose words changed nothing: "and their value?".
    pub(super) fn ask_unchanged(&mut self, plan: &Plan) -> Result<(), Stop> {
        let Some(previous) = self.asked.previous.filter(|plan| self.followed && plan.is_statement()) else {
            return Ok(());
        };
        const SHOWN: [&str; 8] = ["table", "таблиц", "chart", "график", "list", "списк", "again", "ещё раз"];
        let text = self.scan.text.to_lowercase();
        let said = !self.reading.metrics.is_empty()
            || !self.reading.filters.is_empty()
            || !self.reading.dimensions.is_empty()
            || !self.scan.said.periods.is_empty();
        let same = Plan { assumed: Vec::new(), ..plan.clone() } == Plan { assumed: Vec::new(), ..previous.clone() };
        if said || !same || self.placed || SHOWN.iter().any(|word| text.contains(word)) {
            return Ok(());
        }
        Err(self.which_figure(plan))
    }

    /// Only a period or a name, and nothing that is asked of it; or a list of what is counted, one each.
    pub(super) fn ask_metric(&mut self, plan: &Plan) -> Result<(), Stop> {
        if plan.is_statement() && plan.counted_by_itself().is_some() {
            return Err(self.which_figure(&Plan { order: None, ..plan.clone() }));
        }
        let reading = &self.reading;
        let shaped = !plan.dimensions.is_empty()
            || plan.share
            || plan.average_per.is_some()
            || reading.best.is_some() && plan.grain.is_some()
            || reading.change.is_some() && !self.scan.said.periods.is_empty()
            || self.scan.said.comparison.is_some() && !self.scan.said.periods.is_empty()
            || (reading.course || reading.compare) && !self.scan.said.periods.is_empty();
        let segment = plan.filter_on(&Dimension::Segment).is_some() || plan.filter_on(&Dimension::Kind).is_some();
        if !plan.is_statement() || !plan.metrics.is_empty() || shaped || segment || !reading.bounds.is_empty() {
            return Ok(());
        }
        Err(self.which_figure(plan))
    }

    fn which_figure(&mut self, plan: &Plan) -> Stop {
        let counted = |metric: &Metric| plan.dimensions.iter().any(|dimension| dimension.is_counted_by(*metric));
        let figures = [Metric::Revenue, Metric::Orders, Metric::Customers, Metric::AverageOrder];
        for metric in figures.into_iter().filter(|metric| !counted(metric)) {
            let mut one = Plan { metrics: vec![metric], ..plan.clone() };
            self.finish(&mut one);
            let names = metric.definition().names;
            self.choose(self.say(names.ru, names.en), one);
        }
        Stop::Ask(self.say("Какой показатель нужен?", "Which figure do you mean?"))
    }

    /// Words that ask for nothing in particular: "a report".
    pub(super) fn ask_anything(&mut self) -> Stop {
        let mut plan = Plan::default();
        let (calendar, russian) = (self.asked.calendar, self.language.russian());
        if let Err(unclear) = time::set_period(&mut plan, &Expr::Unsaid, calendar, russian) {
            return self.unclear(&plan, unclear);
        }
        self.which_figure(&plan)
    }

    /// Tells how names were read.
    pub(super) fn explain_names(&mut self) {
        let mut read_as = self.scan.mended.clone();
        read_as.append(&mut self.reading.read_as);
        for (typed, label) in read_as {
            let (ru, en) = (format!("«{typed}» прочитано как «{label}»"), format!("“{typed}” was read as “{label}”"));
            self.assume(&ru, &en);
        }
        for (taken, other) in std::mem::take(&mut self.reading.other_names) {
            let ((ru, en), (other_ru, other_en)) = (taken.dimension.title(), other.dimension.title());
            self.assume(
                &format!("«{}»: {} (есть и {})", taken.label, ru.to_lowercase(), other_ru.to_lowercase()),
                &format!("“{}” is the {} (there is a {} too)", taken.label, en.to_lowercase(), other_en.to_lowercase()),
            );
        }
    }
}
