//! A desktop session where there is none: a message bus and an unlocked keychain, both gone with this value.

use std::{
    env,
    ffi::OsString,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Stdio,
    thread::sleep,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::call::{Call, Kept};

/// The keychain below is for looking and testing; its password keeps nothing from anybody.
const PASSWORD: &[u8] = b"shuke";

/// Whether this session has a keychain that answers. Only on Linux is the answer ever no.
pub fn keychain_there() -> bool {
    !cfg!(target_os = "linux")
        || (env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() && owned(Call::new("dbus-send")))
}

fn owned(dbus_send: Call) -> bool {
    let ask = dbus_send.args([
        "--session",
        "--print-reply=literal",
        "--dest=org.freedesktop.DBus",
        "/",
        "org.freedesktop.DBus.NameHasOwner",
        "string:org.freedesktop.secrets",
    ]);
    ask.read().is_ok_and(|said| said.contains("true"))
}

#[derive(Debug)]
pub struct Session {
    // Fields drop in order: the keychain ends before its bus.
    _keychain: Kept,
    _bus: Kept,
    address: String,
    folder: PathBuf,
}

impl Session {
    /// Starts both, the keychain's file lying in `folder`. `env` is what programs started by the bus see.
    pub fn start(folder: &Path, env: &[(&'static str, OsString)]) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut bus = Kept::start("dbus-daemon", |call| {
            call.args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
                .envs(env)
                .env("XDG_DATA_HOME", folder)
                .command(|command| {
                    command.stdout(Stdio::piped()).stderr(Stdio::null());
                })
        })
        .context("dbus-daemon (package dbus-daemon) starts a session bus")?;
        let mut said = bus.child().stdout.take().context("dbus-daemon says nothing")?;
        let mut address = Vec::new();
        let mut byte = [0];
        while said.read(&mut byte)? == 1 && byte[0] != b'\n' {
            address.push(byte[0]);
        }
        let address = String::from_utf8(address)?;
        if address.is_empty() {
            bail!("dbus-daemon ended before it had an address");
        }
        let mut keychain = Kept::start("gnome-keyring-daemon", |call| {
            call.args(["--foreground", "--unlock", "--components=secrets"])
                .envs(env)
                .env("XDG_DATA_HOME", folder)
                .env("DBUS_SESSION_BUS_ADDRESS", &address)
                .command(|command| {
                    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
                })
        })
        .context("gnome-keyring-daemon (package gnome-keyring) holds the keys")?;
        keychain
            .child()
            .stdin
            .take()
            .context("the keychain takes no password")?
            .write_all(PASSWORD)?;
        let session = Self { _keychain: keychain, _bus: bus, address, folder: folder.to_owned() };
        for _ in 0..100 {
            if owned(Call::new("dbus-send").envs(&session.env())) {
                return Ok(session);
            }
            sleep(Duration::from_millis(100));
        }
        bail!("the keychain did not come up within 10 s")
    }

    pub fn env(&self) -> Vec<(&'static str, OsString)> {
        vec![("DBUS_SESSION_BUS_ADDRESS", self.address.clone().into())]
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Session, owned};
    use crate::call::Call;

    #[test]
    fn the_keychain_answers_and_goes_with_its_session() {
        if !Call::new("gnome-keyring-daemon").arg("--version").succeeds() {
            println!("skipped: no gnome-keyring here");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let session = Session::start(folder.path(), &[]).unwrap();
        let env = session.env();
        assert!(owned(Call::new("dbus-send").envs(&env)));
        drop(session);
        assert!(!owned(Call::new("dbus-send").envs(&env)));
    }
}
