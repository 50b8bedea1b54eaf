//! `POST /v1/push`

use axum::{Json, extract::State};
use shuke_domain::wire::{PushReply, PushRequest};

use super::{Shared, auth::Bringer, enrol::Message};
use crate::Refused;

pub(super) async fn push(
    State(shared): State<Shared>,
    Bringer(device): Bringer,
    Message(request): Message<PushRequest>,
) -> Result<Json<PushReply>, Refused> {
    let reply = if device.is_lost() {
        shared.service.quarantine(&device, request).await?
    } else {
        shared.service.push(&device, request).await?
    };
    shared.metrics.pushed(&reply.rows);
    Ok(Json(reply))
}
