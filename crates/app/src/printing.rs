//! Receipts on paper: sent to the till's printer without a dialog, by the network (`tcp://10.0.0.9:9100`), by a
//! device or a shared printer's name as a file (`/dev/usb/lp0`, `\\till\receipts`), or by the name of a queue of
//! the system's spooler.

use std::{
    io::Write,
    net::{TcpStream, ToSocketAddrs},
    process::{Command, Stdio},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure};
use shuke_exchange::out::slip::{Slip, SlipLine};
use ts_rs::TS;

use crate::{App, Session, customer::ById, receipt};

/// The printer of this till; unset where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "ReceiptPrinter", export_to = "app.ts", optional_fields)]
pub struct PrinterChoice {
    pub address: Option<String>,
    /// 48 on 80 mm, 32 on 58 mm.
    pub columns: Option<u32>,
}

const PRINTER: &str = "printer";

/// 80 mm.
const COLUMNS: u32 = 48;

/// A printer that does not answer must not hold up the counter.
const PATIENCE: Duration = Duration::from_secs(5);

pub async fn show(app: &App, (): ()) -> Result<PrinterChoice, Failure> {
    choice(&*app.session().await?).await
}

async fn choice(session: &Session) -> Result<PrinterChoice, Failure> {
    let kept = session.store.meta(PRINTER).await?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

pub async fn set(app: &App, request: PrinterChoice) -> Result<(), Failure> {
    let session = app.session().await?;
    let address = request.address.as_deref().map(str::trim).filter(|address| !address.is_empty());
    if request.columns.is_some_and(|columns| !(24..=96).contains(&columns)) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "columns"));
    }
    let kept = PrinterChoice { address: address.map(str::to_owned), ..request };
    let text = serde_json::to_string(&kept)
        .map_err(|error| Failure::new(Code::Internal).because(error))?;
    Ok(session.store.set_meta(PRINTER, Some(&text)).await?)
}

/// Prints a receipt. Refused where no printer is set, or where it does not take it.
pub async fn print(app: &App, request: ById) -> Result<(), Failure> {
    let session = app.session().await?;
    let printer = choice(&session).await?;
    let address = printer.address.ok_or_else(|| Failure::new(Code::PrinterNone))?;
    let receipt = receipt::show(app, request).await?;
    let slip = slip(&session, receipt).await?;
    let locale = app.locale();
    let columns = usize::try_from(printer.columns.unwrap_or(COLUMNS)).unwrap_or(48);
    let bytes = slip
        .escpos(columns, locale)
        .map_err(|error| Failure::new(Code::Internal).because(error.to_string()))?;
    let silent = Failure::new(Code::PrinterSilent).with("address", address.as_str());
    let sent = tokio::task::spawn_blocking(move || send(&address, &bytes)).await;
    match sent {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(silent.because(error)),
        Err(error) => Err(silent.because(error)),
    }
}

async fn slip(session: &Session, receipt: receipt::Receipt) -> Result<Slip, Failure> {
    let rules = session.rules().await?;
    let local = |at: i64| rules.calendar.local(at).format("%Y-%m-%d %H:%M").to_string();
    let title = |name: &str| shuke_domain::tier::title(&rules.ladder, name);
    let standing = receipt.standing.as_ref();
    let member = receipt.customer.is_some();
    Ok(Slip {
        workspace: receipt.workspace,
        store: receipt.store,
        number: receipt.number,
        when: local(receipt.sold_at),
        person: receipt.person,
        customer: receipt.customer_name,
        lines: receipt
            .lines
            .into_iter()
            .map(|line| SlipLine { name: line.name, quantity: line.quantity, amount: line.amount })
            .collect(),
        coupon: receipt.coupon.map(|coupon| (coupon.name, coupon.off)),
        total: receipt.total,
        tenders: receipt.tenders.into_iter().map(|tender| (tender.kind, tender.amount)).collect(),
        points: member.then_some(receipt.points),
        balance: receipt.balance,
        tier: standing.map(|standing| title(&standing.tier)),
        gap: standing.and_then(|standing| Some((standing.gap?, title(standing.next.as_deref()?)))),
        // The last day on which they are good, not the first without them.
        expiring: receipt.expiring.map(|expiring| {
            let last = rules.calendar.day_of(expiring.at - 1);
            (expiring.points, last.to_string())
        }),
    })
}

fn send(address: &str, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(host) = address.strip_prefix("tcp://") {
        let host = host.to_socket_addrs()?.next().ok_or(std::io::ErrorKind::AddrNotAvailable)?;
        let mut stream = TcpStream::connect_timeout(&host, PATIENCE)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.write_all(bytes)?;
        return stream.flush();
    }
    if address.starts_with('/') || address.starts_with(r"\\") {
        // It has to be there: a slip of the keys must not make a file of receipts.
        let mut device = std::fs::OpenOptions::new().write(true).open(address)?;
        device.write_all(bytes)?;
        return device.flush();
    }
    queue(address, bytes)
}

/// Hands the bytes to the spooler as they are.
#[cfg(unix)]
fn queue(name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut spooler = Command::new("lp")
        .args(["-o", "raw", "-d", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = spooler.stdin.take() {
        input.write_all(bytes)?;
    }
    if spooler.wait()?.success() { Ok(()) } else { Err(std::io::ErrorKind::NotFound.into()) }
}

/// A queue is written to under the name by which this machine shares it.
#[cfg(not(unix))]
fn queue(name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut device =
        std::fs::OpenOptions::new().write(true).open(format!(r"\\localhost\{name}"))?;
    device.write_all(bytes)?;
    device.flush()
}
