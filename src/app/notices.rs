//! Messages that stay until they are dismissed or outlive their time: what was saved, what failed, what a file said.

use jiff::{SignedDuration, Timestamp};

use crate::model::ids::RequestId;

/// What a notice offers to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeLink {
    /// Takes that step back.
    Undo(u64),
    /// Opens the closed tab of that request again.
    Reopen(RequestId),
    /// Opens the saved request in that file, below `requests/`.
    OpenFile(String),
}

impl NoticeLink {
    /// What it says.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Undo(_) => "Undo",
            Self::Reopen(_) => "Reopen",
            Self::OpenFile(_) => "Open it",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Goes away by itself.
    Done,
    Warning,
    Failure,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: u64,
    pub kind: NoticeKind,
    /// What happened.
    pub text: String,
    /// What to try; may be empty.
    pub hint: String,
    pub link: Option<NoticeLink>,
    /// When it goes away by itself; `None`: only when dismissed.
    pub until: Option<Timestamp>,
}

/// At most `Notices::SHOWN` are kept; the oldest go first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices {
    list: Vec<Notice>,
    next: u64,
}

impl Notices {
    pub const SHOWN: usize = 5;
    const DONE_FOR: SignedDuration = SignedDuration::from_secs(4);
    /// There is something to decide on.
    const LINKED_FOR: SignedDuration = SignedDuration::from_secs(10);

    /// Adds a notice. One that says the same as a shown one replaces it.
    pub fn add(
        &mut self,
        kind: NoticeKind,
        text: impl Into<String>,
        hint: impl Into<String>,
        now: Timestamp,
    ) {
        self.add_linked(kind, text, hint, None, now);
    }

    /// As `add`, with something to do about it.
    pub fn add_linked(
        &mut self,
        kind: NoticeKind,
        text: impl Into<String>,
        hint: impl Into<String>,
        link: Option<NoticeLink>,
        now: Timestamp,
    ) {
        let (text, hint) = (text.into(), hint.into());
        self.list
            .retain(|notice| notice.text != text || notice.hint != hint);
        let stays = match link {
            Some(_) => Self::LINKED_FOR,
            None => Self::DONE_FOR,
        };
        let until = (kind == NoticeKind::Done).then(|| now + stays);
        self.list.push(Notice {
            id: self.next,
            kind,
            text,
            hint,
            link,
            until,
        });
        self.next += 1;
        while self.list.len() > Self::SHOWN {
            self.list.remove(0);
        }
    }

    /// What it offered has been done, or cannot be done any more.
    pub fn drop_link(&mut self, link: &NoticeLink) {
        self.list
            .retain(|notice| notice.link.as_ref() != Some(link));
    }

    /// What the link offers cannot be done any more; `hint` says why.
    pub fn unlink(&mut self, link: &NoticeLink, hint: &str) {
        let linked = self.list.iter_mut();
        for notice in linked.filter(|notice| notice.link.as_ref() == Some(link)) {
            notice.link = None;
            hint.clone_into(&mut notice.hint);
        }
    }

    /// What it said is so no longer.
    pub fn withdraw(&mut self, text: &str) {
        self.list.retain(|notice| notice.text != text);
    }

    pub fn dismiss(&mut self, id: u64) {
        self.list.retain(|notice| notice.id != id);
    }

    /// Drops those whose time is over.
    pub fn expire(&mut self, now: Timestamp) {
        self.list
            .retain(|notice| notice.until.is_none_or(|until| until > now));
    }

    /// Oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.list.iter()
    }

    /// When the next one goes away by itself.
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        self.list.iter().filter_map(|notice| notice.until).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn done_notices_go_away_and_failures_stay() {
        let now = Timestamp::UNIX_EPOCH;
        let mut notices = Notices::default();
        notices.add(NoticeKind::Done, "Saved", "", now);
        notices.add(NoticeKind::Failure, "Not saved", "Try again", now);
        notices.expire(now + SignedDuration::from_secs(5));
        let left: Vec<&str> = notices.iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(left, ["Not saved"]);
    }

    #[test]
    fn the_same_words_are_shown_once_and_old_ones_make_room() {
        let now = Timestamp::UNIX_EPOCH;
        let mut notices = Notices::default();
        for index in 0..8 {
            notices.add(NoticeKind::Failure, format!("{}", index % 7), "", now);
        }
        let left: Vec<&str> = notices.iter().map(|notice| notice.text.as_str()).collect();
        assert_eq!(left, ["3", "4", "5", "6", "0"]);
    }
}
