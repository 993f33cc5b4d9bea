//! Everything that the bot says by itself, in both languages side by side: a text without one of them does not compile.

use crate::lang::Lang;

macro_rules! texts {
    ($($name:ident: $ru:literal, $en:literal;)*) => {
        $(pub(crate) fn $name(lang: Lang) -> &'static str { lang.pick($ru, $en) })*

        /// Name, Russian, English.
        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $ru, $en),)*];
    };
}

texts! {
    welcome: "Здравствуйте! Я бот Kupets: отвечаю на вопросы о продажах и клиентах, присылаю отчёты и предупреждения.\n\nЧтобы начать, откройте Kupets в браузере, зайдите в «Настройки → Телеграм» и нажмите «Подключить Телеграм». Ссылка оттуда приведёт сюда.",
        "Hello! I am the Kupets bot: I answer questions about sales and customers, and send reports and alerts.\n\nTo begin, open Kupets in the browser, go to Settings → Telegram and press Link Telegram. The link from there leads here.";
    not_linked: "Этот Telegram пока не привязан. Откройте Kupets в браузере: «Настройки → Телеграм → Подключить Телеграм».",
        "This Telegram is not linked yet. Open Kupets in the browser: Settings → Telegram → Link Telegram.";
    not_linked_group: "Ваш Telegram не привязан к Kupets. Привяжите его в личном чате со мной.",
        "Your Telegram is not linked to Kupets. Link it in a private chat with me.";
    link_private: "Привязать Telegram можно только в личном чате. Откройте ссылку там: она ещё действует.",
        "Telegram is linked in a private chat only. Open the link there: it still works.";
    link_bad: "Эта ссылка не подходит: она уже использована, устарела или неполная. Сделайте новую в Kupets: «Настройки → Телеграм → Подключить Телеграм».",
        "This link does not work: it was used, has expired, or is not whole. Make a new one in Kupets: Settings → Telegram → Link Telegram.";
    linked: "Готово: вы {name}, пространство «{workspace}».", "Done: you are {name}, workspace “{workspace}”.";
    try_these: "Спрашивайте обычными словами, например:", "Ask in plain words, for example:";
    link_gone: "Доступ к этому пространству закрыт: привязка снята или вы больше не участник. Привяжите Telegram заново в Kupets.",
        "This workspace is closed to you: the link was removed or you are no longer a member. Link Telegram again in Kupets.";
    help: "Спросите обычными словами о продажах, клиентах и товарах. Ответ на моё сообщение уточняет именно тот ответ. Каждое число взято запросом из ваших записей.",
        "Ask in plain words about sales, customers and products. A reply to a message of mine goes on from that answer. Every number comes from a query over your records.";
    help_groups: "В группе пишите мне через @ или отвечайте на моё сообщение. Цифры увидите только вы.",
        "In a group mention me with @ or reply to my message. Only you will see the figures.";
    name: "Имя", "Name";
    workspace: "Пространство", "Workspace";
    your_role: "Роль", "Role";
    time_zone: "Часовой пояс", "Time zone";
    currency: "Валюта", "Currency";
    in_workspace: "Сейчас: «{workspace}».", "Now: “{workspace}”.";
    link_more: "Чтобы добавить другое пространство, привяжите Telegram и в нём.", "To add another workspace, link Telegram there too.";
    logout_sure: "Отвязать Telegram от «{workspace}»? Рассылки сюда прекратятся.", "Unlink Telegram from “{workspace}”? Deliveries to this chat will end.";
    logout_yes: "Да, отвязать", "Yes, unlink";
    logged_out: "Отвязано. Привязать снова можно в Kupets.", "Unlinked. You can link again in Kupets.";
    new_talk: "Начинаем новый разговор. Спрашивайте.", "A new conversation. Ask away.";
    settings: "Пространство: {workspace}\nЧасовой пояс: {zone}\nВалюта: {currency}\n\nПояс и валюта задаются в самом пространстве. Здесь можно сменить язык, вид таблиц, цвет графиков и рассылки.",
        "Workspace: {workspace}\nTime zone: {zone}\nCurrency: {currency}\n\nZone and currency are the workspace's own. Here you can change the language, how tables look, the colour of charts, and deliveries.";
    language_set: "Теперь говорим по-русски.", "English it is.";
    theme_set: "Готово: графики будут в этих цветах.", "Done: charts will have these colours.";
    dark: "Тёмные графики", "Dark charts";
    light: "Светлые графики", "Light charts";
    plain_tables: "Таблицы текстом", "Tables as text";
    rich_tables: "Таблицы Telegram", "Telegram tables";
    tables_plain: "Готово: таблицы будут текстом. Так их покажет и старое приложение.", "Done: tables come as text. Older apps show them, too.";
    tables_rich: "Готово: таблицы будут настоящими, если их знает сервер Telegram.", "Done: tables are real ones where Telegram's server knows them.";
    counting: "⏳ Считаю…", "⏳ Working it out…";
    stop: "Остановить", "Stop";
    stopped: "Остановлено.", "Stopped.";
    nothing_to_cancel: "Сейчас нечего останавливать.", "There is nothing to stop.";
    unknown_command: "Такой команды нет. Список: /help", "There is no such command. The list: /help";
    text_only: "Я понимаю только текст. Напишите вопрос словами.", "I understand text only. Please write your question in words.";
    too_long: "Вопрос длиннее 1000 знаков. Спросите короче.", "The question is longer than 1000 characters. Please ask a shorter one.";
    too_many: "Слишком много сообщений сразу. Отвечу на те, что уже принял; остальные пришлите позже.",
        "Too many messages at once. I will answer those I have taken; send the others later.";
    maybe_lost: "Прошлый ответ мог не дойти.", "The last answer may not have arrived.";
    please_repeat: "Спросите, пожалуйста, ещё раз.", "Please ask again.";
    show_again: "Показать ещё раз", "Show again";
    nothing_lost: "Этот ответ уже показан.", "That answer has been shown.";
    old_button: "Кнопка устарела. Спросите заново.", "This button is too old. Please ask again.";
    not_yours: "Это кнопка другого человека.", "This button is somebody else's.";
    ask_again: "Спросить ещё раз", "Ask again";
    show_sql: "Показать SQL", "Show SQL";
    who: "Кто это", "Who is behind it";
    rows_behind: "Записи за ответом", "Records behind the answer";
    no_rows: "За этим ответом нет записей.", "There are no records behind this answer.";
    more: "Ещё", "More";
    thanks: "Спасибо!", "Thank you!";
    sorry: "Спасибо, учтём. Напишите, что имелось в виду, и я отвечу заново.", "Thank you, noted. Write what you meant, and I will answer again.";
    table_of: "Таблица: {count}", "Table: {count} rows";
    more_rows: "Ещё строк: {count}.", "More rows: {count}.";
    more_columns: "Ещё столбцов: {count}.", "More columns: {count}.";
    all_in_the_file: "Все есть в файле и в браузере.", "The file and the browser have all.";
    all_in_the_browser: "Все есть в браузере.", "The browser has all.";
    read_as: "Как понят вопрос", "How it was read";
    metric: "Показатель", "Metric";
    by: "Разбивка", "By";
    period: "Период", "Period";
    compared: "Сравнение", "Compared with";
    running: " (ещё идёт)", " (not over yet)";
    zone: "Часовой пояс: {zone}", "Time zone: {zone}";
    verified: "Проверенный вопрос: {name}", "Verified question: {name}";
    choose_report: "Какой отчёт?", "Which report?";
    choose_period: "За какой период?", "For which period?";
    other_period: "Другой период", "Another period";
    all_time: "За всё время", "All time";
    no_records: "За этот период записей нет. Это не ноль продаж, а отсутствие данных.", "There are no records of this period. That is no data, not sales of zero.";
    more_of_table: "Остальные строки", "The other rows";
    top_products: "Лучшие товары", "Top products";
    top_customers: "Лучшие клиенты", "Top customers";
    file_sent: "Файл отправлен.", "The file is sent.";
    forecast_title: "Прогноз", "Forecast";
    expected: "Ожидается", "Expected";
    between80: "С вероятностью 80 %", "80% interval";
    no_forecast: "Для прогноза пока мало данных.", "There is not enough data for a forecast yet.";
    model_of: "Модель: {name}", "Model: {name}";
    backtest: "Ошибка на прошлом: {own}; у простого повтора прошлого: {naive}", "Error on the past: {own}; repeating the past: {naive}";
    how: "Подробнее", "Details";
    trends_title: "Что изменилось", "What moved";
    beside: "по сравнению с", "compared with";
    nothing_moved: "Заметных изменений нет.", "Nothing notable moved.";
    contributions: "Вклад в изменение", "Contributions to the change";
    what: "Что", "What";
    cut_by: "Разрез", "By";
    carries: "Вклад", "Carries";
    what_to_do: "Что сделать", "What to do";
    why: "Почему?", "Why?";
    why_question: "Почему изменилась выручка в прошлом месяце?", "Why did revenue change last month?";
    no_advice: "Новых советов нет.", "There is no new advice.";
    accept: "✓ Взять в работу", "✓ Take it";
    dismiss: "✕ Не нужно", "✕ Dismiss";
    next_advice: "Следующий совет", "Next one";
    accepted: "Взято в работу: есть в задачах.", "Taken: it is among the tasks.";
    dismissed: "Убрано. Больше не предложу.", "Put aside. I will not suggest it again.";
    may_bring: "Может принести {value} (от {lower} до {upper}).", "May bring {value} ({lower} to {upper}).";
    about_customers: "Клиентов: {total}. {names}", "Customers: {total}. {names}";
    wrong_if: "Что опровергнет: {what}", "What would prove it wrong: {what}";
    which_customer: "Кого найти? Напишите имя, телефон или код: /customer Иванова", "Whom to find? Write a name, a phone number or an id: /customer Smith";
    no_customer: "Такого клиента не нашёл.", "I found no such customer.";
    choose_customer: "Кого именно?", "Which one?";
    choose_of_many: "Кого именно? Нашлось больше, чем кнопок: здесь те, кто купил больше всех. Если нужного нет, допишите имя.",
        "Which one? There are more than buttons: these bought most. Where yours is missing, write more of the name.";
    first_purchase: "Первая покупка", "First purchase";
    next_order: "Следующий заказ ждём", "Next order expected";
    tags: "Метки", "Tags";
    why_leave: "Почему может уйти", "Why they may leave";
    timeline: "История", "Timeline";
    no_happenings: "Событий нет.", "Nothing has happened yet.";
    tasks: "Задачи", "Tasks";
    no_tasks: "Открытых задач нет.", "There are no open tasks.";
    due: "Срок", "Due";
    overdue: " (просрочено)", " (overdue)";
    task_done: "Готово, задача закрыта.", "Done, the task is closed.";
    deliveries: "Рассылки", "Deliveries";
    no_deliveries: "Рассылок пока нет. Можно завести сводку по расписанию или предупреждение.", "There are no deliveries yet. You can add a digest on a schedule, or an alert.";
    paused: " (на паузе)", " (paused)";
    deliveries_paused: "С возвращением! Пока я был заблокирован, рассылки сюда не доходили. Часть из них на паузе: включите те, что нужны.",
        "Welcome back! While I was blocked, deliveries did not arrive here. Some are paused: turn on those you need.";
    pause: "Пауза", "Pause";
    resume: "Включить", "Resume";
    remove: "Удалить", "Remove";
    next_run: "Следующая", "Next";
    add_digest: "+ Сводка", "+ Digest";
    add_alert: "+ Предупреждение", "+ Alert";
    digest: "Сводка", "Digest";
    alert: "Предупреждение", "Alert";
    how_often: "Как часто присылать сводку?", "How often should the digest come?";
    what_hour: "Во сколько? Часовой пояс: {zone}", "At what hour? Time zone: {zone}";
    on_day: "{day}-го числа", "on day {day}";
    quiet: "тихие часы {from}–{to}", "quiet hours {from}–{to}";
    cooldown: "об одном не чаще раза в {hours} ч", "the same thing at most once in {hours} h";
    which_alert: "О чём предупреждать? Ночью (22–8) я молчу, об одном и том же пишу не чаще раза в сутки.",
        "What should I watch? I am quiet at night (22 to 8), and write about the same thing once a day at most.";
    private_only: "Это делается в личном чате со мной.", "This is done in a private chat with me.";
    in_a_group: "Эту команду пишут в группе.", "This command is for groups.";
    admins_only: "Разрешить ответы в группе может владелец или администратор пространства.", "An owner or an admin of the workspace can allow answers in a group.";
    group_open: "Теперь участники вашего пространства могут спрашивать меня здесь. Цифры увидит только тот, кто спросил.",
        "Members of your workspace may now ask me here. Only who asks sees the figures.";
    group_shut: "Здесь больше не отвечаю по вашему пространству.", "I no longer answer here about your workspace.";
    group_closed: "В этой группе ответы не включены. Администратор вашего пространства может написать /enable.",
        "Answers are not enabled in this group. An admin of your workspace can write /enable.";
    answered_aside: "Ответил в личном чате.", "Answered in a private chat.";
    open_me: "Откройте @{bot} и нажмите «Старт», чтобы я мог ответить вам лично.", "Open @{bot} and press Start, so that I can answer you in private.";
    forbidden: "Для этого не хватает прав: {detail}", "You may not do this: {detail}";
    forbidden_here: "Для этого не хватает прав.", "You may not do this.";
    not_found: "Этого больше нет.", "This is no longer there.";
    not_offered: "Этот сервер Kupets такого пока не умеет. Его нужно обновить.", "This Kupets server cannot do that yet. It needs an update.";
    busy: "Сервер занят. Попробуйте через минуту.", "The server is busy. Try again in a minute.";
    refused: "Не получилось: {detail}", "It did not work: {detail}";
    unreachable: "Сервер Kupets сейчас недоступен. Попробуйте позже.", "The Kupets server cannot be reached right now. Try again later.";
    cut: "Ответ оборвался.", "The answer was cut off.";
    too_large: "Файл больше, чем принимает Telegram. Скачайте его в браузере.", "The file is larger than Telegram takes. Download it in the browser.";
    failed: "Не получилось. Попробуйте ещё раз.", "Something went wrong. Please try again.";
}

/// Puts values in the place of `{names}`.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    // In one pass: a value that holds braces is left as it is.
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        filled.push_str(before);
        let end = tail.find('}').unwrap_or(tail.len() - 1);
        match values.iter().find(|(name, _)| *name == &tail[1..end]) {
            Some((_, value)) => filled.push_str(value),
            None => filled.push_str(&tail[..=end]),
        }
        rest = &tail[end + 1..];
    }
    filled.push_str(rest);
    filled
}

/// Questions to begin with.
pub(crate) fn examples(lang: Lang) -> [&'static str; 3] {
    lang.pick(
        ["Выручка за прошлый месяц", "Топ-10 товаров в этом году", "Какие клиенты скоро уйдут?"],
        ["Revenue last month", "Top 10 products this year", "Which customers may leave soon?"],
    )
}

/// Where an answer comes from.
pub(crate) fn source(source: &str, lang: Lang) -> &'static str {
    match source {
        "catalogue" => lang.pick("По каталогу показателей", "From the catalogue of metrics"),
        "model" => lang.pick("Понято моделью, посчитано по каталогу", "Read by a model, worked out by the catalogue"),
        "verified" => lang.pick("Проверенный вопрос", "A verified question"),
        "sql" => lang.pick("SQL от модели, не проверен", "SQL of a model, not verified"),
        _ => "",
    }
}

/// An operator of a filter, between field and values.
pub(crate) fn operator(op: &str, lang: Lang) -> &'static str {
    match op {
        "not_in" => lang.pick(", кроме:", ", but not:"),
        "more" => lang.pick(" больше", " more than"),
        "at_least" => lang.pick(" не меньше", " at least"),
        "less" => lang.pick(" меньше", " less than"),
        "at_most" => lang.pick(" не больше", " at most"),
        "between" => lang.pick(" между", " between"),
        "missing" => lang.pick(": не указано", ": not given"),
        "present" => lang.pick(": указано", ": given"),
        _ => ":",
    }
}

/// A period by its name at the server.
pub(crate) fn period_name(period: &str, lang: Lang) -> &'static str {
    match period {
        "today" => lang.pick("Сегодня", "Today"),
        "yesterday" => lang.pick("Вчера", "Yesterday"),
        "last_7_whole_days" => lang.pick("7 дней", "7 days"),
        "last_30_whole_days" => lang.pick("30 дней", "30 days"),
        "month_to_date" => lang.pick("Этот месяц", "This month"),
        "last_month" => lang.pick("Прошлый месяц", "Last month"),
        "quarter_to_date" => lang.pick("Этот квартал", "This quarter"),
        "last_quarter" => lang.pick("Прошлый квартал", "Last quarter"),
        "year_to_date" => lang.pick("Этот год", "This year"),
        "last_year" => lang.pick("Прошлый год", "Last year"),
        _ => "",
    }
}

/// A step in time of a forecast.
pub(crate) fn by_grain(grain: &str, lang: Lang) -> &'static str {
    match grain {
        "day" => lang.pick("По дням", "By day"),
        "week" => lang.pick("По неделям", "By week"),
        _ => lang.pick("По месяцам", "By month"),
    }
}

/// What a digest is about, as its name.
pub(crate) fn digest_of(every: &str, lang: Lang) -> &'static str {
    match every {
        "day" => lang.pick("Сводка за день", "Daily digest"),
        "week" => lang.pick("Сводка за неделю", "Weekly digest"),
        _ => lang.pick("Сводка за месяц", "Monthly digest"),
    }
}

/// A model of forecasts by its name at the server.
pub(crate) fn model(name: &str, lang: Lang) -> &str {
    match name {
        "combination" => lang.pick("сочетание нескольких", "a combination of several"),
        "seasonal_naive" => lang.pick("повтор прошлого сезона", "the last season repeated"),
        "naive" => lang.pick("последнее значение", "the last value"),
        "mean" => lang.pick("среднее", "the mean"),
        "croston_sba" | "tsb" => lang.pick("для редкого спроса", "for rare demand"),
        name => name,
    }
}

/// How often a digest comes.
pub(crate) fn every(every: &str, lang: Lang) -> &'static str {
    match every {
        "day" => lang.pick("каждый день", "every day"),
        "week" => lang.pick("каждую неделю", "every week"),
        _ => lang.pick("каждый месяц", "every month"),
    }
}

/// The day of a weekly digest, 1 for Monday.
pub(crate) fn on_weekday(day: i64, lang: Lang) -> Option<&'static str> {
    let days = lang.pick(
        [
            "по понедельникам",
            "по вторникам",
            "по средам",
            "по четвергам",
            "по пятницам",
            "по субботам",
            "по воскресеньям",
        ],
        ["on Mondays", "on Tuesdays", "on Wednesdays", "on Thursdays", "on Fridays", "on Saturdays", "on Sundays"],
    );
    days.get(usize::try_from(day).ok()?.checked_sub(1)?).copied()
}

/// What an alert watches.
pub(crate) fn alert_of(kind: &str, lang: Lang) -> &'static str {
    match kind {
        "anomaly" => lang.pick("Необычный день по выручке", "An unusual day of revenue"),
        "threshold" => lang.pick("Дневная выручка изменилась на 30 % и больше", "Daily revenue changed by 30% or more"),
        "cooling" => lang.pick("Важный клиент остывает", "A key customer is cooling"),
        "large_purchase" => lang.pick("Крупная покупка", "A large purchase"),
        _ => lang.pick("Предупреждение", "Alert"),
    }
}

/// A role of a member.
pub(crate) fn role(role: &str, lang: Lang) -> &str {
    match role {
        "owner" => lang.pick("владелец", "owner"),
        "admin" => lang.pick("администратор", "admin"),
        "manager" => lang.pick("менеджер", "manager"),
        "analyst" => lang.pick("аналитик", "analyst"),
        "viewer" => lang.pick("наблюдатель", "viewer"),
        other => other,
    }
}

/// A kind of interaction.
pub(crate) fn interaction(kind: &str, lang: Lang) -> String {
    match kind {
        "call" => lang.pick("Звонок", "Call"),
        "email" => lang.pick("Письмо", "E-mail"),
        "message" => lang.pick("Сообщение", "Message"),
        "visit" => lang.pick("Визит", "Visit"),
        "meeting" => lang.pick("Встреча", "Meeting"),
        "note" => lang.pick("Заметка", "Note"),
        other => return other.to_owned(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names in braces, in order of the alphabet.
    fn holes(text: &str) -> Vec<&str> {
        let mut holes: Vec<&str> = text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        holes.sort_unstable();
        holes
    }

    #[test]
    fn both_languages_say_the_same_things() {
        for (name, ru, en) in ALL {
            assert_eq!(holes(ru), holes(en), "{name}");
            assert!(!ru.is_empty() && !en.is_empty(), "{name}");
            assert!(!en.chars().any(|c| ('а'..='я').contains(&c)), "{name}: {en}");
        }
    }

    #[test]
    fn a_value_with_braces_is_left_alone() {
        assert_eq!(fill("{a} и {b} {c}", &[("a", "{b}"), ("b", "1")]), "{b} и 1 {c}");
        assert_eq!(fill("open {", &[]), "open {");
    }
}
