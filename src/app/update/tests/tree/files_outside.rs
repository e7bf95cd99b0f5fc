//! Files that change outside while their request is open, closed, or the window is; and tabs that change places.

use super::*;

#[test]
fn a_file_changed_outside_is_merged_or_has_to_be_chosen() {
    let edited = |state: &mut AppState| {
        act(state, Action::OpenRequest(id("a")));
        let mut typed = state.tabs[0].draft.clone();
        typed.path = "/typed".to_owned();
        act(state, Action::EditDraft(Box::new(typed)));
    };
    let outside = |change: &dyn Fn(&mut RequestDraft)| {
        let mut seen = look(&["a"]);
        change(&mut seen.requests[0].draft);
        Event::WorkspaceOpened(Box::new(seen))
    };
    let mut state = with(&["a"]);
    edited(&mut state);
    hear(
        &mut state,
        outside(&|draft| draft.method = "POST".to_owned()),
    );
    let draft = &state.tabs[0].draft;
    assert_eq!(
        (draft.method.as_str(), draft.path.as_str()),
        ("POST", "/typed")
    );
    assert!(!state.tabs[0].file_changed);

    for take_file in [true, false] {
        let mut state = with(&["a"]);
        edited(&mut state);
        hear(
            &mut state,
            outside(&|draft| draft.path = "/theirs".to_owned()),
        );
        assert!(state.tabs[0].file_changed);
        assert_eq!(state.tabs[0].draft.path, "/typed");
        assert!(
            act(&mut state, Action::SaveRequest).is_empty(),
            "not over it"
        );
        // Still to be chosen after a restart.
        let drafts = match &act(&mut state, Action::Closing)[..] {
            [Command::SaveDrafts { drafts }] => drafts.clone(),
            other => panic!("{other:?}"),
        };
        let mut state = AppState::new(start());
        let mut seen = look(&["a"]);
        seen.requests[0].draft.path = "/theirs".to_owned();
        seen.drafts = drafts;
        hear(&mut state, Event::WorkspaceOpened(Box::new(seen)));
        assert!(state.tabs[0].file_changed);
        tree(
            &mut state,
            if take_file {
                TreeAction::TakeFile(id("a"))
            } else {
                TreeAction::KeepMine(id("a"))
            },
        );
        assert!(!state.tabs[0].file_changed);
        if take_file {
            assert_eq!(state.tabs[0].draft.path, "/theirs");
            assert!(!state.is_unsaved(&state.tabs[0]));
            tree(&mut state, TreeAction::Undo);
        }
        assert_eq!(state.tabs[0].draft.path, "/typed");
        let commands = act(&mut state, Action::SaveRequest);
        assert!(
            matches!(&commands[..], [Command::SaveRequest { draft }] if draft.path == "/typed")
        );
    }
}

#[test]
fn a_file_that_changed_while_its_tab_was_closed_is_noticed() {
    for restarted in [false, true] {
        let mut state = with(&["a"]);
        act(&mut state, Action::OpenRequest(id("a")));
        let mut typed = state.tabs[0].draft.clone();
        typed.path = "/typed".to_owned();
        act(&mut state, Action::EditDraft(Box::new(typed)));
        act(&mut state, Action::CloseTab(id("a")));
        let mut seen = look(&["a"]);
        seen.requests[0].draft.path = "/theirs".to_owned();
        if restarted {
            let commands = act(&mut state, Action::Closing);
            let [Command::SaveDrafts { drafts }] = &commands[..] else {
                panic!("{commands:?}");
            };
            seen.drafts = drafts.clone();
            state = AppState::new(start());
        }
        hear(&mut state, Event::WorkspaceOpened(Box::new(seen)));
        act(&mut state, Action::OpenRequest(id("a")));
        assert_eq!(state.tabs[0].draft.path, "/typed", "{restarted}");
        assert!(state.tabs[0].file_changed, "{restarted}");
        let commands = act(&mut state, Action::SaveRequest);
        assert!(
            commands.is_empty(),
            "over what another program wrote, after a restart: {restarted}: {commands:?}"
        );
    }
}

#[test]
fn a_file_that_changed_while_the_window_was_closed_is_noticed() {
    let mut state = with(&["a"]);
    act(&mut state, Action::OpenRequest(id("a")));
    let mut typed = state.tabs[0].draft.clone();
    typed.path = "/typed".to_owned();
    act(&mut state, Action::EditDraft(Box::new(typed.clone())));
    let commands = act(&mut state, Action::Closing);
    let [Command::SaveDrafts { drafts }] = &commands[..] else {
        panic!("{commands:?}");
    };
    let mut seen = look(&["a"]);
    seen.requests[0].draft.path = "/theirs".to_owned();
    seen.drafts = drafts.clone();
    let mut again = AppState::new(start());
    hear(&mut again, Event::WorkspaceOpened(Box::new(seen)));
    assert!(again.tabs[0].file_changed);
    assert_eq!(again.tabs[0].draft.path, "/typed");

    // Drafts of an older version name no base: the draft stays as it is.
    let mut old = look(&["a"]);
    old.drafts.open = vec![OpenDraft {
        draft: typed,
        dirty: true,
    }];
    let mut state = AppState::new(start());
    hear(&mut state, Event::WorkspaceOpened(Box::new(old)));
    assert!(!state.tabs[0].file_changed);
    assert_eq!(state.tabs[0].draft.path, "/typed");
}

#[test]
fn tabs_change_places_and_the_chosen_one_stays_chosen() {
    let mut state = with(&["a", "b", "c"]);
    for name in ["a", "b", "c"] {
        act(&mut state, Action::OpenRequest(id(name)));
    }
    act(&mut state, Action::SelectTab(id("b")));
    for (request, to, expected) in [("a", 2, "bca"), ("c", 0, "cba"), ("c", 99, "bac")] {
        let request = id(request);
        tree(&mut state, TreeAction::MoveTab { request, to });
        let order: String = state.tabs.iter().map(crate::app::tab::Tab::title).collect();
        assert_eq!(order, expected);
        assert_eq!(state.active_tab().expect("open").id(), &id("b"));
    }
    tree(&mut state, TreeAction::CloseOtherTabs(id("a")));
    assert_eq!(state.active_tab().expect("open").id(), &id("a"));
    assert_eq!(state.tree.closed.len(), 2);
}
