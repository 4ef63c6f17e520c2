//! An HTTP/1.1 client that costs next to nothing: one connection, one request at a time.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest head that is read.
const MAX_HEAD: usize = 16 * 1024;

/// A connection that is kept.
pub(crate) struct Http {
    stream: TcpStream,
    buffer: Vec<u8>,
    host: String,
    key: String,
}

impl Http {
    pub(crate) async fn connect(at: SocketAddr, key: &str) -> Result<Self> {
        let stream = TcpStream::connect(at).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
            host: at.to_string(),
            key: key.to_owned(),
        })
    }

    pub(crate) async fn post(&mut self, path: &str, body: &str) -> Result<(u16, Vec<u8>)> {
        let length = body.len();
        let (host, key) = (&self.host, &self.key);
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.exchange(request.as_bytes()).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Result<(u16, Vec<u8>)> {
        let (host, key) = (&self.host, &self.key);
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\r\n");
        self.exchange(request.as_bytes()).await
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<(u16, Vec<u8>)> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if self.buffer.len() > MAX_HEAD {
                bail!("a head of more than {MAX_HEAD} bytes");
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
        let status = text.get(9..12).context("no status")?.parse()?;
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>())
        });
        let length = length.context("no content-length")??;
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        Ok((status, self.buffer.split_off(head)))
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the other side has closed the connection");
        }
        Ok(())
    }
}
