//! `GET /healthz`: whether the server can do its work, for whoever watches over it.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::Shared;
use crate::Refused;

pub(super) async fn health(State(shared): State<Shared>) -> Result<Json<Value>, Refused> {
    shared.service.healthy().await?;
    let database = shared.service.database().name();
    Ok(Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "database": database })))
}
