//! `POST /v1/aside`, `POST /v1/aside/settle`

use axum::{Json, extract::State};
use shuke_domain::wire::{AsideReply, Done, ListRequest, SettleRequest};

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

pub(super) async fn list(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<ListRequest>,
) -> Result<Json<AsideReply>, Refused> {
    Ok(Json(shared.service.asides(&caller.device, &request).await?))
}

pub(super) async fn settle(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<SettleRequest>,
) -> Result<Json<Done>, Refused> {
    shared.service.settle_aside(&caller.device, &request).await?;
    Ok(Json(Done {}))
}
