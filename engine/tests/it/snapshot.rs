//! One snapshot a statement and read-your-writes, while flushes and merges run without pause.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use kupets_engine::schema::Table;

use crate::support::{config, open, purchases};

const ROUNDS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn answers_stay_whole_while_files_move() {
    let dir = tempfile::tempdir().unwrap();
    let bench = Arc::new(open(config(dir.path())).await);
    let stop = Arc::new(AtomicBool::new(false));

    let mover = tokio::spawn({
        let (bench, stop) = (bench.clone(), stop.clone());
        async move {
            let mut moved = 0usize;
            while !stop.load(Ordering::Relaxed) {
                bench.engine.flush(&bench.shop).await.unwrap();
                moved += 1;
                if moved.is_multiple_of(3) {
                    bench.engine.compact(&bench.shop).await.unwrap();
                }
                tokio::task::yield_now().await;
            }
        }
    });
    // Each purchase has two lines of 1.5 and 2.25: any answer that saw half of one, or one twice, would not divide.
    let reader = tokio::spawn({
        let (bench, stop) = (bench.clone(), stop.clone());
        async move {
            let mut seen = 0;
            while !stop.load(Ordering::Relaxed) {
                let row = bench
                    .rows("SELECT count(*), count(DISTINCT purchase_id), sum(amount) FROM purchases")
                    .await
                    .remove(0);
                let (lines, ids) = (row[0].as_u64().unwrap(), row[1].as_u64().unwrap());
                assert_eq!(lines, ids * 2, "a purchase was cut or doubled: {row:?}");
                let sum = row[2].to_string().parse::<f64>().unwrap_or(0.0);
                assert!((sum - 3.75 * ids as f64).abs() < 1e-9, "{row:?}");
                assert!(ids >= seen, "records went missing: {ids} after {seen}");
                seen = ids;
            }
        }
    });
    for round in 0..ROUNDS {
        let answer = bench.send(Table::Purchases, &purchases(round * 10, 20)).await.unwrap();
        // The second half of each request is sent again by the next one.
        assert_eq!((answer.accepted, answer.replaced), (20, if round == 0 { 0 } else { 10 }));
        let ids = (round * 10 + 20).to_string();
        assert_eq!(bench.line("SELECT count(DISTINCT purchase_id) FROM purchases").await, ids, "a write was not read");
    }
    stop.store(true, Ordering::Relaxed);
    mover.await.unwrap();
    reader.await.unwrap();
    let n = ROUNDS * 10 + 10;
    assert_eq!(
        bench.line("SELECT count(*), count(DISTINCT purchase_id) FROM purchases").await,
        format!("{}|{n}", n * 2)
    );
    bench.engine.shutdown().await.unwrap();
}
