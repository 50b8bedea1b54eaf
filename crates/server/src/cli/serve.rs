//! `serve`: opens, announces, listens, and stops when told to.

use std::{
    io::{self, IsTerminal},
    sync::Arc,
};

use serde_json::json;
use shuke_domain::wire::EnrolmentCode;
use shuke_keys::KeyPlace;
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use super::{
    invite::{certificate, shown},
    open,
    print::Printer,
};
use crate::{
    Refused,
    http::{Listening, Protection, serve as listen},
    settings::{Settings, url_of},
};

pub(super) async fn serve(
    settings: &Settings,
    printer: &Printer,
    log_json: bool,
) -> Result<bool, Refused> {
    log(log_json);
    let service = Arc::new(open(settings).await?);
    service.found(&printer.text("workspace.unnamed", &[])).await?;
    service.start_chain().await?;

    let listening = Listening::bind(&settings.listen())?;
    let addresses = listening.addresses();
    let certificate = certificate(settings)?;
    let url = settings.url.clone().unwrap_or_else(|| url_of(&addresses, certificate.is_some()));
    let fingerprint = certificate.as_ref().and_then(|certificate| certificate.fingerprint());
    service.announce_address(&url, fingerprint.as_deref()).await?;

    let mut value = json!({ "url": url, "listen": addresses });
    let mut lines = vec![printer.text("serve.at", &[("url", &url)])];
    if settings.file().is_some() && settings.key_store()?.place() == KeyPlace::File {
        let folder = settings.folder().join("keys").display().to_string();
        lines.push(printer.text("serve.key_in_file", &[("folder", &folder)]));
    }
    if let Some(invited) = service.first_code().await? {
        let code = EnrolmentCode { url, secret: invited.secret.as_str().to_owned(), fingerprint };
        let (code, more) = shown(printer, &code, &invited);
        if let (Some(value), Some(code)) = (value.as_object_mut(), code.as_object()) {
            value.extend(code.clone());
        }
        lines.push(printer.text("serve.first", &[]));
        lines.extend(more);
    }
    lines.push(printer.text("serve.stop", &[]));

    let (tell, stop) = watch::channel(false);
    tokio::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping");
        let _ = tell.send(true);
    });
    // Printed once the sockets are bound: whoever waits for this line can connect.
    printer.answer(&value, &lines)?;
    let protection = certificate.map_or(Protection::Loopback, Protection::Tls);
    let ended = listen(Arc::clone(&service), listening, protection, stop).await;
    service.database().close().await;
    ended.map(|()| true)
}

/// The log goes to standard error; standard output belongs to the answer.
fn log(json: bool) {
    let filter =
        EnvFilter::try_from_env("SHUKE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // A second subscriber is refused, and the first goes on: nothing to be done about.
    let _ = if json { builder.json().try_init() } else { builder.try_init() };
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
