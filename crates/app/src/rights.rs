//! Who sees what of a customer: the owner's table of roles and personal fields, and how long a device may go
//! without the server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shuke_domain::{
    Code, Edit, Failure, Guards, Role, Roles, Sight, lease,
    nouns::{Customer, Workspace},
    rights,
};
use ts_rs::TS;

use crate::{App, Session};

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RightsTable {
    /// Personal fields, by what belongs together, in the order of a file.
    pub units: Vec<String>,
    /// Roles that see customers at all; the owner sees everything.
    pub roles: Vec<RoleSights>,
    pub lease_days: i64,
    /// Whether there is a server that a lease could run from.
    pub shared: bool,
    /// Only the owner changes it.
    pub mine: bool,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct RoleSights {
    pub role: Role,
    #[ts(type = "Record<string, Sight>")]
    pub sights: BTreeMap<String, Sight>,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct SetSight {
    pub role: Role,
    pub unit: String,
    pub sight: Sight,
}

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts")]
pub struct SetLease {
    /// 0 for ever.
    pub days: i64,
}

/// A year: longer is none.
const LONGEST_LEASE: i64 = 366;

pub async fn show(app: &App, (): ()) -> Result<RightsTable, Failure> {
    let session = app.session().await?;
    let workspace = session.workspace().await?;
    let guards = Guards::of(&workspace);
    let units = rights::guarded(Customer::COLLECTION);
    let roles = Customer::COLLECTION
        .read
        .iter()
        .filter(|role| *role != Role::Owner)
        .map(|role| RoleSights {
            role,
            sights: units
                .iter()
                .map(|unit| ((*unit).to_owned(), guards.sight(role, Customer::COLLECTION, unit)))
                .collect(),
        })
        .collect();
    Ok(RightsTable {
        units: units.into_iter().map(str::to_owned).collect(),
        roles,
        lease_days: workspace.lease_days.unwrap_or(lease::DAYS),
        shared: session.server.is_some(),
        mine: session.role().await? == Role::Owner,
    })
}

async fn set_workspace(session: &Session, field: &str, value: Value) -> Result<(), Failure> {
    let mut write = session.write().await?;
    let edit = Edit { fields: [(field.to_owned(), value)].into(), deleted: None };
    session.edit(&mut write, Workspace::COLLECTION, session.identity.workspace, &edit).await?;
    session.commit(write).await?;
    session.look().await?;
    Ok(())
}

pub async fn set(app: &App, request: SetSight) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::OWNER).await?;
    let known = rights::guarded(Customer::COLLECTION).contains(&request.unit.as_str());
    if !known || request.role == Role::Owner {
        return Err(Failure::new(Code::FieldUnknown).with("field", request.unit));
    }
    let mut guards = Guards::of(&session.workspace().await?);
    guards.set(request.role, &request.unit, request.sight);
    set_workspace(&session, "guards", guards.to_value()).await
}

pub async fn set_lease(app: &App, request: SetLease) -> Result<(), Failure> {
    let session = app.session().await?;
    session.must_be(Roles::OWNER).await?;
    if !(0..=LONGEST_LEASE).contains(&request.days) {
        return Err(Failure::new(Code::FieldInvalid).with("field", "days"));
    }
    set_workspace(&session, "lease_days", request.days.into()).await
}
