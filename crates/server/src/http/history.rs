//! `POST /v1/history`

use axum::{Json, extract::State};
use shuke_domain::wire::{HistoryReply, HistoryRequest};

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

pub(super) async fn history(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<HistoryRequest>,
) -> Result<Json<HistoryReply>, Refused> {
    Ok(Json(shared.service.history(&caller.device, &request).await?))
}
