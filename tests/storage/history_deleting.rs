//! One entry of the history deleted: it is in no file any more, and can come back in the same run unless it is too large.

use gatescope::store::history::History;

use crate::history::{newest, open, put};
use crate::history_scene::{holds, raw, summary};
use crate::scene::Scene;

#[test]
fn a_deleted_entry_is_in_no_file_and_can_come_back_in_this_run() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let workspace = scene.directory();
    let kept = summary(1);
    let other = put(&mut history, &workspace, &kept);
    let gone = history
        .put(
            &workspace,
            &summary(2),
            b"the-document-of-gone",
            &[b"the-first-body".to_vec(), b"the-second-body".to_vec()],
        )
        .expect("written");
    assert!(history.delete(gone.id).expect("deleted").was_there);
    assert!(!holds(&raw(scene.data().root()), b"the-document-of-gone"));
    assert_eq!(
        newest(&mut history, &workspace),
        std::slice::from_ref(&other)
    );
    let back = history
        .bring_back(&workspace, gone.id)
        .expect("written")
        .expect("it can come back");
    assert_eq!(back, gone);
    let (entry, document) = history
        .document(gone.id)
        .expect("read")
        .expect("it is there");
    assert_eq!(
        (entry, document),
        (gone.clone(), b"the-document-of-gone".to_vec())
    );
    let file = raw(scene.data().root());
    assert!(holds(&file, b"the-first-body") && holds(&file, b"the-second-body"));
    assert_eq!(history.bring_back(&workspace, gone.id).expect("read"), None);
    assert!(history.delete(gone.id).expect("deleted").was_there);
    history.forget_deleted();
    assert_eq!(history.bring_back(&workspace, gone.id).expect("read"), None);
    assert_eq!(newest(&mut history, &workspace), [other]);
}

#[test]
fn what_is_too_large_to_come_back_is_said_when_it_is_deleted() {
    let scene = Scene::new();
    let mut history = open(&scene);
    let workspace = scene.directory();
    let mut of_size = |number, megabytes: usize| {
        history
            .put(
                &workspace,
                &summary(number),
                b"{}",
                &[vec![b'x'; megabytes << 20]],
            )
            .expect("written")
            .id
    };
    let (small, half, large) = (of_size(1, 1), of_size(2, 40), of_size(3, 65));
    let lost = |history: &mut History, id| history.delete(id).expect("deleted").lost;
    assert_eq!(lost(&mut history, large), [large], "over the limit alone");
    assert_eq!(lost(&mut history, half), []);
    assert_eq!(lost(&mut history, small), []);
    let next = history
        .put(&workspace, &summary(4), b"{}", &[vec![b'y'; 30 << 20]])
        .expect("written")
        .id;
    assert_eq!(lost(&mut history, next), [half], "the oldest makes room");
    let mut comes_back = |id| {
        history
            .bring_back(&workspace, id)
            .expect("written")
            .is_some()
    };
    assert!(!comes_back(large) && !comes_back(half));
    assert!(comes_back(small) && comes_back(next));
}
