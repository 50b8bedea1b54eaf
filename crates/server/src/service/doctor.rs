//! A round through everything that must hold, and what was found.

use serde::Serialize;
use shuke_domain::Record;

use super::{Service, present};
use crate::Refused;

/// One thing looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: the key of its sentence.
    pub check: &'static str,
    pub good: bool,
    /// A number or name to go with it.
    pub detail: String,
}

impl Finding {
    pub fn new(check: &'static str, good: bool, detail: impl Into<String>) -> Self {
        Self { check, good, detail: detail.into() }
    }
}

/// Records read at once.
const STEP: i64 = 5_000;

impl Service {
    pub async fn doctor(&self) -> Result<Vec<Finding>, Refused> {
        let mut tx = self.database.read().await?;
        let damage = tx.integrity().await?;
        let mut findings = vec![Finding::new(
            "integrity",
            damage.is_empty(),
            damage.first().cloned().unwrap_or_default(),
        )];
        let workspace = present(&mut tx).await?;

        let (mut after, mut records, mut wrong) = ((String::new(), 0), 0_u64, 0_u64);
        loop {
            let rows = tx.bodies_after(&after, STEP).await?;
            let Some((scope, number, ..)) = rows.last() else { break };
            after = (scope.clone(), *number);
            for (_, number, collection, id, body) in rows {
                records += 1;
                let sound = serde_json::from_str::<Record>(&body).is_ok_and(|record| {
                    record.collection == collection
                        && record.id.as_bytes().as_slice() == id
                        && record.clone().normalised() == record
                });
                if !sound || number > workspace.number.0 {
                    wrong += 1;
                }
            }
        }
        findings.push(Finding::new(
            "records",
            wrong == 0,
            (if wrong == 0 { records } else { wrong }).to_string(),
        ));
        let chain = self.verify_chain(&mut tx).await?;
        let (good, detail) = match chain.broken_at {
            Some(place) => (false, place.to_string()),
            None => (true, format!("{} {}", chain.rows, chain.head)),
        };
        findings.push(Finding::new(if good { "history" } else { "history_broken" }, good, detail));
        if chain.unchained > 0 {
            findings.push(Finding::new("history_unchained", false, chain.unchained.to_string()));
        }
        let aside = tx.count_aside().await?;
        findings.push(Finding::new("aside", aside == 0, aside.to_string()));
        let devices =
            tx.devices().await?.iter().filter(|device| device.revoked_at.is_none()).count();
        findings.push(Finding::new("devices", true, devices.to_string()));
        findings.push(Finding::new("certificate", true, workspace.fingerprint.unwrap_or_default()));
        tx.commit().await?;
        Ok(findings)
    }
}
