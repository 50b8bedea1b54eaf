//! Who asks: the device behind a bearer token.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use shuke_domain::code::Code;

use super::{Shared, limits::Address};
use crate::{Refused, database::DeviceRow};

/// A device that is let in, and has not asked too often.
#[derive(Debug)]
pub(super) struct Caller {
    pub device: DeviceRow,
    pub token: String,
}

/// The same, or a lost device that still brings what it wrote: of that nothing is thrown away.
#[derive(Debug)]
pub(super) struct Bringer(pub DeviceRow);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refused> {
        let Known { device, token, address } = Known::from_request_parts(parts, shared).await?;
        if let Err(refused) = shared.service.admitted(&device).await {
            if !refused.is_fault() {
                shared.metrics.turned_away();
                shared.limits.stranger(address.0)?;
            }
            return Err(refused);
        }
        Ok(Self { device, token })
    }
}

impl FromRequestParts<Shared> for Bringer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refused> {
        let Known { device, .. } = Known::from_request_parts(parts, shared).await?;
        if !device.is_lost() {
            shared.service.admitted(&device).await?;
        }
        Ok(Self(device))
    }
}

/// A device whose token is known, let in or not.
struct Known {
    device: DeviceRow,
    token: String,
    address: Address,
}

impl Known {
    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Refused> {
        let address =
            Address::from_request_parts(parts, shared).await.unwrap_or_else(|never| match never {});
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let Some(token) = token else {
            shared.limits.stranger(address.0)?;
            return Err(Code::TokenUnknown.into());
        };
        match shared.service.device_of(token).await {
            Ok(device) => {
                shared.limits.device(device.id)?;
                Ok(Self { device, token: token.to_owned(), address })
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
