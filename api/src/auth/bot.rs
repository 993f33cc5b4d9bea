//! The bot as a caller: it shows the server's `bot_secret` and is nobody in any workspace.

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, Ready, ready},
};

use crate::{
    problem::{Problem, Result},
    state::State,
};

/// The bot.
#[derive(Debug)]
pub struct Bot(());

impl FromRequest for Bot {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(check(request))
    }
}

fn check(request: &HttpRequest) -> Result<Bot> {
    let Some(state) = request.app_data::<Data<State>>() else {
        return Err(Problem::internal("the server was started without its state"));
    };
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown =
        shown.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    state.telegram.secret().check(shown.map_or("", |(_, secret)| secret.trim()))?;
    Ok(Bot(()))
}

/// The bot, and arguments that are read only when it has been let in.
#[derive(Debug)]
pub struct WithBot<T>(pub T);

impl<T: FromRequest + 'static> FromRequest for WithBot<T> {
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        async move {
            check(&request)?;
            let with = T::from_request(&request, &mut payload).await.map_err(|e| -> actix_web::Error { e.into() })?;
            Ok(Self(with))
        }
        .boxed_local()
    }
}
