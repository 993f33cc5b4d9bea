//! Zones of times that do not say them: named by a person, by a column or by a column's header.

use chrono::{LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// A zone in which wall clocks are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// A place with its rules.
    Place(Tz),
    /// Seconds east of UTC.
    Fixed(i32),
}

impl Zone {
    /// UTC itself.
    pub(super) const UTC: Self = Self::Fixed(0);

    /// Reads a name: of the IANA list, of Ruby on Rails, a usual abbreviation, or an offset such as `UTC+03:00`.
    ///
    /// # Errors
    /// It is none of these.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        let trimmed = name.trim();
        if let Some((_, seconds)) = ABBREVIATIONS.iter().find(|(short, _)| short.eq_ignore_ascii_case(trimmed)) {
            return Ok(Self::Fixed(*seconds));
        }
        // Rails shows `(GMT-05:00) Eastern Time (US & Canada)`.
        let bare = match trimmed.strip_prefix("(GMT").and_then(|rest| rest.split_once(") ")) {
            Some((_, bare)) => bare,
            None => trimmed,
        };
        let rails = RAILS.iter().find(|(rails, _)| rails.eq_ignore_ascii_case(bare)).map(|(_, place)| *place);
        if let Ok(place) = rails.unwrap_or(bare).parse::<Tz>() {
            return Ok(Self::Place(place));
        }
        offset(trimmed).map(Self::Fixed).ok_or_else(|| {
            format!("{name:?} is not a time zone such as Europe/Moscow, Eastern Time (US & Canada), PST or UTC+03:00")
        })
    }

    /// Seconds east of UTC at a wall clock. Of two readings in an hour that comes twice the earlier one is taken; an hour
    /// that is left out is read as if the clock had not been changed.
    pub(super) fn offset_at(self, wall: NaiveDateTime) -> i32 {
        let place = match self {
            Self::Fixed(seconds) => return seconds,
            Self::Place(place) => place,
        };
        match place.offset_from_local_datetime(&wall) {
            LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset.fix().local_minus_utc(),
            LocalResult::None => place.offset_from_utc_datetime(&(wall - TimeDelta::hours(24))).fix().local_minus_utc(),
        }
    }
}

/// `UTC+3`, `GMT-05:30`, `+0300`.
fn offset(text: &str) -> Option<i32> {
    let bare = text.trim_start_matches("UTC").trim_start_matches("GMT").trim();
    let (sign, digits) = match bare.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, bare.strip_prefix(['-', '\u{2212}'])?),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Abbreviations that reports write. Those that mean several zones have the meaning of the payment services.
static ABBREVIATIONS: [(&str, i32); 24] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("WET", 0),
    ("WEST", 3_600),
    ("BST", 3_600),
    ("CET", 3_600),
    ("CEST", 7_200),
    ("EET", 7_200),
    ("EEST", 10_800),
    ("MSK", 10_800),
    ("IST", 19_800),
    ("JST", 32_400),
    ("AEST", 36_000),
    ("AEDT", 39_600),
    ("NZST", 43_200),
    ("EST", -18_000),
    ("EDT", -14_400),
    ("CST", -21_600),
    ("CDT", -18_000),
    ("MST", -25_200),
    ("MDT", -21_600),
    ("PST", -28_800),
    ("PDT", -25_200),
];

/// Names of Ruby on Rails that are not the last part of an IANA name, as programs made with it write them.
static RAILS: [(&str, &str); 103] = [
    ("International Date Line West", "Etc/GMT+12"),
    ("American Samoa", "Pacific/Pago_Pago"),
    ("Midway Island", "Pacific/Midway"),
    ("Hawaii", "Pacific/Honolulu"),
    ("Alaska", "America/Juneau"),
    ("Pacific Time (US & Canada)", "America/Los_Angeles"),
    ("Tijuana", "America/Tijuana"),
    ("Mountain Time (US & Canada)", "America/Denver"),
    ("Arizona", "America/Phoenix"),
    ("Chihuahua", "America/Chihuahua"),
    ("Mazatlan", "America/Mazatlan"),
    ("Central Time (US & Canada)", "America/Chicago"),
    ("Saskatchewan", "America/Regina"),
    ("Guadalajara", "America/Mexico_City"),
    ("Mexico City", "America/Mexico_City"),
    ("Monterrey", "America/Monterrey"),
    ("Central America", "America/Guatemala"),
    ("Eastern Time (US & Canada)", "America/New_York"),
    ("Indiana (East)", "America/Indiana/Indianapolis"),
    ("Bogota", "America/Bogota"),
    ("Lima", "America/Lima"),
    ("Quito", "America/Lima"),
    ("Atlantic Time (Canada)", "America/Halifax"),
    ("Caracas", "America/Caracas"),
    ("La Paz", "America/La_Paz"),
    ("Santiago", "America/Santiago"),
    ("Asuncion", "America/Asuncion"),
    ("Newfoundland", "America/St_Johns"),
    ("Brasilia", "America/Sao_Paulo"),
    ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ("Montevideo", "America/Montevideo"),
    ("Georgetown", "America/Guyana"),
    ("Puerto Rico", "America/Puerto_Rico"),
    ("Greenland", "America/Nuuk"),
    ("Mid-Atlantic", "Atlantic/South_Georgia"),
    ("Azores", "Atlantic/Azores"),
    ("Cape Verde Is.", "Atlantic/Cape_Verde"),
    ("Dublin", "Europe/Dublin"),
    ("Edinburgh", "Europe/London"),
    ("Lisbon", "Europe/Lisbon"),
    ("London", "Europe/London"),
    ("Casablanca", "Africa/Casablanca"),
    ("Monrovia", "Africa/Monrovia"),
    ("Belgrade", "Europe/Belgrade"),
    ("Bratislava", "Europe/Bratislava"),
    ("Budapest", "Europe/Budapest"),
    ("Prague", "Europe/Prague"),
    ("Warsaw", "Europe/Warsaw"),
    ("Brussels", "Europe/Brussels"),
    ("Copenhagen", "Europe/Copenhagen"),
    ("Madrid", "Europe/Madrid"),
    ("Paris", "Europe/Paris"),
    ("Amsterdam", "Europe/Amsterdam"),
    ("Berlin", "Europe/Berlin"),
    ("Bern", "Europe/Zurich"),
    ("Zurich", "Europe/Zurich"),
    ("Rome", "Europe/Rome"),
    ("Stockholm", "Europe/Stockholm"),
    ("Vienna", "Europe/Vienna"),
    ("West Central Africa", "Africa/Algiers"),
    ("Bucharest", "Europe/Bucharest"),
    ("Cairo", "Africa/Cairo"),
    ("Helsinki", "Europe/Helsinki"),
    ("Kyiv", "Europe/Kyiv"),
    ("Riga", "Europe/Riga"),
    ("Sofia", "Europe/Sofia"),
    ("Tallinn", "Europe/Tallinn"),
    ("Vilnius", "Europe/Vilnius"),
    ("Athens", "Europe/Athens"),
    ("Istanbul", "Europe/Istanbul"),
    ("Jerusalem", "Asia/Jerusalem"),
    ("Kaliningrad", "Europe/Kaliningrad"),
    ("Minsk", "Europe/Minsk"),
    ("Moscow", "Europe/Moscow"),
    ("St. Petersburg", "Europe/Moscow"),
    ("Volgograd", "Europe/Volgograd"),
    ("Samara", "Europe/Samara"),
    ("Nairobi", "Africa/Nairobi"),
    ("Pretoria", "Africa/Johannesburg"),
    ("Dubai", "Asia/Dubai"),
    ("Abu Dhabi", "Asia/Muscat"),
    ("Tbilisi", "Asia/Tbilisi"),
    ("Yerevan", "Asia/Yerevan"),
    ("Ekaterinburg", "Asia/Yekaterinburg"),
    ("Tashkent", "Asia/Tashkent"),
    ("Almaty", "Asia/Almaty"),
    ("Novosibirsk", "Asia/Novosibirsk"),
    ("Krasnoyarsk", "Asia/Krasnoyarsk"),
    ("Irkutsk", "Asia/Irkutsk"),
    ("Vladivostok", "Asia/Vladivostok"),
    ("New Delhi", "Asia/Kolkata"),
    ("Mumbai", "Asia/Kolkata"),
    ("Bangkok", "Asia/Bangkok"),
    ("Jakarta", "Asia/Jakarta"),
    ("Beijing", "Asia/Shanghai"),
    ("Hong Kong", "Asia/Hong_Kong"),
    ("Singapore", "Asia/Singapore"),
    ("Seoul", "Asia/Seoul"),
    ("Tokyo", "Asia/Tokyo"),
    ("Sydney", "Australia/Sydney"),
    ("Melbourne", "Australia/Melbourne"),
    ("Auckland", "Pacific/Auckland"),
    ("Wellington", "Pacific/Auckland"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_of_reports_are_zones() {
        let place = |name: &str| Zone::Place(name.parse().unwrap());
        for (name, expected) in [
            ("Europe/Moscow", place("Europe/Moscow")),
            ("Eastern Time (US & Canada)", place("America/New_York")),
            ("(GMT-08:00) Pacific Time (US & Canada)", place("America/Los_Angeles")),
            ("PDT", Zone::Fixed(-25_200)),
            ("UTC", Zone::UTC),
            ("UTC+3", Zone::Fixed(10_800)),
            ("GMT-05:30", Zone::Fixed(-19_800)),
        ] {
            let zone = Zone::named(name).unwrap();
            let summer = chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap().and_hms_opt(12, 0, 0).unwrap();
            assert_eq!(zone.offset_at(summer), expected.offset_at(summer), "{name}");
        }
        for (_, place) in RAILS {
            assert!(place.parse::<Tz>().is_ok(), "{place}");
        }
        assert!(Zone::named("Mars").unwrap_err().contains("Mars"));
    }

    #[test]
    fn clocks_that_are_changed_have_an_offset_at_every_moment() {
        let zone = Zone::named("America/New_York").unwrap();
        let at = |month, day, hour| {
            let day = chrono::NaiveDate::from_ymd_opt(2026, month, day).unwrap();
            zone.offset_at(day.and_hms_opt(hour, 30, 0).unwrap())
        };
        assert_eq!((at(3, 8, 1), at(3, 8, 2), at(3, 8, 3)), (-18_000, -18_000, -14_400));
        assert_eq!((at(11, 1, 0), at(11, 1, 1), at(11, 1, 2)), (-14_400, -14_400, -18_000));
    }
}
