create table if not exists bill (
    port bigint not null,
    source varchar(15) not null,
    packets bigint not null,
    primary key (port, source)
);
