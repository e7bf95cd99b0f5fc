//! What things are: environments, requests, exchanges and the rules that connect them.
//! Pure: no window, no runtime, no network, no files; time comes in as a value.

pub mod broken_gateways;
pub mod bulk;
pub mod carry;
pub mod catalogue;
pub mod clients;
pub mod dynamic;
pub mod edit;
pub mod encode;
pub mod environment;
pub mod exchange;
pub mod history;
pub mod ids;
pub mod literal;
pub mod masked_error;
pub mod masks;
pub mod note;
pub mod rate_limit;
pub mod region;
pub mod request;
pub mod resolve;
pub mod resolved;
pub mod route;
pub mod route_map;
pub mod rules;
pub mod sandbox_environments;
pub mod secret;
pub mod settings;
pub mod timings;
pub mod token;
pub mod variables;
pub mod window_place;
