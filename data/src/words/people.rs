//! Names and places. In Russian the last name agrees with the gender of the first.

use crate::Locale;

/// First and last names of one gender.
pub(crate) struct Names {
    pub first: &'static [&'static str],
    pub last: &'static [&'static str],
}

const RU_WOMEN: &[&str] = &[
    "Анна", "Мария", "Елена", "Ольга", "Наталья", "Екатерина", "Татьяна", "Ирина", "Светлана", "Юлия", "Анастасия",
    "Дарья", "Ксения", "Виктория", "Полина", "Алина", "Вера", "Надежда", "Людмила", "Галина", "Марина", "Софья",
    "Алиса", "Евгения", "Лариса", "Валентина", "Яна", "Кира", "Диана", "Маргарита", "Василиса", "Варвара", "Зоя",
    "Инна", "Алла", "Регина", "Гульнара", "Айгуль", "Эльвира", "Тамара",
];
const RU_MEN: &[&str] = &[
    "Александр", "Дмитрий", "Сергей", "Андрей", "Алексей", "Максим", "Иван", "Михаил", "Евгений", "Николай",
    "Владимир", "Павел", "Артём", "Роман", "Игорь", "Олег", "Денис", "Антон", "Кирилл", "Виктор", "Юрий", "Никита",
    "Илья", "Константин", "Егор", "Вадим", "Станислав", "Григорий", "Пётр", "Матвей", "Тимофей", "Фёдор", "Глеб",
    "Тимур", "Руслан", "Марат", "Ринат", "Лев", "Степан", "Борис",
];
/// The masculine form; the feminine one adds `а`, for `-ский` it is made by `last_name`.
const RU_LAST: &[&str] = &[
    "Иванов", "Смирнов", "Кузнецов", "Попов", "Васильев", "Петров", "Соколов", "Михайлов", "Новиков", "Фёдоров",
    "Морозов", "Волков", "Алексеев", "Лебедев", "Семёнов", "Егоров", "Павлов", "Козлов", "Степанов", "Николаев",
    "Орлов", "Андреев", "Макаров", "Никитин", "Захаров", "Зайцев", "Соловьёв", "Борисов", "Яковлев", "Григорьев",
    "Романов", "Воробьёв", "Сергеев", "Кузьмин", "Фролов", "Александров", "Дмитриев", "Королёв", "Гусев", "Киселёв",
    "Ильин", "Максимов", "Поляков", "Сорокин", "Виноградов", "Ковалёв", "Белов", "Медведев", "Антонов", "Тарасов",
    "Жуков", "Баранов", "Филиппов", "Комаров", "Давыдов", "Беляев", "Герасимов", "Богданов", "Осипов", "Сидоров",
    "Матвеев", "Титов", "Марков", "Миронов", "Крылов", "Куликов", "Карпов", "Власов", "Мельников", "Денисов",
    "Гаврилов", "Тихонов", "Казаков", "Афанасьев", "Данилов", "Савельев", "Тимофеев", "Фомин", "Чернов", "Абрамов",
    "Мартынов", "Ефимов", "Федотов", "Щербаков", "Назаров", "Калинин", "Исаев", "Чернышёв", "Быков", "Маслов",
    "Родионов", "Коновалов", "Лазарев", "Воронин", "Климов", "Филатов", "Пономарёв", "Голубев", "Кудрявцев",
    "Прохоров", "Вишневский", "Покровский", "Успенский", "Никольский", "Сахаров", "Хасанов", "Валиев", "Ахметов",
    "Галиев", "Сафин",
];
const EN_WOMEN: &[&str] = &[
    "Mary", "Patricia", "Jennifer", "Linda", "Elizabeth", "Susan", "Jessica", "Sarah", "Karen", "Lisa", "Nancy",
    "Sandra", "Ashley", "Emily", "Kimberly", "Margaret", "Donna", "Michelle", "Carol", "Amanda", "Melissa",
    "Deborah", "Stephanie", "Rebecca", "Laura", "Olivia", "Emma", "Ava", "Sophia", "Isabella", "Mia", "Charlotte",
    "Amelia", "Grace", "Chloe", "Hannah", "Maya", "Priya", "Elena", "Zoe",
];
const EN_MEN: &[&str] = &[
    "James", "Robert", "John", "Michael", "David", "William", "Richard", "Joseph", "Thomas", "Charles",
    "Christopher", "Daniel", "Matthew", "Anthony", "Mark", "Steven", "Paul", "Andrew", "Joshua", "Kenneth", "Kevin",
    "Brian", "George", "Timothy", "Edward", "Jason", "Ryan", "Jacob", "Noah", "Liam", "Ethan", "Lucas", "Henry",
    "Oliver", "Samuel", "Carlos", "Raj", "Omar", "Leo", "Victor",
];
const EN_LAST: &[&str] = &[
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez", "Martinez",
    "Hernandez", "Lopez", "Gonzalez", "Wilson", "Anderson", "Thomas", "Taylor", "Moore", "Jackson", "Martin", "Lee",
    "Perez", "Thompson", "White", "Harris", "Sanchez", "Clark", "Ramirez", "Lewis", "Robinson", "Walker", "Young",
    "Allen", "King", "Wright", "Scott", "Torres", "Nguyen", "Hill", "Flores", "Green", "Adams", "Nelson", "Baker",
    "Hall", "Rivera", "Campbell", "Mitchell", "Carter", "Roberts", "Gomez", "Phillips", "Evans", "Turner", "Diaz",
    "Parker", "Cruz", "Edwards", "Collins", "Reyes", "Stewart", "Morris", "Morales", "Murphy", "Cook", "Rogers",
    "Gutierrez", "Ortiz", "Morgan", "Cooper", "Peterson", "Bailey", "Reed", "Kelly", "Howard", "Ramos", "Kim", "Cox",
    "Ward", "Richardson", "Watson", "Brooks", "Chavez", "Wood", "Bennett", "Gray", "Mendoza", "Ruiz", "Hughes",
    "Price", "Alvarez", "Castillo", "Sanders", "Patel", "Myers", "Long", "Ross", "Foster", "O'Brien", "Sullivan",
];

/// Names of women or men.
pub(crate) fn names(locale: Locale, woman: bool) -> Names {
    match (locale, woman) {
        (Locale::Ru, true) => Names { first: RU_WOMEN, last: RU_LAST },
        (Locale::Ru, false) => Names { first: RU_MEN, last: RU_LAST },
        (Locale::En, true) => Names { first: EN_WOMEN, last: EN_LAST },
        (Locale::En, false) => Names { first: EN_MEN, last: EN_LAST },
    }
}

/// The last name in the form that a woman or a man bears.
pub(crate) fn last_name(locale: Locale, woman: bool, masculine: &str) -> String {
    match (locale, woman) {
        (Locale::Ru, true) => match masculine.strip_suffix("ий") {
            Some(stem) => format!("{stem}ая"),
            None => format!("{masculine}а"),
        },
        _ => masculine.to_owned(),
    }
}

/// Cities and how many of 1,000 customers live there.
pub(crate) fn cities(locale: Locale) -> &'static [(&'static str, u32)] {
    match locale {
        Locale::Ru => &[
            ("Москва", 270), ("Санкт-Петербург", 150), ("Казань", 75), ("Екатеринбург", 70), ("Новосибирск", 68),
            ("Нижний Новгород", 55), ("Краснодар", 52), ("Самара", 46), ("Ростов-на-Дону", 44), ("Уфа", 40),
            ("Пермь", 34), ("Воронеж", 32), ("Тюмень", 26), ("Калининград", 20), ("Владивосток", 18),
        ],
        Locale::En => &[
            ("New York", 210), ("Los Angeles", 130), ("Chicago", 100), ("Houston", 80), ("Phoenix", 62),
            ("Philadelphia", 60), ("San Diego", 54), ("Dallas", 52), ("Austin", 48), ("Seattle", 46), ("Denver", 42),
            ("Boston", 40), ("Portland", 30), ("Nashville", 26), ("Minneapolis", 20),
        ],
    }
}

/// First names of the people who answer calls and chats.
pub(crate) fn agents(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::Ru => &["Ольга Р.", "Тимур Г.", "Алина К.", "Павел С.", "Вера Н."],
        Locale::En => &["Dana R.", "Marcus G.", "Alice K.", "Paul S.", "Nina V."],
    }
}
