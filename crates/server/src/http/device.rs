//! `POST /v1/devices`, `POST /v1/devices/end`, `POST /v1/retire`

use axum::{Json, extract::State};
use shuke_domain::wire::{DevicesReply, Done, EndRequest, ListRequest, RetireReply, RetireRequest};

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

pub(super) async fn list(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<ListRequest>,
) -> Result<Json<DevicesReply>, Refused> {
    Ok(Json(shared.service.list_devices(&caller.device, &request).await?))
}

pub(super) async fn end(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<EndRequest>,
) -> Result<Json<Done>, Refused> {
    shared.service.end_device(&caller.device, &request).await?;
    Ok(Json(Done {}))
}

pub(super) async fn retire(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<RetireRequest>,
) -> Result<Json<RetireReply>, Refused> {
    Ok(Json(shared.service.retire(&caller.device, &request).await?))
}
