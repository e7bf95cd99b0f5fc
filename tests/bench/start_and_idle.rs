//! The window beside a bare eframe window (this program again, with `bare-window`), interleaved in one run: time from the start of the
//! process to the first painted frame (budget: 1.3 times), CPU over 20 idle seconds (budget: none) and proportional memory (1.6 times).
//!
//! Both say `first frame` on standard error at the start of their second pass, when the first frame has been handed to the screen;
//! the product does so when `GATESCOPE_PRINT_FIRST_FRAME` is `1`. Linux only; without a `DISPLAY` an Xvfb is started.
//!
//! `cargo bench --bench start_and_idle`

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark prints its table, the bare window its line"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use eframe::egui;

#[expect(dead_code, reason = "each benchmark uses its part of it")]
mod support;

const STARTS: usize = 15;
const IDLE: Duration = Duration::from_secs(20);
/// Time to settle before the idle seconds are counted.
const SETTLE: Duration = Duration::from_secs(3);

fn main() {
    if std::env::args().any(|argument| argument == "bare-window") {
        bare_window();
        return;
    }
    if !cfg!(target_os = "linux") {
        println!("start_and_idle reads /proc: left out on this platform");
        return;
    }
    let screen = (std::env::var_os("DISPLAY").is_none()).then(Screen::start);
    let display = screen.as_ref().map(|screen| screen.display.clone());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bare = || {
        window(
            std::env::current_exe().expect("this program").as_path(),
            &["bare-window"],
            folder.path(),
            display.as_deref(),
        )
    };
    let product = || {
        window(
            Path::new(env!("CARGO_BIN_EXE_gatescope")),
            &[],
            folder.path(),
            display.as_deref(),
        )
    };

    let (mut product_starts, mut bare_starts) = (vec![], vec![]);
    for _ in 0..STARTS {
        bare_starts.push(bare().first_frame);
        product_starts.push(product().first_frame);
    }
    let (ours, theirs) = (
        support::median(&product_starts),
        support::median(&bare_starts),
    );
    println!(
        "first frame   gatescope {ours:7.1} ms   bare {theirs:7.1} ms   ratio {:.2}   budget 1.30",
        ours / theirs
    );

    let (ours, theirs) = (product().idle(), bare().idle());
    println!(
        "idle CPU      gatescope {:7.2} %    bare {:7.2} %    budget 0",
        ours.cpu_percent, theirs.cpu_percent
    );
    println!(
        "memory (Pss)  gatescope {:7.1} MB   bare {:7.1} MB   ratio {:.2}   budget 1.60",
        ours.megabytes,
        theirs.megabytes,
        ours.megabytes / theirs.megabytes
    );
}

/// A window that painted its first frame. Dropping it closes it.
struct Window {
    child: Child,
    /// Milliseconds from the start of the process.
    first_frame: f64,
}

struct Idle {
    cpu_percent: f64,
    megabytes: f64,
}

fn window(program: &Path, arguments: &[&str], folder: &Path, display: Option<&str>) -> Window {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("GATESCOPE_PRINT_FIRST_FRAME", "1")
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    if let Some(display) = display {
        command
            .env("DISPLAY", display)
            .env_remove("WAYLAND_DISPLAY");
    }
    let start = Instant::now();
    let mut child = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let mut said = Vec::new();
    loop {
        match lines.next() {
            Some(Ok(line)) if line.contains("first frame") => break,
            Some(Ok(line)) => said.push(line),
            _ => panic!(
                "{} ended before its first frame: {}",
                program.display(),
                said.join("\n")
            ),
        }
    }
    let first_frame = support::milliseconds(start.elapsed());
    // What it says later is read on, so that it never waits for a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Window { child, first_frame }
}

impl Window {
    fn idle(&self) -> Idle {
        std::thread::sleep(SETTLE);
        let before = self.ticks();
        std::thread::sleep(IDLE);
        // A tick is 10 ms on Linux (USER_HZ is 100).
        let percent = (self.ticks() - before) * 10.0 / support::milliseconds(IDLE) * 100.0;
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))
            .expect("alive");
        let kilobytes: f64 = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Pss:"))
            .and_then(|rest| rest.trim().strip_suffix("kB"))
            .and_then(|number| number.trim().parse().ok())
            .expect("a Pss line");
        Idle {
            cpu_percent: percent,
            megabytes: kilobytes / 1_024.0,
        }
    }

    /// User and system time (fields 14 and 15 of /proc/PID/stat; the name before them may hold blanks).
    fn ticks(&self) -> f64 {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("alive");
        let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
        fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<f64>().expect("a number"))
            .sum()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    /// Xvfb chooses a free display and writes its number.
    fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed (tests/run installs it)");
        let mut number = String::new();
        BufReader::new(server.stdout.take().expect("piped"))
            .read_line(&mut number)
            .expect("Xvfb says its display");
        Self {
            server,
            display: format!(":{}", number.trim()),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

/// An eframe window with one label, with the product's renderer.
struct Bare {
    passes: u32,
}

impl eframe::App for Bare {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.passes += 1;
        match self.passes {
            1 => ui.ctx().request_repaint(),
            2 => eprintln!("first frame"),
            _ => {}
        }
        ui.label("bare");
    }
}

fn bare_window() {
    let options = eframe::NativeOptions {
        renderer: eframe::Renderer::Glow,
        viewport: egui::ViewportBuilder::default().with_inner_size([1280.0, 800.0]),
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "bare",
        options,
        Box::new(|_| Ok(Box::new(Bare { passes: 0 }))),
    )
    .expect("a window opens");
}
