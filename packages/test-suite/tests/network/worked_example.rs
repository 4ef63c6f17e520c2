//! The story that `docs/worked-example.md` tells, with its numbers: the page's table
//! is what happens here. After a change `BLESS=1 cargo test …` writes it anew.

use std::fs;

use compute_api::oracle::ExecuteMsg;
use test_suite::{
    network::{
        Network,
        defaults::{COIN, DAY},
    },
    workspace,
};

const BEGIN: &str = "<!-- example: written by the test that tells it -->\n";
const END: &str = "<!-- /example -->";

/// The two issuers.
const ALMA: usize = 0;
const BRUNO: usize = 1;

/// What a miner computes in a window: a device of tier `small`, and one of `middle`.
const SMALL: u32 = 9;
const MIDDLE: u32 = 18;

struct Story {
    net: Network,
    holder: cosmwasm_std::Addr,
    /// The moment of day 0.
    began: u64,
    rows: Vec<String>,
}

impl Story {
    fn new() -> Self {
        let mut net = Network::new();
        let all = [0, 1, 2, 3].map(|miner| (miner, SMALL));
        net.measure_times(2, &all);
        let holder = net.account("holder");
        let began = net.now();
        Self {
            net,
            holder,
            began,
            rows: Vec::new(),
        }
    }

    /// A day begins, with a census two hours before, in which these answer.
    fn day(&mut self, day: u64, miners: &[usize], units: u32) {
        let parts: Vec<(usize, u32)> = miners.iter().map(|miner| (*miner, units)).collect();
        let moment = self.began + day * DAY;
        self.net.at(moment - 7_200);
        self.net.measure(&parts);
        assert!(self.net.now() < moment);
        self.net.at(moment);
    }

    /// Days from `first` to `last`, all alike.
    fn days(&mut self, first: u64, last: u64, miners: &[usize], units: u32) {
        for day in first..=last {
            self.day(day, miners, units);
        }
    }

    /// What stands now, as a row.
    fn row(&mut self, what: &str) {
        let day = (self.net.now() - self.began) / DAY;
        let backing = self.net.backing();
        let opc = backing.opc.u128();
        let mut cells = vec![day.to_string(), what.to_owned(), group(opc)];
        for issuer in [ALMA, BRUNO] {
            let issuer = self.net.issuer(issuer);
            let backed = issuer.backing.u128() * COIN / opc;
            cells.push(group(issuer.effective.u128()));
            cells.push(coins(backed));
            cells.push(coins(issuer.outstanding.u128()));
            cells.push(coins(issuer.short.u128()));
        }
        cells.push(coins(backing.orphan.u128()));
        cells.push(group(backing.bounty.amount.u128() / 1_000_000));
        self.rows.push(format!("| {} |\n", cells.join(" | ")));
    }

    fn table(&self) -> String {
        let mut table = String::from(
            "| day | what happens | ops in a coin | Alma: E | backs | owes | short | Bruno: E | backs | owes | short | orphans | bounty |\n\
             |--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        );
        table.extend(self.rows.iter().map(String::as_str));
        table
    }
}

/// Micro-coins as coins, rounded down to whole ones.
fn coins(micro: u128) -> String {
    group(micro / COIN)
}

/// A number in groups of three.
fn group(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn tell() -> Story {
    let mut story = Story::new();
    let all = [0, 1, 2, 3];
    let holder = story.holder.clone();
    for (issuer, rate) in [(ALMA, 1_400), (BRUNO, 4_000)] {
        story.net.post_bond(issuer, 100_000_000).unwrap();
        story.net.commit_for(issuer, rate, 365 * DAY).unwrap();
    }
    story.row("both are measured, have posted bonds and committed");
    story.net.mint(ALMA, &holder, 50_000 * COIN).unwrap();
    story.net.mint(BRUNO, &holder, 30_000 * COIN).unwrap();
    story.row("Alma mints 50 000 coins, Bruno 30 000");

    // Twice the capacity: it counts when but one of the last eight censuses is of
    // before, and has to hold for four.
    story.days(1, 9, &all, MIDDLE);
    assert!(story.net.anyone(&ExecuteMsg::ProposeReindex {}).is_err());
    story.day(10, &all, MIDDLE);
    story.net.anyone(&ExecuteMsg::ProposeReindex {}).unwrap();
    story.row("all miners are `middle` devices since day 1: a re-index is proposed");
    story.days(11, 13, &all, MIDDLE);
    story.net.anyone(&ExecuteMsg::ApplyReindex {}).unwrap();
    story.row("nobody has vetoed it: the glide begins");

    story.days(14, 33, &all, MIDDLE);
    story.row("day 20 of the glide");
    assert!(story.net.flag(ALMA).is_err());
    story.day(34, &all, MIDDLE);
    story.net.flag(ALMA).unwrap();
    assert!(story.net.mint(ALMA, &holder, 1).is_err());
    story.row("Alma is short: somebody marks it, and it has seven days");
    story.days(35, 37, &all, MIDDLE);
    assert!(story.net.cure(ALMA).is_err());
    story.net.commit_for(ALMA, 4_000, 365 * DAY).unwrap();
    story.net.cure(ALMA).unwrap();
    story.row("Alma commits more of what its miners prove, and is sound again");

    story.days(38, 49, &all, MIDDLE);
    story.day(50, &[0, 1], MIDDLE);
    story.net.flag(BRUNO).unwrap();
    story.row("Bruno's miners are gone: somebody marks it");
    story.days(51, 57, &[0, 1], MIDDLE);
    assert!(story.net.default_issuer(BRUNO).is_err());
    story.day(58, &[0, 1], MIDDLE);
    story.net.default_issuer(BRUNO).unwrap();
    story.row("nothing has come back: Bruno defaults");
    let before = story.net.bank(&story.net.issuers[ALMA].clone());
    story.net.assume(ALMA, 30_000 * COIN).unwrap();
    let paid = story.net.bank(&story.net.issuers[ALMA].clone()) - before;
    assert_eq!(paid, 30_000_000, "the bond of 30 000 coins");
    story.row("Alma takes the orphans over, and the bounty");

    story.days(59, 112, &[0, 1], MIDDLE);
    story.net.commit_for(ALMA, 4_000, 365 * DAY).unwrap();
    story.day(113, &[0, 1], MIDDLE);
    story.row("the glide is over");
    story
}

#[test]
fn the_page_tells_what_happens() {
    let story = tell();
    let net = &story.net;
    // What the page says in words.
    assert_eq!((net.opc(), net.peg().tier.as_str()), (120_000, "middle"));
    assert_eq!(net.peg().glide_ends_at, None);
    assert_eq!(net.balance(&story.holder), 80_000 * COIN);
    let alma = net.issuer(ALMA);
    assert_eq!(alma.outstanding.u128(), 80_000 * COIN);
    assert_eq!((alma.short.u128(), alma.bond.u128()), (0, 100_000_000));
    let bruno = net.issuer(BRUNO);
    assert_eq!(
        (bruno.outstanding.u128(), bruno.bond.u128()),
        (0, 70_000_000)
    );

    let path = workspace::root().join("docs/worked-example.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let told = format!("{head}{BEGIN}{}{END}{tail}", story.table());
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &told).unwrap();
        return;
    }
    assert_eq!(page, told, "with BLESS=1 this test writes the table anew");
}
