//! The tree of requests, undo, and tabs that close without a loss.

use super::{act, hear, snapshot, start};
use crate::app::action::Action;
use crate::app::command::{Command, Drafts, OpenDraft};
use crate::app::event::{Event, StoredRequest, WorkspaceSnapshot};
use crate::app::state::AppState;
use crate::app::tab::{EditorPage, ResponsePage};
use crate::app::tree::{Node, Place, StoredFolder, TreeAction, TreeCommand, TreeEvent, rows};
use crate::app::update::update;
use crate::model::ids::RequestId;
use crate::model::request::{DraftBody, QueryRow, RequestDraft};
use jiff::SignedDuration;

fn stored(path: &str) -> StoredRequest {
    StoredRequest {
        path: format!("{path}.toml"),
        draft: draft(path),
    }
}

fn draft(path: &str) -> RequestDraft {
    RequestDraft {
        id: id(path),
        name: path.rsplit('/').next().unwrap_or(path).to_owned(),
        path: format!("/{path}"),
        ..RequestDraft::default()
    }
}

fn id(text: &str) -> RequestId {
    RequestId(text.to_owned())
}

fn request(text: &str) -> Node {
    Node::Request(id(text))
}

fn folder(text: &str) -> Node {
    Node::Folder(text.to_owned())
}

fn look(paths: &[&str]) -> WorkspaceSnapshot {
    WorkspaceSnapshot {
        rules: crate::app::event::StoredRules::default(),
        requests: paths.iter().map(|path| stored(path)).collect(),
        ..snapshot()
    }
}

fn with(paths: &[&str]) -> AppState {
    let mut state = AppState::new(start());
    hear(&mut state, Event::WorkspaceOpened(Box::new(look(paths))));
    state
}

/// `users/(a b) z`: each folder with what is in it.
fn shape(state: &AppState) -> String {
    let mut text = String::new();
    let mut depth = 0;
    for row in &state.tree.rows {
        while depth > row.depth {
            text.push_str(") ");
            depth -= 1;
        }
        text.push_str(&row.name);
        if row.is_folder() {
            text.push('(');
            depth += 1;
        } else {
            text.push(' ');
        }
    }
    text.push_str(&")".repeat(depth));
    text.replace(" )", ")").trim_end().to_owned()
}

fn tree(state: &mut AppState, action: TreeAction) -> Vec<Command> {
    act(state, Action::Tree(action))
}

fn put(state: &mut AppState, node: Node, folder: &str, before: Option<Node>) -> Vec<Command> {
    tree(
        state,
        TreeAction::Move {
            node,
            to: Place {
                folder: folder.to_owned(),
                before,
            },
        },
    )
}

#[test]
fn folders_come_first_and_what_has_no_order_follows_by_name() {
    let mut state = AppState::new(start());
    let mut seen = look(&["z", "B", "a", "users/x", "users/deep/er/y"]);
    seen.folders = vec![
        StoredFolder {
            path: "users".to_owned(),
            name: "Users\u{7}".to_owned(),
            order: Vec::new(),
        },
        StoredFolder {
            path: "empty".to_owned(),
            ..StoredFolder::default()
        },
        StoredFolder {
            path: String::new(),
            order: ["z", "gone", "users/"].map(str::to_owned).to_vec(),
            ..StoredFolder::default()
        },
    ];
    hear(&mut state, Event::WorkspaceOpened(Box::new(seen)));
    assert_eq!(shape(&state), r"Users\x07(deep(er(y)) x) empty() z a B");
    let counts: Vec<usize> = state
        .tree
        .rows
        .iter()
        .filter(|row| row.is_folder())
        .map(|row| row.count)
        .collect();
    assert_eq!(counts, [2, 1, 1, 0]);
}

#[test]
fn a_filter_opens_folders_and_marks_what_it_found() {
    let mut state = with(&["users/list", "users/one", "queues/list", "me"]);
    tree(&mut state, TreeAction::OpenAll(false));
    let shown = |state: &AppState, filter: &str| -> Vec<String> {
        rows::shown(&state.tree.rows, &state.tree.collapsed, filter)
            .into_iter()
            .map(|index| state.tree.rows[index].name.clone())
            .collect()
    };
    for (filter, expected) in [
        ("", vec!["queues", "users", "me"]),
        ("LIST", vec!["queues", "list", "users", "list"]),
        ("list users", vec!["users", "list"]),
        // A folder's name shows what is in it.
        ("queues", vec!["queues", "list"]),
        ("get me", vec!["me"]),
        ("nothing", vec![]),
    ] {
        assert_eq!(shown(&state, filter), expected, "{filter:?}");
    }
    for (text, filter, expected) in [
        ("List users", "us LIST", &[(0, 4), (5, 7)][..]),
        ("aaa", "aa", &[(0, 2)]),
        ("List", "is st", &[(1, 4)]),
        ("İx", "x", &[]),
        ("a", "", &[]),
    ] {
        let found: Vec<(usize, usize)> = rows::found(text, filter)
            .into_iter()
            .map(|range| (range.start, range.end))
            .collect();
        assert_eq!(found, expected, "{text} {filter}");
    }
}

#[test]
fn moving_keeps_an_order_only_where_one_is_needed_and_undo_takes_it_back() {
    let mut state = with(&["a", "b", "c", "users/x"]);
    // Into a folder, anywhere: its name says where.
    let commands = put(&mut state, request("b"), "users", None);
    assert_eq!(shape(&state), "users(b x) a c");
    assert!(
        matches!(&commands[..], [Command::Tree(TreeCommand::Move { path, orders, .. })] if path == "users/b.toml" && orders.is_empty()),
        "{commands:?}"
    );
    // Before another one: the folder gets an order.
    put(&mut state, request("c"), "", Some(request("a")));
    assert_eq!(shape(&state), "users(b x) c a");
    put(&mut state, folder("users"), "users", None);
    put(&mut state, request("c"), "", Some(request("a")));
    assert_eq!(shape(&state), "users(b x) c a", "nothing to move");
    let commands = tree(&mut state, TreeAction::Undo);
    assert_eq!(shape(&state), "users(b x) a c");
    assert!(
        matches!(&commands[..], [Command::Tree(TreeCommand::Move { orders, .. })] if orders == &[(String::new(), vec![])]),
        "the order goes as well: {commands:?}"
    );
    tree(&mut state, TreeAction::Undo);
    assert_eq!(shape(&state), "users(x) a b c");
    tree(&mut state, TreeAction::Redo);
    tree(&mut state, TreeAction::Redo);
    assert_eq!(shape(&state), "users(b x) c a");
}

#[test]
fn keys_move_among_siblings_out_of_folders_and_into_them() {
    let mut state = with(&["a", "b", "f/x", "g/y"]);
    let shift = |node: Node, down| TreeAction::Shift { node, down };
    for (action, expected) in [
        (shift(request("a"), true), "f(x) g(y) b a"),
        (shift(request("a"), true), "f(x) g(y) b a"),
        (shift(request("a"), false), "f(x) g(y) a b"),
        (shift(folder("f"), true), "g(y) f(x) a b"),
        (TreeAction::Sink(request("b")), "g(y) f(b x) a"),
        (TreeAction::Sink(folder("g")), "g(y) f(b x) a"),
        (TreeAction::Sink(folder("f")), "g(f(b x) y) a"),
        (TreeAction::Lift(request("b")), "g(f(x) b y) a"),
        (TreeAction::Lift(folder("g/f")), "g(b y) f(x) a"),
        (TreeAction::Lift(request("b")), "g(y) f(x) a b"),
        (TreeAction::Lift(request("a")), "g(y) f(x) a b"),
    ] {
        let what = format!("{action:?}");
        tree(&mut state, action);
        assert_eq!(shape(&state), expected, "{what}");
    }
    for _ in 0..20 {
        tree(&mut state, TreeAction::Undo);
    }
    assert_eq!(shape(&state), "f(x) g(y) a b", "every move taken back");
}

#[test]
fn a_folder_is_deleted_without_a_question_and_comes_back_with_its_open_tabs() {
    let mut state = with(&["users/list", "users/deep/one", "me"]);
    act(&mut state, Action::OpenRequest(id("users/list")));
    let mut typed = state.tabs[0].draft.clone();
    typed.path = "/typed".to_owned();
    act(&mut state, Action::EditDraft(Box::new(typed)));
    let commands = tree(&mut state, TreeAction::Delete(folder("users")));
    let [Command::Tree(TreeCommand::Remove { removal, .. })] = commands[..] else {
        panic!("{commands:?}");
    };
    assert_eq!(shape(&state), "me");
    assert!(state.tabs.is_empty() && state.dialog.is_none());
    let notice = state.notices.iter().next().expect("told").clone();
    assert_eq!(notice.text, "Deleted the folder users with 2 requests");
    let commands = act(&mut state, Action::FollowNotice(notice.id));
    assert!(
        matches!(commands[..], [Command::Tree(TreeCommand::Restore { removal: back })] if back == removal),
        "{commands:?}"
    );
    assert_eq!(shape(&state), "users(deep(one) list) me");
    assert_eq!(
        state.tabs[0].draft.path, "/typed",
        "what was typed is there"
    );
    // Again by key, and back again.
    tree(&mut state, TreeAction::Redo);
    assert_eq!(shape(&state), "me");
    tree(&mut state, TreeAction::Undo);
    assert_eq!(shape(&state), "users(deep(one) list) me");
}

#[test]
fn a_look_from_before_a_change_does_not_take_it_back() {
    let mut state = with(&["a", "b"]);
    tree(&mut state, TreeAction::Delete(request("a")));
    tree(&mut state, TreeAction::Delete(request("b")));
    hear(&mut state, Event::Tree(TreeEvent::Ended));
    hear(&mut state, Event::WorkspaceOpened(Box::new(look(&["b"]))));
    assert_eq!(shape(&state), "", "b is on its way out");
    hear(&mut state, Event::Tree(TreeEvent::Ended));
    hear(&mut state, Event::WorkspaceOpened(Box::new(look(&["b"]))));
    assert_eq!(shape(&state), "b", "it could not be deleted");
}

#[test]
fn renaming_duplicating_and_new_folders_are_changes_like_any_other() {
    let mut state = with(&["users/list", "me"]);
    let rename = |node: Node, name: &str| TreeAction::Rename {
        node,
        name: name.to_owned(),
    };
    act(&mut state, Action::OpenRequest(id("me")));
    tree(&mut state, rename(request("me"), " Myself "));
    assert_eq!(state.tabs[0].title(), "Myself");
    assert!(!state.is_unsaved(&state.tabs[0]));
    assert!(tree(&mut state, rename(request("me"), "  ")).is_empty());
    tree(&mut state, rename(folder("users"), "People"));
    assert_eq!(shape(&state), "People(list) Myself");
    tree(&mut state, TreeAction::Duplicate(folder("users")));
    assert_eq!(shape(&state), "People(list) People copy(list) Myself");
    tree(&mut state, TreeAction::Duplicate(request("me")));
    assert_eq!(
        shape(&state),
        "People(list) People copy(list) Myself Myself copy"
    );
    assert_eq!(state.active_tab().expect("open").title(), "Myself copy");
    tree(
        &mut state,
        TreeAction::NewFolder {
            within: "users".to_owned(),
        },
    );
    let naming = state
        .tree
        .naming
        .clone()
        .expect("its name is typed at once");
    assert_eq!(naming.node, folder("users/new-folder"));
    for _ in 0..5 {
        tree(&mut state, TreeAction::Undo);
    }
    assert_eq!(shape(&state), "users(list) me");
    let ids: std::collections::HashSet<&RequestId> = state
        .workspace
        .requests
        .iter()
        .map(|stored| &stored.draft.id)
        .collect();
    assert_eq!(ids.len(), state.workspace.requests.len());
}

#[test]
fn folders_do_not_lie_deeper_than_they_are_read() {
    let mut state = with(&["a/b/c/d/e/f/g/x", "h/i/y"]);
    let within = "a/b/c/d/e/f/g".to_owned();
    assert!(tree(&mut state, TreeAction::NewFolder { within }).is_empty());
    assert!(put(&mut state, folder("h"), "a/b/c/d/e/f", None).is_empty());
    assert_eq!(state.notices.iter().count(), 1, "said once");
    assert!(!put(&mut state, folder("h"), "a/b/c/d/e", None).is_empty());
}

#[test]
fn a_removed_row_comes_back_and_later_typing_stays() {
    let mut state = with(&["a", "b"]);
    let row = |name: &str| QueryRow {
        enabled: true,
        name: name.to_owned(),
        value: Some(String::new()),
    };
    act(&mut state, Action::OpenRequest(id("a")));
    let edit = |state: &mut AppState, names: &[&str]| {
        let mut draft = state.active_tab().expect("open").draft.clone();
        draft.query = names.iter().map(|name| row(name)).collect();
        act(state, Action::EditDraft(Box::new(draft)));
    };
    let names = |state: &AppState| -> String {
        let tab = state.tab(&id("a")).expect("open");
        tab.draft
            .query
            .iter()
            .map(|row| row.name.as_str())
            .collect()
    };
    edit(&mut state, &["x", "y", "z"]);
    edit(&mut state, &["x", "z"]);
    edit(&mut state, &["X", "z"]);
    act(&mut state, Action::OpenRequest(id("b")));
    assert!(tree(&mut state, TreeAction::Undo).is_empty());
    assert_eq!(names(&state), "Xz", "undo does not reach into another tab");
    act(&mut state, Action::SelectTab(id("a")));
    tree(&mut state, TreeAction::Undo);
    assert_eq!(names(&state), "Xyz");
    tree(&mut state, TreeAction::Redo);
    assert_eq!(names(&state), "Xz");

    let mut formatted = state.active_tab().expect("open").draft.clone();
    formatted.body = DraftBody::Json {
        text: "{ }".to_owned(),
    };
    let words = "Formatted the body".to_owned();
    let draft = Box::new(formatted);
    tree(&mut state, TreeAction::ChangeDraft { draft, words });
    assert_eq!(
        state.tree.undo.next_undo(Some(&id("a"))),
        Some("Formatted the body")
    );
    tree(&mut state, TreeAction::Undo);
    assert_eq!(
        state.active_tab().expect("open").draft.body,
        DraftBody::None
    );
}

#[test]
fn closing_asks_nothing_and_loses_nothing_even_over_a_restart() {
    let mut state = with(&["a", "b"]);
    for name in ["a", "b"] {
        act(&mut state, Action::OpenRequest(id(name)));
    }
    let mut typed = state.tabs[0].draft.clone();
    typed.path = "/typed".to_owned();
    act(&mut state, Action::EditDraft(Box::new(typed)));
    act(&mut state, Action::NewRequest);
    let mut new = state.tabs[2].draft.clone();
    new.path = "/new".to_owned();
    let new_id = new.id.clone();
    act(&mut state, Action::EditDraft(Box::new(new)));
    act(&mut state, Action::ShowResponsePage(ResponsePage::Timing));
    act(&mut state, Action::ShowEditorPage(EditorPage::Headers));
    act(&mut state, Action::CloseTab(id("a")));
    assert!(state.dialog.is_none());
    assert!(state.tree.has_kept_draft(&id("a")));

    let later = start() + SignedDuration::from_secs(1);
    let commands = update(&mut state, Action::Tick, later);
    let [Command::SaveDrafts { drafts }] = &commands[..] else {
        panic!("{commands:?}");
    };
    let text = serde_json::to_string(drafts).expect("written");
    let read: Drafts = serde_json::from_str(&text).expect("read");
    let mut again = AppState::new(start());
    let mut seen = look(&["a", "b"]);
    seen.drafts = read;
    hear(&mut again, Event::WorkspaceOpened(Box::new(seen)));
    let tab = again.active_tab().expect("the one that was open");
    assert_eq!(tab.id(), &new_id);
    assert_eq!(tab.response_page, ResponsePage::Timing);
    assert_eq!(tab.editor_page, EditorPage::Headers);
    // Opened from the tree or as the last closed one: with what was typed.
    act(&mut again, Action::OpenRequest(id("a")));
    assert_eq!(again.active_tab().expect("a").draft.path, "/typed");
    act(&mut again, Action::CloseTab(new_id.clone()));
    tree(&mut again, TreeAction::ReopenClosed);
    assert_eq!(again.active_tab().expect("new").id(), &new_id);
    let empty = again.tabs.len();
    act(&mut again, Action::NewRequest);
    let nothing = again.active_tab().expect("new").id().clone();
    act(&mut again, Action::CloseTab(nothing.clone()));
    tree(&mut again, TreeAction::Reopen(nothing));
    assert_eq!(
        again.tabs.len(),
        empty,
        "a request without a letter is not kept"
    );
}

#[test]
fn a_new_request_is_saved_into_the_chosen_folder_under_its_path() {
    let mut state = with(&["users/list"]);
    tree(&mut state, TreeAction::Choose(request("users/list")));
    act(&mut state, Action::NewRequest);
    let mut draft = state.active_tab().expect("new").draft.clone();
    draft.path = "/api/v2/users/me".to_owned();
    act(&mut state, Action::EditDraft(Box::new(draft)));
    let commands = act(&mut state, Action::SaveRequest);
    let [Command::Tree(TreeCommand::SaveIn { draft, folder })] = &commands[..] else {
        panic!("{commands:?}");
    };
    assert_eq!(
        (draft.name.as_str(), folder.as_str()),
        ("/api/v2/users/me", "users")
    );
    hear(
        &mut state,
        Event::Saved {
            what: "request `/api/v2/users/me`".to_owned(),
            conflict: None,
        },
    );
    assert_eq!(shape(&state), "users(/api/v2/users/me list)");
}

#[test]
fn save_at_once_saves_what_has_a_file_and_says_nothing() {
    let mut state = with(&["a"]);
    state.settings.save_at_once = true;
    act(&mut state, Action::OpenRequest(id("a")));
    let mut typed = state.tabs[0].draft.clone();
    typed.path = "/typed".to_owned();
    act(&mut state, Action::EditDraft(Box::new(typed)));
    act(&mut state, Action::NewRequest);
    let later = start() + SignedDuration::from_secs(1);
    let commands = update(&mut state, Action::Tick, later);
    assert!(
        matches!(&commands[..], [Command::SaveDrafts { .. }, Command::SaveRequest { draft }] if draft.path == "/typed"),
        "{commands:?}"
    );
    let saved = Event::Saved {
        what: "request `a`".to_owned(),
        conflict: None,
    };
    update(&mut state, saved, later);
    assert_eq!(state.notices.iter().count(), 0);
    assert!(!state.is_unsaved(&state.tabs[0]));
}

mod files_outside;
