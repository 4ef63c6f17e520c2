//! What became of a transaction, and what the contracts say that it changed.

use crate::chain::{Event, Sent};

/// For people: the transaction, and a line for each of the contracts' own events.
pub(crate) fn sent(sent: &Sent) -> String {
    let mut text = sent.text();
    let Sent::Included { events, .. } = sent else {
        return text;
    };
    for line in events.iter().filter_map(told) {
        text.push('\n');
        text.push_str(&line);
    }
    text
}

/// An event of a contract's own, in one line.
fn told(event: &Event) -> Option<String> {
    let name = event.kind.strip_prefix("wasm-")?.replace('_', " ");
    let own = event.attributes.iter().filter(|(key, _)| !is_of_chain(key));
    let own: Vec<String> = own
        .map(|(key, value)| format!("{} {value}", key.replace('_', " ")))
        .collect();
    match own.is_empty() {
        true => Some(name),
        false => Some(format!("{name}: {}", own.join(", "))),
    }
}

/// Attributes that the chain puts in.
fn is_of_chain(key: &str) -> bool {
    key.starts_with('_') || key == "msg_index"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_events_are_told_and_the_chains_are_not() {
        let pairs = |pairs: &[(&str, &str)]| {
            let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
            pairs.iter().map(own).collect()
        };
        let event = |kind: &str, attributes| Event {
            kind: kind.to_owned(),
            attributes,
        };
        let sent_one = Sent::Included {
            hash: "AB".to_owned(),
            height: 7,
            gas_used: 5,
            gas_wanted: 9,
            events: vec![
                event("tx", pairs(&[("fee", "1")])),
                event(
                    "wasm-order_opened",
                    pairs(&[
                        ("_contract_address", "wasm1m"),
                        ("order", "3"),
                        ("owner", "wasm1o"),
                        ("msg_index", "0"),
                    ]),
                ),
            ],
        };
        let expected =
            "included in block 7\ntx   AB\ngas  5 of 9\norder opened: order 3, owner wasm1o";
        assert_eq!(sent(&sent_one), expected);
    }
}
