//! `POST /v1/invite`

use axum::{Json, extract::State};
use shuke_domain::wire::{InviteReply, InviteRequest};

use super::{Shared, auth::Caller, enrol::Message};
use crate::Refused;

pub(super) async fn invite(
    State(shared): State<Shared>,
    caller: Caller,
    Message(request): Message<InviteRequest>,
) -> Result<Json<InviteReply>, Refused> {
    shared.limits.invitation(caller.device.id)?;
    Ok(Json(shared.service.invite_from(&caller.device, &request).await?))
}
