//! The doctor: what is wrong with the file, and what can be mended.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use shuke_domain::{Failure, Roles};
use shuke_store::{Key, Store, salvage::Salvaged};
use ts_rs::TS;

use crate::{App, Session, backup, home, session};

#[derive(Debug, Deserialize, TS)]
#[ts(export_to = "app.ts", optional_fields)]
pub struct Doctor {
    pub repair: Option<bool>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Findings {
    pub healthy: bool,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Serialize, TS)]
#[ts(export_to = "app.ts")]
pub struct Finding {
    /// `pages`, `search`, `totals`, `stale`; `rows` where pages were mended: what was on them.
    pub what: String,
    pub ok: bool,
    pub count: i64,
    pub repaired: bool,
}

pub async fn examine(app: &App, request: Doctor) -> Result<Findings, Failure> {
    let session = app.session().await?;
    let repair = request.repair.unwrap_or(false);
    if repair {
        session.must_be(Roles::DEVICES).await?;
    }
    let mut found = session.whole().examine(repair, session.now().await?).await?;
    let pages = found.iter().find(|finding| finding.what == "pages").map_or(0, |pages| pages.count);
    if repair && pages > 0 {
        found = mend(app, session, pages).await?;
    }
    let findings: Vec<Finding> = found
        .into_iter()
        .map(|finding| Finding {
            what: finding.what.to_owned(),
            ok: finding.count == 0 || finding.repaired,
            count: finding.count,
            repaired: finding.repaired,
        })
        .collect();
    Ok(Findings { healthy: findings.iter().all(|finding| finding.ok), findings })
}

/// Moves everything that can be read into a new file, and asks the server for the rest. The damaged file is kept
/// beside it.
async fn mend(
    app: &App,
    session: Arc<Session>,
    pages: i64,
) -> Result<Vec<shuke_store::doctor::Finding>, Failure> {
    let (folder, key) = (home::folder_of(&session).to_owned(), session.store.key().clone());
    let database = home::database_path(&folder);
    let draft = folder.join("mending.db");
    drop(session);
    app.replace_session(None).await?;
    let mended = rewrite(&database, &draft, &key).await;
    let opened = home::resume(app).await;
    let salvaged = mended?;
    opened?;
    let session = app.session().await?;
    let mut pulled = false;
    if let Some(background) = &session.background {
        pulled = background.round().await.is_ok();
    }
    let now = session.now().await?;
    session.whole().settle(now).await?;
    let mut found = session.whole().examine(true, now).await?;
    for finding in found.iter_mut().filter(|finding| finding.what == "pages" && finding.count == 0)
    {
        *finding = shuke_store::doctor::Finding { what: "pages", count: pages, repaired: true };
    }
    // Without a server nobody gives back what was on them, but a backup.
    found.push(shuke_store::doctor::Finding {
        what: "rows",
        count: salvaged.lost,
        repaired: pulled,
    });
    Ok(found)
}

async fn rewrite(database: &Path, draft: &Path, key: &Key) -> Result<Salvaged, Failure> {
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(beside(draft, ending));
    }
    let salvaged = Store::salvage(database, draft, key).await?;
    let mark = format!(".damaged-{}", session::system_time());
    let moved = |from: &Path, to: &Path| match std::fs::rename(from, to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(backup::unwritable(to, error))
        }
        _ => Ok(()),
    };
    // The log first: a database whose log is gone has lost what was written last.
    for ending in ["-wal", "-shm", ""] {
        moved(&beside(database, ending), &beside(database, &format!("{mark}{ending}")))?;
    }
    moved(draft, database)?;
    Ok(salvaged)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
