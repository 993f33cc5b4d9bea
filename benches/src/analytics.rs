//! How good the analytics are: every figure that the tests hold them to, over the real data sets.

use anyhow::{Result, ensure};
use kupets_evaluation::{
    Figure, attribution, baskets, cdnow, forecasts,
    m3::{self, Period},
    offers,
    online_retail::{self, Sales},
    segments, value,
};

use crate::{Options, table::Table};

/// Runs the bench.
pub fn run(options: &Options) -> Result<()> {
    let sales = Sales::read(&options.shared(online_retail::FILE)?)?;
    let mut missed = Vec::new();
    let mut topic = |title: &str, figures: Vec<Figure>| {
        println!("### {title}\n");
        print(&figures);
        println!();
        missed.extend(figures.into_iter().filter(|figure| figure.held() == Some(false)));
    };
    let m3 = options.shared(m3::FILE)?;
    for period in Period::ALL {
        topic(&format!("Forecasts: M3, {}", period.name().to_lowercase()), forecasts::m3(&m3, period)?);
    }
    topic("Forecasts: Online Retail by day", forecasts::online_retail(&sales)?);
    let [sample, master] = [cdnow::Part::Sample, cdnow::Part::Master].map(|part| options.shared(part.file()));
    topic("Customer value: CDNOW, the sample", value::sample(&sample?)?);
    topic("Customer value: CDNOW, the whole cohort", value::master(&master?)?);
    topic("Baskets: groceries", baskets::groceries(&options.shared(baskets::GROCERIES)?)?);
    topic("Baskets: Online Retail", baskets::online_retail(&sales)?);
    topic("Offers: Online Retail, the next basket", offers::next_basket(&sales)?);
    topic("Why sales changed: causes made up", attribution::single_causes(&sales)?);
    topic("Why sales changed: exact sums", attribution::exact_sums(&sales));
    topic("Segments: RFM", segments::rfm(&sales)?);
    topic("Segments: products by weight and evenness", segments::products(&sales)?);
    topic("Segments: a cohort", segments::cohorts(&sales));
    topic("Segments: stages of customers", segments::stages(&sales));
    println!("A figure without a goal is only shown. Times are this machine's, and never judged.");
    let missed: Vec<String> = missed.iter().map(Figure::to_string).collect();
    ensure!(missed.is_empty(), "figures that miss their goals:\n{}", missed.join("\n"));
    Ok(())
}

fn print(figures: &[Figure]) {
    let mut table = Table::new(["figure", "value", "goal", "held", "goal or peers from"]);
    for figure in figures {
        let held = match figure.held() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        table.row([figure.what.clone(), figure.value_text(), figure.goal_text(), held.into(), figure.source.clone()]);
    }
    table.print();
}
