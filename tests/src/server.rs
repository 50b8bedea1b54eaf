//! The real `shuke-server` on a port of its own, which may be killed and started again.

use std::{
    fs::OpenOptions,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::binaries;

/// Where a server keeps its data.
#[derive(Clone, Debug)]
pub enum Place {
    Sqlite,
    /// An empty database of its own.
    Postgres(String),
}

#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    place: Place,
    listen: String,
    url: Option<String>,
    running: Option<Child>,
}

impl Server {
    /// On loopback, where plain HTTP is spoken.
    pub fn start(place: &Place) -> Self {
        let mut server = Self::idle(place, &format!("127.0.0.1:{}", free_port()));
        server.serve();
        server
    }

    /// On every address of this machine, where nothing but TLS is spoken; devices are told to come
    /// by loopback.
    pub fn start_with_tls(place: &Place) -> Self {
        let port = free_port();
        let mut server = Self::idle(place, &format!("0.0.0.0:{port}"));
        server.url = Some(format!("https://127.0.0.1:{port}"));
        server.serve();
        server
    }

    fn idle(place: &Place, listen: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            place: place.clone(),
            listen: listen.to_owned(),
            url: None,
            running: None,
        }
    }

    /// Starts it where it was; returns when it can be spoken to.
    pub fn serve(&mut self) {
        assert!(self.running.is_none(), "it runs already");
        let log = OpenOptions::new().create(true).append(true).open(self.log_path()).unwrap();
        let mut child =
            self.program().arg("serve").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        self.running = Some(child);
        // The line is printed once the sockets are bound.
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let mut stdout = BufReader::new(stdout);
            let read = stdout.read_line(&mut line);
            let _ = tell.send(read.map(|_| line));
            // Read on, so that the server never waits for a reader.
            let _ = std::io::copy(&mut stdout, &mut std::io::sink());
        });
        let line = told
            .recv_timeout(Duration::from_secs(60))
            .ok()
            .and_then(Result::ok)
            .unwrap_or_default();
        assert!(line.contains("\"listen\""), "the server did not come up: {line}\n{}", self.log());
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.running.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Where devices find it, in plain HTTP.
    pub fn url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Moves its data into another database, where it goes on once it serves again.
    pub fn move_to(&mut self, url: &str) -> Value {
        self.kill();
        let moved = self.run(&["move", url]);
        self.place = Place::Postgres(url.to_owned());
        moved
    }

    /// The code with which a command must be refused.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.program().args(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?} went through");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let value: Value =
            serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_default();
        value["code"].as_str().unwrap_or(&text).to_owned()
    }

    /// The first owner's code.
    pub fn init(&self, workspace: &str) -> String {
        self.code(&["init", "--workspace", workspace])
    }

    pub fn invite(&self, role: &str) -> String {
        self.code(&["invite", "--role", role])
    }

    pub fn devices(&self) -> Value {
        self.run(&["devices"])
    }

    pub fn revoke(&self, device: &str) {
        self.run(&["revoke", device]);
    }

    fn code(&self, arguments: &[&str]) -> String {
        let answer = self.run(arguments);
        assert!(answer["expires_at"].is_string(), "{answer}");
        answer["code"].as_str().unwrap_or_else(|| panic!("no code in {answer}")).to_owned()
    }

    /// Runs another of its commands, beside the one that serves.
    pub fn run(&self, arguments: &[&str]) -> Value {
        let output = self.program().args(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {text}{error}");
        if text.trim().is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&text)
            .unwrap_or_else(|problem| panic!("{arguments:?} answered {text}: {problem}"))
    }

    fn program(&self) -> Command {
        let mut command = Command::new(binaries::program("shuke-server"));
        command.arg("--home").arg(self.folder.path().join("server"));
        command.args(["--key-store", "file", "--json", "--listen", &self.listen]);
        if let Place::Postgres(url) = &self.place {
            command.args(["--data", url]);
        }
        if let Some(url) = &self.url {
            command.args(["--url", url]);
        }
        command.stdin(Stdio::null());
        command
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// The process that runs.
    pub fn id(&self) -> u32 {
        self.running.as_ref().map_or(0, Child::id)
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
        }
        self.kill();
    }
}

/// A port that nobody listens on now. Chosen here and not by the server, which must come back to it.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
