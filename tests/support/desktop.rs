//! A desktop for end-to-end tests: display server, session bus, accessibility bus and an unlocked keyring, all private to one test,
//! and a reader of the accessibility tree that the real window publishes.
//! Waiting is on conditions: `wait_for` looks again until the thing is there, and saves a picture when it never comes.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zbus::blocking::{Connection, Proxy, connection::Builder};
use zbus::zvariant::OwnedObjectPath;

/// How long a condition may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The programs the desktop needs; the first that is missing, if any.
pub(crate) fn missing_program() -> Option<&'static str> {
    let on_path = |name: &str| {
        std::env::var_os("PATH").is_some_and(|path| {
            std::env::split_paths(&path).any(|directory| directory.join(name).is_file())
        })
    };
    [
        "Xvfb",
        "dbus-daemon",
        "gnome-keyring-daemon",
        "xdotool",
        "import",
    ]
    .into_iter()
    .find(|name| !on_path(name))
}

/// A child that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Desktop {
    pub(crate) home: PathBuf,
    display: String,
    bus_address: String,
    session: Connection,
    accessibility: Option<Connection>,
    children: Vec<Running>,
}

impl Desktop {
    /// Starts everything below `home`, an empty folder of the test's own.
    pub(crate) fn start(home: &Path) -> Self {
        for folder in ["run", "data", "config", "cache"] {
            fs::create_dir_all(home.join(folder)).expect("a folder below the test's home");
        }
        let mut children = Vec::new();
        let display = start_display(&mut children);
        let bus_address = start_bus(home, &mut children);
        let session = Builder::address(bus_address.as_str())
            .expect("the bus address")
            .build()
            .expect("the session bus answers");
        let mut desktop = Self {
            home: home.to_owned(),
            display,
            bus_address,
            session,
            accessibility: None,
            children,
        };
        desktop.start_keyring();
        desktop.start_accessibility();
        desktop
    }

    /// `program` with the environment of this desktop and nothing of the caller's own folders.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("HOME", &self.home)
            .env("XDG_RUNTIME_DIR", self.home.join("run"))
            .env("XDG_DATA_HOME", self.home.join("data"))
            .env("XDG_CONFIG_HOME", self.home.join("config"))
            .env("XDG_CACHE_HOME", self.home.join("cache"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL")
            .env("LIBGL_ALWAYS_SOFTWARE", "1");
        command
    }

    /// Starts the program under test; it ends with the desktop. Its standard error goes to `home/NAME.log`.
    pub(crate) fn launch(&mut self, command: &mut Command, name: &str) -> u32 {
        let log = File::create(self.home.join(format!("{name}.log"))).expect("a log file");
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let id = child.id();
        self.children.push(Running(child));
        id
    }

    /// Asks the window to close, as its closing button does, and waits for the program to end.
    pub(crate) fn close_window(&mut self, id: u32) {
        self.ask_to_close();
        let at = self
            .children
            .iter()
            .position(|child| child.0.id() == id)
            .expect("it was launched here");
        let mut child = self.children.remove(at);
        self.wait_for("the end of the program", |_| {
            child.0.try_wait().ok().flatten()
        });
    }

    /// How bright the screen is at a place, from 0 to 1.
    pub(crate) fn brightness(&self, x: u32, y: u32) -> f32 {
        let output = self
            .command("import")
            .args(["-window", "root", "-crop", &format!("1x1+{x}+{y}")])
            .args(["-colorspace", "Gray", "-depth", "8", "gray:-"])
            .output()
            .expect("import runs");
        f32::from(*output.stdout.first().expect("one pixel")) / 255.0
    }

    /// The place and size of a node on the screen: x, y, width, height in pixels.
    pub(crate) fn extents(&self, node: &Node) -> (i32, i32, i32, i32) {
        self.proxy(node, "org.a11y.atspi.Component")
            .call("GetExtents", &(1_u32,))
            .expect("it has a place")
    }

    fn start_keyring(&mut self) {
        let mut child = self
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon starts");
        child
            .stdin
            .take()
            .expect("piped")
            .write_all(b"password\n")
            .expect("the password is taken");
        self.children.push(Running(child));
        self.wait_for("the keyring on the bus", |desktop| {
            desktop.has_owner("org.freedesktop.secrets").then_some(())
        });
    }

    fn has_owner(&self, name: &str) -> bool {
        let bus = Proxy::new(
            &self.session,
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
        )
        .expect("the bus itself");
        bus.call::<_, _, bool>("NameHasOwner", &(name,))
            .unwrap_or(false)
    }

    fn start_accessibility(&mut self) {
        let launcher = [
            "/usr/libexec/at-spi-bus-launcher",
            "/usr/lib/at-spi2-core/at-spi-bus-launcher",
        ]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .expect("at-spi2-core is installed");
        let child = self
            .command(launcher)
            .arg("--launch-immediately")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the accessibility bus starts");
        self.children.push(Running(child));
        let address = self.wait_for("the accessibility bus", |desktop| {
            let bus = Proxy::new(
                &desktop.session,
                "org.a11y.Bus",
                "/org/a11y/bus",
                "org.a11y.Bus",
            )
            .ok()?;
            bus.call::<_, _, String>("GetAddress", &())
                .ok()
                .filter(|address| !address.is_empty())
        });
        let status = Proxy::new(
            &self.session,
            "org.a11y.Bus",
            "/org/a11y/bus",
            "org.a11y.Status",
        )
        .expect("the status interface");
        status
            .set_property("IsEnabled", true)
            .expect("accessibility is switched on");
        self.accessibility = Some(
            Builder::address(address.as_str())
                .expect("its address")
                .build()
                .expect("the accessibility bus answers"),
        );
    }

    /// What the programs said on standard error.
    fn logs(&self) -> String {
        let entries = fs::read_dir(&self.home).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
            .map(|path| fs::read_to_string(path).unwrap_or_default())
            .collect()
    }

    /// Looks until `look` finds something. Fails with a picture of the screen and the names that were there.
    pub(crate) fn wait_for<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            if start.elapsed() > PATIENCE {
                let picture = self.picture("failed");
                panic!(
                    "{what} never came.\npicture: {}\nnames on screen:\n{}\nlogs:\n{}",
                    picture.display(),
                    self.names().join("\n"),
                    self.logs()
                );
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }

    /// The first node with exactly this name.
    pub(crate) fn find(&self, name: &str) -> Node {
        self.wait_for(&format!("`{name}`"), |desktop| {
            desktop.nodes().into_iter().find(|node| node.name == name)
        })
    }

    /// The first node whose name or description holds `part`.
    pub(crate) fn find_text(&self, part: &str) -> Node {
        self.wait_for(&format!("a text with `{part}`"), |desktop| {
            desktop
                .nodes()
                .into_iter()
                .find(|node| node.name.contains(part) || desktop.description(node).contains(part))
        })
    }

    /// Presses it as an assistive technology does. A label of the same name is passed over.
    pub(crate) fn press(&self, name: &str) {
        self.press_where(&format!("`{name}` that can be pressed"), |node| {
            node.name == name
        });
    }

    /// Presses the first node whose name begins so.
    pub(crate) fn press_beginning(&self, start: &str) {
        self.press_where(&format!("`{start}…` that can be pressed"), |node| {
            node.name.starts_with(start)
        });
    }

    fn press_where(&self, what: &str, matches: impl Fn(&Node) -> bool) {
        self.wait_for(what, |desktop| {
            desktop
                .nodes()
                .into_iter()
                .filter(|node| matches(node))
                .find_map(|node| {
                    desktop
                        .proxy(&node, "org.a11y.atspi.Action")
                        .call::<_, _, bool>("DoAction", &(0_i32,))
                        .ok()
                        .filter(|done| *done)
                        .map(drop)
                })
        });
    }

    /// Clicks into the middle of it with the real pointer.
    pub(crate) fn click(&self, name: &str) {
        let (x, y, width, height) = self.extents(&self.find(name));
        self.xdotool(&[
            "mousemove",
            &(x + width / 2).to_string(),
            &(y + height / 2).to_string(),
            "click",
            "1",
        ]);
    }

    /// Gives the window the keyboard: without a window manager nothing else does.
    pub(crate) fn focus_window(&self) {
        self.xdotool(&[
            "search",
            "--onlyvisible",
            "--name",
            "Gatescope",
            "windowfocus",
            "--sync",
        ]);
    }

    /// Types on the real keyboard.
    pub(crate) fn type_text(&self, text: &str) {
        self.focus_window();
        self.xdotool(&["type", "--delay", "5", text]);
    }

    pub(crate) fn key(&self, key: &str) {
        self.focus_window();
        self.xdotool(&["key", key]);
    }

    /// What a window manager sends when the close button is pressed.
    fn ask_to_close(&self) {
        use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};

        let found = self
            .command("xdotool")
            .args(["search", "--onlyvisible", "--name", "Gatescope"])
            .output()
            .expect("xdotool runs");
        let found = String::from_utf8_lossy(&found.stdout);
        let window: u32 = found
            .lines()
            .next()
            .and_then(|id| id.parse().ok())
            .expect("a window that is seen");
        let (connection, _) = x11rb::connect(Some(&self.display)).expect("the display answers");
        let atom = |name: &str| {
            let asked = connection.intern_atom(false, name.as_bytes());
            let reply = asked.expect("sent").reply().expect("an atom");
            reply.atom
        };
        let (protocols, delete) = (atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW"));
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        connection
            .send_event(false, window, EventMask::NO_EVENT, message)
            .expect("sent")
            .check()
            .expect("the display took it");
    }

    fn xdotool(&self, arguments: &[&str]) {
        let status = self
            .command("xdotool")
            .args(arguments)
            .status()
            .expect("xdotool runs");
        assert!(status.success(), "xdotool {arguments:?} failed");
    }

    /// Saves the screen as a PNG and returns where.
    pub(crate) fn picture(&self, name: &str) -> PathBuf {
        let folder = std::env::var_os("CARGO_TARGET_TMPDIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
        let path = folder.join(format!("{name}.png"));
        let _ = self
            .command("import")
            .args(["-window", "root"])
            .arg(&path)
            .status();
        path
    }

    /// Names of all nodes, for messages.
    pub(crate) fn names(&self) -> Vec<String> {
        self.nodes()
            .into_iter()
            .map(|node| node.name)
            .filter(|name| !name.is_empty())
            .collect()
    }

    fn connection(&self) -> &Connection {
        self.accessibility
            .as_ref()
            .expect("started with the desktop")
    }

    fn proxy(&self, node: &Node, interface: &'static str) -> Proxy<'_> {
        Proxy::new(
            self.connection(),
            node.bus_name.clone(),
            node.path.clone(),
            interface,
        )
        .expect("a proxy of the node")
    }

    /// What a node says besides its name: the body view describes itself by its visible page.
    fn description(&self, node: &Node) -> String {
        self.proxy(node, "org.a11y.atspi.Accessible")
            .get_property::<String>("Description")
            .unwrap_or_default()
    }

    /// What a text field holds.
    pub(crate) fn text(&self, node: &Node) -> String {
        let text = self.proxy(node, "org.a11y.atspi.Text");
        text.call("GetText", &(0_i32, -1_i32)).unwrap_or_default()
    }

    /// Whether the node has the keyboard.
    pub(crate) fn has_focus(&self, node: &Node) -> bool {
        const FOCUSED: u32 = 12;
        let accessible = self.proxy(node, "org.a11y.atspi.Accessible");
        let states: Vec<u32> = accessible.call("GetState", &()).unwrap_or_default();
        states
            .first()
            .is_some_and(|bits| bits & (1 << FOCUSED) != 0)
    }

    fn nodes(&self) -> Vec<Node> {
        let Some(connection) = self.accessibility.as_ref() else {
            return Vec::new();
        };
        let root = Node {
            bus_name: "org.a11y.atspi.Registry".to_owned(),
            path: OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root")
                .expect("a valid path"),
            name: String::new(),
        };
        let mut found = Vec::new();
        let mut open = VecDeque::from([root]);
        while let Some(node) = open.pop_front() {
            let Ok(accessible) = Proxy::new(
                connection,
                node.bus_name.clone(),
                node.path.clone(),
                "org.a11y.atspi.Accessible",
            ) else {
                continue;
            };
            let children: Vec<(String, OwnedObjectPath)> =
                accessible.call("GetChildren", &()).unwrap_or_default();
            for (bus_name, path) in children {
                let name = Proxy::new(
                    connection,
                    bus_name.clone(),
                    path.clone(),
                    "org.a11y.atspi.Accessible",
                )
                .ok()
                .and_then(|child| child.get_property::<String>("Name").ok())
                .unwrap_or_default();
                open.push_back(Node {
                    bus_name,
                    path,
                    name,
                });
            }
            found.push(node);
        }
        found
    }
}

/// One node of the accessibility tree.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    bus_name: String,
    path: OwnedObjectPath,
    pub(crate) name: String,
}

/// A display server on a free display number.
fn start_display(children: &mut Vec<Running>) -> String {
    let mut child = Command::new("Xvfb")
        .args([
            "-noreset",
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1440x900x24",
            "-nolisten",
            "tcp",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts");
    let mut number = String::new();
    BufReader::new(child.stdout.take().expect("piped"))
        .read_line(&mut number)
        .expect("Xvfb names its display");
    children.push(Running(child));
    format!(":{}", number.trim())
}

/// A session bus of the test's own.
fn start_bus(home: &Path, children: &mut Vec<Running>) -> String {
    let mut child = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--print-address=1"])
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("HOME", home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus-daemon starts");
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    let mut address = String::new();
    reader
        .read_line(&mut address)
        .expect("the bus names its address");
    // The pipe stays open for the life of the daemon.
    std::thread::Builder::new()
        .name("dbus-daemon output".to_owned())
        .spawn(move || {
            let mut rest = Vec::new();
            let _ = reader.read_to_end(&mut rest);
        })
        .expect("a thread");
    children.push(Running(child));
    address.trim().to_owned()
}
