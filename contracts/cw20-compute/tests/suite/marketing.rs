//! Marketing info and logo: cw20-base's, reached and refused as there.

use compute_api::coin::{ExecuteMsg, InstantiateMsg, Marketing, QueryMsg};
use cosmwasm_std::{
    Binary, from_json,
    testing::{message_info, mock_dependencies, mock_env},
};
use cw20::{DownloadLogoResponse, EmbeddedLogo, Logo, LogoInfo, MarketingInfoResponse};
use cw20_base::ContractError as BaseError;
use cw20_compute::{ContractError, contract};

use crate::world::{World, instantiation};

fn info(world: &World) -> MarketingInfoResponse {
    world.ask(&QueryMsg::MarketingInfo {})
}

fn update(project: &str, description: Option<&str>, marketing: Option<&str>) -> ExecuteMsg {
    ExecuteMsg::UpdateMarketing {
        project: Some(project.to_owned()),
        description: description.map(str::to_owned),
        marketing: marketing.map(str::to_owned),
    }
}

#[test]
fn its_own_account_changes_it() {
    let mut world = World::new();
    let (owner, alice) = (world.owner.clone(), world.account("alice"));
    let unauthorized = ContractError::Cw20(BaseError::Unauthorized {});
    let first = update("https://one.example", Some("one"), None);
    assert_eq!(world.refused(&alice, &first), unauthorized);
    world.ok(&owner, &first);
    let told = info(&world);
    assert_eq!(told.project.as_deref(), Some("https://one.example"));
    assert_eq!(told.description.as_deref(), Some("one"));
    assert_eq!(told.marketing, Some(owner.clone()));
    world.ok(&owner, &update("", None, Some(alice.as_str())));
    let told = info(&world);
    assert_eq!(told.project, None);
    assert_eq!(told.marketing, Some(alice.clone()));
    // The owner of the contract has no say in it.
    assert_eq!(world.refused(&owner, &first), unauthorized);
    world.ok(&alice, &update("", Some(""), Some("")));
    assert_eq!(info(&world), MarketingInfoResponse::default());
    // Nothing was left, so nobody can any more.
    assert_eq!(world.refused(&alice, &first), unauthorized);
}

#[test]
fn its_own_account_sets_the_logo() {
    let mut world = World::new();
    let (owner, alice) = (world.owner.clone(), world.account("alice"));
    let svg = Binary::from(b"<?xml version=\"1.0\"?><svg></svg>");
    let png = Binary::from([0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 1]);
    let svg_logo = Logo::Embedded(EmbeddedLogo::Svg(svg.clone()));
    let png_logo = Logo::Embedded(EmbeddedLogo::Png(png.clone()));
    let error = world.refused(&alice, &ExecuteMsg::UploadLogo(svg_logo.clone()));
    assert_eq!(error, ContractError::Cw20(BaseError::Unauthorized {}));
    for (logo, mime, data) in [
        (svg_logo, "image/svg+xml", svg),
        (png_logo, "image/png", png),
    ] {
        world.ok(&owner, &ExecuteMsg::UploadLogo(logo));
        assert_eq!(info(&world).logo, Some(LogoInfo::Embedded));
        let told: DownloadLogoResponse = world.ask(&QueryMsg::DownloadLogo {});
        assert_eq!((told.mime_type.as_str(), told.data), (mime, data));
    }
    let url = "https://one.example/logo.png".to_owned();
    world.ok(&owner, &ExecuteMsg::UploadLogo(Logo::Url(url.clone())));
    assert_eq!(info(&world).logo, Some(LogoInfo::Url(url)));
    let error = world.try_ask::<DownloadLogoResponse>(&QueryMsg::DownloadLogo {});
    error.unwrap_err();
    for (logo, error) in [
        (
            EmbeddedLogo::Svg(Binary::from(b"<svg></svg>")),
            BaseError::InvalidXmlPreamble {},
        ),
        (
            EmbeddedLogo::Svg(Binary::default()),
            BaseError::InvalidXmlPreamble {},
        ),
        (
            EmbeddedLogo::Png(Binary::from(b"PNG")),
            BaseError::InvalidPngHeader {},
        ),
        (
            EmbeddedLogo::Png(Binary::from(vec![0; 5 * 1024 + 1])),
            BaseError::LogoTooBig {},
        ),
    ] {
        let logo = Logo::Embedded(logo);
        let refused = world.refused(&owner, &ExecuteMsg::UploadLogo(logo));
        assert_eq!(refused, ContractError::Cw20(error));
    }
}

#[test]
fn begins_with_all_that_is_given() {
    let mut deps = mock_dependencies();
    let owner = deps.api.addr_make("owner");
    let url = "https://one.example/logo.png".to_owned();
    let msg = InstantiateMsg {
        marketing: Some(Marketing {
            project: Some("project".into()),
            description: Some("description".into()),
            marketing: Some(owner.to_string()),
            logo: Some(Logo::Url(url.clone())),
        }),
        ..instantiation(&owner)
    };
    let sender = message_info(&owner, &[]);
    contract::instantiate(deps.as_mut(), mock_env(), sender, msg).unwrap();
    let told = contract::query(deps.as_ref(), mock_env(), QueryMsg::MarketingInfo {}).unwrap();
    let all = MarketingInfoResponse {
        project: Some("project".into()),
        description: Some("description".into()),
        logo: Some(LogoInfo::Url(url)),
        marketing: Some(owner),
    };
    assert_eq!(from_json::<MarketingInfoResponse>(told).unwrap(), all);
}
