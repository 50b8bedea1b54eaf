//! `init` and `invite`: enrolment codes, as text and to scan.

use serde_json::{Value, json};
use shuke_domain::{DeviceId, Role, wire::EnrolmentCode};

use super::{
    open,
    print::{Printer, local, rfc3339},
};
use crate::{
    Refused, Service,
    certificate::Certificate,
    service::Invited,
    settings::{Settings, url_of},
};

pub(super) async fn init(
    settings: &Settings,
    printer: &Printer,
    workspace: &str,
) -> Result<bool, Refused> {
    let service = open(settings).await?;
    let invited = service.init(workspace).await?;
    show(settings, &service, printer, &invited).await
}

pub(super) async fn invite(
    settings: &Settings,
    printer: &Printer,
    role: Role,
    store: Option<&str>,
) -> Result<bool, Refused> {
    let service = open(settings).await?;
    let invited = service.invite(role, store).await?;
    show(settings, &service, printer, &invited).await
}

pub(super) async fn invite_instead(
    settings: &Settings,
    printer: &Printer,
    device: DeviceId,
) -> Result<bool, Refused> {
    let service = open(settings).await?;
    let invited = service.invite_instead(device).await?;
    show(settings, &service, printer, &invited).await
}

async fn show(
    settings: &Settings,
    service: &Service,
    printer: &Printer,
    invited: &Invited,
) -> Result<bool, Refused> {
    let code = code(settings, service, invited).await?;
    let (value, lines) = shown(printer, &code, invited);
    printer.answer(&value, &lines)?;
    Ok(true)
}

/// A code with the address at which the server was last seen to listen, or will.
async fn code(
    settings: &Settings,
    service: &Service,
    invited: &Invited,
) -> Result<EnrolmentCode, Refused> {
    let secret = invited.secret.as_str().to_owned();
    let announced = service.workspace().await?;
    let explicit = settings.url.is_some() || settings.listen.is_some();
    if !explicit
        && let Some(workspace) = announced
        && let Some(url) = workspace.url
    {
        return Ok(EnrolmentCode { url, secret, fingerprint: workspace.fingerprint });
    }
    let addresses = settings.listen();
    let certificate = certificate(settings)?;
    let url = settings.url.clone().unwrap_or_else(|| url_of(&addresses, certificate.is_some()));
    let fingerprint = certificate.and_then(|certificate| certificate.fingerprint());
    Ok(EnrolmentCode { url, secret, fingerprint })
}

/// The certificate that these settings serve under; none where only this machine is spoken to.
pub(super) fn certificate(settings: &Settings) -> Result<Option<Certificate>, Refused> {
    if let (Some(certificate), Some(key)) = (&settings.certificate, &settings.certificate_key) {
        return Certificate::from_files(certificate, key).map(Some);
    }
    let addresses = settings.listen();
    if addresses.iter().all(|address| address.ip().is_loopback()) {
        return Ok(None);
    }
    let mut hosts: Vec<_> =
        addresses.iter().map(std::net::SocketAddr::ip).filter(|ip| !ip.is_unspecified()).collect();
    if hosts.len() < addresses.len() {
        hosts.push(crate::settings::own_address());
    }
    Certificate::own(&settings.folder(), &hosts).map(Some)
}

/// A code for scripts and for people.
pub(super) fn shown(
    printer: &Printer,
    code: &EnrolmentCode,
    invited: &Invited,
) -> (Value, Vec<String>) {
    let text = code.to_string();
    let value = json!({ "code": text, "expires_at": rfc3339(invited.expires_at) });
    let mut lines =
        vec![printer.text("enrol.code", &[]), String::new(), format!("    {text}"), String::new()];
    lines.extend(printer.qr(&text));
    lines.push(printer.text("enrol.until", &[("time", &local(invited.expires_at))]));
    (value, lines)
}
