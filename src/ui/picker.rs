//! The system's file dialog: made on the main thread, awaited by main's runtime, answered as an event.
//! One at a time; a typed path is always there beside it, because some desktops have none, which is said.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};

use egui::Context;

use crate::app::command::FilePurpose;
use crate::app::comparing::SaveKind;
use crate::app::event::Event;
use crate::model::ids::RequestId;

use super::{Spawner, Wake, file_dialogs};

/// What it was for, the request that was open then, and what came of it.
type Answer = (FilePurpose, Option<RequestId>, Outcome);

enum Outcome {
    Chosen(PathBuf),
    Dismissed,
    /// Nothing on this desktop shows dialogs.
    NotShown,
}

pub(super) struct Picker {
    spawner: Spawner,
    wake: Wake,
    sender: Sender<Answer>,
    receiver: Receiver<Answer>,
    open: bool,
}

impl Picker {
    pub(super) fn new(context: &Context, spawner: Spawner) -> Self {
        let (sender, receiver) = channel();
        let context = context.clone();
        Self {
            spawner,
            wake: std::sync::Arc::new(move || context.request_repaint()),
            sender,
            receiver,
            open: false,
        }
    }

    /// Opens the dialog, unless one is open.
    pub(super) fn pick(
        &mut self,
        purpose: FilePurpose,
        request: Option<RequestId>,
        frame: &eframe::Frame,
    ) {
        if self.open {
            return;
        }
        self.open = true;
        let mut dialog = rfd::AsyncFileDialog::new().set_title(title(&purpose));
        if frame.winit_window().is_some() {
            dialog = dialog.set_parent(frame);
        }
        let sender = self.sender.clone();
        let wake = self.wake.clone();
        match purpose {
            FilePurpose::Workspace => {
                let future = dialog.pick_folder();
                (self.spawner)(Box::pin(answer(future, (purpose, request), sender, wake)));
            }
            FilePurpose::SaveBody => {
                let future = dialog.set_file_name("response.json").save_file();
                (self.spawner)(Box::pin(answer(future, (purpose, request), sender, wake)));
            }
            FilePurpose::SaveComparison(kind) => {
                let future = dialog.set_file_name(kind.file_name()).save_file();
                (self.spawner)(Box::pin(answer(future, (purpose, request), sender, wake)));
            }
            FilePurpose::Export { ref file_name } => {
                let future = dialog.set_file_name(file_name).save_file();
                (self.spawner)(Box::pin(answer(future, (purpose, request), sender, wake)));
            }
            FilePurpose::SaveReport => {
                let future = dialog.set_file_name("gateway-check.md").save_file();
                (self.spawner)(Box::pin(answer(future, (purpose, request), sender, wake)));
            }
            FilePurpose::BodyFile
            | FilePurpose::PartFile(_)
            | FilePurpose::CaFile
            | FilePurpose::Import => {
                let future = dialog.pick_file();
                (self.spawner)(Box::pin(answer(future, (purpose, request), sender, wake)));
            }
        }
    }

    /// What has arrived; nothing for a dialog that was dismissed.
    pub(super) fn events(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Ok((purpose, request, outcome)) = self.receiver.try_recv() {
            self.open = false;
            match outcome {
                Outcome::Chosen(path) => events.push(Event::FilePicked {
                    purpose,
                    request,
                    path,
                }),
                Outcome::Dismissed => {}
                Outcome::NotShown => events.push(Event::NoFileDialog { purpose }),
            }
        }
        events
    }
}

async fn answer(
    dialog: impl Future<Output = Option<rfd::FileHandle>>,
    (purpose, request): (FilePurpose, Option<RequestId>),
    sender: Sender<Answer>,
    wake: Wake,
) {
    let outcome = match dialog.await {
        Some(file) => Outcome::Chosen(file.path().to_owned()),
        None if file_dialogs::can_be_shown().await => Outcome::Dismissed,
        None => Outcome::NotShown,
    };
    // The window may be gone by now: then nobody wants the answer.
    if sender.send((purpose, request, outcome)).is_ok() {
        wake();
    }
}

fn title(purpose: &FilePurpose) -> &'static str {
    match purpose {
        FilePurpose::BodyFile | FilePurpose::PartFile(_) => "Choose the file to send",
        FilePurpose::CaFile => "Choose the CA file",
        FilePurpose::SaveBody => "Save the body",
        FilePurpose::Export { .. } => "Save the export",
        FilePurpose::SaveComparison(SaveKind::Samples) => "Save the samples",
        FilePurpose::SaveComparison(_) => "Save the comparison",
        FilePurpose::SaveReport => "Save the report: .md, .json or .html",
        FilePurpose::Import => "Choose the file to import",
        FilePurpose::Workspace => "Choose the workspace folder",
    }
}
