//! A PostgreSQL of our own for one test run: a fresh cluster in a temporary folder, gone afterwards.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    thread::sleep,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::{
    call::{Call, Kept},
    debian,
};

/// The folder of `initdb` and `postgres`: the newest that Debian installed, else the one `pg_config` names.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| number(path));
    let debian = newest.map(|version| version.join("bin"));
    let named = || {
        Call::new("pg_config").arg("--bindir").read().ok().map(|said| PathBuf::from(said.trim()))
    };
    let there =
        |folder: &PathBuf| folder.join(format!("initdb{}", env::consts::EXE_SUFFIX)).exists();
    debian.filter(there).or_else(|| named().filter(there))
}

#[derive(Debug)]
pub struct Postgres {
    // Fields drop in order: the server ends before its folder goes.
    _server: Kept,
    port: u16,
    _folder: TempDir,
}

impl Postgres {
    pub fn start(programs: &Path, log: &Path) -> Result<Self> {
        // PostgreSQL refuses to run as root, and its account must reach the folder: never below /root.
        let root = cfg!(unix) && debian::is_root()?;
        let folder = tempfile::Builder::new().prefix("shuke-postgres-").tempdir()?;
        if root {
            Call::new("chown")
                .arg("postgres:postgres")
                .arg(folder.path())
                .read()
                .context("the account postgres")?;
        }
        let data = folder.path().join("data");
        let as_account = |program: &str| {
            let program = programs.join(program);
            if root {
                let account = [
                    "--reuid=postgres",
                    "--regid=postgres",
                    "--init-groups",
                    "--pdeathsig=TERM",
                    "--",
                ];
                Call::new("setpriv").args(account).arg(program).at(folder.path())
            } else {
                Call::new(program).at(folder.path())
            }
        };
        as_account("initdb")
            .args([
                "--username=shuke",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(&data)
            .read()
            .context("a fresh PostgreSQL cluster")?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let out = fs::File::create(log)?;
        let other = out.try_clone()?;
        let mut server = as_account("postgres").arg("-D").arg(&data).args([
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
        ]);
        if cfg!(unix) {
            server = server.arg("-k").arg(folder.path());
        }
        // Nobody mourns this cluster's data; what is tested is our server's promise, not the disk's.
        let server =
            server.args(["-c", "fsync=off", "-c", "max_connections=200"]).command(|command| {
                command.stdout(Stdio::from(out)).stderr(Stdio::from(other));
            });
        let mut server = Kept::of(server.start()?);
        for _ in 0..150 {
            let ask = Call::new(programs.join("pg_isready")).args([
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                &port.to_string(),
            ]);
            if ask.succeeds() {
                return Ok(Self { _server: server, port, _folder: folder });
            }
            if server.ended()? {
                break;
            }
            sleep(Duration::from_millis(200));
        }
        bail!("PostgreSQL did not come up; its log: {}", log.display())
    }

    /// The address of a database whose account may create others.
    pub fn url(&self) -> String {
        format!("postgres://shuke@127.0.0.1:{}/postgres", self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::{Postgres, programs};

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let Some(programs) = programs() else {
            println!("skipped: no PostgreSQL here");
            return;
        };
        let log = tempfile::NamedTempFile::new().unwrap();
        let server = Postgres::start(&programs, log.path()).unwrap();
        let folder = server._folder.path().to_owned();
        let ask = crate::call::Call::new("psql").args([&server.url(), "-Atc", "select 40 + 2"]);
        assert_eq!(ask.read().unwrap().trim(), "42");
        drop(server);
        assert!(!folder.exists());
    }
}
