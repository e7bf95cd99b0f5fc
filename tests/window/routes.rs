//! The routes of an imported gateway configuration: what they do to the request that is typed, what is wrong with them, and what
//! official clients would make of the gateway.

use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use gatescope::app::client_preview::stage_in_host;
use gatescope::app::command::{Command, Drafts};
use gatescope::app::event::Event;
use gatescope::app::importing::{ImportingCommand, ImportingEvent};
use gatescope::app::state::Leg;
use gatescope::interchange::reading;
use gatescope::model::clients::ClientForm;
use gatescope::model::environment::{Environment, Place, Target};
use gatescope::model::ids::EnvironmentId;
use gatescope::model::region::Region;

use super::fake::{Desk, snapshot};

const EXPORT: &str = include_str!("../fixtures/exports/3-rest-non-proxy.json");
const GATEWAY: &str = "https://f6g7h8i9j0.execute-api.us-east-1.amazonaws.com/test";

/// The gateway of the guide, as its export is imported.
fn gateway() -> Environment {
    let read = reading::import(EXPORT, None).expect("it reads");
    read.imported.environments.into_iter().next().expect("one")
}

fn direct() -> Environment {
    let region = Region::find("us-east-1").expect("a region");
    let place = Place::Region(region);
    let id = EnvironmentId::from_name("direct");
    gatescope::app::form::blank(id, "Direct", Target::Direct { place })
}

/// The region as A, the gateway as B, which is active, and an empty request.
fn at_work() -> Desk {
    at_work_with(gateway())
}

fn at_work_with(gateway: Environment) -> Desk {
    let drafts = Drafts {
        leg_a: Some(EnvironmentId::from_name("direct")),
        leg_b: Some(gateway.id.clone()),
        ..Drafts::default()
    };
    let mut desk = Desk::with(snapshot(vec![direct(), gateway], drafts));
    for key in [Key::Num2, Key::T] {
        desk.harness
            .key_press_modifiers(egui::Modifiers::COMMAND, key);
        desk.harness.run();
    }
    assert_eq!(desk.harness.state().state().active_leg, Leg::B);
    desk.harness.get_by_label("Path").focus();
    desk.harness.run();
    desk
}

fn type_path(desk: &mut Desk, text: &str) {
    desk.harness.get_by_label("Path").type_text(text);
    desk.harness.run();
}

fn paste(desk: &mut Desk, text: &str) {
    desk.harness.event(egui::Event::Paste(text.to_owned()));
    desk.harness.run();
}

fn path(desk: &Desk) -> String {
    let tab = desk.harness.state().state().active_tab().expect("a tab");
    tab.draft.path.clone()
}

/// What is typed raises notes, until the editor has to scroll as a whole.
#[test]
fn the_path_keeps_the_keyboard_however_many_notes_what_is_typed_brings() {
    let mut desk = at_work();
    desk.harness.set_size(egui::vec2(1_280.0, 800.0));
    desk.harness.run();
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::L);
    desk.harness.run();
    let text = "/users?pageSize=25&expand=skills&state=active&sortOrder=asc&a=1&b=2&c=3&d=4";
    for letter in text.chars() {
        desk.harness.event(egui::Event::Text(letter.to_string()));
        desk.harness.run();
    }
    assert_eq!(path(&desk), text);
    assert!(desk.harness.get_by_label("Path").is_focused());
    let notes = desk
        .harness
        .query_all_by_label("d is not passed on")
        .count();
    assert!(notes > 0, "the notes stand there");
}

#[test]
fn the_route_stands_below_the_url_and_its_whole_behind_a_press() {
    let mut desk = at_work();
    type_path(&mut desk, "/api/v2/users?pageSize=25&expand=team");
    desk.harness.get_by_label(&format!(
        "URL of leg B: {GATEWAY}/users?pageSize=25&expand=team"
    ));
    let line = desk
        .harness
        .get_by_label_contains("Route on leg B: Hits GET /users, non-proxy, and goes to https://api.mypurecloud.com/api/v2/users");
    line.click();
    desk.harness.run();
    for words in [
        "Only these headers pass: Authorization",
        "Whatever Genesys Cloud answers, the status reads 200: look at the body",
    ] {
        desk.harness.get_by_label(words);
    }
    // What is at odds with the request stands at the field, too.
    let told = desk
        .harness
        .query_all_by_label("pageSize is fixed to 5: your 25 is not used")
        .count();
    assert_eq!(told, 2, "in the list and below the path");
    assert!(
        desk.harness
            .query_by_label_contains("Route on leg A")
            .is_none()
    );
}

#[test]
fn a_request_that_no_route_takes_is_told_before_it_is_sent() {
    let mut desk = at_work();
    type_path(&mut desk, "/");
    desk.harness
        .get_by_label_contains("Route on leg B: No route for GET /");
    let told = desk
        .harness
        .query_all_by_label_contains("answers 403 Missing Authentication Token itself");
    assert!(told.count() > 0);
}

#[test]
fn a_pasted_url_or_path_of_the_gateway_becomes_the_one_of_genesys_cloud() {
    for pasted in [
        format!("{GATEWAY}/users"),
        "/users".to_owned(),
        "/test/users".to_owned(),
    ] {
        let mut desk = at_work();
        paste(&mut desk, &pasted);
        assert_eq!(path(&desk), "/api/v2/users", "{pasted}");
        desk.harness
            .get_by_label("URL of leg A: https://api.mypurecloud.com/api/v2/users");
        desk.harness
            .get_by_label(&format!("URL of leg B: {GATEWAY}/users"));
    }
}

#[test]
fn a_typed_path_of_the_gateway_gets_a_note_whose_fix_holds_on_both_sides() {
    let mut desk = at_work();
    type_path(&mut desk, "/users");
    assert_eq!(path(&desk), "/users");
    desk.harness
        .get_by_label("Write that, which holds on both sides")
        .click();
    desk.harness.run();
    assert_eq!(path(&desk), "/api/v2/users");
}

#[test]
fn the_form_lists_the_routes_and_what_is_wrong_with_them() {
    let mut desk = at_work();
    open_form(&mut desk);
    for words in [
        "GET /users: There is one integration response only, so every error of Genesys Cloud reads 200",
        "GET /users: Authorization is marked as required, but no request validator checks it",
        "Choose a request validator in the method request and deploy again",
    ] {
        let found = desk.harness.query_all_by_label(words).count();
        assert!(found > 0, "{words}");
    }
    desk.harness.get_by_label("2 routes").click_accesskit();
    desk.harness.run();
    desk.harness
        .get_by_label("GET /users → https://api.mypurecloud.com/api/v2/users");
}

fn open_form(desk: &mut Desk) {
    desk.harness
        .key_press_modifiers(egui::Modifiers::COMMAND, Key::E);
    desk.harness.run();
    desk.harness.get_by_label("Edit…").click_accesskit();
    desk.harness.run();
    assert!(desk.harness.state().state().form.is_some());
}

fn form_of_clients(desk: &Desk) -> ClientForm {
    let form = desk.harness.state().state().form.as_ref().expect("open");
    form.gateway().expect("a gateway").client_form.clone()
}

/// The form stays as it is saved, or it could be neither exported nor checked.
#[test]
fn looking_at_the_form_of_the_guide_changes_nothing() {
    let mut desk = at_work();
    open_form(&mut desk);
    desk.harness
        .get_by_label("Show what happens with the stage inside the host")
        .click_accesskit();
    desk.harness.run();
    desk.harness
        .get_by_label_contains("broken: the port lands in the path, behind the stage");
    assert_eq!(form_of_clients(&desk), ClientForm::default());
    for button in ["Check the gateway", "Export the environment…"] {
        desk.harness.get_by_label(button);
    }
    desk.harness
        .get_by_label("Back to the form that is set")
        .click_accesskit();
    desk.harness.run();
    desk.harness.get_by_label("All seven clients");
}

#[test]
fn breaking_clients_are_shown_mended_by_one_click_and_put_back_by_another() {
    let mut gateway = gateway();
    if let Target::Gateway(target) = &mut gateway.target {
        target.client_form = stage_in_host(target);
    }
    let mut desk = at_work_with(gateway);
    open_form(&mut desk);
    let broken = form_of_clients(&desk);
    desk.harness.get_by_label("JavaScript, Python, Java, .NET");
    desk.harness
        .get_by_label_contains("broken: the port lands in the path, behind the stage");
    desk.harness
        .get_by_label("The exact URLs of each client")
        .click_accesskit();
    desk.harness.run();
    desk.harness.get_by_label(
        "POST https://f6g7h8i9j0.execute-api.us-east-1.amazonaws.com/test:443/oauth/token",
    );
    desk.harness
        .get_by_label("Use the form that works in all: stage inside both paths")
        .click_accesskit();
    desk.harness.run();
    assert_eq!(form_of_clients(&desk), ClientForm::default());
    desk.harness.get_by_label("All seven clients");
    desk.harness
        .get_by_label("Put back the form that was there")
        .click_accesskit();
    desk.harness.run();
    assert_eq!(form_of_clients(&desk), broken);
}

#[test]
fn an_imported_form_with_a_trap_is_told_and_mended_before_the_import() {
    let profile = "[prod]\nenvironment = \"mypurecloud.com\"\ngateway_host = \"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/test\"\n\
                   gateway_port = \"443\"\ngateway_protocol = \"https\"\n\
                   gateway_pathparams = '{login: /loginpath, api: /apipath}'\n";
    let read = || reading::import(profile, None).expect("it reads");
    let mut desk = Desk::fresh();
    desk.commands();
    desk.event(Event::Importing(ImportingEvent::Read {
        name: "config.toml".to_owned(),
        read: Ok(Box::new(read())),
    }));
    desk.harness.get_by_label_contains(
        "JavaScript, Python, Java, .NET: broken: the port lands in the path",
    );
    desk.harness
        .get_by_role_and_label(
            Role::CheckBox,
            "Give official clients the form that works in all seven: stage inside both paths",
        )
        .click();
    desk.harness.run();
    assert!(desk.harness.query_by_label_contains(": broken: ").is_none());
    desk.harness.get_by_label("Import").click();
    desk.harness.run();
    let plan = desk
        .commands()
        .into_iter()
        .find_map(|command| match command {
            Command::Importing(ImportingCommand::Apply(plan)) => Some(plan),
            _ => None,
        });
    let plan = plan.expect("it is imported");
    let Target::Gateway(gateway) = &plan.environments[0].environment.target else {
        panic!("a gateway: {plan:?}");
    };
    assert_eq!(gateway.client_form, ClientForm::default());
    assert_eq!(gateway.stage, "test");
}
