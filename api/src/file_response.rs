//! A file of the server's own as an answer: whole, or the part that the client asks for (RFC 9110, range requests).

use std::{io::SeekFrom, path::Path};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{StatusCode, header},
};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use crate::problem::{Problem, Result};

/// Bytes read at once.
const CHUNK: usize = 64 << 10;

/// Answers with the file. `tag` is another one for other bytes; `file_name` is plain ASCII.
///
/// # Errors
/// 404 when there is no such file; 500 when it cannot be read.
pub async fn serve(
    request: &HttpRequest,
    path: &Path,
    tag: &str,
    media_type: &'static str,
    file_name: &str,
) -> Result<HttpResponse> {
    let mut file = match tokio::fs::File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Problem::not_found("the file is not there any more; ask for it again"));
        }
        Err(error) => return Err(Problem::internal(error)),
    };
    let size = file.metadata().await.map_err(Problem::internal)?.len();
    let tag = format!("\"{tag}\"");
    let text = |name: header::HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    // A part of another version would not fit to what the client has.
    let fits = text(header::IF_RANGE).is_none_or(|seen| seen == tag);
    let part = text(header::RANGE).filter(|_| fits).map_or(Part::Whole, |range| part(range, size));
    let (status, first, length) = match part {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Of { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Nothing => {
            let detail = format!("the file has {size} bytes; ask for some of those");
            let mut refused = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", detail).response();
            if let Ok(value) = header::HeaderValue::try_from(format!("bytes */{size}")) {
                refused.headers_mut().insert(header::CONTENT_RANGE, value);
            }
            return Ok(refused);
        }
    };
    if first > 0 {
        file.seek(SeekFrom::Start(first)).await.map_err(Problem::internal)?;
    }
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\"")))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::ETAG, tag));
    if status == StatusCode::PARTIAL_CONTENT {
        response.insert_header((header::CONTENT_RANGE, format!("bytes {first}-{}/{size}", first + length - 1)));
    }
    let bytes = ReaderStream::with_capacity(file.take(length), CHUNK);
    Ok(response.body(SizedStream::new(length, bytes)))
}

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// Both ends are in it.
    Of {
        first: u64,
        last: u64,
    },
    /// What there is not.
    Nothing,
}

/// One range is understood; several, and what is none, are answered with the whole file, as they may be.
fn part(range: &str, size: u64) -> Part {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(first), number(last)) {
        (Some(first), last_one) if last_one.is_some() || last.trim().is_empty() => {
            let last = last_one.unwrap_or(u64::MAX).min(size.saturating_sub(1));
            match (first < size, first <= last) {
                (true, true) => Part::Of { first, last },
                // An end before its beginning is no range at all.
                (true, false) => Part::Whole,
                (false, _) => Part::Nothing,
            }
        }
        (None, Some(length)) if first.trim().is_empty() => match length.min(size) {
            0 => Part::Nothing,
            length => Part::Of { first: size - length, last: size - 1 },
        },
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_they_are_meant() {
        assert_eq!(part("bytes=0-0", 10), Part::Of { first: 0, last: 0 });
        assert_eq!(part("bytes=2-", 10), Part::Of { first: 2, last: 9 });
        assert_eq!(part("bytes=2-100", 10), Part::Of { first: 2, last: 9 });
        assert_eq!(part("bytes=-3", 10), Part::Of { first: 7, last: 9 });
        assert_eq!(part("bytes=-30", 10), Part::Of { first: 0, last: 9 });
        assert_eq!(part("bytes=10-", 10), Part::Nothing);
        assert_eq!(part("bytes=-0", 10), Part::Nothing);
        assert_eq!(part("bytes=0-", 0), Part::Nothing);
        for whole in ["bytes=5-2", "bytes=1-2,4-5", "lines=1-2", "bytes=x-y", "bytes=", "bytes=-"] {
            assert_eq!(part(whole, 10), Part::Whole, "{whole}");
        }
    }
}
