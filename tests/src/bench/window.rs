//! The real window: how soon it can be used, what it weighs, and how soon an answer is painted. Start
//! and weight are held against a Tauri window with an empty page, on the same display in the same run.
//!
//! The file system's cache is warm, the processes are cold: a till that was on all day.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use fantoccini::key::Key;

use super::{Report, Row, percentile};
use crate::{Window, skip, window::Programs};

/// As often as either window is opened.
const OPENINGS: usize = 5;

/// Nothing moves for so long: it stands as it will.
const STILL: Duration = Duration::from_secs(3);

const PATIENCE: Duration = Duration::from_secs(60);

/// A caret blinks and a clock ticks; one dot in a thousand is more than that.
const STIR: usize = 1_000;

const SEARCH: &str = "[data-testid=\"search-box\"]";

pub fn openings(home: &Path, report: &mut Report) -> Result<()> {
    let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let (Some(app), Some(empty), Some(screen)) =
        (path("SHUKE_APP"), path("SHUKE_EMPTY_WINDOW"), path("SHUKE_FRAMEBUFFER"))
    else {
        skip("no window's figures: they need a virtual display and the built windows");
        return Ok(());
    };
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..OPENINGS {
        let mut command = Command::new(&empty);
        bare.push(Opening::watch(&mut command, &screen)?);
        let mut command = Command::new(&app);
        command.arg("--home").arg(home).args(["--key-store", "file"]);
        ours.push(Opening::watch(&mut command, &screen)?);
    }
    let median = |openings: &[Opening]| {
        let times: Vec<Duration> = openings.iter().map(|opening| opening.ready).collect();
        percentile(&times, 50)
    };
    let note = format!("median of {OPENINGS} to the last change of the screen");
    report.ratio("cold start to a usable counter", median(&ours), median(&bare), 1.5, &note);
    let weight =
        |openings: &[Opening]| openings.iter().map(|opening| opening.pss).min().unwrap_or(0);
    let (heavy, light) = (weight(&ours), weight(&bare));
    report.rows.push(Row {
        name: "memory of all processes (PSS)".to_owned(),
        value: kilo(heavy),
        unit: "MB",
        limit: Some(1.5),
        ratio: Some(kilo(heavy) / kilo(light)),
        note: format!("against {:.0} MB of an empty window", kilo(light)),
    });
    Ok(())
}

fn kilo(kilobytes: u64) -> f64 {
    f64::from(u32::try_from(kilobytes).unwrap_or(u32::MAX)) / 1000.0
}

/// One start of a window's program.
struct Opening {
    ready: Duration,
    /// Kilobytes.
    pss: u64,
}

impl Opening {
    /// Starts the program, waits until the screen stands still, and ends it.
    fn watch(command: &mut Command, screen: &Path) -> Result<Self> {
        let blank = fs::read(screen)?;
        let begun = Instant::now();
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let watched = Self::still(&mut child, screen, blank, begun);
        let pss = weight_of(child.id());
        child.kill()?;
        child.wait()?;
        // Its helpers end with it, but not at once; the next must find the same empty screen.
        sleep(Duration::from_millis(1_500));
        Ok(Self { ready: watched?, pss })
    }

    fn still(
        child: &mut Child,
        screen: &Path,
        mut before: Vec<u8>,
        begun: Instant,
    ) -> Result<Duration> {
        let mut last = None;
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("the window's program ended by itself: {status}");
            }
            let now = fs::read(screen)?;
            let moved = now.chunks(4).zip(before.chunks(4)).filter(|(a, b)| a != b).count();
            if moved > now.len() / 4 / STIR {
                last = Some(begun.elapsed());
                before = now;
            }
            match last {
                Some(at) if begun.elapsed() > at + STILL => return Ok(at),
                _ if begun.elapsed() > PATIENCE => bail!("the screen never stood still"),
                _ => sleep(Duration::from_millis(10)),
            }
        }
    }
}

/// Proportional set size of a process and all that it started.
fn weight_of(process: u32) -> u64 {
    let own = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("Pss:"))?;
            line.split_whitespace().nth(1)?.parse().ok()
        })
        .unwrap_or(0);
    let children = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children =
        children.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|text| {
            text.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()
        })
        .collect();
    own + children.into_iter().map(weight_of).sum::<u64>()
}

/// Writes down, at each key in the search box, how long until the frame after the hits changed.
const STOPWATCH: &str = r#"
    const list = document.querySelector('[data-testid="counter"]');
    const times = [];
    let at = null;
    document.addEventListener('keydown', (event) => { at = event.timeStamp; }, true);
    new MutationObserver((records) => {
        if (at === null || !records.some((r) => r.target.closest?.('[data-testid="counter"]') === list)) return;
        const since = at;
        at = null;
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => {
                times.push(performance.now() - since);
                document.documentElement.dataset.paints = JSON.stringify(times);
            };
            channel.port2.postMessage(null);
        });
    }).observe(list, { childList: true, subtree: true, characterData: true });
"#;

pub async fn keys(home: &Path, report: &mut Report) -> Result<()> {
    let Some(programs) = Programs::find() else { return Ok(()) };
    let window = Window::open(&programs, "bench", home, None).await;
    window.part("counter").await;
    // As after a night's sync: what runs beside at the start is over.
    tokio::time::sleep(Duration::from_secs(3)).await;
    window.run(STOPWATCH).await;
    window.click(SEARCH).await;
    let texts =
        ["wang", "zl", "88", "1380", "lihua", "9", "z", "chen", "6688", "w", "a", "0571", "x"];
    for text in texts.iter().cycle().take(texts.len() * 3) {
        for letter in text.chars() {
            window.keys(&letter.to_string()).await;
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        window.press(Key::Escape).await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let paints = window.attribute("html", "data-paints").await.context("nothing was painted")?;
    window.close().await;
    let paints: Vec<f64> = serde_json::from_str(&paints)?;
    let times: Vec<Duration> =
        paints.iter().map(|ms| Duration::from_secs_f64(ms.max(0.0) / 1000.0)).collect();
    report.time(
        "first paint of the answer after a key",
        &times,
        50.0,
        "from the key's own time to the frame with the hits, in the window, without a graphics card",
    );
    Ok(())
}
