//! What is asked and what is answered.

use super::calendar::Calendar;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many periods ahead.
    pub horizon: usize,
    /// Lengths of the seasons in periods, in any order. Of those up to 24 the shortest is used, of longer ones (the year in
    /// days or weeks) the longest. None: what the calendar's grain suggests - 7 and 365 days, 52 weeks, 12 months.
    pub seasons: Vec<usize>,
    /// Where the series lies in time.
    pub calendar: Option<Calendar>,
    /// Whether values below zero make no sense: points and limits are then cut at zero. So they are where the history never went below
    /// it.
    pub non_negative: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Place, in the series as it was given, of the first point: its length, or earlier when the last periods were not
    /// complete.
    pub from: usize,
    /// One for each period ahead.
    pub points: Vec<Point>,
    /// What was chosen.
    pub model: Model,
    /// Its error on the series' own past; none without room for a trial.
    pub backtest: Option<Backtest>,
    /// What the reader must know. Empty when all is well.
    pub notes: Vec<Note>,
}

/// A value ahead, in the units of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Expected value.
    pub value: f64,
    /// Lower limit of the 80 % interval.
    pub lower80: f64,
    /// Upper limit of the 80 % interval.
    pub upper80: f64,
    /// Lower limit of the 95 % interval.
    pub lower95: f64,
    /// Upper limit of the 95 % interval.
    pub upper95: f64,
}

/// A method of forecasting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Weighted mean of dynamic optimised Theta (of values and of logarithms), complex and averaged exponential smoothing and
    /// the airline model, on the series without season, course of the year, holidays and closed days; where it lost on the past, with repeating it.
    Combination,
    /// The last season again.
    SeasonalNaive,
    /// The last value again.
    Naive,
    /// The mean of all values.
    Mean,
    /// Croston's method with the correction of Syntetos and Boylan, for many zeros.
    Sba,
    /// The method of Teunter, Syntetos and Babai, for many zeros.
    Tsb,
}

impl Method {
    /// A short name for interfaces.
    pub fn name(self) -> &'static str {
        match self {
            Self::Combination => "combination",
            Self::SeasonalNaive => "seasonal_naive",
            Self::Naive => "naive",
            Self::Mean => "mean",
            Self::Sba => "croston_sba",
            Self::Tsb => "tsb",
        }
    }
}

/// What was chosen, with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The method.
    pub method: Method,
    /// Length of the short season that it was given, 1 for none.
    pub season: usize,
    /// Its parts; weights sum to 1.
    pub parts: Vec<Part>,
}

/// A part of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The usual short name: `DOTM`, `CES`, `ETS(M,Ad,M)`.
    pub name: String,
    /// Share in the mean.
    pub weight: f64,
    /// Fitted parameters by name.
    pub parameters: Vec<(&'static str, f64)>,
}

impl Part {
    /// A part with its parameters.
    pub(super) fn new(name: &str, weight: f64, parameters: &[(&'static str, f64)]) -> Self {
        Self { name: name.to_owned(), weight, parameters: parameters.to_vec() }
    }
}

/// Errors of a method over the origins of a backtest. Each is none where it has no meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// Symmetric mean absolute percentage error, 0 to 200.
    pub smape: Option<f64>,
    /// Mean absolute error over that of the seasonal naive method one step ahead.
    pub mase: Option<f64>,
    /// Mean absolute error, in the units of the series.
    pub mae: Option<f64>,
}

/// A method that was tried on the past.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// Its short name: that of a [`Method`], or of a member of the combination - `dotm`, `dotm_log`, `ces`, `ets`,
    /// `airline`.
    pub name: &'static str,
    /// Its errors, alone.
    pub accuracy: Accuracy,
    /// Its own share in the forecast, 0 to 1. The combination, whose members stand beside it, has none.
    pub share: f64,
}

/// How the model did on the past, with nothing of what came after each origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// Steps ahead at each origin.
    pub horizon: usize,
    /// How many origins.
    pub origins: usize,
    /// Errors of the model.
    pub model: Accuracy,
    /// Errors of the seasonal naive method (of the last value, without a season) at the same origins.
    pub naive: Accuracy,
    /// Share of the errors within the 95 % intervals that the other origins give; none with a single origin.
    pub coverage95: Option<f64>,
    /// Each method that was tried, and its error alone.
    pub tried: Vec<Tried>,
}

/// What the reader of a forecast must know. Texts are made elsewhere, in the reader's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// There is no value at all: the points are zeros, no information.
    NoData,
    /// Too few values for a model: the last value or the mean, with a wide interval.
    TooFew {
        /// Values used.
        have: usize,
        /// Values from which on a model is fitted.
        need: usize,
    },
    /// Not two whole seasons (short or long): the season is not in the forecast.
    NoSeason {
        /// Values used.
        have: usize,
        /// Values from which on the season is estimated.
        need: usize,
    },
    /// All values are zero.
    AllZero,
    /// All values are the same.
    Constant,
    /// Most values are zero: a mean rate is forecast, not when a sale comes.
    Intermittent,
    /// At the origins the combination alone was off by more than repeating the past: what was best there has a larger share,
    /// and repeating the past may have a part, or be all of it.
    NaiveBetter {
        /// The share of repeating the past, in percent.
        percent: usize,
    },
    /// Repeating the past has the smaller mean absolute error at the origins, and a mean rate is shown all the same: its
    /// squared error is smaller. Of many zeros the best guess by absolute error is a zero, which is of no use.
    NaiveBetterByAbsolute,
    /// Fewer and shorter trials than usual, on histories too short for a season.
    ShortTrial {
        /// How many.
        origins: usize,
        /// How many periods ahead.
        horizon: usize,
    },
    /// The horizon is longer than the history.
    LongHorizon,
    /// Values that were no numbers; each was taken to be like the one before.
    NotNumbers {
        /// How many.
        count: usize,
    },
    /// Periods at the ends that were not complete and were left out.
    Partial {
        /// How many at the start.
        first: usize,
        /// How many at the end.
        last: usize,
    },
}
