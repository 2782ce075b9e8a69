-- The tables of JdbcStore, for PostgreSQL and H2. JdbcStore.createTables() creates them. If a migration tool creates your tables, copy this file.

-- The identities of maps and reports that may come again. JdbcStore removes the others.
create table if not exists nestmap_stored (
    identity varchar(200) primary key,
    source varchar(300) not null,
    stored_at timestamp with time zone not null
);

-- The counts that counts() stores: a row for each number of each entry. A bill is the sum of amount.
create table if not exists nestmap_counts (
    taken_out timestamp with time zone not null,
    machine varchar(100) not null,
    outer_map varchar(100) not null,
    outer_key varchar(1000) not null,
    entry_key varchar(1000) not null,
    field varchar(200) not null,
    amount numeric(30) not null,
    exact boolean not null
);
