//! Answers as they are written, and what is counted beside them.

use arrow::{
    array::AsArray as _,
    datatypes::{DataType, Int64Type},
};

use super::*;

const MIXED: &str = "SELECT customer_id AS id, name, email, created_at, created_at::date AS day, local_time(created_at) AS \
     local, 15.30::decimal(18,4) AS price, CASE WHEN customer_id = 'c1' THEN NULL ELSE 1.5 END AS f, [1, 2, NULL] AS \
     list, {a: 1, b: 'x'} AS s, true AS b, INTERVAL '1 day' AS i, attributes->'nested' AS j, 9007199254740993 AS big \
     FROM customers ORDER BY customer_id";

#[tokio::test]
async fn guarded_csv_holds_no_formula_and_its_numbers_stay() {
    let bench = Bench::new(small_limits(), 10);
    let sql = "SELECT '=1+1' AS \"=head\", ' @x' AS b, '+7 900, \"x\"' AS c, -1.5 AS number, -3 AS whole, 'a=1' AS plain, \
               chr(9) || 'x' AS tab, '＝1' AS wide, CAST(NULL AS VARCHAR) AS none, '' AS empty, make_array('=1') AS list";
    let csv = async |csv_guard| {
        let output = Output { format: Format::Csv, csv_guard };
        String::from_utf8(bytes(bench.run(sql).await.unwrap(), output).await.unwrap()).unwrap()
    };
    assert_eq!(
        csv(true).await,
        "'=head,b,c,number,whole,plain,tab,wide,none,empty,list\r\n\
         '=1+1,' @x,\"'+7 900, \"\"x\"\"\",-1.5,-3,a=1,'\tx,'＝1,,\"\",\"[\"\"=1\"\"]\"\r\n"
    );
    let as_it_is = csv(false).await;
    assert!(as_it_is.starts_with("=head,") && as_it_is.contains("\r\n=1+1, @x,"), "{as_it_is}");
    assert!(!as_it_is.contains('\''), "{as_it_is}");
}

#[tokio::test]
async fn json_and_csv() {
    let bench = Bench::new(small_limits(), 10);
    let sql = MIXED.replace("{a: 1, b: 'x'}", "named_struct('a', 1, 'b', 'x')");
    let text = String::from_utf8(bytes(bench.run(&sql).await.unwrap(), Format::Json).await.unwrap()).unwrap();
    assert!(text.contains(",15.3,"), "{text}");
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        all["rows"][0],
        json!([
            "c0", "Анна", "a@example.com", "2010-12-01T08:26:00Z", "2010-12-01", "2010-12-01T11:26:00",
            serde_json::from_str::<Value>("15.3").unwrap(), 1.5, [1, 2, null], {"a": 1, "b": "x"}, true,
            all["rows"][0][11].clone(), {"a": [1, 2]}, 9_007_199_254_740_993_i64
        ])
    );
    assert_eq!(all["rows"][1][7], Value::Null);
    assert_eq!(all["rows"][2][3], json!("1969-12-31T23:59:59.999999Z"));
    let types: Vec<_> = all["columns"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert_eq!(
        types[..7],
        ["VARCHAR", "VARCHAR", "VARCHAR", "TIMESTAMP WITH TIME ZONE", "DATE", "TIMESTAMP", "DECIMAL(18,4)"]
    );
    assert_eq!(all["meta"]["rows_scanned"], json!(3));
    assert!(all["meta"]["elapsed_ms"].is_u64());
    let csv = String::from_utf8(bytes(bench.run(&sql).await.unwrap(), Format::Csv).await.unwrap()).unwrap();
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], "id,name,email,created_at,day,local,price,f,list,s,b,i,j,big");
    assert!(lines[1].starts_with("c0,Анна,a@example.com,2010-12-01T08:26:00Z,2010-12-01,2010-12-01T11:26:00,15.3,1.5,\"[1,2,null]\",\"{\"\"a\"\":1"), "{csv}");
    assert!(lines[2].starts_with("c1,\"Bob \"\"the\"\" builder\",,,,,15.3,,"), "{csv}");
    assert!(lines[3].starts_with("c2,,\"\","), "{csv}");
}

#[tokio::test]
async fn binary_formats_read_back() {
    let bench = Bench::new(small_limits(), 50_000);
    let sql = MIXED.replace("{a: 1, b: 'x'}", "named_struct('a', 1, 'b', 'x')");
    let whole = "SELECT * FROM purchases";
    for (sql, rows) in [(sql.as_str(), 3), (whole, 50_000), ("SELECT 1 AS x WHERE false", 0)] {
        let arrow = bytes(bench.run(sql).await.unwrap(), Format::Arrow).await.unwrap();
        let read = arrow::ipc::reader::StreamReader::try_new(arrow.as_slice(), None).unwrap();
        assert_eq!(read.map(|b| b.unwrap().num_rows()).sum::<usize>(), rows);
        let parquet = bytes::Bytes::from(bytes(bench.run(sql).await.unwrap(), Format::Parquet).await.unwrap());
        let read = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(parquet, 8192).unwrap();
        assert_eq!(read.map(|b| b.unwrap().num_rows()).sum::<usize>(), rows);
        let xlsx = bytes(bench.run(sql).await.unwrap(), Format::Xlsx).await.unwrap();
        assert!(xlsx.starts_with(b"PK\x03\x04"));
    }
    let error = bytes(bench.run("SELECT repeat('x', 40000) AS t").await.unwrap(), Format::Xlsx).await.unwrap_err();
    assert_eq!(error.code(), "format_limit");
}

#[tokio::test]
async fn an_error_in_the_middle_never_looks_like_an_end() {
    let bench = Bench::new(small_limits(), 100_000);
    // Fails on a late row.
    let sql = "SELECT purchase_id, 1 / (CASE WHEN purchase_id = 'p0099999' THEN 0 ELSE 1 END) AS x FROM purchases";
    for format in Format::ALL {
        let mut stream = Box::pin(bench.run(sql).await.unwrap().into_bytes(format));
        let (mut written, mut failed) = (Vec::new(), 0);
        while let Some(chunk) = stream.next().await {
            match chunk {
                Ok(chunk) => {
                    assert_eq!(failed, 0, "nothing follows the error");
                    written.extend_from_slice(&chunk);
                }
                Err(error) => {
                    assert_eq!(error.kind(), Kind::Invalid);
                    failed += 1;
                }
            }
        }
        assert_eq!(failed, 1, "{format:?}");
        let last = |of: &[u8]| String::from_utf8(of.to_vec()).unwrap().lines().last().unwrap().to_owned();
        match format {
            Format::Json => {
                let all: Value = serde_json::from_slice(&written).unwrap();
                assert_eq!((all["error"]["code"].as_str(), &all["meta"]), (Some("sql_invalid"), &Value::Null));
            }
            Format::NdJson => assert!(last(&written).starts_with(r#"{"error":{"code":"sql_invalid""#)),
            Format::Csv => assert!(last(&written).contains("ERROR sql_invalid"), "{}", last(&written)),
            Format::Xlsx | Format::Arrow | Format::Parquet => {}
        }
    }
}

#[tokio::test]
async fn scanned_rows_are_counted_after_skipping() {
    let bench = Bench::new(small_limits(), 20_000);
    let answer = bench
        .run("SELECT sum(amount) FROM purchases p JOIN customers c ON p.customer_id = c.customer_id")
        .await
        .unwrap();
    let all: Value = serde_json::from_slice(&bytes(answer, Format::Json).await.unwrap()).unwrap();
    assert_eq!(all["meta"]["rows_scanned"], json!(20_003));
    let batches = bench.all("SELECT count(*) AS n FROM purchases").await.unwrap();
    assert_eq!(batches[0].column(0).as_primitive::<Int64Type>().value(0), 20_000);
    assert_eq!(batches[0].schema().field(0).data_type(), &DataType::Int64);
}

#[test]
fn formats_by_name() {
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
    }
    assert_eq!(Format::from_name("exe"), None);
}
