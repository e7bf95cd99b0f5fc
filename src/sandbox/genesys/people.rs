//! The fictional organization: its people, with ids that are the same in every sandbox, and their shapes in answers.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::identifiers::stable_uuid;

pub(super) const ORGANIZATION_NAME: &str = "Gatescope Sandbox";
const MAIL_DOMAIN: &str = "sandbox.example";
/// The first badge number: above 2^53, where a reader that takes numbers for floating point loses the last digit.
const FIRST_BADGE_NUMBER: u64 = 9_007_199_254_740_993;

pub(super) fn organization_id() -> String {
    stable_uuid("organization", ORGANIZATION_NAME)
}

/// The division that everything belongs to.
pub(super) fn home_division() -> Value {
    let id = stable_uuid("division", "Home");
    json!({
        "id": id,
        "name": "Home",
        "selfUri": format!("/api/v2/authorization/divisions/{id}"),
    })
}

#[derive(Debug)]
pub(super) struct People {
    all: Vec<Person>,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    id: String,
    /// Position in the list, from 0: makes numbers that differ from person to person.
    position: usize,
    record: Record,
}

#[derive(Debug, Clone, Deserialize)]
struct Record {
    name: String,
    title: String,
    department: String,
    presence: String,
    languages: Vec<String>,
    #[serde(default = "active")]
    state: String,
}

fn active() -> String {
    "active".to_owned()
}

impl People {
    pub(super) fn bundled() -> Self {
        let records: Vec<Record> =
            serde_json::from_str(include_str!("../../../assets/sandbox/people.json"))
                .expect("the bundled people are valid JSON");
        let all = records
            .into_iter()
            .enumerate()
            .map(|(position, record)| Person {
                id: stable_uuid("user", &record.name),
                position,
                record,
            })
            .collect();
        Self { all }
    }

    pub(super) fn all(&self) -> &[Person] {
        &self.all
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Person> {
        self.all.iter().find(|person| person.id == id)
    }

    /// The team's first entry leads it.
    fn manager_of(&self, person: &Person) -> Option<&Person> {
        let lead = self
            .all
            .iter()
            .find(|other| other.record.department == person.record.department)?;
        (lead.id != person.id).then_some(lead)
    }

    /// The user as the API shows it, with the parts named in `expand`; unknown parts are ignored.
    pub(super) fn shape(&self, person: &Person, expand: &[&str]) -> Value {
        let mut user = person.core();
        for part in expand {
            if let Some(value) = self.part(person, part) {
                user.insert((*part).to_owned(), value);
            }
        }
        user.insert("selfUri".into(), person.self_uri().into());
        Value::Object(user)
    }

    fn part(&self, person: &Person, part: &str) -> Option<Value> {
        match part {
            "presence" => Some(person.presence()),
            "routingStatus" => Some(person.routing_status()),
            "groups" => Some(person.groups()),
            "skills" => Some(person.skills()),
            "languages" => Some(person.languages()),
            "employerInfo" => Some(person.employer_info()),
            "customAttributes" => Some(person.custom_attributes()),
            "locations" | "certifications" => Some(json!([])),
            "biography" => Some(json!({ "hobbies": [], "spouse": "", "education": [] })),
            "manager" => self
                .manager_of(person)
                .map(|manager| json!({ "id": manager.id, "selfUri": manager.self_uri() })),
            _ => None,
        }
    }
}

impl Person {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn name(&self) -> &str {
        &self.record.name
    }

    pub(super) fn state(&self) -> &str {
        &self.record.state
    }

    fn self_uri(&self) -> String {
        format!("/api/v2/users/{}", self.id)
    }

    /// `ada.okafor`; letters beyond ASCII are written by their position.
    fn user_name(&self) -> String {
        let name: String = self
            .record
            .name
            .to_lowercase()
            .chars()
            .filter_map(|letter| match letter {
                ' ' | '-' => Some('.'),
                letter if letter.is_ascii_alphanumeric() => Some(letter),
                _ => None,
            })
            .collect();
        let name = name.trim_matches('.');
        if name.is_empty() {
            format!("user{}", self.position + 1)
        } else {
            name.to_owned()
        }
    }

    fn email(&self) -> String {
        format!("{}@{MAIL_DOMAIN}", self.user_name())
    }

    fn core(&self) -> Map<String, Value> {
        let email = self.email();
        let mut user = Map::new();
        user.insert("id".into(), self.id.clone().into());
        user.insert("name".into(), self.record.name.clone().into());
        user.insert("division".into(), home_division());
        let jabber = stable_uuid("jabber", &self.record.name).replace('-', "");
        user.insert(
            "chat".into(),
            json!({ "jabberId": format!("{}@{MAIL_DOMAIN}", &jabber[..24]) }),
        );
        user.insert("department".into(), self.record.department.clone().into());
        user.insert("email".into(), email.clone().into());
        user.insert(
            "primaryContactInfo".into(),
            json!([
                { "address": email, "mediaType": "EMAIL", "type": "PRIMARY" },
                { "address": self.telephone(), "display": self.telephone(), "mediaType": "PHONE", "type": "PRIMARY" },
            ]),
        );
        user.insert(
            "addresses".into(),
            json!([
                { "address": self.telephone(), "display": self.telephone(), "mediaType": "PHONE", "type": "WORK", "countryCode": "US" },
            ]),
        );
        user.insert("state".into(), self.record.state.clone().into());
        user.insert("title".into(), self.record.title.clone().into());
        user.insert("username".into(), email.into());
        user.insert("version".into(), (self.position * 7 + 3).into());
        user.insert(
            "acdAutoAnswer".into(),
            (self.position.is_multiple_of(3)).into(),
        );
        user
    }

    /// In the range kept for fiction.
    fn telephone(&self) -> String {
        format!("+1317555{:04}", 100 + self.position)
    }

    fn presence(&self) -> Value {
        let system = &self.record.presence;
        let id = stable_uuid("presence", system);
        json!({
            "source": "PURECLOUD",
            "presenceDefinition": {
                "id": id,
                "systemPresence": system,
                "selfUri": format!("/api/v2/presence/definitions/{id}"),
            },
            "message": "",
            "modifiedDate": self.moment(),
            "selfUri": format!("{}/presences/PURECLOUD", self.self_uri()),
        })
    }

    fn routing_status(&self) -> Value {
        let status = match self.record.presence.as_str() {
            "On Queue" if self.position.is_multiple_of(2) => "INTERACTING",
            "On Queue" => "IDLE",
            _ => "OFF_QUEUE",
        };
        json!({ "userId": self.id, "status": status, "startTime": self.moment() })
    }

    /// Steady, so that two answers about the same person are the same.
    fn moment(&self) -> String {
        format!(
            "2026-03-02T{:02}:{:02}:07.{:03}Z",
            8 + self.position / 12,
            self.position % 60,
            self.position * 17
        )
    }

    fn groups(&self) -> Value {
        let id = stable_uuid("group", &self.record.department);
        json!([{ "id": id, "selfUri": format!("/api/v2/groups/{id}") }])
    }

    fn skills(&self) -> Value {
        let id = stable_uuid("skill", &self.record.department);
        json!([{
            "id": id,
            "name": self.record.department,
            "proficiency": 1.0 + f64::from(u8::try_from(self.position % 9).unwrap_or(0)) * 0.5,
            "state": "active",
            "skillUri": format!("/api/v2/routing/skills/{id}"),
            "selfUri": format!("{}/routingskills/{id}", self.self_uri()),
        }])
    }

    fn languages(&self) -> Value {
        let known = self.record.languages.iter().map(|language| {
            let id = stable_uuid("language", language);
            json!({
                "id": id,
                "name": language,
                "proficiency": 5.0,
                "state": "active",
                "languageUri": format!("/api/v2/routing/languages/{id}"),
                "selfUri": format!("{}/routinglanguages/{id}", self.self_uri()),
            })
        });
        known.collect()
    }

    fn employer_info(&self) -> Value {
        json!({
            "officialName": self.record.name,
            "employeeId": format!("E{:05}", 20_417 + self.position),
            "employeeType": "Full-time",
            "dateHire": format!("20{:02}-{:02}-01", 12 + self.position % 12, 1 + self.position % 12),
        })
    }

    fn custom_attributes(&self) -> Value {
        json!({
            "badgeNumber": FIRST_BADGE_NUMBER + self.position as u64,
            "weeklyHours": if self.position.is_multiple_of(4) { 37.5 } else { 40.0 },
            "homeOffice": self.position.is_multiple_of(2),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_enough_people_and_no_two_share_an_id_or_a_name() {
        let people = People::bundled();
        assert!(people.all().len() >= 40, "{}", people.all().len());
        let ids: HashSet<&str> = people.all().iter().map(Person::id).collect();
        assert_eq!(ids.len(), people.all().len(), "ids");
        let mails: HashSet<String> = people.all().iter().map(Person::email).collect();
        assert_eq!(mails.len(), people.all().len(), "{mails:?}");
    }

    #[test]
    fn user_names_are_plain() {
        let people = People::bundled();
        let table = [
            (0, "ada.okafor"),
            (12, "mei.ling.chen"),
            (22, "william.osullivan"),
            (44, "user45"),
        ];
        for (position, expected) in table {
            assert_eq!(people.all()[position].user_name(), expected, "{position}");
        }
    }

    #[test]
    fn expanded_parts_are_added_and_unknown_ones_ignored() {
        let people = People::bundled();
        let person = &people.all()[1];
        let plain = people.shape(person, &[]);
        assert_eq!(plain.get("presence"), None);
        let whole = people.shape(
            person,
            &["presence", "manager", "customAttributes", "nonsense"],
        );
        assert_eq!(
            whole["presence"]["presenceDefinition"]["systemPresence"],
            "On Queue"
        );
        assert_eq!(whole["manager"]["id"], people.all()[0].id());
        assert_eq!(
            whole["customAttributes"]["badgeNumber"],
            9_007_199_254_740_994_u64
        );
        assert_eq!(whole.get("nonsense"), None);
        assert_eq!(whole["selfUri"], format!("/api/v2/users/{}", person.id()));
    }
}
