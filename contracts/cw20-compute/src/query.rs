//! What can be asked. CW20's queries are answered by cw20-base.

use compute_api::coin::QueryMsg;
use contract_kit::wiring;
use cosmwasm_std::{Binary, Deps, to_json_binary};
use cw20_base::{
    allowances::query_allowance,
    contract::{
        query_balance, query_download_logo, query_marketing_info, query_minter, query_token_info,
    },
    enumerable::{query_all_accounts, query_owner_allowances, query_spender_allowances},
};

use crate::{ContractError, state};

/// Answers a query.
pub(crate) fn answer(deps: Deps, msg: QueryMsg) -> Result<Binary, ContractError> {
    let binary = match msg {
        QueryMsg::Ownership {} => to_json_binary(&cw_ownable::get_ownership(deps.storage)?),
        QueryMsg::Contracts {} => to_json_binary(&wiring::contracts(deps.storage)?),
        QueryMsg::Supply {} => to_json_binary(&state::supply(deps.storage)?),
        QueryMsg::Balance { address } => to_json_binary(&query_balance(deps, address)?),
        QueryMsg::TokenInfo {} => to_json_binary(&query_token_info(deps)?),
        QueryMsg::Minter {} => to_json_binary(&query_minter(deps)?),
        QueryMsg::Allowance { owner, spender } => {
            to_json_binary(&query_allowance(deps, owner, spender)?)
        }
        QueryMsg::AllAllowances {
            owner,
            start_after,
            limit,
        } => to_json_binary(&query_owner_allowances(deps, owner, start_after, limit)?),
        QueryMsg::AllSpenderAllowances {
            spender,
            start_after,
            limit,
        } => to_json_binary(&query_spender_allowances(
            deps,
            spender,
            start_after,
            limit,
        )?),
        QueryMsg::AllAccounts { start_after, limit } => {
            to_json_binary(&query_all_accounts(deps, start_after, limit)?)
        }
        QueryMsg::MarketingInfo {} => to_json_binary(&query_marketing_info(deps)?),
        QueryMsg::DownloadLogo {} => to_json_binary(&query_download_logo(deps)?),
    };
    Ok(binary?)
}
