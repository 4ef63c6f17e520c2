//! Sentences packed into tasks: one behind the other, no padding between them.

use tokenizers::Tokenizer;

use crate::{ModelError, bert::Size, program::Tensor};

/// A task's input tensors, and which sentences it holds, in order.
#[derive(Clone, Debug)]
pub struct Task {
    /// Tokens and sentences: slots 0 and 1.
    pub slots: [Tensor; 2],
    /// Indices of the sentences within those that were packed.
    pub sentences: Vec<usize>,
}

/// Texts as token ids, special tokens included, cut as the tokenizer says.
///
/// # Errors
/// [`ModelError::Tokenise`].
pub fn tokenise(tokenizer: &Tokenizer, texts: &[&str]) -> Result<Vec<Vec<u32>>, ModelError> {
    let encoded = tokenizer.encode_batch(texts.to_vec(), true);
    let encoded = encoded.map_err(|error| ModelError::Tokenise {
        reason: error.to_string(),
    })?;
    Ok(encoded.iter().map(|text| text.get_ids().to_vec()).collect())
}

/// Packs token lists into tasks of one size, each list whole. Longer lists go
/// first, into the first task that has room: rows that stay empty are few.
///
/// # Errors
/// [`ModelError::TooLong`] for a list that does not fit a task or the model.
pub fn pack(ids: &[Vec<u32>], size: Size, longest: u32) -> Result<Vec<Task>, ModelError> {
    let most = longest.min(size.rows);
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(ids.get(at).map_or(0, Vec::len)));
    let mut bins: Vec<(u32, Vec<usize>)> = Vec::new();
    for text in order {
        let tokens = ids.get(text).map_or(0, Vec::len);
        let len = u32::try_from(tokens).unwrap_or(u32::MAX);
        if len > most {
            return Err(ModelError::TooLong {
                text,
                tokens,
                longest: most,
            });
        }
        let sentences = usize::try_from(size.sentences).unwrap_or(usize::MAX);
        let room = bins.iter_mut().find(|(used, held)| {
            held.len() < sentences && used.saturating_add(len) <= size.rows
        });
        match room {
            Some((used, held)) => {
                *used = used.saturating_add(len);
                held.push(text);
            }
            None => bins.push((len, vec![text])),
        }
    }
    let tasks = bins.into_iter().map(|(_, held)| task(ids, held, size));
    tasks.collect()
}

/// Rows that are left are sentences of one token 0 each; unused sentences have no
/// rows.
fn task(ids: &[Vec<u32>], held: Vec<usize>, size: Size) -> Result<Task, ModelError> {
    let mut tokens: Vec<i32> = Vec::new();
    let mut sentences: Vec<i32> = Vec::new();
    let int = |x: usize| i32::try_from(x).unwrap_or(i32::MAX);
    for text in held.iter().filter_map(|&at| ids.get(at)) {
        let (first, len) = (int(tokens.len() / 3), int(text.len()));
        for &id in text {
            tokens.extend([i32::try_from(id).unwrap_or(i32::MAX), first, len]);
        }
        sentences.extend([first, len]);
    }
    let fill = |x: u32| usize::try_from(x).unwrap_or(usize::MAX);
    while tokens.len() / 3 < fill(size.rows) {
        tokens.extend([0, int(tokens.len() / 3), 1]);
    }
    sentences.resize(fill(size.sentences).saturating_mul(2), 0);
    Ok(Task {
        slots: [
            Tensor::int32(size.rows, 3, &tokens)?,
            Tensor::int32(size.sentences, 2, &sentences)?,
        ],
        sentences: held,
    })
}
