//! What follows from a contract's response: events, messages and replies
//! (`x/wasm/keeper/msg_dispatcher.go` in wasmd).

use vm_std::{
    Attribute, Binary, Empty, Event as VmEvent, MsgResponse, Reply, ReplyOn, Response, SubMsg,
    SubMsgResponse, SubMsgResult,
};

use super::{encode, keeper};
use crate::address;
use crate::context::Context;
use crate::error::{CALL_DEPTH, Failure, INVALID_EVENT, OUT_OF_GAS, Outcome};
use crate::event::Event;
use crate::gas::{FREE_EVENT_BYTES, Meter, PER_ATTRIBUTE, PER_CUSTOM_EVENT};
use crate::router;

/// `DefaultMaxCallDepth` in wasmd.
const MAX_CALL_DEPTH: u32 = 500;

/// Emits a response's events and carries out its messages; returns the data.
pub(super) fn respond(
    ctx: &mut Context,
    contract: &[u8],
    response: Response<Empty>,
) -> Outcome<Option<Binary>> {
    let cost = event_cost(&response.attributes, &response.events);
    ctx.gas.consume(cost, "Custom contract event attributes")?;
    if !response.attributes.is_empty() {
        let event = contract_event("wasm".to_owned(), &response.attributes, contract)?;
        ctx.emit(event);
    }
    for event in &response.events {
        let kind = event.ty.trim();
        if kind.len() <= 2 {
            let text = format!("Event type too short: '{kind}'");
            return Err(Failure::new(INVALID_EVENT, text));
        }
        let event = contract_event(format!("wasm-{kind}"), &event.attributes, contract)?;
        ctx.emit(event);
    }
    let depth = ctx.call_depth;
    ctx.call_depth = depth.saturating_add(1);
    if ctx.call_depth > MAX_CALL_DEPTH {
        return Err(Failure::new(CALL_DEPTH, ""));
    }
    let mut data = response.data;
    for message in response.messages {
        if let Some(replied) = dispatch(ctx, contract, message)? {
            data = Some(replied);
        }
    }
    ctx.call_depth = depth;
    Ok(data)
}

/// What came of one message, for the reply.
struct Done {
    events: Vec<Event>,
    data: Option<Vec<u8>>,
    response: (String, Vec<u8>),
}

/// Carries out one message and the reply to it; returns the data of the reply.
fn dispatch(ctx: &mut Context, contract: &[u8], message: SubMsg<Empty>) -> Outcome<Option<Binary>> {
    let before = ctx.clone();
    ctx.events.clear();
    let limit = message.gas_limit.filter(|limit| *limit < before.gas.left());
    if let Some(limit) = limit {
        ctx.gas = Meter::new(limit);
    }
    let wasm = matches!(message.msg, vm_std::CosmosMsg::Wasm(_));
    let mut result = encode::to_any(contract, message.msg).and_then(|any| {
        Ok((
            any.type_url.clone(),
            router::handle(ctx, &any, Some(contract))?,
        ))
    });
    if let Some(limit) = limit {
        let mut gas = before.gas;
        let out = matches!(&result, Err(failure) if failure.gas.is_some());
        let spent = if out { limit } else { ctx.gas.used };
        ctx.gas = gas;
        gas.consume(spent, "From limited Sub-Message")?;
        ctx.gas = gas;
        if out {
            result = Err(Failure::new(OUT_OF_GAS, "SubMsg hit gas limit"));
        }
    }
    let done = match result {
        Ok((_, done)) => {
            let mut events = std::mem::replace(&mut ctx.events, before.events);
            events.retain(|event| event.kind != "message");
            let mut shown = events.clone();
            if wasm {
                // wasmd sorts them for the reply, in place, so that all see it.
                for event in &mut shown {
                    event.attributes.sort_by(|(a, _), (b, _)| a.cmp(b));
                }
                ctx.events.extend(shown.iter().cloned());
            } else {
                ctx.events.extend(events);
                shown.clear();
            }
            Ok(Done {
                events: shown,
                data: (!done.data.is_empty()).then_some(done.data.clone()),
                response: (done.type_url, done.data),
            })
        }
        Err(failure) => {
            // Gas that ran out under the transaction's own limit ends it.
            if failure.gas.is_some() {
                return Err(failure);
            }
            // Loading and gas stay, all else is as it was.
            let (gas, loaded) = (ctx.gas, ctx.loaded.take());
            *ctx = before;
            (ctx.gas, ctx.loaded) = (gas, loaded);
            Err(failure)
        }
    };
    let wanted = match (&done, message.reply_on) {
        (Ok(_), ReplyOn::Always | ReplyOn::Success) => true,
        (Ok(_), ReplyOn::Never | ReplyOn::Error) => false,
        (Err(_), ReplyOn::Always | ReplyOn::Error) => true,
        (Err(_), ReplyOn::Never | ReplyOn::Success) => return done.map(|_| None),
    };
    if !wanted {
        return Ok(None);
    }
    let result = match done {
        Ok(done) => SubMsgResult::Ok(sub_response(done)),
        Err(failure) => SubMsgResult::Err(failure.redacted()),
    };
    let reply = Reply {
        id: message.id,
        payload: message.payload,
        gas_used: 0,
        result,
    };
    keeper::reply(ctx, contract, reply).map_err(|error| error.wrap("reply"))
}

#[allow(deprecated)]
fn sub_response(done: Done) -> SubMsgResponse {
    let attribute = |(key, value)| Attribute { key, value };
    let event = |event: Event| {
        let attributes = event.attributes.into_iter().map(attribute);
        VmEvent::new(event.kind).add_attributes(attributes)
    };
    SubMsgResponse {
        events: done.events.into_iter().map(event).collect(),
        data: done.data.map(Binary::from),
        msg_responses: vec![MsgResponse {
            type_url: done.response.0,
            value: Binary::from(done.response.1),
        }],
    }
}

fn contract_event(kind: String, attributes: &[Attribute], contract: &[u8]) -> Outcome<Event> {
    let mut event = Event {
        kind,
        attributes: Vec::new(),
    };
    event.push("_contract_address", address::humanize(contract)?);
    for Attribute { key, value } in attributes {
        let (key, value) = (key.trim(), value.trim());
        if key.is_empty() {
            let text = format!("Empty attribute key. Value: {value}");
            return Err(Failure::new(INVALID_EVENT, text));
        }
        if key.starts_with('_') {
            let text = format!("Attribute key starts with reserved prefix _: '{key}'");
            return Err(Failure::new(INVALID_EVENT, text));
        }
        event.push(key, value);
    }
    Ok(event)
}

fn length(text: &str) -> u64 {
    text.len() as u64
}

/// `EventCosts` of wasmd's gas register.
fn event_cost(attributes: &[Attribute], events: &[VmEvent]) -> u64 {
    let mut free = FREE_EVENT_BYTES;
    let mut cost_of = |attributes: &[Attribute]| {
        let bytes: u64 = attributes
            .iter()
            .map(|a| length(&a.key) + length(&a.value))
            .sum();
        let paid = bytes.saturating_sub(free);
        free = free.saturating_sub(bytes);
        paid + PER_ATTRIBUTE * attributes.len() as u64
    };
    let mut cost = cost_of(attributes);
    for event in events {
        cost += PER_CUSTOM_EVENT + length(&event.ty) + cost_of(&event.attributes);
    }
    cost
}

/// `ReplyCosts` of wasmd's gas register, without what loading costs.
pub(super) fn reply_cost(reply: &Reply) -> u64 {
    match &reply.result {
        SubMsgResult::Ok(response) => {
            let attributes: Vec<Attribute> = response
                .events
                .iter()
                .flat_map(|event| event.attributes.clone())
                .collect();
            let kinds: u64 = response.events.iter().map(|event| length(&event.ty)).sum();
            kinds + event_cost(&attributes, &[])
        }
        // The length of the text would count, at no gas a byte.
        SubMsgResult::Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_cost_what_the_gas_register_says() {
        let attributes = |bytes: usize| vec![Attribute::new("k", "v".repeat(bytes - 1))];
        assert_eq!(event_cost(&[], &[]), 0);
        assert_eq!(event_cost(&attributes(100), &[]), 10);
        assert_eq!(event_cost(&attributes(101), &[]), 11);
        let event = VmEvent::new("paid").add_attributes(attributes(60));
        assert_eq!(event_cost(&attributes(60), &[event]), 10 + 20 + 20 + 4 + 10);
    }

    #[test]
    fn reserved_and_empty_keys_are_refused() {
        let of = |key: &str| {
            let attribute = Attribute {
                key: key.to_owned(),
                value: "v".to_owned(),
            };
            contract_event("wasm".to_owned(), &[attribute], &[1; 32])
        };
        assert_eq!(of(" action ").unwrap().attributes[1].0, "action");
        assert_eq!(of("_x").unwrap_err().code, 21);
        assert_eq!(of("  ").unwrap_err().code, 21);
    }
}
