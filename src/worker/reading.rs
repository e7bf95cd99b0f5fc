//! Executes what reading an answer asks for: searches, filters, values, pictures. All of it on the blocking pool.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use image::{ImageReader, Limits};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::event::Event;
use crate::app::reading::{FilteredView, Picture, ReadingCommand, ReadingEvent, TakenValue};
use crate::body::format;
use crate::body::location::{self, Location, Step};
use crate::body::view::{BodyView, Mode};
use crate::body::{filter, location::Located};
use crate::model::ids::ExchangeId;

use super::core::Core;

/// Longer texts are searched only once the typing pauses.
const SEARCHED_AT_ONCE: usize = 1 << 20;
const PAUSE: Duration = Duration::from_millis(80);

/// The longest value that goes into the clipboard, in bytes.
const LONGEST_COPY: usize = 16 << 20;

/// An image with a longer side is not decoded, in pixels.
const LONGEST_SIDE: u32 = 32_768;
/// Memory for decoding one image, in bytes.
const DECODING: u64 = 512 << 20;

/// Takes the command over and returns at once.
pub(super) fn dispatch(core: &Arc<Core>, tasks: &TaskTracker, command: ReadingCommand) {
    let core = Arc::clone(core);
    match command {
        ReadingCommand::Find {
            exchange,
            job,
            view,
            mode,
            query,
        } => {
            let cancel = core.begin(job);
            tasks.spawn(async move {
                let is_long = view.document(mode).whole().len() > SEARCHED_AT_ONCE;
                let result = in_background(&core, job, cancel, is_long, move |cancelled| {
                    let found = query.find(view.document(mode).whole(), cancelled);
                    Some(
                        found
                            .map_err(|error| error.to_string())
                            .transpose()?
                            .map(Arc::new),
                    )
                });
                if let Some(result) = result.await {
                    emit(
                        &core,
                        ReadingEvent::Found {
                            exchange,
                            job,
                            result,
                        },
                    );
                }
            });
        }
        ReadingCommand::Filter {
            exchange,
            job,
            view,
            expression,
        } => {
            let cancel = core.begin(job);
            tasks.spawn(async move {
                let is_long = view.bytes().len() > SEARCHED_AT_ONCE;
                let result = in_background(&core, job, cancel, is_long, move |cancelled| {
                    filtered(&view, &expression, cancelled)
                });
                if let Some(result) = result.await {
                    emit(
                        &core,
                        ReadingEvent::Filtered {
                            exchange,
                            job,
                            result,
                        },
                    );
                }
            });
        }
        ReadingCommand::Take {
            exchange,
            view,
            mode,
            offset,
            taking,
            within,
        } => {
            tasks.spawn_blocking(move || {
                let result = taken(&view, mode, offset, within.as_deref());
                emit(
                    &core,
                    ReadingEvent::Took {
                        exchange,
                        taking,
                        result,
                    },
                );
            });
        }
        ReadingCommand::Picture { exchange, view } => {
            tasks.spawn_blocking(move || {
                let result = picture(view.bytes()).map(Arc::new);
                emit(&core, ReadingEvent::Pictured { exchange, result });
            });
        }
    }
}

fn emit(core: &Core, event: ReadingEvent) {
    core.events.emit(Event::Reading(event));
}

/// Runs `work`, a moment later when it is long, until it is done or cancelled.
async fn in_background<R: Send + 'static>(
    core: &Core,
    job: ExchangeId,
    cancel: CancellationToken,
    is_long: bool,
    work: impl FnOnce(&dyn Fn() -> bool) -> Option<R> + Send + 'static,
) -> Option<R> {
    if is_long {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    let done = if cancel.is_cancelled() {
        None
    } else {
        let asked = cancel.clone();
        tokio::task::spawn_blocking(move || work(&|| asked.is_cancelled()))
            .await
            .ok()
            .flatten()
    };
    core.end(job);
    done.filter(|_| !cancel.is_cancelled())
}

fn filtered(
    view: &BodyView,
    expression: &str,
    cancelled: &dyn Fn() -> bool,
) -> Option<Result<Arc<FilteredView>, String>> {
    let text = view.document(Mode::Raw).whole();
    let filtered = match filter::filter(text, expression, cancelled) {
        Ok(filtered) => filtered?,
        Err(filter::FilterError::TooLarge { bytes }) => {
            return Some(Err(format!(
                "The body is too large to be filtered: {}, and {} are the most",
                size(bytes),
                size(filter::LARGEST_TEXT)
            )));
        }
        Err(error) => return Some(Err(error.to_string())),
    };
    let view = BodyView::lay_out(&filtered.text.into(), Some("application/json"), cancelled)?;
    Some(Ok(Arc::new(FilteredView {
        view: Arc::new(view),
        locations: filtered.locations,
        total: filtered.total,
    })))
}

fn size(bytes: usize) -> String {
    format::size(u64::try_from(bytes).unwrap_or(u64::MAX))
}

fn taken(
    view: &BodyView,
    mode: Mode,
    offset: usize,
    within: Option<&FilteredView>,
) -> Result<TakenValue, String> {
    let document = view.document(mode);
    let text = document.whole();
    let located = location::at(text, offset, &|| false)
        .filter(|_| document.is_json())
        .ok_or("There is no JSON value here")?;
    if located.value.len() > LONGEST_COPY {
        return Err(format!(
            "The value is too large for the clipboard: {}. Save the body to a file instead",
            size(located.value.len())
        ));
    }
    let value = location::value_text(text, &located.value);
    let location = whole_location(located, within);
    let name = location
        .0
        .iter()
        .rev()
        .find_map(|step| match step {
            Step::Key(key) => Some(key.clone()),
            Step::Index(_) => None,
        })
        .unwrap_or_default();
    Ok(TakenValue {
        path: location.to_string(),
        name,
        value,
    })
}

/// In what a filter left, the first step says which match it is.
fn whole_location(located: Located, within: Option<&FilteredView>) -> Location {
    let location = located.location;
    let Some(within) = within else {
        return location;
    };
    let mut steps = location.0.into_iter();
    match steps.next() {
        Some(Step::Index(index)) => {
            let mut whole = within.locations.get(index).cloned().unwrap_or_default();
            whole.0.extend(steps);
            whole
        }
        _ => Location::default(),
    }
}

fn picture(bytes: &[u8]) -> Result<Picture, String> {
    let not_shown = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => {
            format!("The image is too large to be shown: {LONGEST_SIDE} pixels a side are the most")
        }
        image::ImageError::Unsupported(_) => {
            "Images of this kind are not shown; PNG, JPEG, GIF, WebP and BMP are".to_owned()
        }
        error => format!("The image is damaged: {error}"),
    };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| format!("The image cannot be read: {error}"))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(DECODING);
    reader.limits(limits);
    let format = reader
        .format()
        .map_or_else(String::new, |format| format!("{format:?}").to_uppercase());
    let image = reader.decode().map_err(not_shown)?;
    let size = [image.width(), image.height()];
    let longest = Picture::LONGEST_SIDE;
    let shown = if size[0] > longest || size[1] > longest {
        image.thumbnail(longest, longest)
    } else {
        image
    }
    .into_rgba8();
    let length = |side: u32| usize::try_from(side).unwrap_or(0);
    Ok(Picture {
        format,
        size,
        shown: [length(shown.width()), length(shown.height())],
        pixels: shown.into_raw(),
    })
}
