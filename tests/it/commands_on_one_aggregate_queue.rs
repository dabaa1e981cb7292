use crate::{
    bank::{Account, ada, deposit},
    stores::{Store, log, on_every_store},
};
use factum::App;

on_every_store! {
    two_hundred_tasks_all_succeed_without_a_conflict,
    two_hundred_tasks_all_succeed_when_they_do_not_queue,
    two_hundred_tasks_of_two_processes_all_succeed,
    who_stops_waiting_holds_up_nobody,
}

const TASKS: u64 = 200;

async fn deposit_from_many_tasks(apps: &[App]) {
    let tasks: Vec<_> = (0..TASKS as usize)
        .map(|n| {
            let app = apps[n % apps.len()].clone();
            tokio::spawn(async move { app.send(deposit(1)).await.map(drop) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(apps[0].load::<Account>(&ada()).await.unwrap().state.balance, TASKS);
}

async fn two_hundred_tasks_all_succeed_without_a_conflict(store: impl Store) {
    let app = App::builder(store.clone()).build().await.unwrap();
    deposit_from_many_tasks(std::slice::from_ref(&app)).await;
    assert_eq!(app.commands().conflicts(), 0);
    assert_eq!(log(&store).await.len() as u64, TASKS);
}

async fn two_hundred_tasks_all_succeed_when_they_do_not_queue(store: impl Store) {
    let app = App::builder(store).sequencing(false).build().await.unwrap();
    deposit_from_many_tasks(&[app]).await;
}

async fn two_hundred_tasks_of_two_processes_all_succeed(store: impl Store) {
    let one = App::builder(store.clone()).build().await.unwrap();
    let other = App::builder(store).build().await.unwrap();
    deposit_from_many_tasks(&[one, other]).await;
}

async fn who_stops_waiting_holds_up_nobody(store: impl Store) {
    let app = App::builder(store).build().await.unwrap();
    let waiting: Vec<_> = (0..TASKS)
        .map(|n| {
            let app = app.clone();
            let task = tokio::spawn(async move { app.send(deposit(1)).await.map(drop) });
            if n % 2 == 0 {
                task.abort();
            }
            task
        })
        .collect();
    for task in waiting {
        match task.await {
            Ok(sent) => sent.unwrap(),
            Err(aborted) => assert!(aborted.is_cancelled()),
        }
    }
    app.send(deposit(1)).await.unwrap();
}
