//! Pages of lists. A page's key is the last one given; clients take it as it comes.

use cosmrs::proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};

use super::{Answer, QueryError};

/// How many entries a page has where the request says nothing.
const DEFAULT: u64 = 100;

/// The most that one request gets.
const MOST: u64 = 1_000;

/// Gives a page of `list(after, limit)`, whose entries have keys.
pub(super) fn page<T>(
    request: Option<PageRequest>,
    list: impl Fn(Option<&[u8]>, usize) -> Vec<(Vec<u8>, T)>,
) -> Answer<(Vec<T>, PageResponse)> {
    let request = request.unwrap_or_default();
    if request.reverse {
        return Err(QueryError::not_implemented("lists in reverse"));
    }
    let limit = if request.limit == 0 {
        DEFAULT
    } else {
        request.limit.min(MOST)
    };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let skip = usize::try_from(request.offset).unwrap_or(usize::MAX);
    let after = (!request.key.is_empty()).then_some(request.key.as_slice());
    let most = wanted.saturating_add(skip).saturating_add(1);
    let mut entries: Vec<_> = list(after, most).into_iter().skip(skip).collect();
    let more = entries.len() > wanted;
    entries.truncate(wanted);
    let next_key = match entries.last() {
        Some((key, _)) if more => key.clone(),
        _ => Vec::new(),
    };
    let total = match request.count_total {
        true => list(None, usize::MAX).len() as u64,
        false => 0,
    };
    let entries = entries.into_iter().map(|(_, entry)| entry).collect();
    Ok((entries, PageResponse { next_key, total }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(after: Option<&[u8]>, limit: usize) -> Vec<(Vec<u8>, u8)> {
        let from = after.map_or(0, |key| key[0] + 1);
        (from..5).take(limit).map(|n| (vec![n], n)).collect()
    }

    fn get(request: PageRequest) -> (Vec<u8>, PageResponse) {
        page(Some(request), list).unwrap()
    }

    #[test]
    fn pages_follow_one_another_without_gap_or_end() {
        let (mut seen, mut key) = (Vec::new(), Vec::new());
        loop {
            let (entries, answer) = get(PageRequest {
                key,
                limit: 2,
                ..Default::default()
            });
            seen.extend(entries);
            key = answer.next_key;
            if key.is_empty() {
                break;
            }
        }
        assert_eq!(seen, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn offset_and_total() {
        let request = PageRequest {
            offset: 3,
            limit: 9,
            count_total: true,
            ..Default::default()
        };
        let (entries, answer) = get(request);
        assert_eq!(
            (entries, answer.total, answer.next_key),
            (vec![3, 4], 5, vec![])
        );
        assert!(
            page(
                Some(PageRequest {
                    reverse: true,
                    ..Default::default()
                }),
                list
            )
            .is_err()
        );
        assert_eq!(page(None, list).unwrap().0.len(), 5);
    }
}
