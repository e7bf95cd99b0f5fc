//! The rules as data, one readable table an answerer.

mod findings;
mod genesys_api;
mod genesys_login;
mod http_api;
mod nobody;
mod on_the_way;
mod rest_gateway;

use super::rule::{Rule, Table};

/// The rules of one answerer, more specific ones first: the first that holds explains.
#[must_use]
pub fn rules(table: Table) -> &'static [Rule] {
    match table {
        Table::Nobody => nobody::RULES,
        Table::GenesysLogin => genesys_login::RULES,
        Table::GenesysApi => genesys_api::RULES,
        Table::RestGateway => rest_gateway::RULES,
        Table::HttpApi => http_api::RULES,
        Table::OnTheWay => on_the_way::RULES,
    }
}

/// What is worth knowing beside: all that hold.
#[must_use]
pub fn findings() -> &'static [Rule] {
    findings::RULES
}

/// Every rule there is.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    const TABLES: [Table; 6] = [
        Table::Nobody,
        Table::GenesysLogin,
        Table::GenesysApi,
        Table::RestGateway,
        Table::HttpApi,
        Table::OnTheWay,
    ];
    TABLES.into_iter().flat_map(rules).chain(findings())
}
