//! `POST /v1/intake/sales`: the door for the till system that the shop already has.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequestParts, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use shuke_domain::code::Code;
use shuke_exchange::intake as reading;

use super::{Shared, limits::Address};
use crate::{Refused, database::IntakeToken, service::IntakeReply};

/// Another till system whose token is good, and that has not asked too often.
#[derive(Debug)]
pub(super) struct Till(IntakeToken);

impl FromRequestParts<Shared> for Till {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refused> {
        let address =
            Address::from_request_parts(parts, shared).await.unwrap_or_else(|never| match never {});
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let found = match token {
            Some(token) => shared.service.intake_token_of(token).await,
            None => Err(Code::TokenUnknown.into()),
        };
        match found {
            Ok(row) => {
                shared.limits.intake(row.id)?;
                Ok(Self(row))
            }
            Err(refused) => {
                if !refused.is_fault() {
                    shared.metrics.turned_away();
                    shared.limits.stranger(address.0)?;
                }
                Err(refused)
            }
        }
    }
}

pub(super) async fn sales(
    State(shared): State<Shared>,
    Till(token): Till,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<IntakeReply>, Refused> {
    let body = body.map_err(|rejected| {
        let too_large = rejected.status() == StatusCode::PAYLOAD_TOO_LARGE;
        if too_large { Code::RequestTooLarge } else { Code::RequestInvalid }
    })?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let table = kind.is_some_and(is_table);
    let house = shared.service.intake_house().await?;
    // Reading a table takes a while, and others are served meanwhile.
    let read = tokio::task::spawn_blocking(move || {
        if table {
            return reading::table_from(body.to_vec(), &house).map_err(|_| Code::RequestInvalid);
        }
        let text = std::str::from_utf8(&body).map_err(|_| Code::RequestInvalid)?;
        reading::json(text, &house).map_err(|_| Code::RequestInvalid)
    });
    let tale = read.await.map_err(Refused::internal)??;
    let reply = shared.service.take_in_sales(&token, tale).await?;
    Ok(Json(reply))
}

/// Everything else is read as JSON, whatever it says it is.
fn is_table(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "text/csv" || kind.starts_with("application/vnd.openxmlformats")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_that_it_is_a_table_is_one() {
        assert!(is_table("text/csv; charset=utf-8"));
        assert!(is_table("TEXT/CSV"));
        assert!(!is_table("application/json") && !is_table("application/x-ndjson"));
    }
}
