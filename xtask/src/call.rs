//! A call of another program: what to run, where, and what to do with what it says.

use std::{
    env,
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::places::Places;

#[derive(Debug)]
pub struct Call {
    command: Command,
}

impl Call {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self { command }
    }

    /// The cargo that started us, building into the shared cache instead of the clone.
    pub fn cargo(places: &Places) -> Self {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut call = Self::new(cargo).at(&places.root).env("CARGO_TARGET_DIR", places.target());
        // `cargo run` hands these down; a build that sees them differ builds everything anew.
        let own = env::vars_os().map(|(name, _)| name).filter(|name| {
            let name = name.to_string_lossy();
            name.starts_with("CARGO_PKG_")
                || name == "CARGO_MANIFEST_DIR"
                || name == "CARGO_MANIFEST_PATH"
        });
        for name in own {
            call.command.env_remove(name);
        }
        if cfg!(windows)
            && Path::new(STRAWBERRY).exists()
            && env::var_os("OPENSSL_SRC_PERL").is_none()
        {
            call = call.env("OPENSSL_SRC_PERL", STRAWBERRY);
        }
        call
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub fn at(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn envs(mut self, pairs: &[(&'static str, OsString)]) -> Self {
        self.command.envs(pairs.iter().map(|(name, value)| (*name, value)));
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Puts folders before everything else on the path the program searches.
    pub fn path_first(self, folders: &[PathBuf]) -> Result<Self> {
        let old = env::var_os("PATH").unwrap_or_default();
        let all = folders.iter().cloned().chain(env::split_paths(&old));
        let joined = env::join_paths(all).context("a folder's name cannot stand on PATH")?;
        Ok(self.env("PATH", joined))
    }

    pub fn command(mut self, set: impl FnOnce(&mut Command)) -> Self {
        set(&mut self.command);
        self
    }

    /// Starts the program and hands it over.
    pub fn start(mut self) -> Result<Child> {
        self.command.spawn().with_context(|| format!("cannot start {self}"))
    }

    /// Runs to the end on the caller's own terminal; a failure is an error.
    pub fn show(self) -> Result<()> {
        let words = self.to_string();
        let status = self.command(|command| {
            command.stdin(Stdio::inherit());
        });
        let status = status.start()?.wait()?;
        if !status.success() {
            bail!("{words}: {status}");
        }
        Ok(())
    }

    /// Runs to the end and gives what it wrote; a failure carries what it complained of.
    pub fn read(mut self) -> Result<String> {
        let out = self.command.output().with_context(|| format!("cannot start {self}"))?;
        if !out.status.success() {
            bail!("{self}: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr).trim_end());
        }
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    }

    /// Whether the program is there and ends well. What it says is dropped.
    pub fn succeeds(self) -> bool {
        let mut command = self.command;
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

const STRAWBERRY: &str = r"C:\Strawberry\perl\bin\perl.exe";

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = Path::new(self.command.get_program());
        let name = program.file_name().unwrap_or(program.as_os_str());
        write!(f, "{}", name.to_string_lossy())?;
        self.command.get_args().try_for_each(|arg| write!(f, " {}", arg.to_string_lossy()))
    }
}

/// A program of ours that must not outlive us, nor the step that needed it.
#[derive(Debug)]
pub struct Kept {
    child: Child,
}

impl Kept {
    /// Starts it so that on Linux the kernel ends it even when we are killed outright.
    pub fn start(program: &str, set: impl FnOnce(Call) -> Call) -> Result<Self> {
        let call = if Call::new("setpriv").arg("--version").succeeds() {
            Call::new("setpriv").args(["--pdeathsig", "TERM", "--", program])
        } else {
            Call::new(program)
        };
        Ok(Self { child: set(call).start()? })
    }

    pub fn of(child: Child) -> Self {
        Self { child }
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub fn ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // Politely first, so that data folders and lock files are put away.
        let asked = cfg!(unix)
            && Call::new("kill").args(["-TERM", &self.child.id().to_string()]).succeeds();
        for _ in 0..50 {
            if !asked || matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
