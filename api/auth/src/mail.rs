//! Mail that accounts need sent. What sends it is handed in.

use kupets_core::Result;

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Sends mail.
#[async_trait::async_trait]
pub trait Mailer: std::fmt::Debug + Send + Sync {
    /// Hands a mail over to be delivered.
    ///
    /// # Errors
    /// The server of mail refuses it or does not answer.
    async fn send(&self, mail: Mail) -> Result<()>;
}

/// The mail with a link that gives an account this address.
pub(crate) fn email_mail(to: &str, locale: &str, url: &str, hours: i64) -> Mail {
    let (subject, text) = match locale {
        "ru" => (
            "Новый адрес в Kupets",
            format!(
                "Здравствуйте!\n\nЭтот адрес указан как новый адрес учётной записи в Kupets. Чтобы подтвердить его, откройте ссылку \
                 там, где вы вошли; она действует {hours} ч. и один раз:\n\n{url}\n\nЕсли это были не вы, ничего не делайте: адрес \
                 остаётся прежним.\n"
            ),
        ),
        _ => (
            "A new address for Kupets",
            format!(
                "Hello,\n\nthis address was given as the new one of an account at Kupets. To confirm it, open this link where you are \
                 logged in; it works once, for {hours} hours:\n\n{url}\n\nIf it was not you, do nothing: the address stays as it \
                 is.\n"
            ),
        ),
    };
    Mail { to: to.to_owned(), subject: subject.to_owned(), text }
}

/// The mail with a link for a new password.
pub(crate) fn reset_mail(to: &str, locale: &str, url: &str, hours: i64) -> Mail {
    let (subject, text) = match locale {
        "ru" => (
            "Новый пароль в Kupets",
            format!(
                "Здравствуйте!\n\nКто-то (надеемся, вы) попросил новый пароль в Kupets. Задайте его по ссылке, она действует \
                 {hours} ч. и один раз:\n\n{url}\n\nЕсли это были не вы, ничего не делайте: пароль остаётся прежним.\n"
            ),
        ),
        _ => (
            "A new password for Kupets",
            format!(
                "Hello,\n\nsomebody (we hope, you) asked for a new password for Kupets. Set it with this link, which works once, \
                 for {hours} hours:\n\n{url}\n\nIf it was not you, do nothing: your password stays as it is.\n"
            ),
        ),
    };
    Mail { to: to.to_owned(), subject: subject.to_owned(), text }
}
