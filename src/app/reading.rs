//! Reading an answer: finding, filtering, copying, keeping a value, opening a link in it, and the picture it may be.
//! What only the screen knows (scroll positions, folds, the current match) is not here.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::body::document::Document;
use crate::body::location::Location;
use crate::body::search::{Matches, Query};
use crate::body::sniff::BodyKind;
use crate::body::view::{BodyView, Mode};
use crate::model::ids::ExchangeId;

use super::tab::{Answer, BodyForm};

/// What the user does there.
#[derive(Debug, Clone)]
pub enum ReadingAction {
    /// Looks for something in the body as it is shown; an empty text ends the search.
    Find {
        exchange: ExchangeId,
        mode: Mode,
        query: Query,
    },
    /// Shows what a JSONPath selects; an empty one shows everything again.
    Filter {
        exchange: ExchangeId,
        expression: String,
    },
    /// Takes the value at an offset of the shown document.
    Take {
        exchange: ExchangeId,
        mode: Mode,
        offset: usize,
        taking: Taking,
    },
    /// Keeps the value that was taken as a variable of the active environment. One that is there already is replaced only when told.
    KeepValue {
        name: String,
        replace: bool,
    },
    /// The value that was taken is not wanted any more.
    DropValue,
    /// Opens a link of an answer as a request of its own, through the environment that the answer came from.
    OpenLink {
        exchange: ExchangeId,
        uri: String,
    },
    SetWrap(bool),
    /// What was to be copied is too much for the clipboard.
    TooMuchToCopy {
        bytes: usize,
    },
}

/// What is wanted of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// Its JSONPath, for the clipboard.
    Path,
    /// For the clipboard.
    Value,
    /// To be kept as a variable.
    Variable,
}

/// What is to be done outside for it. `job` is what `Command::Cancel` stops.
#[derive(Debug, Clone)]
pub enum ReadingCommand {
    /// Answers `Found`.
    Find {
        exchange: ExchangeId,
        job: ExchangeId,
        view: Arc<BodyView>,
        mode: Mode,
        query: Query,
    },
    /// Answers `Filtered`.
    Filter {
        exchange: ExchangeId,
        job: ExchangeId,
        view: Arc<BodyView>,
        expression: String,
    },
    /// Answers `Took`. `within`: the document is what a filter left.
    Take {
        exchange: ExchangeId,
        view: Arc<BodyView>,
        mode: Mode,
        offset: usize,
        taking: Taking,
        within: Option<Arc<FilteredView>>,
    },
    /// Answers `Pictured`.
    Picture {
        exchange: ExchangeId,
        view: Arc<BodyView>,
    },
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum ReadingEvent {
    Found {
        exchange: ExchangeId,
        job: ExchangeId,
        result: Result<Arc<Matches>, String>,
    },
    Filtered {
        exchange: ExchangeId,
        job: ExchangeId,
        result: Result<Arc<FilteredView>, String>,
    },
    Took {
        exchange: ExchangeId,
        taking: Taking,
        result: Result<TakenValue, String>,
    },
    Pictured {
        exchange: ExchangeId,
        result: Result<Arc<Picture>, String>,
    },
}

/// What a filter left of a body: an array of the matches.
#[derive(Debug)]
pub struct FilteredView {
    pub view: Arc<BodyView>,
    /// Where each shown match stands in the whole body.
    pub locations: Vec<Location>,
    /// All matches, those that did not fit included.
    pub total: usize,
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenValue {
    /// JSONPath in the whole body.
    pub path: String,
    /// The last key of the path, as the name that a variable may get.
    pub name: String,
    /// A string without quotes and escapes, anything else as it is spelled.
    pub value: String,
}

/// An image, ready to be put on the screen.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// `PNG`, `JPEG`.
    pub format: String,
    /// Of the image itself, in pixels.
    pub size: [u32; 2],
    /// Of `pixels`: smaller than `size` for very large images.
    pub shown: [usize; 2],
    /// Red, green, blue and opacity, row by row.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// The longest side of `shown`, in pixels: what every graphics card takes.
    pub const LONGEST_SIDE: u32 = 2_048;
}

impl fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Picture")
            .field("format", &self.format)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// What is shown of it.
#[derive(Debug, Clone, Default)]
pub struct ReadingState {
    /// By the exchange that is read.
    pub readings: HashMap<ExchangeId, Reading>,
    /// The value that is about to become a variable.
    pub taken: Option<Taken>,
}

/// One answer being read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub find: Option<Finding>,
    pub filter: Option<Filtering>,
    pub picture: Option<Result<Arc<Picture>, String>>,
}

#[derive(Debug, Clone)]
pub struct Finding {
    pub job: ExchangeId,
    pub view: Arc<BodyView>,
    pub mode: Mode,
    pub query: Query,
    /// `None` while the search is under way.
    pub result: Option<Result<Arc<Matches>, String>>,
}

#[derive(Debug, Clone)]
pub struct Filtering {
    pub job: ExchangeId,
    /// What it was run on.
    pub view: Arc<BodyView>,
    pub expression: String,
    /// `None` while the filter is under way.
    pub result: Option<Result<Arc<FilteredView>, String>>,
    /// What is shown until the result is there: that of the filter before.
    pub before: Option<Arc<FilteredView>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub exchange: ExchangeId,
    pub value: TakenValue,
    /// The name under which a variable is there already: it is replaced only when told.
    pub exists: Option<String>,
}

/// How a body is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownForm {
    Image,
    Text(Mode),
}

impl ReadingState {
    #[must_use]
    pub fn reading(&self, exchange: ExchangeId) -> Option<&Reading> {
        self.readings.get(&exchange)
    }

    /// What the filter of an answer left, while it has one.
    #[must_use]
    pub fn filtered(&self, exchange: ExchangeId) -> Option<&Arc<FilteredView>> {
        let filter = self.reading(exchange)?.filter.as_ref()?;
        match &filter.result {
            Some(Ok(filtered)) => Some(filtered),
            Some(Err(_)) => None,
            None => filter.before.as_ref(),
        }
    }

    /// The body as it is shown: filtered, or whole.
    #[must_use]
    pub fn view<'a>(&'a self, answer: &'a Answer) -> Option<&'a Arc<BodyView>> {
        match self.filtered(answer.exchange.id) {
            Some(filtered) => Some(&filtered.view),
            None => answer.view.as_ref(),
        }
    }
}

/// The wanted way of reading where the body has it, else its best.
#[must_use]
pub fn shown_form(view: &BodyView, wanted: BodyForm) -> ShownForm {
    let is_image = view.kind() == BodyKind::Image;
    let mode = match wanted {
        BodyForm::Image | BodyForm::Pretty if is_image => return ShownForm::Image,
        BodyForm::Pretty | BodyForm::Image => Mode::Pretty,
        BodyForm::Raw => Mode::Raw,
        BodyForm::Hex => Mode::Hex,
    };
    let modes = view.modes();
    if modes.contains(&mode) {
        ShownForm::Text(mode)
    } else {
        ShownForm::Text(modes.first().copied().unwrap_or(Mode::Hex))
    }
}

/// The ways of reading that a body has, the best first.
#[must_use]
pub fn forms(view: &BodyView) -> Vec<BodyForm> {
    let mut forms = Vec::new();
    if view.kind() == BodyKind::Image {
        forms.push(BodyForm::Image);
    }
    forms.extend(view.modes().into_iter().map(|mode| match mode {
        Mode::Pretty => BodyForm::Pretty,
        Mode::Raw => BodyForm::Raw,
        Mode::Hex => BodyForm::Hex,
    }));
    forms
}

/// The document of a view in a mode, and where the value of a place in it is to be looked for: in pretty JSON a line holds
/// one value, so its first character stands for all of it.
#[must_use]
pub fn value_offset(document: &Document, mode: Mode, segment: usize, column: usize) -> usize {
    let place = |segment, column| crate::body::document::Place { segment, column };
    if mode != Mode::Pretty {
        return document.offset(place(segment, column));
    }
    let first = document.segment_of_line(document.line(segment));
    let text = document.text(first);
    let blanks = text.len() - text.trim_start().len();
    document.offset(place(first, blanks))
}
