//! Mail by SMTP (RFC 5321): one mail a connection, plain text, over TLS. The crates for it bring features of TLS and of the system
//! that would compile DataFusion anew for everybody; what is needed here is a page.

mod message;
mod session;

use std::{sync::Arc, time::Duration};

use kupets_auth::{Mail, Mailer};
use kupets_core::{Error, Result, clock::Clock};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use self::{
    message::{Sender, message},
    session::Session,
};

/// Time for a whole mail.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends mail through a server of mail.
#[derive(Debug)]
pub struct SmtpMailer {
    host: String,
    port: u16,
    /// Whether TLS comes first (`smtps:`); else it is asked for with STARTTLS.
    tls_first: bool,
    /// On this very machine: TLS is not needed.
    local: bool,
    login: Option<Login>,
    from: Sender,
    tls: Arc<ClientConfig>,
    clock: Arc<dyn Clock>,
}

/// A name and a password that no log shows.
struct Login {
    user: String,
    password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl SmtpMailer {
    /// Through the server of `url`, from the address `from`, or else from the user of `url`.
    ///
    /// # Errors
    /// The address is none, or it does not say whom mail comes from; the message is for the operator and has no password in it.
    pub fn new(url: &str, from: Option<&str>, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let bad =
            "smtp_url is not the address of a server of mail; examples: smtps://USER:PASSWORD@HOST, smtp://HOST:587";
        let url = url::Url::parse(url).map_err(|e| format!("{bad} ({e})"))?;
        let tls_first = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(bad.to_owned()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(bad)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let login = (!url.username().is_empty()).then(|| Login {
            user: unescaped(url.username()),
            password: unescaped(url.password().unwrap_or_default()),
        });
        let user = login.as_ref().map(|login| login.user.as_str()).filter(|user| user.contains('@'));
        let from =
            from.or(user).ok_or("smtp_from is needed: the user of smtp_url is no address that mail could come from")?;
        let from = Sender::parse(from).ok_or_else(|| {
            format!("smtp_from: {from:?} is not an address, for example \"Kupets <crm@example.com>\"")
        })?;
        let port = url.port().unwrap_or(if tls_first { 465 } else { 587 });
        Ok(Self { host, port, tls_first, local, login, from, tls: tls()?, clock })
    }

    async fn deliver(&self, mail: &Mail) -> Result<(), String> {
        let text = message(&self.from, mail, self.clock.now())?;
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|e| e.to_string())?;
        if self.tls_first {
            let mut session = Session::new(self.secure(stream).await?);
            session.greeting().await?;
            return self.hand_over(session, mail, &text).await;
        }
        let mut session = Session::new(stream);
        session.greeting().await?;
        let offers = session.hello().await?;
        if offers.iter().any(|offer| offer == "STARTTLS") {
            session.command("STARTTLS", 220).await?;
            let secured = self.secure(session.into_stream()).await?;
            return self.hand_over(Session::new(secured), mail, &text).await;
        }
        if !self.local {
            return Err("it offers no TLS, and mail with links for passwords does not go in the clear".to_owned());
        }
        self.hand_over(session, mail, &text).await
    }

    async fn secure(&self, stream: TcpStream) -> Result<tokio_rustls::client::TlsStream<TcpStream>, String> {
        let name = ServerName::try_from(self.host.clone()).map_err(|e| e.to_string())?;
        TlsConnector::from(self.tls.clone()).connect(name, stream).await.map_err(|e| format!("TLS: {e}"))
    }

    async fn hand_over<S: session::Stream>(
        &self,
        mut session: Session<S>,
        mail: &Mail,
        text: &str,
    ) -> Result<(), String> {
        session.hello().await?;
        if let Some(Login { user, password }) = &self.login {
            session.log_in(user, password).await?;
        }
        session.mail(&self.from.address, &mail.to, text).await
    }
}

#[async_trait::async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<()> {
        let done = tokio::time::timeout(PATIENCE, self.deliver(&mail)).await;
        let done = done.unwrap_or_else(|_| Err(format!("no mail was taken within {} s", PATIENCE.as_secs())));
        done.map_err(|why| Error::unavailable(format!("the server of mail {}:{}: {why}", self.host, self.port)))
    }
}

fn tls() -> Result<Arc<ClientConfig>, String> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|e| format!("TLS: {e}"))?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// A part of an address as it was before it was put there.
fn unescaped(text: &str) -> String {
    // A decoder of forms at hand: it would take `+` for a space.
    let text = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn mailer(url: &str, from: Option<&str>) -> Result<SmtpMailer, String> {
        SmtpMailer::new(url, from, kupets_core::clock::system())
    }

    #[test]
    fn an_address_says_where_and_from_whom() {
        let made = mailer("smtps://crm%40example.com:a%2Bb+c%26@mail.example.com", None).unwrap();
        assert_eq!((made.host.as_str(), made.port, made.tls_first), ("mail.example.com", 465, true));
        assert_eq!(made.from.address, "crm@example.com");
        assert_eq!(made.login.as_ref().unwrap().password, "a+b+c&");
        assert!(!format!("{made:?}").contains("a+b+c&"));
        let made = mailer("smtp://[::1]:2525", Some("Kupets <crm@example.com>")).unwrap();
        assert_eq!((made.host.as_str(), made.port, made.local), ("::1", 2525, true));
        assert!(mailer("smtp://127.0.0.1:2525", None).unwrap_err().contains("smtp_from"));
        assert!(mailer("http://127.0.0.1", Some("a@b.c")).unwrap_err().contains("smtp_url"));
        assert!(mailer("smtp://localhost", Some("nobody")).unwrap_err().contains("smtp_from"));
    }
}
