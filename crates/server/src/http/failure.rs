//! Errors as they leave the house: a code, what it speaks of, and a status. The cause stays here.

use std::any::Any;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shuke_domain::{code::Code, wire::Refusal};

use crate::Refused;

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let told = self.told();
        if self.is_fault() {
            tracing::error!(code = told.code, error = ?self, "fault");
        }
        refusal(told)
    }
}

/// The status under which a refusal travels.
pub fn status_of(told: &Refusal) -> StatusCode {
    Code::parse(&told.code).map_or(StatusCode::INTERNAL_SERVER_ERROR, status)
}

fn refusal(told: Refusal) -> Response {
    let status = status_of(&told);
    let mut response = (status, Json(told)).into_response();
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// The status that stands for a code. Devices go by the code; proxies and logs by this.
fn status(code: Code) -> StatusCode {
    match code {
        Code::TokenUnknown | Code::DeviceRevoked => StatusCode::UNAUTHORIZED,
        Code::EnrolCodeInvalid
        | Code::EnrolCodeSpent
        | Code::RightMissing
        | Code::ScopeDenied
        | Code::AuthorUnknown
        | Code::PersonLeft => StatusCode::FORBIDDEN,
        Code::ServerUnknown
        | Code::RecordNotFound
        | Code::PersonNotFound
        | Code::DeviceNotFound
        | Code::AsideNotFound
        | Code::SegmentGone
        | Code::StoreNotFound => StatusCode::NOT_FOUND,
        Code::EnrolNotEmpty
        | Code::ServerNotFounded
        | Code::ServerTaken
        | Code::SyncCopied
        | Code::SyncEpoch
        | Code::RecordFixed
        | Code::PersonLastOwner => StatusCode::CONFLICT,
        Code::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::AppTooOld | Code::ServerTooOld => StatusCode::UPGRADE_REQUIRED,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::DatabaseBusy => StatusCode::SERVICE_UNAVAILABLE,
        Code::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        Code::FieldInvalid | Code::RequestInvalid | Code::TextTooLong => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A path that is not ours.
pub(super) async fn unknown() -> Response {
    Refused::from(Code::ServerUnknown).into_response()
}

/// A fault in the code: logged once, answered like any other.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands over what was thrown")]
pub(super) fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(cause = text.unwrap_or_default(), "panicked");
    refusal(Refusal { code: Code::Internal.as_str().to_owned(), params: serde_json::Map::new() })
}
