//! Listening on addresses, with TLS or without, until told to stop.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum_server::{Handle, tls_rustls::RustlsConfig};
use shuke_domain::code::{Code, Failure};
use tokio::{sync::watch, task::JoinSet};

use super::{Shared, router};
use crate::{Refused, Service, certificate::Certificate};

/// Plain HTTP never leaves the machine; everything else is TLS.
#[derive(Debug)]
pub enum Protection {
    Loopback,
    Tls(Certificate),
}

/// Sockets that are bound, so that whoever asks for port 0 learns which it became.
#[derive(Debug)]
pub struct Listening {
    sockets: Vec<(SocketAddr, TcpListener)>,
}

/// How long open requests may take to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How often limits forget who is gone.
const TIDY: Duration = Duration::from_secs(600);

/// How often history that the owner keeps no longer is emptied.
const PRUNE: Duration = Duration::from_secs(3_600);

impl Listening {
    pub fn bind(addresses: &[SocketAddr]) -> Result<Self, Refused> {
        let mut sockets = Vec::with_capacity(addresses.len());
        for address in addresses {
            let taken = |error| {
                Failure::new(Code::AddressTaken).with("address", address.to_string()).because(error)
            };
            let socket = TcpListener::bind(address).map_err(taken)?;
            socket.set_nonblocking(true)?;
            sockets.push((socket.local_addr()?, socket));
        }
        Ok(Self { sockets })
    }

    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.sockets.iter().map(|(address, _)| *address).collect()
    }
}

/// Serves until `stop` turns true; open requests are finished first.
pub async fn serve(
    service: Arc<Service>,
    listening: Listening,
    protection: Protection,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Refused> {
    let shared = Shared::new(Arc::clone(&service), stop.clone());
    let limits = Arc::clone(&shared.limits);
    let app = router(shared).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let tls = match protection {
        Protection::Loopback => None,
        Protection::Tls(certificate) => {
            Some(RustlsConfig::from_config(certificate.server_config()?))
        }
    };
    let mut tasks = JoinSet::new();
    for (_, socket) in listening.sockets {
        let (app, handle) = (app.clone(), handle.clone());
        match &tls {
            None => {
                let server = axum_server::from_tcp(socket)?.handle(handle);
                tasks.spawn(async move { server.serve(app).await });
            }
            Some(config) => {
                let server = axum_server::from_tcp_rustls(socket, config.clone())?.handle(handle);
                tasks.spawn(async move { server.serve(app).await });
            }
        }
    }
    let moving = tokio::spawn({
        let service = Arc::clone(&service);
        async move {
            while let Err(error) = service.keep_scoped().await {
                tracing::warn!(%error, "records not moved; trying again");
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        }
    });
    let stocking = tokio::spawn({
        let service = Arc::clone(&service);
        async move {
            while let Err(error) = service.keep_stocked().await {
                tracing::warn!(%error, "no segments built; trying again");
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        }
    });
    let background = tokio::spawn(async move {
        let mut tidy = tokio::time::interval(TIDY);
        let mut prune = tokio::time::interval(PRUNE);
        loop {
            tokio::select! {
                _ = tidy.tick() => limits.tidy(),
                _ = prune.tick() => {
                    if let Err(error) = service.prune_history().await {
                        tracing::warn!(%error, "history was not pruned; trying again in an hour");
                    }
                    if let Err(error) = service.prune_segments().await {
                        tracing::warn!(%error, "segments were not pruned; trying again in an hour");
                    }
                }
                ended = service.relay() => {
                    if let Err(error) = ended {
                        tracing::warn!(%error, "not hearing other servers; trying again");
                    }
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
            }
        }
    });
    let ended = tokio::select! {
        _ = stop.wait_for(|stop| *stop) => None,
        ended = tasks.join_next() => ended,
    };
    handle.graceful_shutdown(Some(GRACE));
    while tasks.join_next().await.is_some() {}
    background.abort();
    moving.abort();
    stocking.abort();
    match ended {
        Some(Ok(Err(error))) => Err(error.into()),
        Some(Err(error)) => Err(Refused::internal(error)),
        _ => Ok(()),
    }
}
