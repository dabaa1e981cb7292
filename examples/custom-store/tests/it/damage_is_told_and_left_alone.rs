use crate::place::Place;
use custom_store::FileStore;

/// A whole append lies behind, so this cannot be what a crash has left.
#[tokio::test]
async fn wherever_a_bit_has_flipped() {
    let place = Place::new();
    let lengths = place.filled(3).await;
    let whole = place.bytes();
    for at in 0..lengths[2] {
        for bit in [0x01, 0x80] {
            let mut damaged = whole.clone();
            damaged[at] ^= bit;
            place.overwrite(&damaged);
            let error = FileStore::open(place.path()).expect_err(&format!("byte {at} is damaged"));
            assert!(
                if at < 8 { error.is_incompatible() } else { error.is_corrupt() },
                "byte {at}: {error:?}"
            );
            assert_eq!(place.bytes(), damaged, "byte {at}: the file was changed");
        }
    }
}

#[tokio::test]
async fn when_bytes_are_missing_or_too_many() {
    let place = Place::new();
    let lengths = place.filled(3).await;
    let whole = place.bytes();
    let missing = [&whole[..lengths[1]], &whole[lengths[1] + 1..]].concat();
    let too_many = [&whole[..lengths[1]], b"x", &whole[lengths[1]..]].concat();
    for damaged in [missing, too_many] {
        place.overwrite(&damaged);
        let error = FileStore::open(place.path()).unwrap_err();
        assert!(error.is_corrupt(), "{error:?}");
        assert_eq!(place.bytes(), damaged);
    }
}

#[tokio::test]
async fn a_file_of_others_is_refused() {
    let place = Place::new();
    for bytes in [&b"{}"[..], b"factum 2 and something that only later versions know", b"SQLite format 3\0"] {
        place.overwrite(bytes);
        let error = FileStore::open(place.path()).unwrap_err();
        assert!(error.is_incompatible(), "{error:?}");
        assert_eq!(place.bytes(), bytes);
    }
}
