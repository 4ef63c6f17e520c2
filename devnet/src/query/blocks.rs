//! `cosmos.base.tendermint.v1beta1.Service`.

use cosmrs::proto::cosmos::base::tendermint::v1beta1::{
    GetBlockByHeightRequest, GetBlockByHeightResponse, GetLatestBlockResponse, GetNodeInfoResponse,
    GetSyncingResponse, VersionInfo,
};
use cosmrs::proto::tendermint::google::protobuf::Timestamp;
use cosmrs::proto::tendermint::p2p::{DefaultNodeInfo, DefaultNodeInfoOther, ProtocolVersion};
use cosmrs::proto::tendermint::types::{
    Block, BlockId, Commit, Data, EvidenceList, Header, PartSetHeader,
};
use cosmrs::proto::tendermint::version::Consensus;

use super::{Answer, QueryError, read, some};
use crate::node::Node;
use crate::records::BlockRecord;

/// What devnet's blocks name as their proposer. There is no such validator.
pub(crate) const PROPOSER: [u8; 20] = [0xde; 20];

/// The version of CometBFT whose interface is served.
pub(crate) const COMET_VERSION: &str = "0.39.0";

pub(super) fn query(node: &Node, method: &str, data: &[u8]) -> Answer<Option<Vec<u8>>> {
    match method {
        "GetLatestBlock" => {
            let latest = node.latest();
            let (block_id, block) = block(node, &latest.block)?;
            some(&GetLatestBlockResponse {
                block_id: Some(block_id),
                block: Some(block),
                sdk_block: None,
            })
        }
        "GetBlockByHeight" => {
            let request: GetBlockByHeightRequest = read(data)?;
            let record = find(node, request.height)?;
            let (block_id, block) = block(node, &record)?;
            some(&GetBlockByHeightResponse {
                block_id: Some(block_id),
                block: Some(block),
                sdk_block: None,
            })
        }
        "GetSyncing" => some(&GetSyncingResponse { syncing: false }),
        "GetNodeInfo" => some(&GetNodeInfoResponse {
            default_node_info: Some(node_info(node)),
            application_version: Some(version()),
        }),
        _ => Ok(None),
    }
}

pub(crate) fn find(node: &Node, height: i64) -> Answer<BlockRecord> {
    let last = node.latest().block.height;
    let beyond = || QueryError::invalid("requested block height is bigger then the chain length");
    let wanted =
        u64::try_from(height).map_err(|_| QueryError::invalid("height must be positive"))?;
    if wanted > last {
        return Err(beyond());
    }
    node.block(wanted)?.ok_or_else(beyond)
}

pub(crate) fn timestamp(nanos: u64) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(nanos / 1_000_000_000).unwrap_or(i64::MAX),
        nanos: i32::try_from(nanos % 1_000_000_000).unwrap_or_default(),
    }
}

fn block_id(hash: &[u8]) -> BlockId {
    BlockId {
        hash: hash.to_vec(),
        part_set_header: Some(PartSetHeader {
            total: 1,
            hash: hash.to_vec(),
        }),
    }
}

/// A block as CometBFT has it.
pub(crate) fn block(node: &Node, record: &BlockRecord) -> Answer<(BlockId, Block)> {
    let mut txs = Vec::new();
    for hash in &record.tx_hashes {
        if let Some(tx) = node.tx(hash)? {
            txs.push(tx.tx);
        }
    }
    let height = i64::try_from(record.height).unwrap_or(i64::MAX);
    let header = Header {
        version: Some(Consensus { block: 11, app: 0 }),
        chain_id: node.config().chain_id.clone(),
        height,
        time: Some(timestamp(record.time)),
        last_block_id: Some(block_id(&record.last_hash)),
        last_commit_hash: record.last_hash.clone(),
        data_hash: record.data_hash(),
        validators_hash: PROPOSER.to_vec(),
        next_validators_hash: PROPOSER.to_vec(),
        consensus_hash: PROPOSER.to_vec(),
        app_hash: record.app_hash.clone(),
        last_results_hash: record.app_hash.clone(),
        evidence_hash: PROPOSER.to_vec(),
        proposer_address: PROPOSER.to_vec(),
    };
    let block = Block {
        header: Some(header),
        data: Some(Data { txs }),
        evidence: Some(EvidenceList::default()),
        last_commit: Some(Commit {
            height: height.saturating_sub(1),
            block_id: Some(block_id(&record.last_hash)),
            ..Commit::default()
        }),
    };
    Ok((block_id(&record.hash), block))
}

fn node_info(node: &Node) -> DefaultNodeInfo {
    DefaultNodeInfo {
        protocol_version: Some(ProtocolVersion {
            p2p: 8,
            block: 11,
            app: 0,
        }),
        default_node_id: hex::encode(PROPOSER),
        listen_addr: String::new(),
        network: node.config().chain_id.clone(),
        version: COMET_VERSION.to_owned(),
        channels: Vec::new(),
        moniker: "ballast-devnet".to_owned(),
        other: Some(DefaultNodeInfoOther {
            tx_index: "on".to_owned(),
            rpc_address: String::new(),
        }),
    }
}

fn version() -> VersionInfo {
    VersionInfo {
        name: "ballast-devnet".to_owned(),
        app_name: "ballast-devnet".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cosmos_sdk_version: "v0.54.0".to_owned(),
        ..VersionInfo::default()
    }
}

/// RFC 3339 in UTC with nanoseconds, trailing zeros left out as Go does.
pub(crate) fn rfc3339(nanos: u64) -> String {
    let seconds = nanos / 1_000_000_000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3_600, rest % 3_600 / 60, rest % 60);
    let fraction = format!("{:09}", nanos % 1_000_000_000);
    let fraction = match fraction.trim_end_matches('0') {
        "" => String::new(),
        digits => format!(".{digits}"),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Year, month and day of a day since 1970 (Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_go_writes_them() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(
            rfc3339(951_827_696_000_000_001),
            "2000-02-29T12:34:56.000000001Z"
        );
        assert_eq!(
            rfc3339(1_795_560_627_143_000_000),
            "2026-11-24T22:50:27.143Z"
        );
    }
}
