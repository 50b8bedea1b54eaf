//! `POST /v1/push`

use axum::{Json, extract::State};
use shuke_domain::wire::{PushReply, PushRequest};

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

pub(super) async fn push(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<PushRequest>,
) -> Result<Json<PushReply>, Refused> {
    let reply = shared.service.push(&caller.device, request).await?;
    shared.metrics.pushed(&reply.rows);
    Ok(Json(reply))
}
