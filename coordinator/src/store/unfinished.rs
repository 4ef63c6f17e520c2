//! Which tasks of an order are not over.

use super::{Store, StoreError, signed, unsigned};

impl Store {
    /// Nonces of an order's jobs that are not over, from `first` to `last`, rising; at
    /// most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unfinished(
        &self,
        order: u64,
        (first, last): (u64, u64),
        limit: u32,
    ) -> Result<Vec<u64>, StoreError> {
        self.read(move |db| {
            let sql = "SELECT nonce FROM jobs WHERE order_number = ? AND nonce BETWEEN ? AND ? \
                AND state < 2 ORDER BY nonce LIMIT ?";
            let mut statement = db.prepare_cached(sql)?;
            let (order, first, last) = (signed(order), signed(first), signed(last));
            let mut rows = statement.query((order, first, last, limit))?;
            let mut nonces = Vec::new();
            while let Some(row) = rows.next()? {
                nonces.push(unsigned(row.get(0)?));
            }
            Ok(nonces)
        })
        .await
    }
}
