//! A device: a home of its own, and the real `shukectl` working in it.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::binaries;

/// One data folder, gone with the story.
#[derive(Debug)]
pub struct Device {
    folder: TempDir,
}

/// How a command said no.
#[derive(Debug)]
pub struct Refused {
    pub status: Option<i32>,
    pub code: String,
    pub params: Value,
    pub message: String,
}

impl Device {
    /// A folder in which nothing is yet.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A shop that begins on this device, without a server.
    pub fn founded(workspace: &str) -> Self {
        let device = Self::new();
        device.run(&["init", "--workspace", workspace]);
        device
    }

    /// A device that joined with a code, and has what the server had.
    pub fn enrolled(code: &str) -> Self {
        let device = Self::new();
        device.enrol(code).unwrap_or_else(|refused| panic!("{refused:?}"));
        device.run(&["sync"]);
        device
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The program with this home; `--json` is left to the caller.
    pub fn program(&self) -> Command {
        let mut command = Command::new(binaries::program("shukectl"));
        command.arg("--home").arg(self.home()).args(["--key-store", "file", "--locale", "en"]);
        command.stdin(Stdio::null());
        command
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program();
        command.arg("--json").args(arguments);
        command
    }

    /// Runs a command; its answer, or how it said no.
    pub fn try_run(&self, arguments: &[&str]) -> Result<Value, Refused> {
        let output = self.command(arguments).output().unwrap();
        let Output { status, stdout, stderr } = &output;
        if !status.success() {
            return Err(refusal(status.code(), stderr));
        }
        if stdout.is_empty() {
            return Ok(Value::Null);
        }
        let text = String::from_utf8_lossy(stdout);
        Ok(serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{arguments:?} answered {text}: {error}")))
    }

    /// Runs a command that must succeed.
    pub fn run(&self, arguments: &[&str]) -> Value {
        self.try_run(arguments).unwrap_or_else(|refused| panic!("{arguments:?}: {refused:?}"))
    }

    /// The code with which a command must be refused; a refusal leaves with status 1.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let refused = match self.try_run(arguments) {
            Ok(answer) => panic!("{arguments:?} went through: {answer}"),
            Err(refused) => refused,
        };
        assert_eq!(refused.status, Some(1), "{arguments:?}: {refused:?}");
        refused.code
    }

    /// Starts a command without waiting for it.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Any command of the command table, raw.
    pub fn call(&self, name: &str, request: &Value) -> Value {
        self.run(&["call", name, &request.to_string()])
    }

    pub fn enrol(&self, code: &str) -> Result<Value, Refused> {
        let (url, _) = code.split_once('#').unwrap_or((code, ""));
        self.try_run(&["enroll", url, "--code", code])
    }

    /// Everything this device holds, one record a line.
    pub fn dump(&self) -> String {
        let output = self.program().arg("dump").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// How many changes wait.
    pub fn waiting(&self) -> u64 {
        self.run(&["status"])["outbox"]["count"].as_u64().unwrap()
    }

    // What people do most, so that stories read as stories.

    pub fn add_customer(&self, name: &str, more: &[&str]) -> String {
        let arguments: Vec<&str> =
            ["customer", "add", "--name", name].iter().chain(more).copied().collect();
        id_of(&self.run(&arguments))
    }

    pub fn set(&self, customer: &str, field: &str, value: &str) {
        self.run(&["customer", "edit", customer, "--set", &format!("{field}={value}")]);
    }

    pub fn show(&self, customer: &str) -> Value {
        self.run(&["customer", "show", customer])
    }

    /// One line of one piece; returns the sale's id.
    pub fn sell(&self, customer: &str, fen: i64) -> String {
        id_of(&self.run(&[
            "sale",
            "add",
            "--customer",
            customer,
            "--line",
            &format!("TEA:1:{fen}"),
        ]))
    }

    pub fn points(&self, customer: &str) -> i64 {
        self.run(&["points", "show", customer])["points"].as_i64().unwrap()
    }
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_else(|| panic!("{} is no text", path.display()))
}

fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap_or_else(|| panic!("no id in {answer}")).to_owned()
}

fn refusal(status: Option<i32>, stderr: &[u8]) -> Refused {
    let text = String::from_utf8_lossy(stderr).into_owned();
    // Notes may stand before it: the error is the last line.
    let last = text.lines().last().unwrap_or_default();
    let value: Value = serde_json::from_str(last).unwrap_or_default();
    Refused {
        status,
        code: value["code"].as_str().unwrap_or_default().to_owned(),
        params: value["params"].clone(),
        message: value["message"].as_str().map_or(text, str::to_owned),
    }
}

/// Syncs in turns until nobody has anything new, which must be soon.
pub fn sync_until_quiet(devices: &[&Device]) {
    for _ in 0..8 {
        let moved = devices.iter().fold(0, |moved, device| {
            let round = device.run(&["sync"]);
            moved + round["pushed"].as_u64().unwrap() + round["pulled"].as_u64().unwrap()
        });
        if moved == 0 {
            return;
        }
    }
    panic!("still moving after eight rounds");
}
