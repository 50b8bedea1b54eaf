//! `POST /v1/enrol`

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State},
};
use serde::de::DeserializeOwned;
use shuke_domain::{
    code::Code,
    wire::{EnrolReply, EnrolRequest},
};

use super::{Shared, limits::Address};
use crate::Refused;

pub(super) async fn enrol(
    State(shared): State<Shared>,
    address: Address,
    Message(request): Message<EnrolRequest>,
) -> Result<Json<EnrolReply>, Refused> {
    shared.limits.enrolment(address.0)?;
    let reply = shared.service.enrol(request).await?;
    shared.metrics.enrolled();
    Ok(Json(reply))
}

/// A message of the protocol, whatever content type it came under.
pub(super) struct Message<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Message<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejected| {
            let too_large = rejected.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
            if too_large { Code::RequestTooLarge } else { Code::RequestInvalid }
        })?;
        if depth(&bytes) > DEPTH_LIMIT {
            return Err(Code::RequestInvalid.into());
        }
        let message = serde_json::from_slice(&bytes).map_err(|_| Code::RequestInvalid)?;
        Ok(Self(message))
    }
}

/// How deep lists and maps may lie in each other. Devices read at most 128 and get what they sent back
/// inside other messages: history, the quarantine.
const DEPTH_LIMIT: usize = 64;

/// How deep a text of JSON goes; of what is no JSON, nothing that matters.
fn depth(bytes: &[u8]) -> usize {
    let (mut deepest, mut open, mut quoted, mut escaped) = (0, 0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                open += 1;
                deepest = deepest.max(open);
            }
            b']' | b'}' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_open_counts_as_depth() {
        assert_eq!(depth(br#"{"a": [[1], [{"b": "[[[\"[[{"}]]}"#), 4);
        assert_eq!(depth(b"]]][[}{"), 2);
        assert_eq!(depth(&b"[".repeat(5_000)), 5_000);
        assert_eq!(depth(b""), 0);
    }
}
