//! What period words mean, before it is known when they are said.

use serde::{Deserialize, Serialize};

use super::Unit;

/// The meaning of period words. It can be kept and resolved again at another moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// All records.
    All,
    /// The running unit from its beginning.
    This(Unit),
    /// The whole unit so many before the running one: 1 is the last one, 2 the one before last.
    Ago {
        /// The unit.
        unit: Unit,
        /// How many before the running one.
        back: u32,
    },
    /// So many whole units before the running one.
    Whole {
        /// How many.
        count: u32,
        /// The unit.
        unit: Unit,
        /// Whether the running one is added to them.
        with_running: bool,
    },
    /// From the same day so many units earlier up to today, today left out.
    Rolling {
        /// How many; two weeks are a fortnight.
        count: u32,
        /// The unit.
        unit: Unit,
    },
    /// The calendar unit that is running, so many years earlier, whole: "this week last year".
    YearsBack {
        /// The unit.
        unit: Unit,
        /// How many years.
        years: u32,
    },
    /// So many minutes up to now.
    Clock {
        /// The length.
        minutes: u32,
    },
    /// Something that comes round every year.
    Yearly {
        /// What.
        slot: Slot,
        /// Of which year.
        which: Which,
    },
    /// A calendar year.
    Year(YearOf),
    /// A day of a month; with no month, the latest one not after today.
    DayOfMonth {
        /// 1 to 31.
        day: u8,
        /// A period that is a month.
        of: Option<Box<Expr>>,
    },
    /// Two numbers with a slash or dash, of which the workspace's order says which is the day.
    Numeric {
        /// The number written first.
        first: u8,
        /// The number written second.
        second: u8,
        /// The year, if written.
        year: Option<i32>,
    },
    /// A weekday: 1 is Monday.
    Weekday {
        /// 1 to 7.
        day: u8,
        /// Of which week.
        of: WeekdayOf,
    },
    /// A Saturday and Sunday.
    Weekend(WeekendOf),
    /// A part of a period.
    Part {
        /// Which part.
        part: Part,
        /// Of what.
        of: Box<Expr>,
    },
    /// The calendar unit in which a period begins (the week of Black Friday).
    Around {
        /// The unit.
        unit: Unit,
        /// The period.
        of: Box<Expr>,
    },
    /// From the beginning of the first to the end of the last; both belong to it.
    Range {
        /// The first.
        first: Box<Expr>,
        /// The last.
        last: Box<Expr>,
    },
    /// From its first day on.
    Since(Box<Expr>),
    /// From the day after its last on.
    After(Box<Expr>),
    /// Everything before its first day.
    Before(Box<Expr>),
    /// Everything up to its last day, that day too.
    Through(Box<Expr>),
    /// What is still to come.
    Future(Future),
    /// Only those weekdays of a period; of the usual one when none is said.
    Only {
        /// The weekdays.
        weekdays: Weekdays,
        /// The period.
        of: Option<Box<Expr>>,
    },
    /// No period was said: the 30 whole days before today.
    Unsaid,
    /// Words that name no certain period.
    Vague(Vague),
}

/// What comes round every year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// A day of a month.
    Day {
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// 1 to 12.
    Month(u8),
    /// 1 to 4.
    Quarter(u8),
    /// 1 or 2.
    Half(u8),
    /// A season.
    Season(Season),
    /// An ISO week, 1 to 53.
    Week(u8),
    /// A named day or days.
    Named(Rule),
}

/// A season of three whole months; winter is called by the year in which it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// December to February.
    Winter,
    /// March to May.
    Spring,
    /// June to August.
    Summer,
    /// September to November.
    Autumn,
}

/// When a named day is. The workspace may add its own by fixed dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The Friday after the fourth Thursday of November.
    BlackFriday,
    /// The Monday after Black Friday.
    CyberMonday,
    /// From one day of the year to another, both included; one before the other ends in the next year.
    Fixed {
        /// Month and day of the first day.
        from: (u8, u8),
        /// Month and day of the last day.
        to: (u8, u8),
    },
}

/// Which of the yearly ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The latest that has begun.
    Latest,
    /// The latest that has ended, so many more back (`0`: the latest).
    Ended(u32),
    /// The one of the running year ("this summer"); in December "this winter" is the one that has just begun.
    This,
    /// The first that begins after today.
    Next,
    /// Of that year.
    Of(YearOf),
}

/// A year, as said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearOf {
    /// By its number.
    Number(i32),
    /// So many before the running one; negative after it.
    Back(i32),
}

/// Of which week a weekday is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekdayOf {
    /// The latest before today, so many more weeks back (`0`: the latest).
    Past(u32),
    /// Of the running week.
    This,
    /// The first after today.
    Next,
    /// Of the week in which that period begins.
    Week(Box<Expr>),
}

/// Which weekend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeekendOf {
    /// The latest whole one, so many more back (`0`: the latest).
    Past(u32),
    /// Of the running week.
    This,
    /// The latest that has begun.
    Latest,
    /// Of the week after the running one.
    Next,
}

/// A part of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 1 or 2; of a month, 1-15 and 16-end.
    Half(u8),
    /// 1 to 3, early, middle, late; of a month, 1-10, 11-20, 21-end.
    Third(u8),
    /// So many units from its beginning.
    First {
        /// How many.
        count: u32,
        /// The unit.
        unit: Unit,
    },
    /// So many units before its end.
    Last {
        /// How many.
        count: u32,
        /// The unit.
        unit: Unit,
    },
    /// The unit of that number, counted from its beginning.
    Nth {
        /// From 1.
        number: u32,
        /// The unit.
        unit: Unit,
    },
    /// A weekday of that number in it; `-1` is the last.
    Weekday {
        /// From 1, or -1.
        number: i32,
        /// 1 is Monday.
        day: u8,
    },
}

/// What is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Future {
    /// The whole unit so many after the running one.
    Unit {
        /// The unit.
        unit: Unit,
        /// 1 is the next one.
        ahead: u32,
    },
    /// So many whole units after the running one.
    Whole {
        /// How many.
        count: u32,
        /// The unit.
        unit: Unit,
    },
    /// From today to the end of the running unit.
    Rest(Unit),
}

/// Words that ask for a question back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vague {
    /// "Recently", "that time", "last time".
    Sometime,
    /// "The last few weeks".
    Few(Unit),
}

/// A set of weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// One weekday, 1 is Monday; none for any other number.
    pub fn one(day: u8) -> Self {
        Self(if (1..=7).contains(&day) { 1 << (day - 1) } else { 0 })
    }

    /// The days of both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All the other days.
    #[must_use]
    pub fn others(self) -> Self {
        Self(!self.0 & 0b111_1111)
    }

    /// Whether that weekday is one of them, 1 is Monday.
    pub fn has(self, day: u8) -> bool {
        (1..=7).contains(&day) && self.0 & (1 << (day - 1)) != 0
    }

    /// The weekdays in order, 1 is Monday.
    pub fn days(self) -> impl Iterator<Item = u8> {
        (1..=7).filter(move |day| self.has(*day))
    }
}

impl Expr {
    /// Those weekdays of it only.
    #[must_use]
    pub fn only(self, weekdays: Weekdays) -> Self {
        Expr::Only { weekdays, of: Some(Box::new(self)) }
    }

    pub(crate) fn yearly(slot: Slot) -> Self {
        Expr::Yearly { slot, which: Which::Latest }
    }

    pub(crate) fn day(month: u8, day: u8) -> Self {
        Expr::yearly(Slot::Day { month, day })
    }

    /// Whether its year is left to the reader.
    pub(crate) fn yearless(&self) -> bool {
        match self {
            Expr::Yearly { which: Which::Latest, .. } | Expr::Numeric { year: None, .. } => true,
            Expr::Part { of, .. } | Expr::Around { of, .. } => of.yearless(),
            _ => false,
        }
    }

    /// The same with that year, where its year was left to the reader.
    #[must_use]
    pub fn of_year(self, year: YearOf) -> Self {
        match (self, year) {
            (Expr::Yearly { slot, which: Which::Latest }, year) => Expr::Yearly { slot, which: Which::Of(year) },
            (Expr::Numeric { first, second, year: None }, YearOf::Number(year)) => {
                Expr::Numeric { first, second, year: Some(year) }
            }
            (Expr::Part { part, of }, year) => Expr::Part { part, of: Box::new(of.of_year(year)) },
            (Expr::Around { unit, of }, year) => Expr::Around { unit, of: Box::new(of.of_year(year)) },
            (Expr::Range { first, last }, year) if first.yearless() && last.yearless() => {
                // The year said after a range is the year in which it ends.
                Expr::Range { first, last: Box::new(last.of_year(year)) }
            }
            (other, _) => other,
        }
    }

    /// The year that was said for it.
    pub fn said_year(&self) -> Option<YearOf> {
        match self {
            Expr::Yearly { which: Which::Of(year), .. } | Expr::Year(year) => Some(*year),
            Expr::Numeric { year: Some(year), .. } => Some(YearOf::Number(*year)),
            Expr::Part { of, .. } | Expr::Around { of, .. } => of.said_year(),
            Expr::Range { last, .. } => last.said_year(),
            _ => None,
        }
    }
}
