//! `devices`, `revoke`, `backup`, `restore`, `move`, `doctor`.

use std::path::Path;

use serde_json::{Value, json};
use shuke_domain::{
    DeviceId,
    code::{Code, Failure},
    revocation::Ending,
};
use shuke_keys::KeyPlace;

use super::{
    open,
    print::{Printer, local, rfc3339},
};
use crate::{Refused, database::DeviceRow, service::Finding, settings::Settings};

pub(super) async fn devices(settings: &Settings, printer: &Printer) -> Result<bool, Refused> {
    let devices = open(settings).await?.devices().await?;
    let value = devices.iter().map(device_json).collect();
    let mut lines: Vec<String> =
        devices.iter().map(|device| device_line(printer, device)).collect();
    if lines.is_empty() {
        lines.push(printer.text("devices.none", &[]));
    }
    printer.answer(&value, &lines)?;
    Ok(true)
}

fn device_json(device: &DeviceRow) -> Value {
    json!({
        "id": device.id,
        "name": device.name,
        "platform": device.platform,
        "person_id": device.person_id,
        "role": device.role,
        "store_id": device.store_id,
        "member_numbers": device.numbers,
        "enrolled_at": rfc3339(device.enrolled_at),
        "last_seen_at": rfc3339(device.last_seen_at),
        "revoked_at": device.revoked_at.map(rfc3339),
        "ending": device.ending,
        "retiring": device.retiring,
    })
}

fn device_line(printer: &Printer, device: &DeviceRow) -> String {
    let role = printer.text(&format!("role.{}", device.role.as_str()), &[]);
    let (key, at) = match (device.revoked_at, device.ending) {
        (Some(at), Some(Ending::Lost)) => ("devices.lost", at),
        (Some(at), Some(Ending::Retired)) => ("devices.retired", at),
        (Some(at), None) => ("devices.revoked", at),
        (None, _) if device.retiring => ("devices.retiring", device.last_seen_at),
        (None, _) => ("devices.seen", device.last_seen_at),
    };
    let when = printer.text(key, &[("time", &local(at))]);
    format!("{}  {}  {}  {}  {when}", device.id, device.name, device.platform, role)
}

pub(super) async fn revoke(
    settings: &Settings,
    printer: &Printer,
    device: DeviceId,
    ending: Option<Ending>,
) -> Result<bool, Refused> {
    let service = open(settings).await?;
    match ending {
        Some(ending) => service.end(device, ending).await?,
        None => service.revoke(device).await?,
    }
    let key = match ending {
        Some(Ending::Lost) => "revoke.lost",
        Some(Ending::Retired) => "revoke.retire",
        None => "revoke.done",
    };
    let line = printer.text(key, &[("device", &device.to_string())]);
    printer.answer(&json!({ "device_id": device, "ending": ending }), &[line])?;
    Ok(true)
}

pub(super) async fn backup(
    settings: &Settings,
    printer: &Printer,
    file: &Path,
) -> Result<bool, Refused> {
    let refused = |error: std::io::Error| {
        Failure::new(Code::FileUnwritable).with("path", file.display().to_string()).because(error)
    };
    if file.exists() {
        return Err(refused(std::io::ErrorKind::AlreadyExists.into()).into());
    }
    let service = open(settings).await?;
    let key = settings.key().await?;
    // Under another name until it is whole: half a backup must never look like one.
    let part = file.with_extension("part");
    if part.exists() {
        std::fs::remove_file(&part).map_err(refused)?;
    }
    let records = match service.backup(&part, &key.to_hex()).await {
        Ok(records) => records,
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
    };
    std::fs::rename(&part, file).map_err(refused)?;
    let path = file.display().to_string();
    let line = printer.text("backup.done", &[("file", &path), ("records", &records.to_string())]);
    printer.answer(&json!({ "file": path, "records": records }), &[line])?;
    Ok(true)
}

pub(super) async fn restore(
    settings: &Settings,
    printer: &Printer,
    file: &Path,
) -> Result<bool, Refused> {
    if !file.is_file() {
        return Err(Failure::new(Code::FileUnreadable)
            .with("path", file.display().to_string())
            .into());
    }
    let service = open(settings).await?;
    let key = settings.key().await?;
    let restored =
        service.restore(file, &key.to_hex()).await.map_err(|refused| match refused.code() {
            "database.wrong_key" => Code::BackupWrongKey.into(),
            "database.damaged" => Code::BackupDamaged.into(),
            _ => refused,
        })?;
    let line = printer.text("restore.done", &[("records", &restored.records.to_string())]);
    printer.answer(&json!({ "records": restored.records, "epoch": restored.epoch }), &[line])?;
    Ok(true)
}

pub(super) async fn move_to(
    settings: &Settings,
    printer: &Printer,
    to: String,
) -> Result<bool, Refused> {
    let service = open(settings).await?;
    let target = Settings { data: Some(to), ..settings.clone() };
    let target = target.open().await?;
    let records = service.move_to(&target).await?;
    target.close().await;
    service.close().await;
    let mut kept = String::new();
    if let Some(file) = settings.file() {
        // A server that is started again by habit must not go on beside the new one.
        let aside = file.with_extension("moved.db");
        std::fs::rename(&file, &aside).map_err(|error| {
            Failure::new(Code::FileUnwritable)
                .with("path", aside.display().to_string())
                .because(error)
        })?;
        kept = aside.display().to_string();
    }
    let line = printer.text("move.done", &[("records", &records.to_string()), ("file", &kept)]);
    printer.answer(&json!({ "records": records, "kept": kept }), &[line])?;
    Ok(true)
}

pub(super) async fn doctor(settings: &Settings, printer: &Printer) -> Result<bool, Refused> {
    let service = open(settings).await?;
    let mut findings = service.doctor().await?;
    let place = settings.key_store()?.place();
    findings.push(Finding::new(
        "key_place",
        true,
        if place == KeyPlace::File { "file" } else { "keychain" },
    ));
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let mark = if finding.good { "✓" } else { "✗" };
            let text =
                printer.text(&format!("doctor.{}", finding.check), &[("detail", &finding.detail)]);
            format!("{mark} {text}")
        })
        .collect();
    let good = findings.iter().all(|finding| finding.good);
    printer.answer(&json!({ "good": good, "findings": findings }), &lines)?;
    Ok(good)
}
