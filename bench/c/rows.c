// SQLite without anything around it.
// usage: rows commit FILE ROWS SECONDS EVENT_BYTES lean|same   so many audit rows a transaction, each transaction synced
//          lean  one INSERT a row, the head once a transaction, no hash: the least that leaves the same rows behind
//          same  what the daemon does for each row: read the head, hash, INSERT, write the head
//        rows fill FILE ROWS        accounts into the daemon's own table
//        rows find FILE ROWS COUNT  accounts by their name, one prepared statement: each by itself, and all within one transaction
#include "bench.h"
#include <sodium.h>
#include <sqlite3.h>

static sqlite3 *db;

static void wrong(const char *what) {
    fprintf(stderr, "bench: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql) {
    if (sqlite3_exec(db, sql, 0, 0, 0)) wrong(sql);
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, 0)) wrong(sql);
    return statement;
}

static void finish(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) wrong(sqlite3_sql(statement));
    sqlite3_reset(statement);
}

static void commit(long rows, double seconds, int event_bytes, int is_same) {
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE IF NOT EXISTS audit_links (sequence INTEGER PRIMARY KEY CHECK (sequence > 0),"
        " previous BLOB NOT NULL CHECK (length(previous) = 32), hash BLOB NOT NULL CHECK (length(hash) = 32), event BLOB NOT NULL) STRICT;"
        "CREATE TABLE IF NOT EXISTS audit_head (only INTEGER PRIMARY KEY CHECK (only = 1), sequence INTEGER NOT NULL,"
        " hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT;"
        "INSERT OR IGNORE INTO audit_head VALUES (1, 0, zeroblob(32))");
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *end = prepare("COMMIT"), *head = prepare("SELECT sequence, hash FROM audit_head"),
                 *insert = prepare("INSERT INTO audit_links (sequence, previous, hash, event) VALUES (?, ?, ?, ?)"),
                 *set_head = prepare("UPDATE audit_head SET sequence = ?, hash = ?");
    unsigned char event[4096], previous[32] = {0}, hash[32] = {9};
    memset(event, 7, sizeof event);
    if (sqlite3_step(head) != SQLITE_ROW) wrong("head");
    sqlite3_int64 sequence = sqlite3_column_int64(head, 0);
    sqlite3_reset(head);
    double began = now(), took;
    long transactions = 0;
    do {
        finish(begin);
        for (long i = 0; i < rows; i++) {
            sequence++;
            if (is_same) {
                if (sqlite3_step(head) != SQLITE_ROW) wrong("head");
                sequence = sqlite3_column_int64(head, 0) + 1;
                memcpy(previous, sqlite3_column_blob(head, 1), sizeof previous);
                sqlite3_reset(head);
                crypto_generichash_state state;
                unsigned char number[8] = {0};
                for (int k = 0; k < 8; k++) number[k] = (unsigned char)(sequence >> (56 - 8 * k));
                crypto_generichash_init(&state, 0, 0, sizeof hash);
                crypto_generichash_update(&state, previous, sizeof previous);
                crypto_generichash_update(&state, number, sizeof number);
                crypto_generichash_update(&state, event, (unsigned long long)event_bytes);
                crypto_generichash_final(&state, hash, sizeof hash);
            }
            sqlite3_bind_int64(insert, 1, sequence);
            sqlite3_bind_blob(insert, 2, previous, sizeof previous, SQLITE_STATIC);
            sqlite3_bind_blob(insert, 3, hash, sizeof hash, SQLITE_STATIC);
            sqlite3_bind_blob(insert, 4, event, event_bytes, SQLITE_STATIC);
            finish(insert);
            if (is_same || i + 1 == rows) {
                sqlite3_bind_int64(set_head, 1, sequence);
                sqlite3_bind_blob(set_head, 2, hash, sizeof hash, SQLITE_STATIC);
                finish(set_head);
            }
        }
        finish(end);
        transactions++;
        took = now() - began;
    } while (took < seconds);
    printf("{\"rows_per_s\":%.1f}\n", (double)(transactions * rows) / took);
}

static void name_of(long number, char *name) { sprintf(name, "user%07ld", number); }

static void fill(long rows) {
    run("PRAGMA synchronous = OFF; BEGIN");
    sqlite3_stmt *insert = prepare("INSERT INTO accounts (id, name, role, is_enabled, added_at) VALUES (?, ?, 'user', 1, 1795000000000)");
    char name[32];
    for (long i = 0; i < rows; i++) {
        // 7919 is prime: every name once, not in order.
        name_of(i * 7919 % rows, name);
        // Numbers of accounts are drawn at random in the daemon; their rows lie as scattered here.
        sqlite3_bind_int64(insert, 1, (i * 2654435761 % 4294967291) + 1);
        sqlite3_bind_text(insert, 2, name, -1, SQLITE_STATIC);
        finish(insert);
    }
    run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

static double find(long rows, size_t count) {
    sqlite3_stmt *select = prepare("SELECT id, name, uid, role, is_enabled, target, added_at, registered_at FROM accounts WHERE name = ?");
    double *times = room(count);
    uint64_t random = 88172645463325252;
    char name[32];
    for (size_t i = 0; i < count + count / 4; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        name_of((long)(random % (uint64_t)rows), name);
        double began = now();
        sqlite3_bind_text(select, 1, name, -1, SQLITE_STATIC);
        if (sqlite3_step(select) != SQLITE_ROW || !sqlite3_column_text(select, 1)) wrong(name);
        sqlite3_reset(select);
        if (i >= count / 4) times[i - count / 4] = now() - began;
    }
    sqlite3_finalize(select);
    return quantile(times, count, 0.5) * 1e6;
}

int main(int count, char **a) {
    if (count < 4 || sodium_init() < 0) return 64;
    if (sqlite3_open_v2(a[2], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, 0)) wrong(a[2]);
    if (!strcmp(a[1], "commit") && count == 7 && atoi(a[5]) > 0 && atoi(a[5]) <= 4096)
        commit(atol(a[3]), atof(a[4]), atoi(a[5]), !strcmp(a[6], "same"));
    else if (!strcmp(a[1], "fill") && count == 4) fill(atol(a[3]));
    else if (!strcmp(a[1], "find") && count == 5) {
        double apart = find(atol(a[3]), strtoul(a[4], 0, 10));
        run("BEGIN");
        double within = find(atol(a[3]), strtoul(a[4], 0, 10));
        run("COMMIT");
        printf("{\"apart_us\":%.3f,\"within_us\":%.3f}\n", apart, within);
    } else return 64;
    return sqlite3_close_v2(db) == SQLITE_OK ? 0 : 1;
}
