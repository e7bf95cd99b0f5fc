//! The operations of a workspace beside the built-in ones. The workspace may come from anywhere: what is no operation is left
//! out and told, never fatal, and nothing here decides what a request may do (see `Catalogue::reading_operation`).

use std::collections::HashMap;

use super::{COLUMNS, Catalogue};

/// Lines of a workspace's catalogue that are no operations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {first} is no operation{}", more(*.count))]
pub struct LeftOut {
    pub count: usize,
    /// The number of the first one.
    pub first: usize,
}

fn more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => ", and neither is another".to_owned(),
        count => format!(", and neither are {} others", count - 1),
    }
}

impl Catalogue {
    /// These operations and those of `own`, which stand in place of the ones with the same method and path, whatever the places
    /// in it are called. Of two the same in `own` the later one counts.
    #[must_use]
    pub fn with_own(&self, own: &str) -> (Self, Option<LeftOut>) {
        let mut left_out: Option<LeftOut> = None;
        let mut places: HashMap<(&str, String), usize> = HashMap::new();
        let mut lines: Vec<(&str, bool)> = Vec::new();
        for (index, line) in own.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match key(line) {
                Some(key) => {
                    let at = *places.entry(key).or_insert(lines.len());
                    if at == lines.len() {
                        lines.push((line, true));
                    } else {
                        lines[at] = (line, true);
                    }
                }
                None => {
                    left_out
                        .get_or_insert(LeftOut {
                            count: 0,
                            first: index + 1,
                        })
                        .count += 1;
                }
            }
        }
        let built_in = self.rows.iter().map(|row| {
            let line = row.starts[0] as usize..row.end as usize;
            &self.text[line]
        });
        lines.extend(
            built_in
                .filter(|line| key(line).is_none_or(|key| !places.contains_key(&key)))
                .map(|line| (line, false)),
        );
        lines.sort_by_cached_key(|(line, _)| {
            let mut columns = line.split('\t');
            let method = columns.next().unwrap_or_default();
            (columns.next().unwrap_or_default(), method)
        });
        let length = lines.iter().map(|(line, _)| line.len() + 1).sum();
        let mut text = String::with_capacity(length);
        for (line, _) in &lines {
            text.push_str(line);
            text.push('\n');
        }
        // Only more than 4 GiB are refused, and no file that large is read.
        let Ok(mut merged) = Self::parse(text) else {
            return (self.clone(), left_out);
        };
        for (row, (_, is_own)) in merged.rows.iter_mut().zip(&lines) {
            row.is_own = *is_own;
        }
        (merged, left_out)
    }

    /// How many operations the workspace brought.
    #[must_use]
    pub fn own_count(&self) -> usize {
        self.rows.iter().filter(|row| row.is_own).count()
    }

    /// The operation with exactly this method and path.
    #[must_use]
    pub fn exact(&self, method: &str, path: &str) -> Option<u32> {
        self.operations()
            .find(|(_, operation)| operation.method == method && operation.path == path)
            .map(|(index, _)| index)
    }
}

/// What two lines about the same operation have in common; `None` for what is no operation.
fn key(line: &str) -> Option<(&str, String)> {
    let is_plain = line
        .bytes()
        .all(|byte| byte == b'\t' || byte == b' ' || byte.is_ascii_graphic());
    if !is_plain || line.split('\t').count() != COLUMNS {
        return None;
    }
    let mut columns = line.split('\t');
    let (method, path, id) = (columns.next()?, columns.next()?, columns.next()?);
    let is_word = |text: &str| !text.is_empty() && !text.contains(' ');
    if !is_word(method) || !is_word(id) || !path.starts_with('/') {
        return None;
    }
    let mut shape = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((_, behind)) = behind.split_once('}') else {
            break;
        };
        shape.push_str(before);
        shape.push_str("{}");
        rest = behind;
    }
    shape.push_str(rest);
    Some((method, shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: &str = "GET\t/api/v2/teams\tgetTeams\tTeams\t\t\n\
        GET\t/api/v2/users/{userId}\tgetUser\tUsers\texpand\t\n\
        DELETE\t/api/v2/users/{userId}\tdeleteUser\tUsers\t\t\n";

    fn merged(own: &str) -> (Vec<String>, Option<LeftOut>) {
        let built_in = Catalogue::parse(BUILT_IN).expect("a catalogue");
        let (merged, left_out) = built_in.with_own(own);
        let shown = merged
            .operations()
            .map(|(_, operation)| {
                let sign = if operation.is_own { "own " } else { "" };
                format!("{sign}{} {}", operation.method, operation.id)
            })
            .collect();
        (shown, left_out)
    }

    #[test]
    fn own_operations_stand_among_the_others_or_in_their_place() {
        for (own, expected) in [
            ("", vec!["GET getTeams", "DELETE deleteUser", "GET getUser"]),
            (
                "# a remark\n\nGET\t/api/v2/a\tgetA\tA\t\t\nPOST\t/x\tpostX\tA\t\tbody",
                vec![
                    "own GET getA",
                    "GET getTeams",
                    "DELETE deleteUser",
                    "GET getUser",
                    "own POST postX",
                ],
            ),
            (
                "GET\t/api/v2/users/{id}\tgetPerson\tUsers\t\t\n",
                vec!["GET getTeams", "own GET getPerson", "DELETE deleteUser"],
            ),
            (
                "GET\t/a/{b}\tgetOnce\tA\t\t\r\nGET\t/a/{c}\tgetTwice\tA\t\t\r\n",
                vec![
                    "own GET getTwice",
                    "GET getTeams",
                    "DELETE deleteUser",
                    "GET getUser",
                ],
            ),
        ] {
            let (shown, left_out) = merged(own);
            assert_eq!(left_out, None, "{own:?}");
            let mut shown_sorted = shown.clone();
            let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            shown_sorted.sort();
            expected.sort();
            assert_eq!(shown_sorted, expected, "{own:?}");
        }
    }

    #[test]
    fn what_is_no_operation_is_left_out_and_counted() {
        for (own, count, first, words) in [
            (
                "GET\t/a\tgetA\tA\t\t\nnonsense\n",
                1,
                2,
                "line 2 is no operation",
            ),
            (
                "GET\t/\u{e4}\tgetA\tA\t\t\nGET\t/a\tgetA\tA\t\n",
                2,
                1,
                "line 1 is no operation, and neither is another",
            ),
            (
                "GET\tno-slash\tgetA\tA\t\t\n\t/a\tgetA\tA\t\t\nGET\t/\u{1b}[2J\tgetA\tA\t\t\n",
                3,
                1,
                "line 1 is no operation, and neither are 2 others",
            ),
        ] {
            let (_, left_out) = merged(own);
            let left_out = left_out.expect("something was left out");
            assert_eq!((left_out.count, left_out.first), (count, first), "{own:?}");
            assert_eq!(left_out.to_string(), words, "{own:?}");
        }
    }

    #[test]
    fn an_own_operation_never_makes_a_request_harmless() {
        let built_in = Catalogue::parse(BUILT_IN).expect("a catalogue");
        let (merged, _) = built_in.with_own("POST\t/api/v2/x/query\tpostX\tX\t\tbody\n");
        assert!(merged.find("POST", "/api/v2/x/query").is_some());
        assert_eq!(merged.reading_operation("POST", "/api/v2/x/query"), None);
    }
}
