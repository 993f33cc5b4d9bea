//! Exports as other shops have them: of other languages and versions, of files that were saved again, cut in two, or overlap.
#![allow(clippy::unwrap_used)]

use super::tests::{Read, read, read_all, read_bytes};

fn all(title: &str, files: &[(&str, &str)]) -> Read {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
    read_all(title, &files)
}

const SHOPIFY: &str = "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,\
    Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Refunded Amount,Cancelled at\n";
const HEAD_1002: &str =
    "#1002,b@x.com,paid,x,USD,20.00,0.00,0.00,20.00,0.00,2026-03-09 01:29:00 -0400,1,Mug,20.00,M,0.00,\n";
const HEAD_1001: &str =
    "#1001,a@x.com,paid,x,USD,90.00,5.00,0.00,95.00,10.00,2026-03-08 01:29:00 -0500,1,Lamp,50.00,L,0.00,\n";
const MORE_1001: &str = "#1001,a@x.com,,,,,,,,,2026-03-08 01:29:00 -0500,2,Mug,25.00,M,,\n";

#[test]
fn an_order_of_shopify_that_is_cut_in_two() {
    let (first, second) = (format!("{SHOPIFY}{HEAD_1002}{HEAD_1001}"), format!("{SHOPIFY}{MORE_1001}"));
    for files in [[("orders_1.csv", &first), ("orders_2.csv", &second)], [("b.csv", &second), ("a.csv", &first)]] {
        let read = all("Shopify orders", &files.map(|(name, content)| (name, content.as_str())));
        assert_eq!(read.refused, Vec::<String>::new());
        assert_eq!((read.ids(), read.total()), (vec!["#1001", "#1002"], "115".to_owned()));
        let mut amounts = read.amounts("#1001");
        amounts.sort();
        assert_eq!((amounts, read.field("#1001", "currency")), (["45", "45", "5"].map(str::to_owned).to_vec(), "USD"));
    }
    // Each alone would make a wrong order of it: it is refused, with what to do.
    for content in [&first, &second] {
        let alone = all("Shopify orders", &[("orders.csv", content)]);
        assert_eq!(alone.records.get("#1001"), None);
        assert!(alone.refused[0].contains("kupets import orders_1.csv orders_2.csv"), "{:?}", alone.refused);
    }
}

#[test]
fn orders_that_stand_in_two_exports() {
    let first = format!("{SHOPIFY}{HEAD_1001}{MORE_1001}{MORE_1001}");
    let subtotal = first.replace(",90.00,5.00,0.00,95.00,10.00,", ",150.00,5.00,0.00,155.00,0.00,");
    let second = format!("{subtotal}{HEAD_1002}");
    let overlap = all("Shopify orders", &[("march.csv", &subtotal), ("spring.csv", &second)]);
    assert_eq!((overlap.total().as_str(), overlap.repeated), ("175", 3));
    assert_eq!(overlap.amounts("#1001"), ["50", "50", "50", "5"], "two lines of one file that are alike are two");
    // In the second one it was paid since.
    let before = subtotal.replace(",paid,", ",pending,");
    let changed = all("Shopify orders", &[("march.csv", &before), ("spring.csv", &second)]);
    assert_eq!(changed.ids(), ["#1002"]);
    assert!(
        changed.refused[0].contains("\"pending\"") && changed.refused[0].contains("row 1 of file 1"),
        "{:?}",
        changed.refused
    );
    let stripe = "id,Created date (UTC),Amount,Amount Refunded,Currency,Status\nch_1,2026-03-01 09:05,180.00,0.00,usd,";
    let files = [("a.csv", format!("{stripe}Pending\n")), ("b.csv", format!("{stripe}Paid\n"))];
    let changed = all("Stripe payments", &[("a.csv", &files[0].1), ("b.csv", &files[1].1)]);
    assert!(changed.ids().is_empty() && changed.refused[0].contains("two states"), "{:?}", changed.refused);
}

#[test]
fn woocommerce_analytics_of_other_versions_and_languages() {
    let mailed = "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue\n\
        \"2026-03-01 09:05:00\",11,\"$1,234.50\",completed,\"Ann Lee\",new,\"2× Lamp\",2,,1234.50\n\
        \"2026-03-02 09:05:00\",11,-$20.00,refunded,\"Ann Lee\",new,\"1× Lamp\",-1,,'-20\n\
        \"2026-03-03 09:05:00\",12,$7.00,cancelled,\"Bo Li\",new,\"1× Mug\",1,,7\n";
    let english = read("orders.csv", "WooCommerce analytics", mailed);
    assert_eq!((english.ids(), english.total()), (vec!["11", "11-refund", "12"], "1214.5".to_owned()));
    assert_eq!(english.statuses(), [("12", "cancelled")]);
    let russian = "Дата,Заказ №,Статус,Клиент,Тип клиента,Товар(ы),Продано товаров,Купон(ы),Чистые продажи,Атрибуция\n\
        \"2026-03-01 09:05:00\",11,processing,\"Анна Ли\",новый,\"2× Лампа, 1× Чашка\",3,,\"90,00\",Прямой\n\
        ,12,pending,\"Бо Ли\",новый,\"1× Лампа\",1,,\"5,00\",\n";
    let russian = read("orders.csv", "WooCommerce analytics", russian);
    assert_eq!((russian.total(), russian.amounts("11")), ("90".to_owned(), vec!["60".to_owned(), "30".to_owned()]));
    assert_eq!(russian.why()[0].1, "5");
}

#[test]
fn advanced_order_export_of_other_choices() {
    const TITLE: &str = "WooCommerce, Advanced Order Export";
    // Columns of the order in its first row alone, labels of a German site, totals of lines.
    let content = "Order Number,Order Status,Order Date,Email (Billing),Order Total Amount,Order Shipping Amount,SKU,Item Name,Quantity,\
        Order Line Subtotal,Order Line Total\r\n\
        31,Abgeschlossen,2026-03-01 09:05,a@x.de,95,5,L,Lampe,1,60,54\r\n\
        ,,,,,,M,Tasse,2,40,36\r\n\
        32,Storniert,2026-03-01 10:05,b@x.de,20,0,M,Tasse,1,20,20\r\n\
        33,Zahlung ausstehend,2026-03-01 10:05,b@x.de,20,0,M,Tasse,1,20,20\r\n";
    let german = read("orders.csv", TITLE, content);
    assert_eq!((german.ids(), german.total()), (vec!["31", "32", "33"], "95".to_owned()));
    assert_eq!(german.amounts("31"), ["54", "36", "5"]);
    assert_eq!(german.records["31"]["items"][0]["discount"], 6);
    assert_eq!(german.statuses(), [("32", "cancelled"), ("33", "pending")]);
    // Refunds as rows of their own, whose numbers have either sign.
    for sign in ["", "-"] {
        let content = format!(
            "Order Number,Order Status,Order Date,Order Total Amount,Item Name,Quantity,Item Cost\n\
             41,Completed,2026-03-01 09:05,100,Lamp,2,50\n\
             41,Refunded,2026-03-05 10:00,{sign}50,Lamp,{sign}1,50\n"
        );
        let refund = read("orders.csv", TITLE, &content);
        assert_eq!((refund.ids(), refund.total()), (vec!["41", "41-refund"], "50".to_owned()), "{sign}");
        assert_eq!(refund.records["41-refund"]["items"][0]["quantity"], -1);
        assert_eq!(refund.field("41-refund", "refund_of"), "41");
        assert_eq!(refund.field("41-refund", "occurred_at"), "2026-03-05T10:00:00");
    }
}

#[test]
fn webtoffee_where_prices_hold_their_tax() {
    let content = "order_id,order_number,order_date,status,shipping_total,tax_total,order_total,billing_email,line_item_1\n\
        61,61,2026-03-01 09:05:00,completed,5.00,10.00,65.00,a@x.com,name:Lamp|quantity:2|total:60.00\n\
        62,62,2026-03-01 09:05:00,completed,5.00,10.00,75.00,'+49 711,name:Lamp|quantity:2|total:60.00\n";
    let read = read("orders.csv", "WooCommerce, WebToffee export", content);
    assert_eq!((read.amounts("61"), read.total()), (vec!["60".to_owned(), "5".to_owned()], "140".to_owned()));
    assert_eq!(read.kinds("62"), ["product", "shipping", "tax"]);
}

#[test]
fn payments_of_other_accounts() {
    let stripe = "id,Amount,Amount Refunded,Currency,Captured,Created (UTC),Status,Mode,Customer Email\n\
        ch_1,\"1.234,50\",\"0,00\",eur,true,2026-03-01 09:05,Paid,Live,a@x.de\n\
        ch_2,\"100,00\",\"25,50\",eur,true,2026-03-01 09:05,Paid,Live,a@x.de\n\
        ch_3,\"70,00\",\"0,00\",eur,false,2026-03-01 09:05,Paid,Live,a@x.de\n\
        ch_4,\"50,00\",\"0,00\",eur,true,2026-03-01 09:05,Paid,Test,a@x.de\n";
    let stripe = read("payments.csv", "Stripe payments", stripe);
    assert_eq!((stripe.ids(), stripe.total()), (vec!["ch_1", "ch_2", "ch_2-refund", "ch_3"], "1309".to_owned()));
    assert_eq!(
        (stripe.statuses(), stripe.why()),
        (vec![("ch_3", "pending")], vec![("payment of the test mode", "50".to_owned())])
    );

    let square = "Transaction ID,Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,\
        Net Sales,Tax,Payment ID\n\
        t1,2026-03-01,09:05:33,Pacific Time (US & Canada),None,Coffee,2.0,Regular,C1,,£8.00,£0.00,£8.00,£0.00,p1\n\
        t1,2026-03-03,10:00:00,Pacific Time (US & Canada),None,Coffee,-1.0,Regular,C1,,(£4.00),£0.00,(£4.00),£0.00,p2\n";
    let square = read("items.csv", "Square item sales", square);
    assert_eq!((square.ids(), square.total()), (vec!["t1", "t1-refund"], "4".to_owned()));
    assert_eq!(square.field("t1-refund", "occurred_at"), "2026-03-03T10:00:00-08:00");
}

#[test]
fn paypal_of_other_languages_and_kinds() {
    let english = "Date,Time,Time Zone,Description,Currency,Gross,Fee,Net,Balance,Transaction ID,From Email Address,Reference Txn ID,Status\n\
        13/01/2026,09:05:33,GMT,Express Checkout Payment,GBP,\"1,250.00\",-36.55,\"1,213.45\",0,T1,a@x.com,,Partially Refunded\n\
        14/01/2026,09:05:33,GMT,Payment Refund,GBP,-50.00,0.00,-50.00,0,T2,s@x.com,T1,Completed\n\
        14/01/2026,10:05:33,GMT,Payment Refund,GBP,19.00,0.00,19.00,0,T3,other@x.com,T0,Completed\n\
        15/01/2026,09:05:33,GMT,Payment Hold,GBP,-100.00,0.00,-100.00,0,T4,,T1,Completed\n\
        16/01/2026,09:05:33,GMT,Payment Release,GBP,100.00,0.00,100.00,0,T5,,T1,Completed\n\
        17/01/2026,09:05:33,GMT,Chargeback Fee,GBP,-14.00,0.00,-14.00,0,T6,,T1,Completed\n\
        18/01/2026,09:05:33,GMT,PreApproved Payment Bill User Payment,GBP,-9.99,0.00,-9.99,0,T7,,,Completed\n";
    let english = read("Download.CSV", "PayPal activity", english);
    assert_eq!((english.ids(), english.total()), (vec!["T1", "T2"], "1200".to_owned()));
    assert_eq!((english.why().len(), english.field("T1", "occurred_at")), (5, "2026-01-13T09:05:33Z"));
    let french = "\"Date\",\"Heure\",\"Fuseau horaire\",\"Nom\",\"Type\",\"État\",\"Devise\",\"Avant commission\",\"Commission\",\"Net\",\
        \"De l'adresse email\",\"Numéro de transaction\",\"Numéro de la transaction de référence\"\n\
        \"13/01/2026\",\"09:05:33\",\"Europe/Paris\",\"A\",\"Paiement Express Checkout\",\"Terminé\",\"EUR\",\"1 250,00\",\"-36,55\",\"1 213,45\",\"a@x.fr\",\"T1\",\"\"\n\
        \"14/01/2026\",\"09:05:33\",\"Europe/Paris\",\"A\",\"Remboursement de paiement\",\"Terminé\",\"EUR\",\"-250,00\",\"0,00\",\"-250,00\",\"s@x.fr\",\"T2\",\"T1\"\n\
        \"15/01/2026\",\"09:05:33\",\"Europe/Paris\",\"\",\"Virement standard\",\"Terminé\",\"EUR\",\"-900,00\",\"0,00\",\"-900,00\",\"\",\"T3\",\"\"\n\
        \"16/01/2026\",\"09:05:33\",\"Europe/Paris\",\"B\",\"Paiement Express Checkout\",\"En attente\",\"EUR\",\"10,00\",\"0,00\",\"10,00\",\"b@x.fr\",\"T4\",\"\"\n";
    let french = read("Download.CSV", "PayPal activity", french);
    assert_eq!((french.ids(), french.total()), (vec!["T1", "T2", "T4"], "1000".to_owned()));
    assert_eq!((french.statuses(), french.field("T2", "refund_of")), (vec![("T4", "pending")], "T1"));
    assert_eq!(french.field("T1", "occurred_at"), "2026-01-13T09:05:33+01:00");
}

#[test]
fn marketplaces_saved_again_and_in_chinese() {
    let saved = "Отчёт по заказам;;;;;;;;;\r\n\
        Номер заказа;Номер отправления;Принят в обработку;Дата отгрузки;Статус;Наименование товара;OZON id;Цвет;Итоговая стоимость товара;Количество\r\n\
        100-0001;100-0001-1;30.03.2026 23:12;31.03.2026 20:59;Доставлен;Чай;11;зелёный;1\u{a0}499,50;2\r\n\
        100-0002;100-0002-1;31.03.2026 10:00;31.03.2026 20:59;Отменён;Чай;11;;499,00;1\r\n\
        Итого;;;;;;;;1\u{a0}998,50;3\r\n";
    let (old, ..) = encoding_rs::WINDOWS_1251.encode(saved);
    let saved = read_bytes("orders.csv", "Ozon orders", &old);
    assert_eq!((saved.ids(), saved.total()), (vec!["100-0001", "100-0002"], "2999".to_owned()));
    assert_eq!(saved.field("100-0001", "occurred_at"), "2026-03-30T23:12:00Z");
    assert_eq!(saved.statuses(), [("100-0002", "cancelled")]);
    let chinese = "\u{feff}订单号;发货号码;正在处理中;状态;商品名称;SKU;货号;您的价格;数量\n\
        100-0003;100-0003-1;2026-03-30 23:12:34;已签收;茶;11;T1;499.00;2\n\
        100-0004;100-0004-1;2026-03-30 23:12:34;已取消;茶;11;T1;499.00;1\n";
    let chinese = read("orders.csv", "Ozon orders", chinese);
    assert_eq!((chinese.total().as_str(), chinese.statuses()), ("998", vec![("100-0004", "cancelled")]));
    // A shipment that was on its way in the older export.
    let header = "Номер заказа;Номер отправления;Принят в обработку;Статус;Название товара;Ваша цена;Количество\n";
    let row = |status: &str| format!("{header}1-1;1-1-1;2026-03-30 23:12:34;{status};Чай;100.00;1\n");
    let changed = all("Ozon orders", &[("a.csv", &row("Доставляется")), ("b.csv", &row("Доставлен"))]);
    assert!(changed.ids().is_empty() && changed.refused[0].contains("two statuses"), "{:?}", changed.refused);

    let weekly = "Srid;Дата продажи;Тип документа;Обоснование для оплаты;Вайлдберриз реализовал Товар (Пр);Кол-во;Название;Артикул поставщика\n\
        s1;03.03.2026;Продажа;Корректная продажа;499,50;1;Чай;T1\n\
        s1;05.03.2026;Возврат;Корректный возврат;499,50;1;Чай;T1\n\
        s2;03.03.2026;Продажа;Продажа;1 700,00;2;Чай;T1\n\
        s2;03.03.2026;;Возмещение за выдачу и возврат товаров на ПВЗ;0;0;;\n\
        s3;03.03.2026;Продажа;Оплата брака;300,00;1;Чай;T1\n";
    let weekly = read("detail.csv", "Wildberries weekly detail", weekly);
    assert_eq!((weekly.ids(), weekly.total()), (vec!["s1", "s1-refund", "s2"], "1700".to_owned()));
    assert_eq!(weekly.why().iter().find(|(why, _)| why.contains("брака")).unwrap().1, "300");
}

#[test]
fn crms_in_english_and_of_the_other_generation() {
    let bitrix = "ID;Pipeline;Stage;Deal name;Amount;Currency;Contact;Created on;Contact: ID;Product;Price;Quantity\n\
        7;General;Deal won;Repair;1000.00;EUR;Ann;01.03.2026 12:34:56;55;Work;600.00;1\n\
        7;General;Deal won;Repair;1000.00;EUR;Ann;01.03.2026 12:34:56;55;Parts;200.00;2\n\
        8;General;Deal lost;Windows;500.00;EUR;Bo;01.03.2026 12:34:56;56;;;\n";
    let bitrix = read("DEAL.csv", "Bitrix24 deals", bitrix);
    assert_eq!((bitrix.total().as_str(), bitrix.amounts("7")), ("1000", vec!["600".to_owned(), "400".to_owned()]));
    assert_eq!(bitrix.statuses(), [("8", "cancelled")]);
    let amo = "ID;Название сделки;Бюджет;Ответственный;Дата создания сделки;Дата закрытия;Теги;Этап сделки;Воронка;Полное имя контакта;\
        Мобильный телефон;Личный email\n\
        1;Сайт;50 000;Пётр;01.03.2026 12:34:56;не закрыта;;Переговоры;Продажи;Анна;;anna@x.ru\n\
        2;Лого;1 000;Пётр;01.03.2026 12:34:56;05.03.2026 10:00:00;;Успешно реализовано;Продажи;Иван;+7 900 000-00-00;\n";
    let amo = read("deals.csv", "amoCRM deals", amo);
    assert_eq!((amo.total().as_str(), amo.statuses()), ("1000", vec![("1", "pending")]));
    assert_eq!((amo.field("1", "customer_id"), amo.field("2", "customer_id")), ("anna@x.ru", "+7 900 000-00-00"));
}

#[test]
fn a_header_that_names_the_zone_is_believed() {
    let content = "id,Created date (Europe/Berlin),Amount,Amount Refunded,Currency,Status\nch_1,2026-03-01 09:05:33,180.00,0.00,eur,Paid\n";
    let read = read("payments.csv", "Stripe payments", content);
    assert_eq!(read.field("ch_1", "occurred_at"), "2026-03-01T09:05:33+01:00");
}
