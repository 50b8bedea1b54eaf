//! Load: how much servers over one PostgreSQL bear, with the driver on the same machine. Real server processes,
//! the devices' own HTTP client, real streams; only the enrolments go past HTTP, which lets in twenty a minute.

mod crowd;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use shuke_domain::{
    DeviceId, Role,
    wire::{EnrolRequest, PROTOCOL},
};
use shuke_server::{Database, Service, System};

use crate::{Place, Server, cluster};
use crowd::{Crowd, Member};

/// What is asked of the servers.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub devices: usize,
    pub writers: usize,
    pub servers: usize,
    pub seconds: u64,
}

/// One thing that was measured, held against what it must not miss.
#[derive(Debug)]
pub struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    holds: bool,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, value, unit, holds } = self;
        let mark = if *holds { "✓" } else { "✗" };
        write!(f, "{mark} {what}: {value:.0} {unit}")
    }
}

/// Single pushes whose nudges are timed.
const NUDGES: usize = 20;

/// Hands each figure on as soon as it is known: a load that stalls must show where.
pub async fn run(cluster: &str, plan: Plan, mut tell: impl FnMut(Figure)) -> Result<()> {
    let database = cluster::fresh(cluster).await?;
    let members = enrol(database.url(), plan).await?;
    let place = Place::Postgres(database.url().to_owned());
    let mut servers: Vec<Server> = Vec::new();
    for _ in 0..plan.servers {
        let place = place.clone();
        servers.push(tokio::task::spawn_blocking(move || Server::start(&place)).await?);
    }
    let urls: Vec<String> = servers.iter().map(Server::url).collect();
    let crowd = Arc::new(Crowd::of(members, &urls)?);

    let begun = Instant::now();
    crowd.listen(Duration::from_secs(120)).await.context("not every stream opened")?;
    tell(Figure {
        what: format!("{} streams open at {} servers", plan.devices, plan.servers),
        value: begun.elapsed().as_millis() as f64,
        unit: "ms",
        holds: true,
    });

    let mut late = Vec::with_capacity(plan.devices * NUDGES);
    for _ in 0..NUDGES {
        late.extend(crowd.nudge().await?);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    late.sort();
    let p99 = late.get(late.len() * 99 / 100).copied().unwrap_or_default();
    tell(Figure {
        what: format!("a push is heard of by all, p99 of {}", late.len()),
        value: p99.as_millis() as f64,
        unit: "ms (2,000 at most)",
        holds: p99 <= Duration::from_secs(2),
    });

    let (rows, spent) = crowd.write(plan.writers, Duration::from_secs(plan.seconds)).await?;
    let rate = rows as f64 / spent.as_secs_f64();
    tell(Figure {
        what: format!("{rows} new records pushed by {} devices, merged and numbered", plan.writers),
        value: rate,
        unit: "rows/s (5,000 at least)",
        holds: rate >= 5_000.0,
    });

    for server in &mut servers {
        server.kill();
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let begun = Instant::now();
    let mut servers = tokio::task::spawn_blocking(move || {
        servers.iter_mut().for_each(Server::serve);
        servers
    })
    .await?;
    crowd.catch_up(Duration::from_secs(180)).await.context("not everyone caught up")?;
    tell(Figure {
        what: format!("{} devices at the end of the order again after an outage", plan.devices),
        value: begun.elapsed().as_millis() as f64,
        unit: "ms",
        holds: true,
    });
    for server in &mut servers {
        server.kill();
    }
    Ok(())
}

/// Lets everyone in through the service itself.
async fn enrol(url: &str, plan: Plan) -> Result<Vec<Member>> {
    let service = Service::new(Database::postgres(url).await?, Arc::new(System));
    let mut secret = service.init("熟客").await?.secret;
    let mut members = Vec::with_capacity(plan.devices);
    for place in 0..plan.devices {
        if place > 0 {
            secret = service.invite(Role::Counter, None).await?.secret;
        }
        let device_id = DeviceId::from_u128(place as u128 + 1);
        let reply = service
            .enrol(EnrolRequest {
                protocol: PROTOCOL,
                secret: secret.as_str().to_owned(),
                device_id,
                device_name: format!("{place} 号柜"),
                platform: "linux".to_owned(),
                person_name: format!("店员 {place}"),
                workspace: None,
            })
            .await?;
        members.push(Member { device: device_id, person: reply.person_id, token: reply.token });
    }
    service.close().await;
    Ok(members)
}
