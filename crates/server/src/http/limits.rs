//! How often one may ask: a device by its token, a stranger by their address.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use governor::{DefaultKeyedRateLimiter, Quota};
use shuke_domain::{DeviceId, RecordId, code::Code};

use super::Shared;
use crate::Refused;

const fn many(count: u32) -> NonZeroU32 {
    match NonZeroU32::new(count) {
        Some(count) => count,
        None => NonZeroU32::MIN,
    }
}

/// Buckets that fill again with time.
#[derive(Debug)]
pub(super) struct Limits {
    devices: DefaultKeyedRateLimiter<DeviceId>,
    strangers: DefaultKeyedRateLimiter<IpAddr>,
    enrolments: DefaultKeyedRateLimiter<IpAddr>,
    invitations: DefaultKeyedRateLimiter<DeviceId>,
    intakes: DefaultKeyedRateLimiter<RecordId>,
}

impl Limits {
    pub fn new() -> Self {
        Self {
            devices: governor::RateLimiter::keyed(
                Quota::per_second(many(50)).allow_burst(many(500)),
            ),
            strangers: governor::RateLimiter::keyed(
                Quota::per_second(many(2)).allow_burst(many(60)),
            ),
            // A shop that moves in with thirty tills behind one address is not held up.
            enrolments: governor::RateLimiter::keyed(
                Quota::per_minute(many(20)).allow_burst(many(30)),
            ),
            invitations: governor::RateLimiter::keyed(
                Quota::per_minute(many(10)).allow_burst(many(30)),
            ),
            // A sale a request at the end of a busy day; a day's worth goes into a few.
            intakes: governor::RateLimiter::keyed(
                Quota::per_second(many(10)).allow_burst(many(100)),
            ),
        }
    }

    pub fn device(&self, id: DeviceId) -> Result<(), Refused> {
        self.devices.check_key(&id).map_err(|_| Code::TooManyRequests.into())
    }

    /// Someone without a good token.
    pub fn stranger(&self, address: IpAddr) -> Result<(), Refused> {
        self.strangers.check_key(&address).map_err(|_| Code::TooManyRequests.into())
    }

    pub fn enrolment(&self, address: IpAddr) -> Result<(), Refused> {
        self.enrolments.check_key(&address).map_err(|_| Code::TooManyRequests.into())
    }

    pub fn invitation(&self, id: DeviceId) -> Result<(), Refused> {
        self.invitations.check_key(&id).map_err(|_| Code::TooManyRequests.into())
    }

    /// Another till system, by its token.
    pub fn intake(&self, token: RecordId) -> Result<(), Refused> {
        self.intakes.check_key(&token).map_err(|_| Code::TooManyRequests.into())
    }

    /// Forgets who has not been seen for long, so that the buckets do not grow for ever.
    pub fn tidy(&self) {
        self.devices.retain_recent();
        self.strangers.retain_recent();
        self.enrolments.retain_recent();
        self.invitations.retain_recent();
        self.intakes.retain_recent();
    }
}

/// Where a request comes from. An IPv6 network counts as one: a stranger owns all of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address(pub IpAddr);

impl FromRequestParts<Shared> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(match peer {
            Some(IpAddr::V6(address)) if address.to_ipv4_mapped().is_none() => {
                IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into())
            }
            Some(address) => address.to_canonical(),
            None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        }))
    }
}
