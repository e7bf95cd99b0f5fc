//! One open request: its draft, what it would send on each leg, what is under way and what came back.

use std::sync::Arc;

use jiff::Timestamp;

use crate::body::view::BodyView;
use crate::explain::answerer::WhoAnswered;
use crate::explain::explanation::Explanation;
use crate::model::environment::Environment;
use crate::model::exchange::Exchange;
use crate::model::ids::{ExchangeId, RequestId};
use crate::model::note::{Fix, Note, Problem};
use crate::model::request::RequestDraft;
use crate::model::route_map::Foretold;

use super::command::SendCommand;
use super::event::Progress;
use super::preview::LegPreview;
use super::state::Leg;
use super::url_line::UrlLine;

#[derive(Debug, Clone, Default)]
pub struct Tab {
    pub draft: RequestDraft,
    pub editor_page: EditorPage,
    pub response_page: ResponsePage,
    pub body_form: BodyForm,
    /// What each leg would send, by `Leg::index`.
    pub previews: [LegPreview; 2],
    /// The URLs of the previews, by `Leg::index`; `None` where there is none.
    pub url_lines: [Option<UrlLine>; 2],
    /// What the gateway's configuration says of the request, by `Leg::index`; `None` where it says nothing.
    pub foretold: [Option<Foretold>; 2],
    /// Another number for each change of the previews: what is made from them is kept under it.
    pub generation: u64,
    /// The dynamic variables in the draft: each send makes other values of them.
    pub dynamic: Vec<&'static str>,
    /// Problems that the worker found when the request was to be sent; gone with the next edit.
    pub problems: Vec<Problem>,
    pub in_flight: Option<InFlight>,
    pub answer: Option<Answer>,
    /// Set while `answer` is one out of the history.
    pub past: Option<Box<super::history::Past>>,
    /// Why the last press of Send sent nothing, when it is not about a field.
    pub failure: Option<Failure>,
    /// The folder that a new request is saved into, below `requests/`; empty for the top.
    pub folder: String,
    /// The file was changed outside in the same place as the draft: which of them counts has to be chosen.
    pub file_changed: bool,
    /// While that is open: the file as it was when the typing began.
    pub(super) base: Option<Box<RequestDraft>>,
}

impl Tab {
    #[must_use]
    pub fn new(draft: RequestDraft) -> Self {
        Self {
            draft,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn id(&self) -> &RequestId {
        &self.draft.id
    }

    /// What the tab and the list call it: its name, else its path, else `New request`.
    #[must_use]
    pub fn title(&self) -> &str {
        title_of(&self.draft)
    }

    /// The tab is there for a past exchange alone: nothing was edited in it.
    #[must_use]
    pub fn is_only_past(&self) -> bool {
        let sent = self.past.as_ref().and_then(|past| past.own_tab.as_deref());
        sent == Some(&self.draft)
    }

    /// The exchange whose events belong here, finished or not.
    #[must_use]
    pub fn exchange(&self) -> Option<ExchangeId> {
        self.in_flight
            .as_ref()
            .map(|in_flight| in_flight.exchange)
            .or_else(|| self.answer.as_ref().map(|answer| answer.exchange.id))
    }
}

/// The name, else the path, else `New request`.
#[must_use]
pub fn title_of(draft: &RequestDraft) -> &str {
    let name = draft.name.trim();
    let path = draft.path.trim();
    if !name.is_empty() {
        name
    } else if !path.is_empty() {
        path
    } else {
        "New request"
    }
}

/// A send, or a token fetch for this request, that has not ended.
#[derive(Debug, Clone)]
pub struct InFlight {
    pub exchange: ExchangeId,
    pub leg: Leg,
    pub started_at: Timestamp,
    pub progress: Option<Progress>,
    /// Cancel was pressed; the end has not been reported yet.
    pub cancelling: bool,
    /// What was sent, for the answers to its questions.
    pub command: Box<SendCommand>,
}

/// A finished exchange with the environment it was sent in.
#[derive(Debug, Clone)]
pub struct Answer {
    pub exchange: Arc<Exchange>,
    pub leg: Leg,
    pub environment: Box<Environment>,
    pub who: WhoAnswered,
    /// `None` until the worker has it.
    pub explanation: Option<Arc<Explanation>>,
    /// The body laid out; `None` until the worker has it.
    pub view: Option<Arc<BodyView>>,
    /// What was sent, for Follow and for sending it again.
    pub command: Box<SendCommand>,
}

/// What happened and what to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub leg: Leg,
    pub text: String,
    pub hint: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditorPage {
    #[default]
    Params,
    PathVariables,
    Headers,
    Body,
    Auth,
    Preview,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponsePage {
    #[default]
    Body,
    Headers,
    Timing,
    Sent,
    Connection,
    Explain,
}

/// How the body is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BodyForm {
    #[default]
    Pretty,
    Raw,
    Hex,
    Image,
}

/// A note or a problem at a field, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRemark<'a> {
    pub text: &'a str,
    pub fix: Option<&'a Fix>,
    /// Nothing can be sent until it is mended.
    pub blocking: bool,
}

impl<'a> From<&'a Note> for FieldRemark<'a> {
    fn from(note: &'a Note) -> Self {
        Self {
            text: &note.text,
            fix: note.fix.as_ref(),
            blocking: false,
        }
    }
}

impl<'a> From<&'a Problem> for FieldRemark<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            text: &problem.text,
            fix: problem.fix.as_ref(),
            blocking: true,
        }
    }
}
