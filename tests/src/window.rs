//! The real window, driven as a person drives it: keys, clicks, and what can be read on it.

use std::{
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element, key::Key};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use crate::skip;

/// How long a screen may take on a loaded machine; what a person may wait is measured elsewhere.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a program may take until its window can be driven.
const OPENING: Duration = Duration::from_secs(60);

/// Where the two programs are that a journey needs.
#[derive(Debug)]
pub struct Programs {
    app: PathBuf,
    driver: PathBuf,
}

impl Programs {
    /// `None` with a word where windows cannot be opened.
    pub fn find() -> Option<Self> {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
        match (std::env::var_os("SHUKE_TEST_WINDOW"), path("SHUKE_APP"), path("TAURI_DRIVER")) {
            (Some(_), Some(app), Some(driver)) => Some(Self { app, driver }),
            _ => {
                skip(
                    "no window: SHUKE_TEST_WINDOW, SHUKE_APP and TAURI_DRIVER say where one can be opened",
                );
                None
            }
        }
    }
}

/// `tauri-driver` and what it starts, ended together.
#[derive(Debug)]
struct Driver(Child);

impl Driver {
    fn start(program: &Path) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let driver = Self(command.spawn().unwrap());
        // Both must listen: a session that is asked for earlier fails one time in seven.
        for port in [4444, 4445] {
            let begun = Instant::now();
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                assert!(begun.elapsed() < PATIENCE, "nothing listens on {port}");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if cfg!(unix) {
            let group = format!("-{}", self.0.id());
            let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
        let gone = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, 4445)).is_ok() && gone.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// An open window over a home.
#[derive(Debug)]
pub struct Window {
    client: Client,
    home: PathBuf,
    journey: &'static str,
    pictures: std::cell::Cell<u32>,
    // Last: the session ends before the driver does.
    _driver: Driver,
}

/// A session with the program. A program that ended while it opened leaves WebKit's driver waiting for ever, so
/// each try has its time and a driver of its own.
async fn connected(programs: &Programs, wanted: Map<String, Value>) -> (Client, Driver) {
    for last in [false, true] {
        let driver = Driver::start(&programs.driver);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let builder = builder.capabilities(wanted.clone());
        match timeout(OPENING, builder.connect("http://127.0.0.1:4444")).await {
            Ok(Ok(client)) => return (client, driver),
            Ok(Err(error)) if last => panic!("no window: {error}"),
            Err(_) if last => panic!("no window within {OPENING:?}"),
            Ok(Err(error)) => eprintln!("no window at the first try: {error}"),
            Err(_) => eprintln!("no window at the first try within {OPENING:?}"),
        }
    }
    unreachable!("the last try returns or panics")
}

/// Whether a program runs with this home among its arguments.
fn works_in(home: &Path) -> bool {
    let home = home.as_os_str().as_encoded_bytes();
    std::fs::read_dir("/proc").into_iter().flatten().flatten().any(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let mut arguments = line.split(|byte| *byte == 0);
        let shuke = arguments.next().is_some_and(|program| program.ends_with(b"/shuke"));
        shuke && arguments.any(|argument| argument == home)
    })
}

impl Window {
    /// `link` is what the desktop would hand over, if anything.
    pub async fn open(
        programs: &Programs,
        journey: &'static str,
        home: &Path,
        link: Option<&str>,
    ) -> Self {
        let mut arguments = vec![json!("--home"), json!(home), json!("--key-store"), json!("file")];
        arguments.extend(link.map(Value::from));
        let wanted = json!({
            "browserName": "wry",
            "tauri:options": { "application": programs.app, "args": arguments },
        });
        let Value::Object(wanted) = wanted else { panic!("an object") };
        let (client, driver) = connected(programs, wanted).await;
        // A till's screen. Without a window manager it may stay as it is.
        let _ = client.set_window_size(1366, 768).await;
        Self { client, home: home.to_owned(), journey, pictures: 0.into(), _driver: driver }
    }

    /// Ends when the program has: a second start over the same home would find the first one's window.
    pub async fn close(self) {
        // The window may be gone before it has answered.
        let _ = timeout(PATIENCE, self.client.close()).await;
        let begun = Instant::now();
        while works_in(&self.home) {
            assert!(begun.elapsed() < PATIENCE, "the window's program does not end");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for something on the screen, by a CSS selector.
    pub async fn see(&self, selector: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => self.give_up(&format!("{selector}: {error}")).await,
        }
    }

    /// By the name that screens carry for tests.
    pub async fn part(&self, name: &str) -> Element {
        self.see(&format!("[data-testid=\"{name}\"]")).await
    }

    pub async fn click(&self, selector: &str) {
        let begun = Instant::now();
        loop {
            // What is being drawn anew between finding and clicking is clicked at the next try.
            match self.see(selector).await.click().await {
                Ok(()) => return,
                Err(error) if begun.elapsed() > PATIENCE => {
                    self.give_up(&format!("{selector}: {error}")).await;
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    pub async fn click_part(&self, name: &str) {
        self.click(&format!("[data-testid=\"{name}\"]")).await;
    }

    /// Types into a field, as a keyboard does or, for letters that no key has, as an input method
    /// hands over what it composed.
    pub async fn type_into(&self, selector: &str, text: &str) {
        self.click(selector).await;
        if text.is_ascii() {
            return self.keys(text).await;
        }
        let script = "document.execCommand('insertText', false, arguments[0])";
        self.client.execute(script, vec![text.into()]).await.unwrap();
    }

    pub async fn clear(&self, selector: &str) {
        self.click(selector).await;
        let script = "document.activeElement.select(); document.execCommand('delete')";
        self.client.execute(script, Vec::new()).await.unwrap();
    }

    /// A key on whatever has the focus.
    pub async fn press(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    pub async fn keys(&self, keys: &str) {
        let focus = self.client.active_element().await.unwrap();
        focus.send_keys(keys).await.unwrap();
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) {
        self.client.execute(script, Vec::new()).await.unwrap();
    }

    pub async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.see(selector).await.attr(name).await.unwrap()
    }

    /// Waits until something can be read on a part of the screen.
    pub async fn read(&self, selector: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let text = match self.client.find(Locator::Css(selector)).await {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if wanted(&text) {
                return text;
            }
            if begun.elapsed() > PATIENCE {
                self.give_up(&format!("{selector} reads {text:?}")).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The ids of the rows that are shown, in their order.
    pub async fn ids(&self, selector: &str) -> Vec<String> {
        let mut ids = Vec::new();
        for element in self.client.find_all(Locator::Css(selector)).await.unwrap_or_default() {
            ids.extend(element.attr("data-id").await.unwrap_or_default());
        }
        ids
    }

    /// Waits until the rows are as they should be.
    pub async fn rows(&self, selector: &str, wanted: impl Fn(&[String]) -> bool) {
        let begun = Instant::now();
        loop {
            let ids = self.ids(selector).await;
            if wanted(&ids) {
                return;
            }
            if begun.elapsed() > PATIENCE {
                self.give_up(&format!("{selector} shows {ids:?}")).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Asks the app as the screens do, for what a person answers in a dialog of the system's.
    pub async fn ask(&self, name: &str, request: Value) -> Result<Value, Value> {
        let script = "const [name, request, done] = arguments;
            window.__TAURI_INTERNALS__.invoke('call', { name, request })
                .then((reply) => done({ reply }), (refusal) => done({ refusal }));";
        let answer = self.client.execute_async(script, vec![name.into(), request]).await.unwrap();
        match answer.get("refusal") {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(answer["reply"].clone()),
        }
    }

    /// Keeps what is on the screen, under the journey's name.
    pub async fn picture(&self, name: &str) {
        self.pictures.set(self.pictures.get() + 1);
        // Let transitions end and what was drawn be painted: a picture is for people. A page that is
        // not painted at all must not hold it up.
        let settle = "const done = arguments[0]; setTimeout(done, 2000);
            setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200))), 400);";
        let _ = self.client.execute_async(settle, Vec::new()).await;
        let png = self.client.screenshot().await.unwrap();
        assert!(png.starts_with(b"\x89PNG"), "no picture");
        let Some(folder) = std::env::var_os("SHUKE_SCREENS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).unwrap();
        let file = format!("{}-{}-{name}.png", self.journey, self.pictures.get());
        std::fs::write(folder.join(file), png).unwrap();
    }

    async fn give_up(&self, why: &str) -> ! {
        self.picture("failed").await;
        let shown = match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        panic!("{why}\nthe screen says:\n{shown}");
    }
}
