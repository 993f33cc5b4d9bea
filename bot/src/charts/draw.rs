//! The kinds of charts.

use super::canvas::{Anchor, Canvas, HEIGHT, WIDTH, between, readable};
use crate::{error::Result, format, lang::Lang};

/// What is drawn.
#[derive(Debug, Clone)]
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) lang: Lang,
    pub(super) dark: bool,
    pub(super) body: Body,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Steps in time.
    Lines { labels: Vec<String>, series: Vec<Series>, bands: Vec<Band>, percent: bool },
    /// Categories, the greatest first; from zero.
    Bars { labels: Vec<String>, values: Vec<f64>, percent: bool },
    /// Columns on each other, from zero.
    Stacked { labels: Vec<String>, series: Vec<Series> },
    /// Columns from the greatest on, and their running share of the whole.
    Pareto { values: Vec<f64> },
    /// Cells by how great they are.
    Heat { rows: Vec<String>, columns: Vec<String>, cells: Vec<Vec<Option<f64>>>, percent: bool },
}

#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) values: Vec<Option<f64>>,
    pub(super) dashed: bool,
}

/// Between two values at each step.
#[derive(Debug, Clone)]
pub(super) struct Band {
    pub(super) name: String,
    pub(super) between: Vec<Option<(f64, f64)>>,
    pub(super) opacity: f32,
}

const LEFT: f32 = 40.0;
const SMALL: f32 = 23.0;
const TOP: f32 = 132.0;

/// Draws a chart as a PNG file.
pub(super) fn draw(chart: &Chart) -> Result<Vec<u8>> {
    let mut canvas = Canvas::new(chart.dark)?;
    let theme = canvas.theme;
    let title = canvas.fit(&chart.title, 36.0, WIDTH - 2.0 * LEFT - 60.0);
    canvas.text(&title, (LEFT, 58.0), 36.0, Anchor::Left, theme.text, true);
    canvas.text(&chart.subtitle, (LEFT, 94.0), SMALL, Anchor::Left, theme.axis, false);
    match &chart.body {
        Body::Lines { labels, series, bands, percent } => {
            lines(&mut canvas, chart.lang, labels, series, (bands, *percent));
        }
        Body::Bars { labels, values, percent } => bars(&mut canvas, chart.lang, labels, values, *percent),
        Body::Stacked { labels, series } => stacked(&mut canvas, chart.lang, labels, series),
        Body::Pareto { values } => pareto(&mut canvas, chart.lang, values),
        Body::Heat { rows, columns, cells, percent } => heat(&mut canvas, chart.lang, rows, columns, cells, *percent),
    }
    canvas.png()
}

/// Round steps that hold a range: its beginning, its end, and the step.
fn ticks(low: f64, high: f64, about: f64) -> (f64, f64, f64) {
    let range = if high > low { high - low } else { high.abs().max(1.0) };
    let raw = range / about;
    let size = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].iter().map(|times| times * size).find(|step| *step >= raw).unwrap_or(raw);
    let low = (low / step).floor() * step;
    let mut top = (high / step).ceil() * step;
    if top <= low {
        top = low + step;
    }
    (low, top, step)
}

/// The scale up the left side, with its lines; where a value stands.
struct Scale {
    low: f64,
    high: f64,
    bottom: f32,
    left: f32,
    right: f32,
}

impl Scale {
    fn draw(
        canvas: &mut Canvas,
        told: &dyn Fn(f64) -> String,
        (low, high): (f64, f64),
        right: f32,
        bottom: f32,
    ) -> Self {
        let theme = canvas.theme;
        let (low, high, step) = ticks(low, high, 5.0);
        let count = ((high - low) / step).round() as usize;
        let labels: Vec<(f64, String)> =
            (0..=count).map(|at| low + step * at as f64).map(|value| (value, told(value))).collect();
        let wide = labels.iter().map(|(_, label)| canvas.width(label, SMALL, false)).fold(0.0, f32::max);
        let scale = Self { low, high, bottom, left: LEFT + wide + 16.0, right };
        for (value, label) in &labels {
            let y = scale.y(*value);
            let rgb = if value.abs() < step / 1e6 { theme.axis } else { theme.line };
            canvas.rect(scale.left, y - 0.75, right - scale.left, 1.5, rgb);
            canvas.text(label, (scale.left - 14.0, y + 8.0), SMALL, Anchor::Right, theme.axis, false);
        }
        scale
    }

    fn y(&self, value: f64) -> f32 {
        self.bottom - ((value - self.low) / (self.high - self.low)) as f32 * (self.bottom - TOP)
    }
}

/// Labels below, as many as have room.
fn below(canvas: &mut Canvas, labels: &[String], bottom: f32, x: impl Fn(usize) -> f32) {
    let theme = canvas.theme;
    let mut free = f32::MIN;
    let last = labels.len().saturating_sub(1);
    let room = labels.last().map_or(0.0, |label| canvas.width(label, SMALL, false));
    for (at, label) in labels.iter().enumerate() {
        let wide = canvas.width(label, SMALL, false);
        // The ends stay within the picture.
        let middle = x(at).clamp(wide / 2.0 + 8.0, WIDTH - wide / 2.0 - 8.0);
        let end = x(last).min(WIDTH - room / 2.0 - 8.0) - room / 2.0;
        let hits_last = at != last && middle + wide / 2.0 + 24.0 > end;
        if middle - wide / 2.0 < free || hits_last {
            continue;
        }
        canvas.text(label, (middle, bottom + 38.0), SMALL, Anchor::Middle, theme.axis, false);
        free = middle + wide / 2.0 + 24.0;
    }
}

/// Names of the series, below all.
fn legend(canvas: &mut Canvas, entries: &[(String, u32)]) {
    let theme = canvas.theme;
    let mut x = LEFT;
    for (name, rgb) in entries {
        let name = canvas.fit(name, SMALL, 420.0);
        let wide = canvas.width(&name, SMALL, false);
        if x + wide + 44.0 > WIDTH {
            break;
        }
        canvas.rect(x, HEIGHT - 42.0, 20.0, 20.0, *rgb);
        canvas.text(&name, (x + 30.0, HEIGHT - 24.0), SMALL, Anchor::Left, theme.text, false);
        x += wide + 64.0;
    }
}

fn lines(canvas: &mut Canvas, lang: Lang, labels: &[String], series: &[Series], (bands, percent): (&[Band], bool)) {
    let theme = canvas.theme;
    let values = series.iter().flat_map(|series| series.values.iter().flatten().copied());
    let edges = bands.iter().flat_map(|band| band.between.iter().flatten().flat_map(|(low, high)| [*low, *high]));
    let (low, high) = values.chain(edges).fold((0f64, 0f64), |(low, high), value| (low.min(value), high.max(value)));
    let several = series.len() > 1 || !bands.is_empty();
    let bottom = HEIGHT - if several { 110.0 } else { 70.0 };
    let told = |value| figure(value, percent, lang);
    let scale = Scale::draw(canvas, &told, (low, high), WIDTH - LEFT, bottom);
    let steps = labels.len().saturating_sub(1).max(1) as f32;
    let (left, right) = (scale.left + 10.0, scale.right - 10.0);
    let x = |at: usize| left + (right - left) * at as f32 / steps;
    for band in bands {
        let edge = |high: bool| {
            let points = band
                .between
                .iter()
                .enumerate()
                .filter_map(move |(at, edges)| edges.map(|(low, top)| (at, if high { top } else { low })));
            points.map(|(at, value)| (x(at), scale.y(value))).collect::<Vec<_>>()
        };
        let mut around = edge(true);
        around.extend(edge(false).into_iter().rev());
        canvas.area(&around, theme.series[1], band.opacity);
    }
    for (at, one) in series.iter().enumerate() {
        let rgb = theme.series[at % theme.series.len()];
        // Where a value is missing the line is broken.
        for run in one.values.iter().enumerate().collect::<Vec<_>>().split(|(_, value)| value.is_none()) {
            let points: Vec<(f32, f32)> =
                run.iter().filter_map(|(at, value)| value.map(|value| (x(*at), scale.y(value)))).collect();
            match points.as_slice() {
                [] => {}
                [(x, y)] => canvas.dot(*x, *y, 5.0, rgb),
                points => canvas.line(points, 4.0, rgb, one.dashed),
            }
            if points.len() > 1 && points.len() <= 31 && !one.dashed {
                points.iter().for_each(|(x, y)| canvas.dot(*x, *y, 4.5, rgb));
            }
        }
    }
    below(canvas, labels, bottom, x);
    if several {
        let mut entries: Vec<(String, u32)> = series
            .iter()
            .enumerate()
            .map(|(at, one)| (one.name.clone(), theme.series[at % theme.series.len()]))
            .collect();
        // The narrower band lies on the wider one.
        let mut shade = theme.ground;
        for band in bands {
            shade = between(shade, theme.series[1], band.opacity);
            entries.push((band.name.clone(), shade));
        }
        legend(canvas, &entries);
    }
}

fn bars(canvas: &mut Canvas, lang: Lang, labels: &[String], values: &[f64], percent: bool) {
    let theme = canvas.theme;
    let count = values.len().min(12);
    let (labels, values) = (&labels[..count.min(labels.len())], &values[..count]);
    let told: Vec<String> = values.iter().map(|value| figure(*value, percent, lang)).collect();
    let labels: Vec<String> = labels.iter().map(|label| canvas.fit(label, SMALL, 380.0)).collect();
    let wide = labels.iter().map(|label| canvas.width(label, SMALL, false)).fold(0.0, f32::max);
    let end = told.iter().map(|text| canvas.width(text, SMALL, false)).fold(0.0, f32::max);
    let (low, high) = values.iter().fold((0f64, 0f64), |(low, high), value| (low.min(*value), high.max(*value)));
    let range = if high > low { high - low } else { 1.0 };
    let (left, right) = (LEFT + wide + 20.0, WIDTH - LEFT - end - 16.0);
    // Figures of negative bars stand on their left.
    let left = if low < 0.0 { left + end + 16.0 } else { left };
    let zero = left + (-low / range) as f32 * (right - left);
    let step = (HEIGHT - TOP - 36.0) / count.max(1) as f32;
    let thick = (step * 0.68).min(46.0);
    for (at, value) in values.iter().enumerate() {
        let middle = TOP + step * (at as f32 + 0.5);
        let length = (value.abs() / range) as f32 * (right - left);
        let from = if *value < 0.0 { zero - length } else { zero };
        canvas.rect(from, middle - thick / 2.0, length, thick, theme.series[0]);
        canvas.text(&labels[at], (LEFT + wide, middle + 8.0), SMALL, Anchor::Right, theme.text, false);
        let (x, anchor) =
            if *value < 0.0 { (from - 12.0, Anchor::Right) } else { (zero + length + 12.0, Anchor::Left) };
        canvas.text(&told[at], (x, middle + 8.0), SMALL, anchor, theme.axis, false);
    }
    canvas.rect(zero - 1.0, TOP, 2.0, HEIGHT - TOP - 36.0, theme.axis);
}

fn figure(value: f64, percent: bool, lang: Lang) -> String {
    if percent {
        let value = rust_decimal::Decimal::from_f64_retain(value).unwrap_or_default();
        return format::percent(value, lang);
    }
    format::short(value, lang)
}

fn stacked(canvas: &mut Canvas, lang: Lang, labels: &[String], series: &[Series]) {
    let theme = canvas.theme;
    let total = |at: usize, positive: bool| -> f64 {
        let values = series.iter().filter_map(|one| one.values.get(at).copied().flatten());
        values.filter(|value| (*value > 0.0) == positive).sum()
    };
    let (low, high) =
        (0..labels.len()).fold((0f64, 0f64), |(low, high), at| (low.min(total(at, false)), high.max(total(at, true))));
    let bottom = HEIGHT - 110.0;
    let scale = Scale::draw(canvas, &|value| format::short(value, lang), (low, high), WIDTH - LEFT, bottom);
    let step = (scale.right - scale.left) / labels.len().max(1) as f32;
    let thick = (step * 0.72).min(80.0);
    let x = |at: usize| scale.left + step * (at as f32 + 0.5);
    for at in 0..labels.len() {
        let (mut up, mut down) = (0.0, 0.0);
        for (place, one) in series.iter().enumerate() {
            let Some(value) = one.values.get(at).copied().flatten() else { continue };
            let from = if value >= 0.0 { &mut up } else { &mut down };
            let (begin, end) = (*from, *from + value);
            *from = end;
            let (top, foot) = (scale.y(begin.max(end)), scale.y(begin.min(end)));
            canvas.rect(x(at) - thick / 2.0, top, thick, foot - top, theme.series[place % theme.series.len()]);
        }
    }
    below(canvas, labels, bottom, x);
    let entries: Vec<(String, u32)> =
        series.iter().enumerate().map(|(at, one)| (one.name.clone(), theme.series[at % theme.series.len()])).collect();
    legend(canvas, &entries);
}

fn pareto(canvas: &mut Canvas, lang: Lang, values: &[f64]) {
    let theme = canvas.theme;
    let whole: f64 = values.iter().filter(|value| **value > 0.0).sum();
    if whole <= 0.0 {
        return;
    }
    let high = values.iter().copied().fold(0f64, f64::max);
    let bottom = HEIGHT - 110.0;
    let scale = Scale::draw(canvas, &|value| format::short(value, lang), (0.0, high), WIDTH - LEFT - 80.0, bottom);
    let step = (scale.right - scale.left) / values.len() as f32;
    let mut sum = 0.0;
    let mut share = vec![(scale.left, bottom)];
    for (at, value) in values.iter().enumerate() {
        let left = scale.left + step * at as f32;
        let gap = if step > 6.0 { step * 0.2 } else { 0.0 };
        let top = scale.y(value.max(0.0));
        canvas.rect(left + gap / 2.0, top, step - gap, bottom - top, theme.series[0]);
        sum += value.max(0.0) / whole;
        share.push((left + step, bottom - sum as f32 * (bottom - TOP)));
    }
    for percent in [0.0f64, 0.5, 0.8, 0.95, 1.0] {
        let y = bottom - percent as f32 * (bottom - TOP);
        let label = figure(percent, true, lang);
        canvas.text(&label, (scale.right + 12.0, y + 8.0), SMALL, Anchor::Left, theme.series[1], false);
        if percent == 0.8 {
            canvas.line(&[(scale.left, y), (scale.right, y)], 1.5, theme.series[1], true);
        }
    }
    canvas.line(&share, 4.0, theme.series[1], false);
    let count = values.len();
    let labels: Vec<String> =
        [1, count.div_ceil(4), count.div_ceil(2), count * 3 / 4, count].iter().map(ToString::to_string).collect();
    let places = [1, count.div_ceil(4), count.div_ceil(2), count * 3 / 4, count];
    below(canvas, &labels, bottom, |at| scale.left + step * (places[at] as f32 - 0.5));
    let entries = [
        (lang.pick("Товары по выручке", "Products by revenue").to_owned(), theme.series[0]),
        (lang.pick("Накопленная доля", "Running share").to_owned(), theme.series[1]),
    ];
    legend(canvas, &entries);
}

fn heat(
    canvas: &mut Canvas,
    lang: Lang,
    rows: &[String],
    columns: &[String],
    cells: &[Vec<Option<f64>>],
    percent: bool,
) {
    let theme = canvas.theme;
    let rows: Vec<String> = rows.iter().take(24).map(|row| canvas.fit(row, SMALL, 260.0)).collect();
    let wide = rows.iter().map(|row| canvas.width(row, SMALL, false)).fold(0.0, f32::max);
    let (left, bottom) = (LEFT + wide + 16.0, HEIGHT - 70.0);
    let (across, down) =
        ((WIDTH - LEFT - left) / columns.len().max(1) as f32, (bottom - TOP) / rows.len().max(1) as f32);
    let high = cells.iter().flatten().flatten().copied().fold(0f64, f64::max);
    let size = (down * 0.5).min(across * 0.36).min(20.0);
    for (at, row) in rows.iter().enumerate() {
        let y = TOP + down * at as f32;
        canvas.text(row, (LEFT + wide, y + down / 2.0 + 8.0), SMALL.min(down * 0.9), Anchor::Right, theme.text, false);
        for (place, value) in cells.get(at).into_iter().flatten().enumerate().take(columns.len()) {
            let Some(value) = value else { continue };
            let share = if high > 0.0 { (value / high).max(0.0) as f32 } else { 0.0 };
            let x = left + across * place as f32;
            // The eye sees the root of a share: small ones stay apart from none.
            let shade = between(theme.ground, theme.heat, 0.06 + 0.94 * share.sqrt());
            canvas.rect(x + 1.0, y + 1.0, across - 2.0, down - 2.0, shade);
            if size >= 11.0 {
                let label = if percent {
                    figure((value * 100.0).round() / 100.0, true, lang)
                } else {
                    format::short(*value, lang)
                };
                let label = label.replace('\u{a0}', "");
                let rgb = readable(shade, theme.ground, theme.text);
                if canvas.width(&label, size, false) < across {
                    canvas.text(
                        &label,
                        (x + across / 2.0, y + down / 2.0 + size * 0.36),
                        size,
                        Anchor::Middle,
                        rgb,
                        false,
                    );
                }
            }
        }
    }
    below(canvas, columns, bottom - 4.0, |at| left + across * (at as f32 + 0.5));
}
