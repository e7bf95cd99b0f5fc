//! The text of `rules.toml`: text to rules and back. What cannot be read is reported by its rule, and the rest is used.
//!
//! ```toml
//! schema = 1
//! switched-off = ["context-id"]
//!
//! [[rule]]
//! json = "$.entities[*].version"
//! action = "ignore"
//! because = "counts every write"
//! ```

use std::fmt::Write as _;

use regex::RegexBuilder;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use super::{CompareRule, JsonPath, RuleAction, RulePlace, RuleSet};

/// The version that is written.
const SCHEMA: i64 = 1;

/// Bytes that a compiled mask may take.
pub(super) const MASK_LIMIT: usize = 1 << 20;

/// What is wrong in the text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    #[error("rules.toml cannot be read: {0}")]
    Text(String),
    #[error("rules.toml is of version {0}, which this Gatescope does not know")]
    Newer(i64),
    #[error("`{0}` must be a list of names")]
    SwitchedOff(String),
    #[error("rule {number}{name}: {text}")]
    Rule {
        /// From 1, in the order of the file.
        number: usize,
        /// ` (id)` when it has one.
        name: String,
        text: String,
    },
}

/// What a text holds: the rules that were understood, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RulesText {
    pub rules: RuleSet,
    /// Non-empty: the file must not be written over before they are mended.
    pub problems: Vec<RuleProblem>,
}

impl RuleSet {
    /// Reads the text of `rules.toml`. An empty text is no rule at all.
    #[must_use]
    pub fn read(text: &str) -> RulesText {
        let mut read = RulesText::default();
        let document = match text.parse::<DocumentMut>() {
            Ok(document) => document,
            Err(error) => {
                let message = error.to_string().trim().replace('\n', " ");
                read.problems.push(RuleProblem::Text(message));
                return read;
            }
        };
        match document.get("schema").map(Item::as_integer) {
            None | Some(Some(SCHEMA)) => {}
            Some(Some(version)) => read.problems.push(RuleProblem::Newer(version)),
            Some(None) => {
                let text = "`schema` must be a whole number".to_owned();
                read.problems.push(RuleProblem::Text(text));
            }
        }
        read_switched_off(&document, &mut read);
        match document.get("rule") {
            None => {}
            Some(Item::ArrayOfTables(tables)) => read_rules(tables, &mut read),
            Some(_) => {
                let text = "write each rule under `[[rule]]`".to_owned();
                read.problems.push(RuleProblem::Text(text));
            }
        }
        read
    }

    /// The text of `rules.toml`; reading it gives the same rules.
    #[must_use]
    pub fn text(&self) -> String {
        let mut document = DocumentMut::new();
        document.insert("schema", toml_edit::value(SCHEMA));
        if !self.switched_off.is_empty() {
            let ids: toml_edit::Array = self.switched_off.iter().map(String::as_str).collect();
            document.insert("switched-off", toml_edit::value(ids));
        }
        let mut tables = ArrayOfTables::new();
        for rule in &self.own {
            tables.push(table_of(rule));
        }
        if !tables.is_empty() {
            document.insert("rule", Item::ArrayOfTables(tables));
        }
        let mut text =
            "# What may differ between two answers. Shipped rules are switched off by their names.\n"
                .to_owned();
        write!(text, "{document}").expect("a string takes everything");
        text
    }
}

fn read_switched_off(document: &DocumentMut, read: &mut RulesText) {
    let key = "switched-off";
    let Some(item) = document.get(key) else {
        return;
    };
    let ids: Option<Vec<&str>> = item
        .as_array()
        .and_then(|ids| ids.iter().map(Value::as_str).collect());
    match ids {
        Some(ids) => read.rules.switched_off = ids.into_iter().map(str::to_owned).collect(),
        None => read.problems.push(RuleProblem::SwitchedOff(key.to_owned())),
    }
}

fn read_rules(tables: &ArrayOfTables, read: &mut RulesText) {
    for (index, table) in tables.iter().enumerate() {
        match read_rule(table) {
            Ok(mut rule) => {
                rule.id = read.rules.free_id(&rule);
                read.rules.own.push(rule);
            }
            Err(text) => {
                let id = table.get("id").and_then(Item::as_str);
                read.problems.push(RuleProblem::Rule {
                    number: index + 1,
                    name: id.map(|id| format!(" ({id})")).unwrap_or_default(),
                    text,
                });
            }
        }
    }
}

fn read_rule(table: &Table) -> Result<CompareRule, String> {
    const KEYS: [&str; 9] = [
        "id", "enabled", "header", "json", "action", "key", "within", "pattern", "because",
    ];
    if let Some((key, _)) = table.iter().find(|(key, _)| !KEYS.contains(key)) {
        return Err(format!("`{key}` is not known here"));
    }
    let place = match (text(table, "header")?, text(table, "json")?) {
        (Some(name), None) if !name.trim().is_empty() => RulePlace::Header(name.trim().to_owned()),
        (None, Some(path)) => {
            let path = JsonPath::parse(&path).map_err(|error| format!("`json`: {error}"))?;
            RulePlace::Json(path)
        }
        _ => return Err("say where: either `header` or `json`".to_owned()),
    };
    let action = read_action(table)?;
    let is_header = matches!(place, RulePlace::Header(_));
    if is_header && matches!(action, RuleAction::List | RuleAction::ByKey(_)) {
        return Err(format!("`{}` is for places in a body", action.word()));
    }
    let enabled = match table.get("enabled") {
        None => true,
        Some(item) => item.as_bool().ok_or("`enabled` must be true or false")?,
    };
    let mut rule = CompareRule::new(place, action, text(table, "because")?.unwrap_or_default());
    rule.enabled = enabled;
    if let Some(id) = text(table, "id")?.filter(|id| !id.trim().is_empty()) {
        rule.id = id;
    }
    Ok(rule)
}

fn read_action(table: &Table) -> Result<RuleAction, String> {
    let word = text(table, "action")?.ok_or("say what to do: `action`")?;
    let needed = |key: &str| {
        text(table, key)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| format!("`{word}` needs `{key}`"))
    };
    Ok(match word.as_str() {
        "ignore" => RuleAction::Ignore,
        "ignore-case" => RuleAction::IgnoreCase,
        "list" => RuleAction::List,
        "set" => RuleAction::Set,
        "multiset" => RuleAction::Multiset,
        "by-key" => RuleAction::ByKey(needed("key")?),
        "tolerance" => RuleAction::Tolerance(read_tolerance(table)?),
        "mask" => {
            let pattern = needed("pattern")?;
            RegexBuilder::new(&pattern)
                .size_limit(MASK_LIMIT)
                .build()
                .map_err(|error| format!("`pattern`: {}", error.to_string().replace('\n', " ")))?;
            RuleAction::Mask(pattern)
        }
        _ => {
            return Err(format!(
                "`{word}` is no action: use ignore, ignore-case, list, set, multiset, by-key, tolerance or mask"
            ));
        }
    })
}

/// A number as TOML writes it, or a text of one.
fn read_tolerance(table: &Table) -> Result<String, String> {
    let wrong = || "`tolerance` needs `within`, a number that is not negative".to_owned();
    let item = table.get("within").ok_or_else(wrong)?;
    let text = match item.as_value().ok_or_else(wrong)? {
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::String(text) => text.value().trim().to_owned(),
        _ => return Err(wrong()),
    };
    let is_number = text
        .parse::<f64>()
        .is_ok_and(|number| number.is_finite() && number >= 0.0);
    if is_number && !text.starts_with(['-', '+']) {
        Ok(text)
    } else {
        Err(wrong())
    }
}

fn text(table: &Table, key: &str) -> Result<Option<String>, String> {
    match table.get(key) {
        None => Ok(None),
        Some(item) => item
            .as_str()
            .map(|text| Some(text.to_owned()))
            .ok_or_else(|| format!("`{key}` must be a text")),
    }
}

fn table_of(rule: &CompareRule) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, value: &str| {
        table.insert(key, toml_edit::value(value));
    };
    put("id", &rule.id);
    match &rule.place {
        RulePlace::Header(name) => put("header", name),
        RulePlace::Json(path) => put("json", &path.to_string()),
    }
    put("action", rule.action.word());
    match &rule.action {
        RuleAction::ByKey(key) => put("key", key),
        RuleAction::Tolerance(within) => put("within", within),
        RuleAction::Mask(pattern) => put("pattern", pattern),
        _ => {}
    }
    put("because", &rule.because);
    if !rule.enabled {
        table.insert("enabled", toml_edit::value(false));
    }
    table
}
