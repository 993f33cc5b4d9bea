#![allow(clippy::unwrap_used)]
//! Pictures are compared cell by cell with what was looked at once: `UPDATE_CHARTS=1` writes both anew, the picture for the eye
//! into `target/charts`.

use std::{fmt::Write as _, fs, path::PathBuf};

use serde_json::{Map, json};

use super::*;
use crate::{
    api::{Credential, ForecastPoint, User},
    charts::canvas::{HEIGHT, WIDTH},
};

/// Cells across and down.
const CELLS: (usize, usize) = (48, 28);
/// How far a cell's brightness may be from what it was, of 255: letters may be drawn a little otherwise by another font version.
const TOLERANCE: i32 = 10;

fn link() -> Link {
    Link {
        credential: Credential("kt_1".to_owned()),
        user: User::default(),
        workspace: Workspace {
            id: "w".to_owned(),
            name: "Лавка чая".to_owned(),
            time_zone: "Europe/Moscow".to_owned(),
            currency: "RUB".to_owned(),
        },
        role: "owner".to_owned(),
    }
}

fn column(name: &str, unit: Option<&str>) -> crate::api::Column {
    crate::api::Column { name: name.to_owned(), unit: unit.map(str::to_owned), ..crate::api::Column::default() }
}

/// Three bytes a pixel of a picture of ours.
fn pixels(png: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let at = png.windows(4).position(|window| window == b"IDAT").unwrap();
    let length = u32::from_be_bytes(png[at - 4..at].try_into().unwrap()) as usize;
    let mut raw = Vec::new();
    flate2::read::ZlibDecoder::new(&png[at + 4..at + 4 + length]).read_to_end(&mut raw).unwrap();
    raw.chunks_exact(WIDTH as usize * 3 + 1).flat_map(|row| row[1..].to_vec()).collect()
}

/// The mean brightness of each cell.
fn cells(png: &[u8]) -> Vec<Vec<i32>> {
    let pixels = pixels(png);
    let (wide, high) = (WIDTH as usize / CELLS.0, HEIGHT as usize / CELLS.1);
    let bright = |x: usize, y: usize| {
        let at = (y * WIDTH as usize + x) * 3;
        pixels[at..at + 3].iter().map(|part| i32::from(*part)).sum::<i32>() / 3
    };
    let mean = |across: usize, down: usize| {
        let sum: i32 = (0..high)
            .flat_map(|y| (0..wide).map(move |x| (x, y)))
            .map(|(x, y)| bright(across * wide + x, down * high + y))
            .sum();
        sum / i32::try_from(wide * high).unwrap()
    };
    (0..CELLS.1).map(|down| (0..CELLS.0).map(|across| mean(across, down)).collect()).collect()
}

#[track_caller]
fn compare(name: &str, picture: &Picture) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let known = root.join(format!("src/charts/looked_at/{name}.txt"));
    let cells = cells(&picture.png);
    if std::env::var_os("UPDATE_CHARTS").is_some() {
        let mut text = String::new();
        for row in &cells {
            let row: Vec<String> = row.iter().map(|cell| format!("{cell:02x}")).collect();
            writeln!(text, "{}", row.join(" ")).unwrap();
        }
        fs::create_dir_all(known.parent().unwrap()).unwrap();
        fs::write(&known, text).unwrap();
        let shown = root.join("../target/charts");
        fs::create_dir_all(&shown).unwrap();
        fs::write(shown.join(format!("{name}.png")), &picture.png).unwrap();
    }
    let text = fs::read_to_string(&known).unwrap();
    for (row, (line, cells)) in text.lines().zip(&cells).enumerate() {
        for (place, (was, is)) in line.split(' ').zip(cells).enumerate() {
            let was = i32::from_str_radix(was, 16).unwrap();
            assert!((was - is).abs() <= TOLERANCE, "{name}: cell {place} of row {row} was {was} and is {is}");
        }
    }
    assert_eq!(text.lines().count(), CELLS.1);
}

fn forecast() -> Forecast {
    let point = |period: String, value: f64, wide: f64| ForecastPoint {
        period,
        value: json!(value),
        lower80: json!(value - wide),
        upper80: json!(value + wide),
        lower95: json!(value - wide * 1.6),
        upper95: json!(value + wide * 1.6),
    };
    let month = |at: usize| format!("{}-{:02}-01", 2025 + at / 12, at % 12 + 1);
    let value = |at: usize| 900_000.0 + at as f64 * 22_000.0 + [0.0, -90_000.0, 40_000.0, 120_000.0][at % 4];
    Forecast {
        metric: "revenue".to_owned(),
        grain: "month".to_owned(),
        unit: "RUB".to_owned(),
        history: (0..18).map(|at| point(month(at), value(at), 0.0)).collect(),
        points: (18..24).map(|at| point(month(at), value(at), 40_000.0 * (at - 16) as f64)).collect(),
        ..Forecast::default()
    }
}

fn products() -> Table {
    let names = [
        "Чай чёрный байховый крупнолистовой",
        "Чашка",
        "Заварник стеклянный 600 мл",
        "Мёд",
        "Сахар тростниковый",
        "Возврат залога",
    ];
    let rows = names.iter().zip([1_254_300.5, 830_000.0, 512_000.0, 90_500.0, 8_000.0, -120_000.0]);
    Table {
        columns: vec![column("product", None), column("revenue", Some("RUB"))],
        rows: rows.map(|(name, value)| vec![json!(name), json!(value)]).collect(),
        meta: Map::new(),
    }
}

fn look(lang: Lang, workspace: &Workspace, dark: bool) -> Look<'_> {
    Look {
        title: lang.pick("Лучшие товары", "Top products").to_owned(),
        workspace,
        lang,
        dark,
        grain: None,
        titles: &[],
    }
}

fn how(kind: &str, x: &str, y: &[&str], series: Option<&str>) -> ReportChart {
    ReportChart {
        kind: kind.to_owned(),
        x: x.to_owned(),
        y: y.iter().map(|name| (*name).to_owned()).collect(),
        series: series.map(str::to_owned),
    }
}

#[test]
fn a_forecast_has_its_past_its_line_and_its_bands() {
    let link = link();
    for (name, lang, dark) in [("forecast_ru", Lang::Ru, false), ("forecast_en_dark", Lang::En, true)] {
        compare(name, &of_forecast(&forecast(), &link, lang, dark).unwrap().unwrap());
    }
}

#[test]
fn bars_begin_at_zero_and_go_both_ways() {
    let link = link();
    for (name, lang, dark) in [("bars_ru", Lang::Ru, false), ("bars_en_dark", Lang::En, true)] {
        let picture =
            of_table(&how("bar", "product", &["revenue"], None), &products(), &look(lang, &link.workspace, dark));
        compare(name, &picture.unwrap().unwrap());
    }
}

#[test]
fn cohorts_are_a_heat_map_whose_future_is_empty() {
    let link = link();
    let cohort = |at: i64, age: i64| {
        let share = if age == 0 { 1.0 } else { 0.5 / (age as f64 + at as f64 / 3.0).sqrt() };
        vec![json!(format!("2026-{:02}-01", at + 1)), json!(age), json!(share)]
    };
    let table = Table {
        columns: vec![column("cohort", None), column("age", None), column("retention", Some("ratio"))],
        rows: (0..8).flat_map(|at| (0..8 - at).map(move |age| (at, age))).map(|(at, age)| cohort(at, age)).collect(),
        meta: Map::new(),
    };
    for (name, lang, dark) in [("cohorts_ru", Lang::Ru, false), ("cohorts_en_dark", Lang::En, true)] {
        let look = Look {
            title: lang.pick("Удержание по когортам", "Retention of cohorts").to_owned(),
            grain: Some("month"),
            ..look(lang, &link.workspace, dark)
        };
        let picture = of_table(&how("heatmap", "age", &["retention"], Some("cohort")), &table, &look);
        compare(name, &picture.unwrap().unwrap());
    }
}

#[test]
fn a_few_products_carry_most_of_it() {
    let link = link();
    let report = Report {
        id: "abc_xyz".to_owned(),
        title: crate::api::LocalText { ru: "ABC-анализ".to_owned(), en: "ABC analysis".to_owned() },
        chart: ReportChart::default(),
        columns: Vec::new(),
        parameters: Vec::new(),
    };
    let table = Table {
        columns: vec![column("product", None), column("revenue", Some("RUB"))],
        rows: (1..=60).map(|at| vec![json!(format!("p{at}")), json!(1_000_000.0 / f64::from(at))]).collect(),
        meta: Map::new(),
    };
    for (name, lang, dark) in [("pareto_ru", Lang::Ru, false), ("pareto_en_dark", Lang::En, true)] {
        compare(name, &of_report(&report, &table, &ReportQuery::default(), &link, lang, dark).unwrap().unwrap());
    }
}

#[test]
fn new_and_returning_stand_on_each_other() {
    let link = link();
    let table = Table {
        columns: vec![
            column("period", None),
            column("revenue_new", Some("RUB")),
            column("revenue_returning", Some("RUB")),
        ],
        rows: (1..=12)
            .map(|at| {
                vec![json!(format!("2025-{at:02}-01")), json!(100_000 + at * 9_000), json!(300_000 + (at % 4) * 50_000)]
            })
            .collect(),
        meta: Map::new(),
    };
    for (name, lang, dark) in [("stacked_ru", Lang::Ru, false), ("stacked_en_dark", Lang::En, true)] {
        let look = Look {
            title: lang.pick("Новые и вернувшиеся", "New and returning").to_owned(),
            grain: Some("month"),
            ..look(lang, &link.workspace, dark)
        };
        let picture =
            of_table(&how("stacked_bar", "period", &["revenue_new", "revenue_returning"], None), &table, &look);
        compare(name, &picture.unwrap().unwrap());
    }
}

#[test]
fn days_are_a_line_broken_where_nothing_is_known() {
    let link = link();
    let value = |at: i32| if at == 12 { json!(null) } else { json!(f64::from((at * 37) % 50) * 900.0 + 20_000.0) };
    let table = Table {
        columns: vec![column("period", None), column("revenue", Some("RUB")), column("orders", Some("orders"))],
        rows: (1..=30).map(|at| vec![json!(format!("2026-04-{at:02}")), value(at), json!(at)]).collect(),
        meta: Map::new(),
    };
    for (name, lang, dark) in [("days_ru", Lang::Ru, false), ("days_en_dark", Lang::En, true)] {
        let look = Look {
            title: lang.pick("Продажи по дням", "Sales by day").to_owned(),
            grain: Some("day"),
            ..look(lang, &link.workspace, dark)
        };
        compare(name, &of_table(&how("line", "period", &["revenue", "orders"], None), &table, &look).unwrap().unwrap());
    }
}

#[test]
fn one_row_is_no_chart() {
    let link = link();
    let mut table = products();
    table.rows.truncate(1);
    assert!(
        of_table(&how("bar", "product", &["revenue"], None), &table, &look(Lang::Ru, &link.workspace, false)).is_none()
    );
    assert!(
        of_table(&how("table", "product", &["revenue"], None), &products(), &look(Lang::Ru, &link.workspace, false))
            .is_none()
    );
}

#[test]
fn what_carries_a_change_stands_with_its_own_name_and_share_of_it() {
    let link = link();
    let row = |label: &str, carries: i64| {
        vec![json!("product"), json!("k"), json!(label), json!(500), json!(500 + carries), json!(carries)]
    };
    let keys = ["dimension", "key", "label"].map(|name| column(name, None));
    let figures = ["before", "after", "contribution"].map(|name| column(name, Some("RUB")));
    let result = Table {
        columns: keys.into_iter().chain(figures).collect(),
        rows: vec![row("Чай", 900), row("Чашка", -300)],
        meta: Map::new(),
    };
    let reply = Reply {
        result: Some(result),
        interpretation: Some(json!({"metrics": ["revenue"]})),
        chart: Some("bar".to_owned()),
        ..Reply::default()
    };
    let alone = Table {
        columns: vec![column("label", None), column("contribution", Some("RUB"))],
        rows: vec![vec![json!("Чай"), json!(900)], vec![json!("Чашка"), json!(-300)]],
        meta: Map::new(),
    };
    let look =
        Look { title: "Выручка, изменение".to_owned(), ..look(Lang::Ru, &link.workspace, false) };
    let wanted = of_table(&how("bar", "label", &["contribution"], None), &alone, &look).unwrap().unwrap();
    let drawn = of_answer(&reply, &link, Lang::Ru, false).unwrap().unwrap();
    assert_eq!((drawn.caption, drawn.png == wanted.png), (wanted.caption, true));
}

#[test]
fn nothing_but_zeros_is_no_chart() {
    let link = link();
    let mut table = products();
    for row in &mut table.rows {
        row[1] = json!(0);
    }
    let look = look(Lang::Ru, &link.workspace, false);
    assert!(of_table(&how("bar", "product", &["revenue"], None), &table, &look).is_none());
    table.rows[2][1] = json!(1);
    assert!(of_table(&how("bar", "product", &["revenue"], None), &table, &look).is_some());
}
