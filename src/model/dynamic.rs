//! `{{$uuid}}`, `{{$timestamp}}` and their like: values that are made once for each send. Time and randomness come in from
//! outside, so that both legs of a comparison can get the same ones. Where the values go is the work of `variables`.

use jiff::Timestamp;

/// What the dynamic variables of one send are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dynamics {
    pub now: Timestamp,
    /// 128 random bits.
    pub random: u128,
}

/// A dynamic variable, as it is named behind the `$`, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DynamicVariable {
    pub name: &'static str,
    pub words: &'static str,
}

/// Every dynamic variable there is.
pub const DYNAMIC_VARIABLES: [DynamicVariable; 6] = [
    DynamicVariable {
        name: "$uuid",
        words: "a random UUID",
    },
    DynamicVariable {
        name: "$timestamp",
        words: "the time in UTC, ISO 8601",
    },
    DynamicVariable {
        name: "$date",
        words: "the day in UTC",
    },
    DynamicVariable {
        name: "$epoch",
        words: "the time in seconds since 1970",
    },
    DynamicVariable {
        name: "$epochMs",
        words: "the time in milliseconds since 1970",
    },
    DynamicVariable {
        name: "$randomInt",
        words: "a random number from 0 to 999",
    },
];

impl Dynamics {
    /// What a preview shows: valid, recognisable, and the same at all times.
    pub const EXAMPLE: Self = Self {
        // 2026-01-02T03:04:05Z
        now: Timestamp::constant(1_767_323_045, 678_000_000),
        random: 0x0123_4567_89ab_4def_8123_4567_89ab_cdef,
    };

    /// The value of `$name`; `None` when there is no such variable. The same for every place of one send.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        Some(match name {
            "$uuid" => self.uuid(),
            "$timestamp" => format!("{:.3}", self.now),
            "$date" => self.now.to_string().chars().take(10).collect(),
            "$epoch" => self.now.as_second().to_string(),
            "$epochMs" => self.now.as_millisecond().to_string(),
            // The bits that the UUID does not show in one piece.
            "$randomInt" => ((self.random ^ (self.random >> 61)) % 1_000).to_string(),
            _ => return None,
        })
    }

    /// Version 4 (RFC 9562, section 5.4).
    fn uuid(&self) -> String {
        let bits = (self.random & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
        let hex = format!("{bits:032x}");
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_their_names_say() {
        let dynamics = Dynamics::EXAMPLE;
        for (name, expected) in [
            ("$uuid", Some("01234567-89ab-4def-8123-456789abcdef")),
            ("$timestamp", Some("2026-01-02T03:04:05.678Z")),
            ("$date", Some("2026-01-02")),
            ("$epoch", Some("1767323045")),
            ("$epochMs", Some("1767323045678")),
            ("$guid", None),
            ("uuid", None),
        ] {
            assert_eq!(dynamics.value(name).as_deref(), expected, "{name}");
        }
        let whole_second = Dynamics {
            now: Timestamp::UNIX_EPOCH,
            random: 0,
        };
        assert_eq!(
            whole_second.value("$timestamp").as_deref(),
            Some("1970-01-01T00:00:00.000Z"),
            "milliseconds stand there at a whole second too"
        );
    }

    #[test]
    fn every_listed_variable_has_a_value() {
        for variable in DYNAMIC_VARIABLES {
            assert!(
                Dynamics::EXAMPLE.value(variable.name).is_some(),
                "{}",
                variable.name
            );
        }
    }

    #[test]
    fn a_uuid_is_of_version_4_whatever_the_bits() {
        for random in [0, u128::MAX, 0xf << 76, 0x3 << 62] {
            let dynamics = Dynamics {
                random,
                ..Dynamics::EXAMPLE
            };
            let uuid = dynamics.value("$uuid").expect("a value");
            assert_eq!(uuid.len(), 36, "{uuid}");
            assert_eq!(&uuid[14..15], "4", "{uuid}");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
    }
}
