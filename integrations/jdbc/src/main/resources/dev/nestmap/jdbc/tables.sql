-- The tables of JdbcStore, for PostgreSQL and SQLite. JdbcStore.createTables() creates them. If a migration tool creates your tables, copy this file.

-- The identities of maps and reports that may come again. JdbcStore removes the others.
create table if not exists nestmap_stored (
    identity varchar(100) primary key,
    machine varchar(100) not null,
    source varchar(300) not null,
    stored_at timestamp with time zone not null
);
