-- A row of Kafka is a row of this table, with the fields of Flows.java. Loader needs the driver org.duckdb:duckdb_jdbc.
CREATE TABLE IF NOT EXISTS flow (
    series UUID,
    number BIGINT,
    machine VARCHAR NOT NULL,
    taken_out TIMESTAMPTZ NOT NULL,
    exact BOOLEAN NOT NULL,
    outer_key BIGINT NOT NULL,
    key_source BIGINT NOT NULL,
    key_destination BIGINT NOT NULL,
    key_source_port INTEGER NOT NULL,
    key_destination_port INTEGER NOT NULL,
    value_packets UBIGINT NOT NULL,
    value_bytes UBIGINT NOT NULL,
    PRIMARY KEY (series, number));

-- Processes of which counts are missing: their totals are lower bounds.
CREATE OR REPLACE VIEW gap AS
    SELECT machine, series, max(number) - count(*) AS missing FROM flow GROUP BY machine, series HAVING max(number) > count(*);

-- Loader runs this for each batch, and the statements above when it starts. If it may not create, run them yourself, and delete them here.
-- A column that is missing here is not loaded. If you add one, end the loader, and add it to the table (ALTER TABLE), too.
INSERT OR IGNORE INTO flow BY NAME
    SELECT unnest(json_transform(line, '{"series": "UUID", "number": "BIGINT", "machine": "VARCHAR", "taken_out": "TIMESTAMPTZ",
        "exact": "BOOLEAN", "outer_key": "BIGINT", "key_source": "BIGINT", "key_destination": "BIGINT", "key_source_port": "INTEGER",
        "key_destination_port": "INTEGER", "value_packets": "UBIGINT", "value_bytes": "UBIGINT"}'))
    FROM (SELECT unnest(string_split(?, chr(10))) AS line)
