//! `POST /v1/segments`, and `GET /v1/segment`: a body that is there already, from any byte on.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shuke_domain::{
    Scope,
    code::{Code, Failure},
    wire::{PullRequest, SegmentsReply},
};

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

/// Which one.
#[derive(Deserialize)]
pub(super) struct Wanted {
    scope: Scope,
    digest: String,
}

pub(super) async fn list(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<PullRequest>,
) -> Result<Json<SegmentsReply>, Refused> {
    let reply = shared.service.segments(&caller.device, &request).await?;
    shared.service.seen(&caller.device).await?;
    Ok(Json(reply))
}

pub(super) async fn get(
    State(shared): State<Shared>,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let Query(Wanted { scope, digest }) = wanted.map_err(|_| Code::RequestInvalid)?;
    let packed = shared.service.segment(&caller.device, &scope, &digest).await?;
    let mut body = packed.body;
    let length = body.len();
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/zstd"));
    let ranges = (header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let Some(from) = headers.get(header::RANGE).and_then(begin) else {
        shared.metrics.pulled(packed.rows);
        return Ok(([kind, ranges], body).into_response());
    };
    if from >= length {
        return Err(Failure::new(Code::RequestInvalid).with("field", "range").into());
    }
    if from == 0 {
        shared.metrics.pulled(packed.rows);
    }
    body.drain(..from);
    let range = HeaderValue::try_from(format!("bytes {from}-{}/{length}", length - 1));
    let range = (header::CONTENT_RANGE, range.map_err(Refused::internal)?);
    Ok((StatusCode::PARTIAL_CONTENT, [kind, ranges, range], body).into_response())
}

/// The byte that is asked for first, up to the end. Another kind of range may be answered with the whole.
fn begin(range: &HeaderValue) -> Option<usize> {
    range.to_str().ok()?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_range_up_to_the_end_is_a_part() {
        let begin = |text: &'static str| begin(&HeaderValue::from_static(text));
        assert_eq!((begin("bytes=0-"), begin("bytes=4711-")), (Some(0), Some(4711)));
        for whole in ["bytes=0-5", "bytes=-5", "bytes=1-,4-", "rows=1-", "bytes=-", "bytes=x-"] {
            assert_eq!(begin(whole), None, "{whole}");
        }
    }
}
