//! `POST /v1/pull`

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use shuke_domain::wire::PullRequest;

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

pub(super) async fn pull(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<PullRequest>,
) -> Result<Response, Refused> {
    let page = shared.service.pull(&caller.device, &request).await?;
    shared.service.seen(&caller.device).await?;
    shared.metrics.pulled(page.count);
    let json = page.to_json()?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json)
        .into_response())
}
