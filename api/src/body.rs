//! Request bodies: read within limits of size, memory and time, decompressed, and as JSON.

use std::{io::Read as _, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload as RawPayload,
    error::PayloadError,
    http::{StatusCode, header},
    web::{Data, Payload},
};
use bytes::{Bytes, BytesMut};
use futures::{FutureExt as _, StreamExt as _, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use crate::{
    budget::{Budget, Reservation},
    problem::{Problem, Result, field},
    state::State,
};

/// A body fails when nothing of it arrives for this long.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest window of a zstd body, as a power of two: 8 MiB, what RFC 8878 asks decoders to support.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;
/// Bytes by which a decompressed body grows before the budget is asked again.
const DECOMPRESSION_STEP: usize = 1 << 20;

/// A whole request body, decompressed.
#[derive(Debug)]
pub struct Body {
    /// Its bytes.
    pub bytes: Bytes,
    // Held as long as the bytes are, or what is made of them.
    reservation: Reservation,
}

impl Body {
    /// The bytes, and what has to be held until what is made of them is stored or refused.
    pub fn split(self) -> (Bytes, Reservation) {
        (self.bytes, self.reservation)
    }
}

/// How large and how slow a body may be.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Bytes as sent.
    pub compressed: usize,
    /// Bytes after decompression.
    pub decompressed: usize,
    /// Time for all of it.
    pub timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

fn encoding(request: &HttpRequest) -> Result<Encoding> {
    let Some(value) = request.headers().get(header::CONTENT_ENCODING) else { return Ok(Encoding::Identity) };
    match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(Encoding::Identity),
        "gzip" | "x-gzip" => Ok(Encoding::Gzip),
        "zstd" => Ok(Encoding::Zstd),
        other => Err(Problem::unsupported_media(
            "content_encoding",
            format!("a body may be sent as gzip or zstd, or as it is; {other:?} is not read here"),
        )),
    }
}

/// Reads a body.
///
/// # Errors
/// 413 over a limit, 408 when it comes too slowly, 429 when memory for large bodies is used up, 415 for an encoding that
/// is not read here, 400 when it breaks off or does not decompress.
pub async fn read(request: &HttpRequest, payload: Payload, limits: BodyLimits, budget: &Budget) -> Result<Body> {
    let encoding = encoding(request)?;
    let as_sent = match encoding {
        Encoding::Identity => limits.compressed.min(limits.decompressed),
        Encoding::Gzip | Encoding::Zstd => limits.compressed,
    };
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > as_sent) {
        return Err(over(as_sent));
    }
    let mut reservation = budget.reservation();
    let bytes = collect(payload, as_sent, announced, limits.timeout, &mut reservation).await?;
    if encoding == Encoding::Identity {
        return Ok(Body { bytes, reservation });
    }
    // A small body can grow a thousandfold: never on a thread that serves others.
    actix_web::web::block(move || {
        let bytes = decompress(&bytes, encoding, limits.decompressed, &mut reservation)?;
        Ok(Body { bytes, reservation })
    })
    .await
    .map_err(Problem::internal)?
}

fn over(limit: usize) -> Problem {
    Problem::too_large(format!("the body is over the limit of {limit} bytes; send it in parts"))
}

async fn collect(
    mut payload: Payload,
    limit: usize,
    announced: Option<usize>,
    total: Duration,
    reservation: &mut Reservation,
) -> Result<Bytes> {
    let Some(first) = next(&mut payload, IDLE_TIMEOUT.min(total)).await? else { return Ok(Bytes::new()) };
    // The usual record comes in one piece: no copy.
    if announced == Some(first.len()) {
        return Ok(first);
    }
    let deadline = Instant::now() + total;
    reservation.grow_to(announced.unwrap_or(first.len()))?;
    let mut all = BytesMut::with_capacity(announced.unwrap_or(first.len() * 2));
    let mut piece = first;
    loop {
        if all.len() + piece.len() > limit {
            return Err(over(limit));
        }
        reservation.grow_to(all.len() + piece.len())?;
        all.extend_from_slice(&piece);
        let left = deadline.saturating_duration_since(Instant::now());
        match next(&mut payload, IDLE_TIMEOUT.min(left)).await? {
            Some(more) => piece = more,
            None => return Ok(all.freeze()),
        }
    }
}

/// The next piece of a body; none at its end.
///
/// # Errors
/// 408 when nothing comes for so long, 400 when it breaks off.
pub async fn next(payload: &mut Payload, wait: Duration) -> Result<Option<Bytes>> {
    match timeout(wait, payload.next()).await {
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(None) => Ok(None),
        Ok(Some(Err(PayloadError::Overflow))) => {
            Err(Problem::too_large("the body is over the limit; send it in parts"))
        }
        Ok(Some(Err(_))) => Err(Problem::bad_request("broken_body", "the body broke off; send it again")),
        Err(_) => {
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "slow_body", "the body came too slowly; send it again"))
        }
    }
}

fn decompress(bytes: &[u8], encoding: Encoding, limit: usize, reservation: &mut Reservation) -> Result<Bytes> {
    let broken = |name: &str, error: std::io::Error| {
        Problem::bad_request("broken_encoding", format!("the body is not valid {name}: {error}"))
    };
    let (name, mut reader): (_, Box<dyn std::io::Read + '_>) = match encoding {
        Encoding::Identity => return Ok(Bytes::copy_from_slice(bytes)),
        Encoding::Gzip => ("gzip", Box::new(flate2::read::MultiGzDecoder::new(bytes))),
        Encoding::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(bytes).map_err(|e| broken("zstd", e))?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(Problem::internal)?;
            ("zstd", Box::new(decoder))
        }
    };
    let mut all = Vec::new();
    loop {
        reservation.grow_to(bytes.len() + all.len() + DECOMPRESSION_STEP)?;
        let step =
            reader.by_ref().take(DECOMPRESSION_STEP as u64).read_to_end(&mut all).map_err(|e| broken(name, e))?;
        if all.len() > limit {
            return Err(over(limit));
        }
        if step == 0 {
            return Ok(all.into());
        }
    }
}

/// A JSON body of at most `LIMIT` bytes, as `T`.
#[derive(Debug)]
pub struct Json<T, const LIMIT: usize = { 64 << 10 }>(pub T);

impl<T: DeserializeOwned + 'static, const LIMIT: usize> FromRequest for Json<T, LIMIT> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut RawPayload) -> Self::Future {
        let request = request.clone();
        let payload = Payload::from_request(&request, payload).into_inner();
        async move {
            let state = request
                .app_data::<Data<State>>()
                .ok_or_else(|| Problem::internal("the server was started without its state"))?;
            let media_type = content_type(&request);
            if !(media_type == "application/json" || media_type.ends_with("+json")) {
                return Err(Problem::unsupported_media(
                    "content_type",
                    "send JSON, with Content-Type: application/json",
                ));
            }
            let payload = payload.map_err(Problem::internal_display)?;
            let timeout = Duration::from_secs(state.settings.body_timeout_s);
            let limits = BodyLimits { compressed: LIMIT, decompressed: LIMIT, timeout };
            let body = read(&request, payload, limits, &state.budget).await?;
            let mut reader = serde_json::Deserializer::from_slice(&body.bytes);
            let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| refuse(&e))?;
            reader.end().map(|()| Self(value)).map_err(|e| not_json(&e))
        }
        .boxed_local()
    }
}

/// A field that was sent, be it null: for a field that is absent where it was not.
///
/// # Errors
/// Those of its type.
pub fn sent<'de, D: serde::Deserializer<'de>, T: serde::Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    <Option<T> as serde::Deserialize>::deserialize(deserializer).map(Some)
}

/// The media type of a request's body, lower-case, without parameters; empty when none is given.
pub fn content_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn refuse(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let cause = error.inner();
    if !cause.is_data() {
        return not_json(cause);
    }
    // serde says "missing field `name` at line 1 column 2": the place in a one-line body says nothing.
    let text = cause.to_string();
    let message = text.split(" at line ").next().unwrap_or_default();
    let path = match error.path().to_string() {
        // The path ends where a field is missing or unknown; the message has its name.
        path if path == "." => {
            message.split('`').nth(1).filter(|_| message.contains("field `")).unwrap_or_default().to_owned()
        }
        path => path,
    };
    Problem::fields(vec![field(&path, message)])
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::bad_request("invalid_json", format!("the body is not valid JSON: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{io::Write as _, sync::Arc};

    use tokio::sync::Semaphore;

    use super::*;
    use crate::budget::SMALL_BODY_BYTES;

    fn reservation(kib: usize) -> Reservation {
        Budget::new(Arc::new(Semaphore::new(kib))).reservation()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn both_encodings_are_read() {
        let text = b"[1,2,3]".repeat(1_000);
        let packed = [(gzip(&text), Encoding::Gzip), (zstd::encode_all(&text[..], 3).unwrap(), Encoding::Zstd)];
        for (packed, encoding) in packed {
            let read = decompress(&packed, encoding, 1 << 20, &mut reservation(1 << 20)).unwrap();
            assert_eq!(read, text);
        }
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let zeros = vec![0; 50 << 20];
        for (packed, encoding) in
            [(gzip(&zeros), Encoding::Gzip), (zstd::encode_all(&zeros[..], 3).unwrap(), Encoding::Zstd)]
        {
            assert!(packed.len() < 1 << 20);
            let refused = decompress(&packed, encoding, 1 << 20, &mut reservation(1 << 20)).unwrap_err();
            assert_eq!(refused.status().as_u16(), 413);
        }
    }

    #[test]
    fn memory_for_large_bodies_is_shared() {
        let budget = Budget::new(Arc::new(Semaphore::new(1_000)));
        let mut one = budget.reservation();
        let mut other = budget.reservation();
        one.grow_to(900 << 10).unwrap();
        other.grow_to(SMALL_BODY_BYTES).unwrap();
        assert_eq!(other.grow_to(200 << 10).unwrap_err().status().as_u16(), 429);
        drop(one);
        other.grow_to(200 << 10).unwrap();
    }

    #[test]
    fn damage_is_named() {
        let refused = decompress(b"not gzip at all", Encoding::Gzip, 1 << 20, &mut reservation(1 << 20)).unwrap_err();
        assert!(refused.to_string().contains("gzip"), "{refused}");
    }
}
