//! Arguments -> window or subcommand. Everything else is in the library.

use std::process::ExitCode;

use clap::Parser as _;
use gatescope::cli::arguments::Arguments;
use gatescope::cli::{self, Surroundings};
use gatescope::ui::{self, Renderers, WindowOptions};
use gatescope::worker::{self, Front, WorkerOptions};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    cli::set_up_logging();
    let surroundings = Surroundings {
        workspace: arguments.workspace,
        secret_variables: cli::secret_variables(),
    };
    match arguments.command {
        Some(command) => cli::run(command, surroundings),
        None => window(surroundings),
    }
}

fn window(surroundings: Surroundings) -> ExitCode {
    // The window starts children (the browser), which would inherit them.
    if cli::hold_secret_variables() {
        return cli::run_without_secret_variables(&surroundings);
    }
    // Two small files: theme and size have to be right in the first frame.
    let start = worker::read_preferences(Front::Window, None);
    let mut options = WorkerOptions::new(Front::Window);
    options.settings = start.settings.clone();
    options.secret_variables = surroundings.secret_variables;
    let mut worker = worker::start(options);
    let options = WindowOptions {
        workspace: surroundings.workspace,
        print_first_frame: std::env::var_os("GATESCOPE_PRINT_FIRST_FRAME").is_some(),
        spawner: worker.spawner(),
        clock: Box::new(jiff::Timestamp::now),
        renderers: Renderers::choose(
            std::env::var("GATESCOPE_RENDERER").ok().as_deref(),
            start.settings.renderer,
        ),
        start,
    };
    let opened = ui::run(options, move |wake| {
        worker.set_wake(wake);
        Box::new(worker)
    });
    match opened {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::window_failed(&error),
    }
}
