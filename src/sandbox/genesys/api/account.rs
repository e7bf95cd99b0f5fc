//! Who is calling, and for which organization.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::IntoResponse;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::model::sandbox_environments::DEMO_CLIENT_ID;

use super::super::World;
use super::super::errors::ApiError;
use super::super::people::{ORGANIZATION_NAME, organization_id};
use super::{Caller, with_json};

fn named_organization() -> Value {
    json!({ "id": organization_id(), "name": ORGANIZATION_NAME })
}

pub(super) async fn token(_: Caller) -> Response<Body> {
    with_json(&json!({
        "organization": named_organization(),
        "homeOrganization": named_organization(),
        "authorizedScope": [],
        "OAuthClient": {
            "id": DEMO_CLIENT_ID,
            "name": "Sandbox client",
            "organization": named_organization(),
        },
    }))
}

/// The token is worthless from now on.
pub(super) async fn revoke(caller: Caller, State(world): State<Arc<World>>) -> Response<Body> {
    world.tokens.revoke(&caller.token);
    StatusCode::OK.into_response()
}

pub(super) async fn organization(_: Caller) -> Response<Body> {
    let id = organization_id();
    with_json(&json!({
        "id": id,
        "name": ORGANIZATION_NAME,
        "defaultLanguage": "en_US",
        "defaultCountryCode": "US",
        "thirdPartyOrgName": "gatescope-sandbox",
        "domain": "sandbox.example",
        "version": 9_007_199_254_740_993_u64,
        "state": "active",
        "voicemailEnabled": true,
        "productPlatform": "PureCloud",
        "deletable": false,
        "features": { "purecloud": true, "hipaa": false, "pci": false, "directory": true },
        "selfUri": format!("/api/v2/organizations/{id}"),
    }))
}

pub(super) async fn change_organization(_: Caller) -> ApiError {
    ApiError::missing_permission("directory:organization:admin")
}
