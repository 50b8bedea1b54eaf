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
        // serde_json itself stops at a depth of 128.
        let message = serde_json::from_slice(&bytes).map_err(|_| Code::RequestInvalid)?;
        Ok(Self(message))
    }
}
