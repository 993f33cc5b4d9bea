//! The format of an answer: `format=` says it, else `Accept`, else JSON; and whether its CSV is safe to open in a spreadsheet.

use actix_web::{
    HttpRequest,
    http::{StatusCode, header},
};
use kupets_auth::Caller;
use kupets_engine::query::{Format, Output};

use crate::problem::{Problem, Result, field};

/// How an answer is to be written. People open CSV in spreadsheets, programs read it back: for the ones it is guarded, for the
/// others it is not, unless `csv_guard` says.
///
/// # Errors
/// Those of [`format`]; 422 for a `csv_guard` that is neither.
pub fn output(request: &HttpRequest, caller: &Caller, named: Option<&str>, csv_guard: Option<&str>) -> Result<Output> {
    let csv_guard = match csv_guard {
        None => caller.is_person(),
        Some("true") => true,
        Some("false") => false,
        Some(_) => return Err(Problem::fields(vec![field("csv_guard", "true or false")])),
    };
    Ok(Output { format: format(request, named)?, csv_guard })
}

/// Whether the browser's first language is Russian.
pub fn prefers_russian(request: &HttpRequest) -> bool {
    let value = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let place = |language: &str| value.split(',').position(|part| part.trim_start().starts_with(language));
    match (place("ru"), place("en")) {
        (Some(ru), Some(en)) => ru < en,
        (ru, _) => ru.is_some(),
    }
}

/// The format that a request asks for.
///
/// # Errors
/// 422 for an unknown `format=`; 406 when `Accept` names nothing that there is.
pub fn format(request: &HttpRequest, named: Option<&str>) -> Result<Format> {
    if let Some(named) = named {
        return Format::from_name(named)
            .ok_or_else(|| Problem::fields(vec![field("format", "one of json, csv, xlsx, arrow, parquet, ndjson")]));
    }
    let mut best: Option<(Format, f32)> = None;
    let mut asked = false;
    for value in request.headers().get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or_default().split(',') {
            asked = true;
            let mut parts = range.split(';').map(str::trim);
            let wanted = parts.next().unwrap_or_default();
            let quality = parts.find_map(|p| p.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
            let found = Format::ALL.into_iter().find(|f| accepts(wanted, media_type(*f)));
            if let Some(found) = found.filter(|_| quality > 0.0 && best.is_none_or(|(_, q)| quality > q)) {
                best = Some((found, quality));
            }
        }
    }
    match best {
        Some((format, _)) => Ok(format),
        None if !asked => Ok(Format::Json),
        None => {
            let types = Format::ALL.map(|f| media_type(f).split(';').next().unwrap_or_default()).join(", ");
            Err(Problem::new(
                StatusCode::NOT_ACCEPTABLE,
                "not_acceptable",
                format!("there is: {types}; or send format="),
            ))
        }
    }
}

/// The media type of a format.
pub fn media_type(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json",
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Arrow => "application/vnd.apache.arrow.stream",
        Format::Parquet => "application/vnd.apache.parquet",
        Format::NdJson => "application/x-ndjson",
    }
}

fn accepts(range: &str, media_type: &str) -> bool {
    let bare = media_type.split(';').next().unwrap_or_default();
    match range.split_once('/') {
        Some(("*", "*")) => true,
        Some((group, "*")) => bare.split_once('/').is_some_and(|(g, _)| g.eq_ignore_ascii_case(group)),
        _ => bare.eq_ignore_ascii_case(range),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use actix_web::test::TestRequest;

    use super::*;

    fn with(accept: &'static str) -> Result<Format> {
        format(&TestRequest::default().insert_header(("accept", accept)).to_http_request(), None)
    }

    #[test]
    fn accept_is_understood() {
        assert_eq!(with("text/csv").unwrap(), Format::Csv);
        assert_eq!(with("*/*").unwrap(), Format::Json);
        assert_eq!(with("text/html, application/json;q=0.5, text/*;q=0.9").unwrap(), Format::Csv);
        assert_eq!(with("application/vnd.apache.parquet").unwrap(), Format::Parquet);
        assert_eq!(with("image/png").unwrap_err().status().as_u16(), 406);
        assert_eq!(format(&TestRequest::default().to_http_request(), None).unwrap(), Format::Json);
    }

    #[test]
    fn the_parameter_beats_the_header() {
        let request = TestRequest::default().insert_header(("accept", "text/csv")).to_http_request();
        assert_eq!(format(&request, Some("xlsx")).unwrap(), Format::Xlsx);
        assert_eq!(format(&request, Some("pdf")).unwrap_err().status().as_u16(), 422);
    }
}
