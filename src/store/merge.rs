//! New values into a TOML document that a person wrote: comments, order, spelling and unknown keys stay.
//! And: whether two changes of the same document touch the same place.

use std::collections::BTreeMap;

use serde_json::Value as Plain;
use toml_edit::{Array, ArrayOfTables, Item, Table, TableLike, Value};

/// Brings `target` from `old` to `new`. `old` holds what the model knew of the document, so that a key which the model
/// never knew stays, and one that it knew and has no more goes. Where `old` and `new` agree nothing is touched.
pub(super) fn apply(target: &mut dyn TableLike, old: &dyn TableLike, new: &dyn TableLike) {
    for (key, wanted) in new.iter() {
        let before = old.get(key);
        if before.is_some_and(|before| same(before, wanted)) {
            continue;
        }
        match target.get_mut(key) {
            Some(present) => {
                let was_value = present.is_value();
                update(present, before, wanted);
                if was_value != present.is_value() {
                    // The blanks around the key of a value and in the head of a table differ.
                    let item = target.remove(key).unwrap_or_default();
                    target.insert(key, item);
                }
            }
            None => {
                target.insert(key, unplaced(wanted.clone()));
            }
        }
    }
    let gone: Vec<String> = old
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !new.contains_key(key))
        .collect();
    for key in gone {
        let before = old.get(&key).cloned().unwrap_or_default();
        if let (Some(table), Some(before)) = (
            target.get_mut(&key).and_then(Item::as_table_like_mut),
            before.as_table_like(),
        ) {
            // Only what the model knew of it goes.
            apply(table, before, &Table::new());
            if !table.is_empty() {
                continue;
            }
        }
        target.remove(&key);
    }
}

fn update(present: &mut Item, before: Option<&Item>, wanted: &Item) {
    if same(present, wanted) {
        return;
    }
    if let (Some(table), Some(wanted)) = (present.as_table_like_mut(), wanted.as_table_like()) {
        let nothing = Table::new();
        let before = before.and_then(Item::as_table_like).unwrap_or(&nothing);
        let keys = keys_of(table);
        apply(table, before, wanted);
        if keys != keys_of(table)
            && let Some(inline) = present.as_inline_table_mut()
        {
            // The blanks before the closing brace belonged to a key that may be gone.
            inline.fmt();
        }
        return;
    }
    if let (Some(current), Some(wanted_elements)) = (elements(present), elements(wanted)) {
        let before = before.and_then(elements).unwrap_or_default();
        let merged = merge_elements(&current, &before, &wanted_elements);
        replace_elements(present, merged);
        return;
    }
    match (&mut *present, wanted) {
        (Item::Value(current), Item::Value(wanted)) => {
            let decor = current.decor().clone();
            *current = wanted.clone();
            *current.decor_mut() = decor;
        }
        (present, wanted) => *present = unplaced(wanted.clone()),
    }
}

/// The wanted elements, each on the ground of the present one it comes from: the same one, else the one of that name,
/// else the one in its place.
fn merge_elements(current: &[Item], before: &[Item], wanted: &[Item]) -> Vec<Item> {
    // Only when the document holds what the model read do the indexes mean the same.
    let aligned = current.len() == before.len();
    let known = if aligned { before } else { current };
    let mut free: Vec<bool> = vec![true; current.len()];
    let mut origins: Vec<Option<usize>> = vec![None; wanted.len()];
    let matches: [&dyn Fn(usize, usize) -> bool; 3] = [
        &|at, index| same(&known[at], &wanted[index]),
        &|at, index| {
            name_of(&known[at]).is_some() && name_of(&known[at]) == name_of(&wanted[index])
        },
        &|at, index| at == index && current.len() == wanted.len(),
    ];
    for is_origin in matches {
        for (index, origin) in origins.iter_mut().enumerate() {
            if origin.is_none() {
                *origin = (0..current.len()).find(|&at| free[at] && is_origin(at, index));
                if let Some(at) = *origin {
                    free[at] = false;
                }
            }
        }
    }
    wanted
        .iter()
        .zip(origins)
        .map(|(element, origin)| match origin {
            Some(at) => {
                let mut merged = current[at].clone();
                update(&mut merged, Some(&known[at]), element);
                merged
            }
            None => element.clone(),
        })
        .collect()
}

fn keys_of(table: &dyn TableLike) -> Vec<String> {
    table.iter().map(|(key, _)| key.to_owned()).collect()
}

fn name_of(element: &Item) -> Option<&str> {
    element.as_table_like()?.get("name")?.as_str()
}

fn elements(item: &Item) -> Option<Vec<Item>> {
    match item {
        Item::ArrayOfTables(tables) => Some(tables.iter().cloned().map(Item::Table).collect()),
        Item::Value(Value::Array(array)) => Some(array.iter().cloned().map(Item::Value).collect()),
        _ => None,
    }
}

fn replace_elements(present: &mut Item, merged: Vec<Item>) {
    match present {
        Item::Value(Value::Array(array))
            if !array.is_empty() || merged.iter().all(Item::is_value) =>
        {
            replace_values(array, merged);
        }
        // No rows at all can only be said as a value.
        Item::ArrayOfTables(_) if merged.is_empty() => {
            *present = Item::Value(Value::Array(Array::new()));
        }
        Item::ArrayOfTables(tables) => {
            let first = tables.get(0).and_then(Table::position);
            *present = Item::ArrayOfTables(placed(merged, first));
        }
        _ => *present = Item::ArrayOfTables(placed(merged, None)),
    }
}

/// One behind the other from the place of the first.
fn placed(merged: Vec<Item>, first: Option<isize>) -> ArrayOfTables {
    let mut tables = ArrayOfTables::new();
    for element in merged {
        if let Ok(mut table) = element.into_table() {
            unplace(&mut table);
            if tables.is_empty() {
                table.set_position(first);
            }
            tables.push(table);
        }
    }
    tables
}

fn replace_values(array: &mut Array, merged: Vec<Item>) {
    let lines = array
        .iter()
        .find_map(|value| value.decor().prefix().and_then(|prefix| prefix.as_str()))
        .filter(|prefix| prefix.contains('\n'))
        .map(|prefix| format!("\n{}", prefix.rsplit('\n').next().unwrap_or_default()));
    array.clear();
    for (index, element) in merged.into_iter().enumerate() {
        let Ok(mut value) = element.into_value() else {
            continue;
        };
        if value.decor().prefix().is_none() {
            let gap = if index == 0 { "" } else { " " };
            value
                .decor_mut()
                .set_prefix(lines.clone().unwrap_or_else(|| gap.to_owned()));
        }
        array.push_formatted(value);
    }
}

fn unplaced(mut item: Item) -> Item {
    match &mut item {
        Item::Table(table) => unplace(table),
        Item::ArrayOfTables(tables) => tables.iter_mut().for_each(unplace),
        _ => {}
    }
    item
}

/// Lets a table follow the one before it; its old place was in another document.
fn unplace(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(nested) => unplace(nested),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(unplace),
            _ => {}
        }
    }
}

/// Whether two items mean the same, however they are written.
pub(super) fn same(left: &Item, right: &Item) -> bool {
    plain(left) == plain(right)
}

fn plain(item: &Item) -> Plain {
    match item {
        Item::None => Plain::Null,
        Item::Value(value) => plain_value(value),
        Item::Table(table) => plain_table(table),
        Item::ArrayOfTables(tables) => {
            Plain::Array(tables.iter().map(|table| plain_table(table)).collect())
        }
    }
}

fn plain_table(table: &dyn TableLike) -> Plain {
    // Sorted: `serde_json` compares objects by content, whatever their order.
    Plain::Object(
        table
            .iter()
            .map(|(key, item)| (key.to_owned(), plain(item)))
            .collect(),
    )
}

fn plain_value(value: &Value) -> Plain {
    match value {
        Value::String(text) => Plain::from(text.value().as_str()),
        Value::Integer(number) => Plain::from(*number.value()),
        Value::Float(number) => Plain::from(number.value().to_string()),
        Value::Boolean(flag) => Plain::from(*flag.value()),
        Value::Datetime(time) => Plain::from(time.value().to_string()),
        Value::Array(array) => Plain::Array(array.iter().map(plain_value).collect()),
        Value::InlineTable(table) => plain_table(table),
    }
}

/// Whether the change from `old` to `new` and the one from `base` to `theirs` give the same key different values.
/// Lists count as one value.
pub(super) fn conflict(old: &Table, new: &Table, base: &Table, theirs: &Table) -> bool {
    let (old, new) = (leaves(old), leaves(new));
    let (base, theirs) = (leaves(base), leaves(theirs));
    let ours_changed = changed(&old, &new);
    let theirs_changed = changed(&base, &theirs);
    ours_changed.iter().any(|mine| {
        theirs_changed.iter().any(|yours| {
            let overlap = mine.starts_with(yours.as_slice()) || yours.starts_with(mine.as_slice());
            overlap && (mine != yours || new.get(*mine) != theirs.get(*yours))
        })
    })
}

type Leaves = BTreeMap<Vec<String>, Plain>;

fn leaves(table: &Table) -> Leaves {
    fn collect(table: &dyn TableLike, path: &mut Vec<String>, found: &mut Leaves) {
        for (key, item) in table.iter() {
            path.push(key.to_owned());
            match item.as_table_like() {
                Some(nested) => collect(nested, path, found),
                None => {
                    found.insert(path.clone(), plain(item));
                }
            }
            path.pop();
        }
    }
    let mut found = Leaves::new();
    collect(table, &mut Vec::new(), &mut found);
    found
}

fn changed<'a>(before: &'a Leaves, after: &'a Leaves) -> Vec<&'a Vec<String>> {
    before
        .iter()
        .filter(|(path, value)| after.get(*path) != Some(value))
        .map(|(path, _)| path)
        .chain(after.keys().filter(|path| !before.contains_key(*path)))
        .collect()
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
