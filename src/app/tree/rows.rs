//! The rows of the tree: folders first, then requests, each in the order that was chosen, the rest by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::app::event::StoredRequest;
use crate::app::tab::title_of;
use crate::body::visible;

use super::places::{parent, stem};
use super::{Node, StoredFolder};

/// One row, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    pub node: Node,
    /// 0 at the top.
    pub depth: usize,
    /// The folder it is in; empty for the top.
    pub within: String,
    /// Empty for a folder.
    pub method: String,
    /// What it is called, as it may be shown: control characters are escapes.
    pub name: String,
    /// The path of a request, as it may be shown.
    pub path: String,
    /// Requests in a folder and the folders in it.
    pub count: usize,
    /// What a filter looks through, in lower case.
    search: String,
}

impl TreeRow {
    #[must_use]
    pub fn is_folder(&self) -> bool {
        matches!(self.node, Node::Folder(_))
    }
}

/// Every row, depth first.
#[must_use]
pub fn build(requests: &[StoredRequest], folders: &[StoredFolder]) -> Vec<TreeRow> {
    let mut tree = Tree {
        folders: folders
            .iter()
            .map(|folder| (folder.path.as_str(), folder))
            .collect(),
        subfolders: BTreeMap::new(),
        requests: BTreeMap::new(),
        rows: Vec::new(),
    };
    for folder in folders.iter().map(|folder| folder.path.as_str()) {
        tree.know(folder);
    }
    for stored in requests {
        let within = parent(&stored.path);
        tree.know(within);
        tree.requests.entry(within).or_default().push(stored);
    }
    tree.add("", 0);
    tree.rows
}

struct Tree<'a> {
    folders: HashMap<&'a str, &'a StoredFolder>,
    subfolders: BTreeMap<&'a str, BTreeSet<&'a str>>,
    requests: BTreeMap<&'a str, Vec<&'a StoredRequest>>,
    rows: Vec<TreeRow>,
}

impl<'a> Tree<'a> {
    /// A folder is in its parent, that one in its own, up to the top.
    fn know(&mut self, folder: &'a str) {
        if !folder.is_empty() {
            let within = parent(folder);
            self.subfolders.entry(within).or_default().insert(folder);
            self.know(within);
        }
    }

    /// Adds what is in `folder`, and answers how many requests that is.
    fn add(&mut self, folder: &'a str, depth: usize) -> usize {
        let order: HashMap<&str, usize> = self
            .folders
            .get(folder)
            .map(|folder| {
                let entries = folder.order.iter().enumerate();
                entries
                    .map(|(index, entry)| (entry.as_str(), index))
                    .collect()
            })
            .unwrap_or_default();
        let place = |entry: &str| order.get(entry).copied().unwrap_or(usize::MAX);
        let mut inner: Vec<(usize, String, &str)> = self
            .subfolders
            .get(folder)
            .into_iter()
            .flatten()
            .map(|path| {
                let own = path.rsplit('/').next().unwrap_or(path);
                (place(&format!("{own}/")), self.name_of(path), *path)
            })
            .collect();
        inner.sort_by_cached_key(|(place, name, path)| (*place, name.to_lowercase(), *path));
        let mut count = 0;
        for (_, name, path) in inner {
            let at = self.rows.len();
            self.rows.push(TreeRow {
                search: name.to_lowercase(),
                node: Node::Folder(path.to_owned()),
                depth,
                within: folder.to_owned(),
                method: String::new(),
                name,
                path: String::new(),
                count: 0,
            });
            let below = self.add(path, depth + 1);
            self.rows[at].count = below;
            count += below;
        }
        let mut requests = self.requests.remove(folder).unwrap_or_default();
        requests.sort_by_cached_key(|stored| {
            let name = title_of(&stored.draft).to_lowercase();
            (place(stem(&stored.path)), name, stored.path.as_str())
        });
        count += requests.len();
        self.rows.extend(
            requests
                .into_iter()
                .map(|stored| request_row(stored, folder, depth)),
        );
        count
    }

    fn name_of(&self, path: &str) -> String {
        let own = path.rsplit('/').next().unwrap_or(path);
        let name = self
            .folders
            .get(path)
            .map(|folder| folder.name.trim())
            .filter(|name| !name.is_empty())
            .unwrap_or(own);
        visible::line(name).into_owned()
    }
}

fn request_row(stored: &StoredRequest, within: &str, depth: usize) -> TreeRow {
    let draft = &stored.draft;
    let name = visible::line(title_of(draft)).into_owned();
    let path = visible::line(&draft.path).into_owned();
    TreeRow {
        search: format!("{} {name} {path}", draft.method).to_lowercase(),
        node: Node::Request(draft.id.clone()),
        depth,
        within: within.to_owned(),
        method: draft.method.clone(),
        name,
        path,
        count: 0,
    }
}

/// Indexes of the rows that are shown. A filter looks for each of its words and opens every folder on the way;
/// what is in a folder whose name matches is shown too.
#[must_use]
pub fn shown(rows: &[TreeRow], collapsed: &BTreeSet<String>, filter: &str) -> Vec<usize> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return opened(rows, collapsed);
    }
    let mut shown = vec![false; rows.len()];
    let mut way: Vec<usize> = Vec::new();
    // The depth of the matching folder that we are in.
    let mut inside: Option<usize> = None;
    for (index, row) in rows.iter().enumerate() {
        way.truncate(row.depth);
        if inside.is_some_and(|depth| row.depth <= depth) {
            inside = None;
        }
        let matches = words.iter().all(|word| row.search.contains(word.as_str()));
        if matches || inside.is_some() {
            shown[index] = true;
            for above in &way {
                shown[*above] = true;
            }
        }
        if row.is_folder() {
            if matches && inside.is_none() {
                inside = Some(row.depth);
            }
            way.push(index);
        }
    }
    (0..rows.len()).filter(|index| shown[*index]).collect()
}

fn opened(rows: &[TreeRow], collapsed: &BTreeSet<String>) -> Vec<usize> {
    let mut list = Vec::with_capacity(rows.len());
    let mut closed: Option<usize> = None;
    for (index, row) in rows.iter().enumerate() {
        if closed.is_some_and(|depth| row.depth > depth) {
            continue;
        }
        closed = match &row.node {
            Node::Folder(path) if collapsed.contains(path) => Some(row.depth),
            _ => None,
        };
        list.push(index);
    }
    list
}

/// Byte ranges of `text` in which a word of the filter stands, in order, none within another.
#[must_use]
pub fn found(text: &str, filter: &str) -> Vec<std::ops::Range<usize>> {
    // Lower case can have another length: only where it has not do the offsets mean the same.
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return Vec::new();
    }
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    for word in filter.split_whitespace().map(str::to_lowercase) {
        let matches = lower.match_indices(word.as_str());
        ranges.extend(
            matches
                .map(|(at, word)| at..at + word.len())
                .filter(|range| {
                    text.is_char_boundary(range.start) && text.is_char_boundary(range.end)
                }),
        );
    }
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<std::ops::Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
