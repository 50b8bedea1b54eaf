//! The doctor: what is wrong with the file, and what can be mended.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use shuke_domain::{Code, Failure, Roles};
use shuke_store::{Key, Stop, Store, salvage::Salvaged};
use ts_rs::TS;

use crate::{
    App, Event, Session,
    backup::{self, daily},
    home, session,
};

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
    /// `pages`, `search`, `totals`, `stale`; where pages were mended, `filled`: what a backup gave back of what was
    /// on them, and `rows`: what nobody gave back.
    pub what: String,
    pub ok: bool,
    pub count: i64,
    pub repaired: bool,
    /// When the backup was made that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<i64>,
}

/// What a repair came to.
#[derive(Debug)]
struct Mended {
    salvaged: Salvaged,
    /// How many records a backup gave back, and when that was made.
    filled: Option<(i64, i64)>,
}

pub async fn examine(app: &App, request: Doctor) -> Result<Findings, Failure> {
    let session = app.session().await?;
    let repair = request.repair.unwrap_or(false);
    if repair {
        session.must_be(Roles::DEVICES).await?;
    }
    let found = session.whole().examine(repair, session.now().await?).await?;
    let pages = found.iter().find(|finding| finding.what == "pages").map_or(0, |pages| pages.count);
    let findings = if repair && pages > 0 {
        mend(app, session, pages).await?
    } else {
        found.iter().map(shown).collect()
    };
    Ok(Findings { healthy: findings.iter().all(|finding| finding.ok), findings })
}

fn shown(finding: &shuke_store::doctor::Finding) -> Finding {
    Finding {
        what: finding.what.to_owned(),
        ok: finding.count == 0 || finding.repaired,
        count: finding.count,
        repaired: finding.repaired,
        at: None,
    }
}

/// Moves everything that can be read into a new file, and asks the server for the rest, or the newest good backup
/// where there is no server. The damaged file is kept beside it; whoever ends this before has it as it was.
async fn mend(app: &App, session: Arc<Session>, pages: i64) -> Result<Vec<Finding>, Failure> {
    let (folder, key) = (home::folder_of(&session).to_owned(), session.store.key().clone());
    let database = home::database_path(&folder);
    let work = Work {
        draft: folder.join("mending.db"),
        older: folder.join("filling.db"),
        backups: if session.server.is_none() {
            daily::at_hand(&session).await?
        } else {
            Vec::new()
        },
        database,
        key,
        stop: app.begin_work(),
    };
    drop(session);
    app.replace_session(None).await?;
    let all = std::fs::metadata(&work.database).map(|data| data.len()).unwrap_or_default();
    let moved = |done, all| app.announce(Event::Progress { what: "repair", done, all });
    let mended = backup::watched(work.rewrite(), &work.draft, all, moved).await;
    work.clear();
    let opened = home::resume(app).await;
    let Mended { salvaged, filled } = mended?;
    opened?;
    let session = app.session().await?;
    let mut pulled = false;
    if let Some(background) = &session.background {
        pulled = background.round().await.is_ok();
    }
    let now = session.now().await?;
    session.whole().settle(now).await?;
    let found = session.whole().examine(true, now).await?;
    let mut found: Vec<Finding> = found.iter().map(shown).collect();
    for finding in found.iter_mut().filter(|finding| finding.what == "pages" && finding.count == 0)
    {
        (finding.count, finding.repaired) = (pages, true);
    }
    let mut lost = salvaged.lost;
    if let Some((count, at)) = filled {
        lost = lost.saturating_sub(count).max(0);
        let what = "filled".to_owned();
        found.push(Finding { what, ok: true, count, repaired: true, at: Some(at) });
    }
    found.push(shown(&shuke_store::doctor::Finding {
        what: "rows",
        count: lost,
        repaired: pulled,
    }));
    Ok(found)
}

/// The files of a repair.
struct Work {
    database: PathBuf,
    draft: PathBuf,
    older: PathBuf,
    key: Key,
    /// Where there is no server: what may fill what was lost, the newest first.
    backups: Vec<(i64, PathBuf)>,
    stop: Stop,
}

impl Work {
    async fn rewrite(&self) -> Result<Mended, Failure> {
        self.clear();
        let salvaged = Store::salvage(&self.database, &self.draft, &self.key, &self.stop).await?;
        let filled = if salvaged.lost > 0 { self.fill().await? } else { None };
        // From here on it is done: what follows is renaming.
        self.stop.check()?;
        let mark = format!(".damaged-{}", session::system_time());
        let moved = |from: &Path, to: &Path| match std::fs::rename(from, to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(backup::unwritable(to, error))
            }
            _ => Ok(()),
        };
        // The log first: a database whose log is gone has lost what was written last.
        for ending in ["-wal", "-shm", ""] {
            let aside = beside(&self.database, &format!("{mark}{ending}"));
            moved(&beside(&self.database, ending), &aside)?;
        }
        moved(&self.draft, &self.database)?;
        Ok(Mended { salvaged, filled })
    }

    /// From the newest backup that opens with this key and is whole.
    async fn fill(&self) -> Result<Option<(i64, i64)>, Failure> {
        for (at, path) in &self.backups {
            let opened = backup::open_aside(path, &self.older, &self.key, &self.stop).await;
            match opened {
                Ok(()) => {}
                Err(failure) if failure.code == Code::WorkCancelled => return Err(failure),
                Err(error) => {
                    tracing::warn!(%error, "a backup that fills nothing");
                    continue;
                }
            }
            let filled = Store::fill(&self.draft, &self.older, &self.key, &self.stop).await?;
            return Ok(Some((filled, *at)));
        }
        Ok(None)
    }

    /// Takes away what is half done.
    fn clear(&self) {
        for path in [&self.draft, &self.older] {
            for ending in ["", "-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(beside(path, ending));
            }
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
