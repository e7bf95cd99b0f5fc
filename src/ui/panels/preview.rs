//! The exact bytes of each leg before sending, secrets masked.

use egui::Ui;

use crate::app::preview::LegPreview;
use crate::app::state::Leg;
use crate::app::tab::Tab;
use crate::body::visible;
use crate::model::masks::MASK;
use crate::model::resolved::{BodySegment, ResolvedRequest};
use crate::ui::tokens::{Palette, size};
use crate::ui::widgets::basic;

use super::View;

/// A longer body is cut here: the rest is sent all the same.
const SHOWN_BODY: usize = 16 * 1024;

pub(super) fn show(ui: &mut Ui, view: &View<'_>, tab: &Tab) {
    let palette = Palette::of(ui);
    for leg in Leg::BOTH {
        ui.add_space(size::HALF);
        ui.horizontal(|ui| {
            basic::badge(ui, leg);
            let name = view
                .state
                .leg(leg)
                .map_or("No environment", |known| known.name.as_str());
            ui.label(basic::strong(name));
        });
        match &tab.previews[leg.index()] {
            LegPreview::NoEnvironment => {
                ui.label(basic::small("Choose one in the top bar").color(palette.faint));
            }
            LegPreview::SandboxStopped => {
                ui.label(basic::small("The sandbox is not running").color(palette.faint));
            }
            LegPreview::Problems(problems) => {
                for problem in problems {
                    ui.label(basic::small(problem.to_string()).color(palette.bad));
                }
            }
            LegPreview::Ready(resolved) => {
                ui.label(basic::mono(wire(resolved)).color(palette.text));
            }
        }
    }
}

/// Request line, headers and body as they will be written, masked and with control characters made visible.
fn wire(resolved: &ResolvedRequest) -> String {
    let mut lines = vec![format!(
        "{} {} HTTP/1.1",
        resolved.method,
        resolved.masks.url(&resolved.url.target)
    )];
    for header in &resolved.headers {
        lines.push(format!(
            "{}: {}",
            header.name,
            resolved.masks.header(&header.name, &header.value)
        ));
        if header.name.eq_ignore_ascii_case("host") && resolved.wants_token {
            lines.push(format!("Authorization: Bearer {MASK}"));
        }
    }
    lines.push(String::new());
    for segment in &resolved.body.segments {
        match segment {
            BodySegment::Bytes(bytes) => {
                // Masked before it is cut, or a secret across the border would show its beginning.
                let masked = resolved.masks.bytes(bytes);
                let cut = &masked[..masked.len().min(SHOWN_BODY)];
                lines.push(String::from_utf8_lossy(cut).into_owned());
                if cut.len() < masked.len() {
                    lines.push(format!("… {} bytes more", masked.len() - cut.len()));
                }
            }
            BodySegment::File { path, .. } => {
                lines.push(format!("‹bytes of {}›", path.display()));
            }
        }
    }
    visible::text(&lines.join("\n")).into_owned()
}
