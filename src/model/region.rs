//! The 18 public Genesys Cloud regions: AWS name, domain and place (facts/genesys-cloud.md section 3).
//! Turning a region into URLs is the work of `route`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A region, written as its AWS name (`us-east-1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(usize);

struct Row {
    aws_name: &'static str,
    domain: &'static str,
    place: &'static str,
}

const ROWS: [Row; 18] = [
    row("us-east-1", "mypurecloud.com", "US East (N. Virginia)"),
    row(
        "us-east-2",
        "use2.us-gov-pure.cloud",
        "US East 2 (Ohio), FedRAMP",
    ),
    row("us-west-2", "usw2.pure.cloud", "US West (Oregon)"),
    row("ca-central-1", "cac1.pure.cloud", "Canada"),
    row("sa-east-1", "sae1.pure.cloud", "São Paulo"),
    row("mx-central-1", "mxc1.pure.cloud", "Mexico"),
    row("eu-west-1", "mypurecloud.ie", "Ireland"),
    row("eu-west-2", "euw2.pure.cloud", "London"),
    row("eu-central-1", "mypurecloud.de", "Frankfurt"),
    row("eu-central-2", "euc2.pure.cloud", "Zurich"),
    row(
        "eusc-de-east-1",
        "edee1.eusc-pure.cloud",
        "European Sovereign Cloud",
    ),
    row("me-central-1", "mec1.pure.cloud", "UAE"),
    row("ap-south-1", "aps1.pure.cloud", "Mumbai"),
    row("ap-southeast-1", "apse1.pure.cloud", "Singapore"),
    row("ap-southeast-2", "mypurecloud.com.au", "Sydney"),
    row("ap-northeast-1", "mypurecloud.jp", "Tokyo"),
    row("ap-northeast-2", "apne2.pure.cloud", "Seoul"),
    row("ap-northeast-3", "apne3.pure.cloud", "Osaka"),
];

const fn row(aws_name: &'static str, domain: &'static str, place: &'static str) -> Row {
    Row {
        aws_name,
        domain,
        place,
    }
}

/// The text names no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a Genesys Cloud region: use an AWS name such as `us-east-1` or a domain such as `mypurecloud.com`"
)]
pub struct UnknownRegion(pub String);

impl Region {
    /// All regions, in the order of the vendor's list.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ROWS.len()).map(Self)
    }

    /// By AWS name (dashes or underscores, any case), domain or place.
    ///
    /// # Errors
    /// When nothing of that name is known.
    pub fn find(text: &str) -> Result<Self, UnknownRegion> {
        let wanted = text.trim().to_lowercase();
        let dashed = wanted.replace('_', "-");
        Self::all()
            .find(|region| {
                region.aws_name() == dashed
                    || region.domain() == wanted
                    || region.place().to_lowercase() == wanted
            })
            .ok_or_else(|| UnknownRegion(text.to_owned()))
    }

    /// `us-east-1`.
    pub fn aws_name(self) -> &'static str {
        ROWS[self.0].aws_name
    }

    /// `mypurecloud.com`: `api.` and `login.` go before it.
    pub fn domain(self) -> &'static str {
        ROWS[self.0].domain
    }

    /// `US East (N. Virginia)`.
    pub fn place(self) -> &'static str {
        ROWS[self.0].place
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.aws_name())
    }
}

impl TryFrom<String> for Region {
    type Error = UnknownRegion;

    fn try_from(text: String) -> Result<Self, UnknownRegion> {
        Self::find(&text)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.aws_name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_found_by_each_of_its_names() {
        assert_eq!(Region::all().count(), 18);
        for region in Region::all() {
            for name in [
                region.aws_name().to_owned(),
                region.aws_name().replace('-', "_").to_uppercase(),
                region.domain().to_owned(),
                region.place().to_owned(),
            ] {
                assert_eq!(Region::find(&name), Ok(region), "{name}");
            }
        }
        assert_eq!(
            Region::find("eu-west-9"),
            Err(UnknownRegion("eu-west-9".to_owned()))
        );
    }
}
