//! `POST /v1/renew`

use axum::{Json, extract::State};
use shuke_domain::wire::{RenewReply, RenewRequest};

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

pub(super) async fn renew(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<RenewRequest>,
) -> Result<Json<RenewReply>, Refused> {
    Ok(Json(shared.service.renew(&caller.device, &caller.token, &request).await?))
}
