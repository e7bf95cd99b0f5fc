//! What stays on the page after its legs became other ones says so.

use egui_kittest::kittest::Queryable as _;

use super::compared::{Answers, compared};
use super::scenes;

#[test]
fn a_comparison_and_an_answer_of_other_legs_say_whose_they_are() {
    let mut desk = scenes::at_work();
    scenes::answered(&mut desk, |_| {});
    let mark = "other environment";
    assert!(desk.harness.query_by_label(mark).is_none());
    desk.run_command("Swap A and B");
    desk.harness.get_by_label(mark);
    desk.run_command("Swap A and B");
    assert!(desk.harness.query_by_label(mark).is_none());

    compared(&mut desk, &Answers::different());
    let line = "A is now Sandbox REST";
    assert!(desk.harness.query_by_label_contains(line).is_none());
    desk.run_command("Swap A and B");
    let found = desk.harness.get_by_label_contains(line);
    let said = egui_kittest::kittest::NodeT::accesskit_node(&found)
        .value()
        .or_else(|| egui_kittest::kittest::NodeT::accesskit_node(&found).label())
        .unwrap_or_default();
    assert!(
        said.contains("this came from Sandbox direct") && said.contains("B is now Sandbox direct"),
        "{said}"
    );
    desk.harness.key_press(egui::Key::Escape);
    desk.harness.run();
    desk.harness
        .get_by_label_contains("Compared (other environment): Different");
    desk.harness.get_by_label("Show the comparison").click();
    desk.harness.run();
    desk.harness.get_by_label("compare again").click();
    desk.harness.run_steps(2);
    assert!(
        desk.commands().iter().any(|command| matches!(
            command,
            gatescope::app::command::Command::Comparing(
                gatescope::app::comparing::ComparingCommand::Compare(_)
            )
        )),
        "it is compared once more"
    );
}
