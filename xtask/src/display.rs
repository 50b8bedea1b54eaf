//! A display: the machine's own, or a virtual one that we start and can look at.

use std::{
    env,
    ffi::OsString,
    io::Read,
    path::{Path, PathBuf},
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::{call::Kept, frame::Frame};

/// Whether a window could open here as things stand. Only on Linux is the answer ever no.
pub fn exists() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// An X server whose screen is a file in memory or on disk, never on a monitor.
#[derive(Debug)]
pub struct Virtual {
    // Fields drop in order: the server ends before its folder goes.
    _server: Kept,
    name: String,
    folder: TempDir,
}

impl Virtual {
    pub fn start(width: u32, height: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let screen = format!("{width}x{height}x24");
        let mut server = Kept::start("Xvfb", |call| {
            call.args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-noreset",
                "-screen",
                "0",
                &screen,
                "-fbdir",
            ])
            .arg(folder.path())
            .command(|command| {
                command.stdout(Stdio::piped()).stderr(Stdio::null());
            })
        })
        .context("Xvfb (package xvfb) opens the virtual display")?;
        // The server writes the number of its display once it takes connections.
        let mut number = String::new();
        let mut said = server.child().stdout.take().context("Xvfb says nothing")?;
        let mut byte = [0];
        while said.read(&mut byte)? == 1 && byte[0] != b'\n' {
            number.push(char::from(byte[0]));
        }
        if number.is_empty() {
            bail!("Xvfb ended before it opened a display");
        }
        Ok(Self { _server: server, name: format!(":{number}"), folder })
    }

    /// What a program needs in its environment to draw here.
    pub fn env(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("DISPLAY", self.name.clone().into()),
            ("GDK_BACKEND", "x11".into()),
            ("LIBGL_ALWAYS_SOFTWARE", "1".into()),
        ]
    }

    /// The display's name, such as `:99`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file in which the screen's dots stand.
    pub fn memory(&self) -> PathBuf {
        self.folder.path().join("Xvfb_screen0")
    }

    /// Waits until something stands on the screen and stands still, and writes a picture of it.
    pub fn picture(
        &self,
        file: &Path,
        patience: Duration,
        mut alive: impl FnMut() -> Result<bool>,
    ) -> Result<()> {
        let source = self.memory();
        let start = Instant::now();
        let mut before: Option<Frame> = None;
        while start.elapsed() < patience {
            if !alive()? {
                bail!("the window's program ended before it had painted");
            }
            sleep(Duration::from_millis(500));
            let now = Frame::read(&source)?;
            if now.painted() && before.as_ref() == Some(&now) {
                return now.write(file);
            }
            before = Some(now);
        }
        if let Some(frame) = before {
            frame.write(file)?;
        }
        bail!(
            "nothing was painted within {} s; the picture is as it was: {}",
            patience.as_secs(),
            file.display()
        )
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use super::Virtual;
    use crate::call::Call;

    #[test]
    fn an_empty_screen_is_pictured_as_it_is_and_not_taken_for_a_window() {
        if !Call::new("Xvfb").arg("-help").succeeds() {
            println!("skipped: no Xvfb here");
            return;
        }
        let screen = Virtual::start(640, 480).unwrap();
        assert!(screen.name().starts_with(':'));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("empty.png");
        assert!(screen.picture(&file, Duration::from_secs(2), || Ok(true)).is_err());
        assert!(file.metadata().unwrap().len() > 0);
    }
}
